"""What came of one question, as a run keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer import Answer, Retrieved
from rag.evaluate.questions import Question

PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Found:
    """A retrieved passage: the span `start` to `end` of `source`, in code points, and the score it was ranked by."""

    source: str
    start: int
    end: int
    text: str
    score: float
    language: str
    title: str
    published: str | None = None

    @classmethod
    def of(cls, one: Retrieved) -> Found:
        """What is kept of a retrieved passage."""
        passage = one.passage
        return cls(
            source=passage.source,
            start=passage.span.start,
            end=passage.span.end,
            text=passage.text,
            score=round(one.score, 4),
            language=passage.language,
            title=passage.article.title,
            published=passage.article.published,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question, after so many seconds: what was retrieved and answered, or an error in a line.

    A retrieval run has no answer. The answer's own `retrieved` is empty: it stands here.
    """

    seconds: float
    answer: Answer | None = None
    retrieved: tuple[Found, ...] = ()
    error: str | None = None

    @classmethod
    def of(cls, seconds: float, retrieved: Sequence[Retrieved], answer: Answer | None = None) -> Outcome:
        """What is kept of an answer, or of a ranking alone."""
        kept = replace(answer, retrieved=()) if answer else None
        return cls(seconds, kept, tuple(Found.of(one) for one in retrieved))


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what came of it, and its metrics by name, None where one does not apply.

    `metrics["passed"]` is 1 or 0 for right or wrong as a whole (`rag.evaluate.metrics.passed`). `evidence_language` is
    the language the question's evidence is written in (`rag.evaluate.gold.Gold.language`). `met` are, rank by rank,
    the numbers of the groups of evidence that a retrieved passage meets.
    """

    question: Question
    metrics: Mapping[str, float | None]
    evidence_language: str | None
    outcome: Outcome
    met: tuple[tuple[int, ...], ...] = ()

    @property
    def passed(self) -> bool | None:
        """Whether the question came out right as a whole; None where a run does not tell."""
        value = self.metrics.get(PASSED)
        return None if value is None else value == 1
