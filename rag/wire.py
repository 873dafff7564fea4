"""Answers as the JSON of the contract, the same on the command line, in results files and over HTTP."""

from __future__ import annotations

from typing import Any

from rag.answer import Answer, Citation, Place, Retrieved, Sentence


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer under the contract's keys, ready for `json.dumps`."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "language": answer.language,
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "citations": [_citation(citation) for citation in answer.citations],
        "retrieved": [retrieved_json(retrieved) for retrieved in answer.retrieved],
        "model": answer.model,
        "notices": list(answer.notices),
        "timings": {stage: round(seconds, 4) for stage, seconds in answer.timings.items()},
    }


def retrieved_json(retrieved: Retrieved) -> dict[str, Any]:
    """A retrieved passage under the contract's keys, with the title and date of its article beside them."""
    passage = retrieved.passage
    return {
        "source": passage.source,
        "start": passage.span.start,
        "end": passage.span.end,
        "page": passage.page(passage.span),
        "text": passage.text,
        "score": round(retrieved.score, 4),
        "language": passage.language,
        "title": passage.article.title,
        "published": passage.article.published,
        "also_in": [_place(place) for place in retrieved.also_in],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "verdict": sentence.verdict,
        "reasons": list(sentence.reasons),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "source": citation.source,
        "start": citation.start,
        "end": citation.end,
        "page": citation.page,
        "quote": citation.quote,
        "title": citation.title,
        "published": citation.published,
        "outlet": citation.outlet,
        "language": citation.language,
        "also_in": [_place(place) for place in citation.also_in],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"source": place.source, "start": place.start, "end": place.end}
