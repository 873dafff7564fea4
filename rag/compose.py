"""Putting an answer together: from extracts or a model's text to sentences, citations and verdicts.

The numbers of the final `[n]` markers count citations, not passages: each number names one span of one file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.answer import FAILING, Answer, Citation, Conflict, Retrieved, Sentence
from rag.cite import Numbering, not_verbatim, with_broken
from rag.conflicts import Side
from rag.extract import Extract
from rag.judged import Judged
from rag.words import Words, words_in

EXTRACTIVE = "extractive"
ReadNow = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answer starts from: the question, its language, what was retrieved for it, and where that is at odds.

    `confidence` is the probability that the articles answer at all.
    """

    question: str
    language: str
    retrieved: tuple[Retrieved, ...]
    notices: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    conflict: tuple[Side, Side] | None = None
    confidence: float | None = None


def from_extracts(draft: Draft, extracts: Sequence[Extract], read_now: ReadNow) -> Answer:
    """The extracts as an answer: each its own sentence with its own citation, held against the file.

    Args:
        draft: the question and what was retrieved for it.
        extracts: best first; at least one.
        read_now: the decoded text of a source as it is on disk now, None where it is gone.
    """
    citations = Numbering()
    numbers = [citations.number(draft.retrieved[one.rank], one.span) for one in extracts]
    differing = _differing(draft, citations)
    broken = not_verbatim(citations.all, read_now)
    sentences = tuple(
        Sentence(
            text=one.text,
            citations=(number,),
            verdict="partly" if number in broken else "supported",
            reasons=(broken[number],) if number in broken else (),
        )
        for one, number in zip(extracts, numbers, strict=True)
    )
    sentences += tuple(with_broken(one, broken) for one in differing)
    words = words_in(draft.language)
    text = "\n".join(_text([replace(one, text=_one_line(one.text))], words) for one in sentences)
    return _answer(draft, text, sentences, citations.all, EXTRACTIVE, tuple(dict.fromkeys(broken.values())))


def from_model(draft: Draft, judged: Sequence[Judged], model: str, read_now: ReadNow) -> Answer:
    """A model's sentences as an answer: each citation narrowed to the words it rests on, and held against its file.

    Args:
        draft: the question and what was retrieved for it; the numbers of `judged` count its passages.
        judged: the sentences, judged.
        model: the model's name.
        read_now: the decoded text of a source as it is on disk now, None where it is gone.
    """
    citations = Numbering()
    numbered = [_numbered(draft, one, citations) for one in judged]
    numbered += _differing(draft, citations)
    broken = not_verbatim(citations.all, read_now)
    sentences = tuple(with_broken(sentence, broken) for sentence in numbered)
    text = _text(sentences, words_in(draft.language))
    return _answer(draft, text, sentences, citations.all, model, tuple(dict.fromkeys(broken.values())))


def abstention(draft: Draft, words: Words, model: str, unknown: Sequence[str]) -> Answer:
    """The honest answer where the articles hold none; the nearest passages stay in `retrieved`.

    Args:
        draft: the question and what was retrieved for it.
        words: the sentences of the interface, in the question's language.
        model: who decided: `extractive`, or the model's name.
        unknown: words of the question that occur nowhere in the index.
    """
    notice = (words.unknown_words(unknown),) if unknown else ()
    answer = _answer(draft, words.abstention, (), (), model, notice)
    return replace(answer, abstained=True, unknown_words=tuple(unknown))


def _numbered(draft: Draft, judged: Judged, citations: Numbering) -> Sentence:
    cited = zip(judged.numbers, judged.bearings, strict=True)
    numbers = [citations.number(draft.retrieved[number - 1], bearing.span) for number, bearing in cited]
    finding = judged.finding
    return Sentence(judged.text, tuple(dict.fromkeys(numbers)), finding.verdict, finding.reasons, finding.confidence)


def _differing(draft: Draft, citations: Numbering) -> list[Sentence]:
    """The sentence that says where two articles are at odds, citing both; none where they are not."""
    if draft.conflict is None:
        return []
    numbers = [citations.number(draft.retrieved[side.rank], side.span) for side in draft.conflict]
    text = words_in(draft.language).differ.format(*(side.written for side in draft.conflict))
    return [Sentence(text, tuple(dict.fromkeys(numbers)), "supported")]


def _text(sentences: Sequence[Sentence], words: Words) -> str:
    """The sentences with their markers; one that is not borne out says so, where a verdict is not shown beside it."""
    return " ".join(
        one.text
        + "".join(f" [{number}]" if at == 0 else f"[{number}]" for at, number in enumerate(one.citations))
        + (f" ({words.not_borne_out})" if one.verdict in FAILING else "")
        for one in sentences
    )


def _answer(
    draft: Draft,
    text: str,
    sentences: tuple[Sentence, ...],
    citations: tuple[Citation, ...],
    model: str,
    notices: tuple[str, ...],
) -> Answer:
    return Answer(
        question=draft.question,
        text=text,
        abstained=False,
        language=draft.language,
        sentences=sentences,
        citations=citations,
        retrieved=draft.retrieved,
        model=model,
        notices=(*draft.notices, *notices),
        timings=draft.timings,
        conflicts=tuple(Conflict(one.text, one.citations) for one in sentences[-1:] if draft.conflict),
        confidence=draft.confidence,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
