"""A system whose rankings and answers are written down, and the questions that it is put in the tests of evaluation."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from index.article import Article, Passage, Span
from rag.answer import Answer, Citation, Retrieved, Sentence
from rag.errors import BylineError
from rag.evaluate.questions import Evidence, Question
from rag.evaluate.reading import Reading
from rag.evaluate.record import Run, Setup
from rag.evaluate.run import evaluate
from rag.evaluate.scores import Score
from rag.evaluate.summary import Cell

TEXTS = {
    "en.txt": "The steel quota stays. Exports rose 8.0 percent.",
    "ko.txt": "철강 쿼터는 유지된다. 수출이 늘었다.",
    "list.txt": "Ships were built in Ulsan. 배는 부산에서도 지었다.",
}
SHIPS = TEXTS["list.txt"].index("배")
ARTICLES = (
    Article("en.txt", Span(0, len(TEXTS["en.txt"])), "Steel", None, None, "en"),
    Article("ko.txt", Span(0, len(TEXTS["ko.txt"])), "철강", None, "2024-05-01", "ko"),
    Article("list.txt", Span(0, SHIPS), "Ships", None, None, "en"),
    Article("list.txt", Span(SHIPS, len(TEXTS["list.txt"])), "배", None, None, "ko"),
)


def passage(source: str, words: str, score: float = 1.0) -> Retrieved:
    start = TEXTS[source].index(words)
    span = Span(start, start + len(words))
    article = next(a for a in ARTICLES if a.source == source and a.span.start <= start < a.span.end)
    return Retrieved(Passage(article, span, words, (span,), (span,), article.language), score)


STEEL, EXPORTS = passage("en.txt", "The steel quota stays."), passage("en.txt", "Exports rose 8.0 percent.")
QUOTA, SHIP = passage("ko.txt", "철강 쿼터는 유지된다."), passage("list.txt", "배는 부산에서도 지었다.")


@dataclass
class Scripted:
    """A system that ranks and answers what is written down for each question, or raises it."""

    rankings: Mapping[str, Sequence[Retrieved]] = field(default_factory=dict)
    answers: Mapping[str, Answer | Exception] = field(default_factory=dict)
    asked: list[tuple[str, int, str | None]] = field(default_factory=list)
    unreadable: str | None = None
    library: tuple[Article, ...] = ARTICLES

    def search(self, question: str, *, k: int) -> Sequence[Retrieved]:
        return self.rankings[question][:k]

    def ask(self, question: str, *, k: int, llm: str | None) -> Answer:
        self.asked.append((question, k, llm))
        answer = self.answers[question]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def text(self, source: str) -> str:
        if source == self.unreadable:
            raise BylineError(f"{source}: gone from the index")
        return TEXTS[unicodedata.normalize("NFC", source)]

    def articles(self) -> tuple[Article, ...]:
        return self.library


def answer(question: str, text: str, *cited: Retrieved, found: Sequence[Retrieved] = (), **rest: Any) -> Answer:
    citations = tuple(
        Citation(
            number,
            hit.passage.source,
            hit.passage.span.start,
            hit.passage.span.end,
            hit.passage.text,
            "t",
            None,
            "en",
        )
        for number, hit in enumerate(cited, 1)
    )
    sentences = (Sentence(text, tuple(c.number for c in citations), "supported" if citations else "uncited"),)
    made = Answer(question, text, False, "en", sentences, citations, tuple(found) or cited, "extractive")
    return replace(made, **rest)


def ask_for(
    id: str,
    *evidence: Sequence[Evidence],
    facts: Sequence[str] = (),
    language: str = "en",
    type: str = "single",
) -> Question:
    groups = tuple(tuple(group) for group in evidence)
    return Question(id, f"{id}?", language, type, True, None, groups, tuple((fact,) for fact in facts))


CROSS = ask_for("cross", [Evidence("ko.txt", "철강쿼터")], facts=["quota", "2"], type="cross")
MULTI = ask_for("multi", [Evidence("en.txt", "steel quota")], [Evidence("ko.txt", "쿼터는")], facts=["8.0"])
NOTHING = Question("null", "null?", "ko", "null", answerable=False)
LOST = ask_for("lost", [Evidence("en.txt", "Exports")], facts=["8.0"])
QUESTIONS = (CROSS, MULTI, NOTHING, LOST)


@pytest.fixture
def system() -> Scripted:
    found = (EXPORTS, QUOTA, STEEL)
    return Scripted(
        rankings={"cross?": found, "multi?": found, "null?": (SHIP,), "lost?": (SHIP, EXPORTS)},
        answers={
            "cross?": answer("cross?", "The QUOTA stays [1][2].", QUOTA, STEEL, found=found, timings={"retrieve": 0.5}),
            "multi?": answer("multi?", "It rose 8.0 percent [1].", EXPORTS, found=found, timings={"retrieve": 1.5}),
            "null?": answer("null?", "The articles do not say.", found=(SHIP,), abstained=True),
            "lost?": BylineError("model at host:\n no\x1b[2J answer"),
        },
    )


READING = Reading(
    tokens=lambda text: text.casefold().split(),
    entails=lambda premises, claim: set(claim.split()) <= set(" ".join(premises).split()),
)


def values(cell: Cell) -> dict[str, Score]:
    """The scores of a cell without their intervals."""
    return {name: Score(score.value, score.n) for name, score in cell.scores.items()}


def run_of(
    system: Scripted,
    questions: Sequence[Question] = QUESTIONS,
    *,
    k: int = 10,
    llm: str | None = None,
    retrieval_only: bool = False,
    **rest: Any,
) -> Run:
    """The run of a set, with the seconds of a clock that is a second on each time it is read."""
    ticks = itertools.count()
    setup = Setup(k, llm, retrieval_only)
    return evaluate(system, questions, READING, setup=setup, clock=lambda: float(next(ticks)), **rest)
