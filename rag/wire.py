"""Answers as the JSON of the contract, the same on the command line, in results files and over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.answer import Answer, Citation, Place, Retrieved, Sentence
from rag.library import Listed


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer under the contract's keys, ready for `json.dumps`."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "language": answer.language,
        "sentences": [sentence_json(sentence) for sentence in answer.sentences],
        "citations": [citation_json(citation) for citation in answer.citations],
        "retrieved": [retrieved_json(retrieved) for retrieved in answer.retrieved],
        "model": answer.model,
        "notices": list(answer.notices),
        "timings": {stage: round(seconds, 4) for stage, seconds in answer.timings.items()},
        "conflicts": [{"text": one.text, "citations": list(one.citations)} for one in answer.conflicts],
        "confidence": _rounded(answer.confidence),
        "usage": asdict(answer.usage) if answer.usage else None,
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


def listed_json(listed: Listed) -> dict[str, Any]:
    """An article of the index, its place in its file, how many passages it has, and its state."""
    article = listed.article
    return {
        "source": article.source,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published,
        "language": article.language,
        "start": article.span.start,
        "end": article.span.end,
        "passages": listed.passages,
        "state": listed.state,
    }


def sentence_json(sentence: Sentence) -> dict[str, Any]:
    """A sentence under the contract's keys."""
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "verdict": sentence.verdict,
        "reasons": list(sentence.reasons),
        "confidence": _rounded(sentence.confidence),
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """A citation under the contract's keys."""
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


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 4)


def _place(place: Place) -> dict[str, Any]:
    return {"source": place.source, "start": place.start, "end": place.end}
