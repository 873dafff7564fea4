"""What came of one question, as a run keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer import Answer, Place, Retrieved
from rag.evaluate.questions import Question
from rag.usage import Usage
from rag.wire import retrieved_json

PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Found:
    """A retrieved passage under the contract's keys.

    `start` to `end` of `source`, in code points; `score` is what it was ranked by; `also_in` are the other places where
    the same words stand.
    """

    source: str
    start: int
    end: int
    text: str
    score: float
    language: str
    title: str
    published: str | None = None
    page: int | None = None
    also_in: tuple[Place, ...] = ()

    @classmethod
    def of(cls, one: Retrieved) -> Found:
        """What is kept of a retrieved passage."""
        return cls(**retrieved_json(one) | {"also_in": one.also_in})

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that the passage's words stand in, its own first."""
        return self.source, *(place.source for place in self.also_in)


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
    the numbers of the groups of evidence that a retrieved passage meets. `judgement` is why a judge gave the grade that
    it did (`metrics["judged"]`), and `judge_usage` what that took, None where no judge replied.
    """

    question: Question
    metrics: Mapping[str, float | None]
    evidence_language: str | None
    outcome: Outcome
    met: tuple[tuple[int, ...], ...] = ()
    judgement: str | None = None
    judge_usage: Usage | None = None

    @property
    def passed(self) -> bool | None:
        """Whether the question came out right as a whole; None where a run does not tell."""
        value = self.metrics.get(PASSED)
        return None if value is None else value == 1
