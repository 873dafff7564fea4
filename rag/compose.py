"""Putting an answer together: from extracts or a model's text to sentences, citations and verdicts.

The numbers of the final `[n]` markers count citations, not passages: each number names one span of one file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.article import Span
from rag.answer import Answer, Citation, Conflict, Retrieved, Sentence
from rag.check import Checker, Finding
from rag.cite import cite, not_verbatim
from rag.conflicts import Side
from rag.extract import Extract
from rag.markers import Marked
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


class _Citations:
    """Hands out citation numbers in the order of first use; the same span always gets the same one."""

    def __init__(self) -> None:
        self._by_span: dict[tuple[str, Span], Citation] = {}

    def number(self, retrieved: Retrieved, span: Span) -> int:
        key = (retrieved.passage.source, span)
        if key not in self._by_span:
            self._by_span[key] = cite(len(self._by_span) + 1, retrieved, span)
        return self._by_span[key].number

    @property
    def all(self) -> tuple[Citation, ...]:
        return tuple(self._by_span.values())


def from_extracts(draft: Draft, extracts: Sequence[Extract], read_now: ReadNow) -> Answer:
    """The extracts as an answer: each its own sentence with its own citation, held against the file.

    Args:
        draft: the question and what was retrieved for it.
        extracts: best first; at least one.
        read_now: the decoded text of a source as it is on disk now, None where it is gone.
    """
    citations = _Citations()
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
    sentences += tuple(_with_broken(one, broken) for one in differing)
    text = "\n".join(_text([replace(one, text=_one_line(one.text))]) for one in sentences)
    return _answer(draft, text, sentences, citations.all, EXTRACTIVE, tuple(dict.fromkeys(broken.values())))


def from_model(draft: Draft, marked: Sequence[Marked], model: str, checker: Checker, read_now: ReadNow) -> Answer:
    """A model's sentences as an answer: each marker narrowed to the words it rests on, each sentence judged.

    Args:
        draft: the question and what was retrieved for it; marker n means `draft.retrieved[n - 1]`.
        marked: the sentences with their markers, as `rag.markers.parse` gives them.
        model: the model's name.
        checker: judges the sentences.
        read_now: the decoded text of a source as it is on disk now, None where it is gone.
    """
    citations = _Citations()
    judged = [_judged(draft, one, checker, citations) for one in marked]
    judged += _differing(draft, citations)
    broken = not_verbatim(citations.all, read_now)
    sentences = tuple(_with_broken(sentence, broken) for sentence in judged)
    return _answer(draft, _text(sentences), sentences, citations.all, model, tuple(dict.fromkeys(broken.values())))


def abstention(draft: Draft, words: Words, model: str, unknown: Sequence[str]) -> Answer:
    """The honest answer where the articles hold none; the nearest passages stay in `retrieved`.

    Args:
        draft: the question and what was retrieved for it.
        words: the sentences of the interface, in the question's language.
        model: who decided: `extractive`, or the model's name.
        unknown: words of the question that occur nowhere in the index.
    """
    notice = (words.unknown_words(unknown),) if unknown else ()
    return replace(_answer(draft, words.abstention, (), (), model, notice), abstained=True)


def _differing(draft: Draft, citations: _Citations) -> list[Sentence]:
    """The sentence that says where two articles are at odds, citing both; none where they are not."""
    if draft.conflict is None:
        return []
    numbers = [citations.number(draft.retrieved[side.rank], side.span) for side in draft.conflict]
    text = words_in(draft.language).differ.format(*(side.written for side in draft.conflict))
    return [Sentence(text, tuple(dict.fromkeys(numbers)), "supported")]


def _judged(draft: Draft, marked: Marked, checker: Checker, citations: _Citations) -> Sentence:
    cited = [draft.retrieved[number - 1] for number in marked.numbers]
    bearings = [checker.bearing(marked.text, one.passage) for one in cited]
    numbers = [citations.number(one, found.span) for one, found in zip(cited, bearings, strict=True)]
    finding: Finding = checker.judge(marked.text, bearings)
    return Sentence(
        _with_one_stop(marked.text), tuple(dict.fromkeys(numbers)), finding.verdict, finding.reasons, finding.confidence
    )


def _with_broken(sentence: Sentence, broken: Mapping[int, str]) -> Sentence:
    reasons = tuple(broken[number] for number in sentence.citations if number in broken)
    if not reasons:
        return sentence
    verdict = "partly" if sentence.verdict == "supported" else sentence.verdict
    return replace(sentence, verdict=verdict, reasons=(*sentence.reasons, *reasons))


def _text(sentences: Sequence[Sentence]) -> str:
    return " ".join(
        one.text + "".join(f" [{number}]" if at == 0 else f"[{number}]" for at, number in enumerate(one.citations))
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


def _with_one_stop(text: str) -> str:
    """A sentence without the second full stop that "at 6 a.m. [1]." has once its marker is out."""
    return text[:-1] if text.endswith("..") and not text.endswith("...") else text


def _one_line(text: str) -> str:
    return " ".join(text.split())
