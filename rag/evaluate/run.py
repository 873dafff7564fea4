"""A run: every question put to the system, several at a time, and what came back scored.

A question that fails is kept with its error and counts as zero wherever it would have been scored, as a topic
left out does under trec_eval's -c: a run cannot get better by failing on what is hard.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from rag.answer import Answer, Retrieved
from rag.errors import BylineError
from rag.evaluate.gold import Gold, Library
from rag.evaluate.judge import Judge, Judgement
from rag.evaluate.metrics import answer_metrics, citation_metrics, met_by, passed, retrieval_metrics
from rag.evaluate.questions import Question
from rag.evaluate.ranking import Met
from rag.evaluate.reading import Reading
from rag.evaluate.record import Run, Setup
from rag.evaluate.result import PASSED, Outcome, Row
from rag.evaluate.summary import summarise

_log = logging.getLogger(__name__)


class System(Library, Protocol):
    """What is evaluated: the part of `Assistant` that a run calls, from several threads."""

    def search(self, question: str, *, k: int) -> Sequence[Retrieved]:
        """The k best passages, best first."""

    def ask(self, question: str, *, k: int, llm: str | None) -> Answer:
        """A checked answer over the k best passages."""


def evaluate(
    system: System,
    questions: Sequence[Question],
    reading: Reading,
    *,
    setup: Setup,
    judge: Judge | None = None,
    jobs: int = 1,
    known: Mapping[str, Row] | None = None,
    on_progress: Callable[[Row], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Run:
    """Put every question to `system` and score what comes back.

    Args:
        system: what is evaluated; in a retrieval run no question goes to its `ask`.
        questions: the set, at least one question.
        reading: what answers are read with.
        setup: how to run it. recall@j and the like are scored for j of 1, 3, 5, 10 and k up to k.
        judge: what judges the answers besides; `setup` names it.
        jobs: how many questions are put at a time.
        known: rows that an earlier, broken-off run of the same made, by question id; they are not asked again.
        on_progress: called with each row, in the order of the set, as it is done.
        clock: seconds, monotonic.

    Raises:
        ValueError: no question, or k or jobs below 1.
        BylineError: the texts of the index cannot be read. What a single question fails of is in its row.
    """
    if not questions or setup.k < 1 or jobs < 1:
        raise ValueError("a run needs a question, and a k and jobs of 1 or more")
    gold = Gold(system, questions)
    trial = _Trial(system, setup, gold, reading, judge, _text_where_indexed(system), clock)
    rows = []
    for row in _rows(trial, questions, jobs, known or {}):
        rows.append(row)
        if on_progress is not None:
            on_progress(row)
    return Run(tuple(rows), setup, summarise(rows, gold.unreachable()))


def _rows(trial: _Trial, questions: Sequence[Question], jobs: int, known: Mapping[str, Row]) -> Iterator[Row]:
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="byline-eval")
    try:
        yield from pool.map(lambda question: known.get(question.id) or trial.row(question), questions)
    finally:  # an interrupt leaves the questions that are not begun
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Trial:
    """How each question of a run is put and scored."""

    system: System
    setup: Setup
    gold: Gold
    reading: Reading
    judge: Judge | None
    text: Callable[[str], str | None]
    clock: Callable[[], float]

    def row(self, question: Question) -> Row:
        started = self.clock()
        try:
            found, answer = self._put(question.question)
            outcome = Outcome.of(self.clock() - started, found, answer)
            return self._scored(question, outcome, met_by(question, found))
        except Exception as failure:  # whatever a question runs into is its row's; the summary counts it
            _log.debug("question %s failed", question.id, exc_info=True)
            return self._scored(question, Outcome(self.clock() - started, error=_one_line(failure)), ())

    def _put(self, question: str) -> tuple[Sequence[Retrieved], Answer | None]:
        k = self.setup.k
        if self.setup.retrieval_only:
            return self.system.search(question, k=k)[:k], None
        answer = self.system.ask(question, k=k, llm=self.setup.llm)
        return answer.retrieved[:k], answer

    def _scored(self, question: Question, outcome: Outcome, met: Met) -> Row:
        scores = retrieval_metrics(question, outcome.retrieved, met, self.setup.k)
        if not self.setup.retrieval_only:
            scores |= answer_metrics(question, outcome.answer, self.reading)
            scores |= citation_metrics(question, outcome.answer, self.text, self.reading)
        scores[PASSED] = passed(question, met, scores)
        judged = self.judge.judge(question, outcome.answer) if self.judge else Judgement({})
        scores |= judged.metrics
        places = tuple(tuple(sorted(groups)) for groups in met)
        language = self.gold.language(question)
        return Row(question, scores, language, outcome, places, judged.reason, judged.usage)


def _one_line(failure: Exception) -> str:
    printable = (char if char.isprintable() else " " for char in str(failure))
    text = " ".join("".join(printable).split())
    if isinstance(failure, BylineError) and text:
        return text
    return f"{type(failure).__name__}: {text}".rstrip(": ")


def _text_where_indexed(system: System) -> Callable[[str], str | None]:
    sources = frozenset(article.source for article in system.articles())
    return lambda source: system.text(source) if source in sources else None
