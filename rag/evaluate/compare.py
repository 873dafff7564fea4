"""A run beside a baseline, question by question: what changed, how surely, and which questions turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluate.result import Row
from rag.evaluate.stats import Tally, draws, interval, mcnemar, resampled
from rag.evaluate.summary import apart, of_language, of_type, tallies


@dataclass(frozen=True, slots=True)
class Difference:
    """A score before and now over the same `n` questions, and the change with its 95 % paired bootstrap interval."""

    before: float
    now: float
    change: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside a baseline.

    Only questions that both runs asked alike (question and what is expected) are compared, `paired` of them; `added`
    are ids that only this run has, `missing` those that only the baseline has, `altered` those asked otherwise.
    `newly_failing` and `newly_passing` are the ids whose `passed` turned, and `p_value` is McNemar's, exact, for as
    uneven a split by chance. `settings` are what the two were run with differently, a line each.
    """

    overall: Mapping[str, Difference]
    by_type: Mapping[str, Mapping[str, Difference]]
    by_language: Mapping[tuple[str, str | None], Mapping[str, Difference]]
    newly_failing: tuple[str, ...]
    newly_passing: tuple[str, ...]
    p_value: float
    paired: int
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def compare(now: Sequence[Row], before: Sequence[Row], settings: tuple[str, ...] = ()) -> Comparison:
    """The rows of a run beside those of a baseline; `settings` is handed on.

    A metric that does not apply to a question in one of the two runs is left out for it.
    """
    earlier = {row.question.id: row for row in before}
    ids = {row.question.id for row in now}
    shared = [row for row in now if row.question.id in earlier]
    same = [row for row in shared if row.question == earlier[row.question.id].question]
    was = {row.question.id: earlier[row.question.id] for row in same}
    failing = tuple(id for id, row in _turned(same, was) if row.passed is False)
    passing = tuple(id for id, row in _turned(same, was) if row.passed is True)
    return Comparison(
        overall=_differences(same, was),
        by_type={name: _differences(rows, was) for name, rows in apart(same, of_type).items()},
        by_language={name: _differences(rows, was) for name, rows in apart(same, of_language).items()},
        newly_failing=failing,
        newly_passing=passing,
        p_value=mcnemar(len(failing), len(passing)),
        paired=len(same),
        added=tuple(row.question.id for row in now if row.question.id not in earlier),
        missing=tuple(id for id in earlier if id not in ids),
        altered=tuple(row.question.id for row in shared if row.question.id not in was),
        settings=settings,
    )


def _turned(rows: Sequence[Row], before: Mapping[str, Row]) -> Iterator[tuple[str, Row]]:
    """The rows that pass and did not before, or the other way round."""
    for row in rows:
        if None not in (row.passed, was := before[row.question.id].passed) and row.passed != was:
            yield row.question.id, row


def _differences(rows: Sequence[Row], before: Mapping[str, Row]) -> dict[str, Difference]:
    """The change of each score over `rows`, `before` holding the baseline's row of each by id."""
    if not rows:
        return {}
    now, then = tallies(rows), tallies([before[row.question.id] for row in rows])
    names = [name for name in now if name in then]
    per_question = {name for row in rows for name in row.metrics}
    pairs = {name: _both(now[name], then[name]) if name in per_question else (now[name], then[name]) for name in names}
    drawn = draws(len(rows))
    changes = resampled([pairs[name][0] for name in names], drawn) - resampled(
        [pairs[name][1] for name in names], drawn
    )
    found = {}
    for at, (name, (one, other)) in enumerate(pairs.items()):
        if one.value is not None and other.value is not None:
            low, high = interval(changes[:, at]) or (None, None)
            n = int(np.count_nonzero(one.whole))
            found[name] = Difference(other.value, one.value, one.value - other.value, low, high, n)
    return found


def _both(now: Tally, then: Tally) -> tuple[Tally, Tally]:
    """The two where the score applies in both, so that the same questions are compared."""
    both = ((now.whole > 0) & (then.whole > 0)).astype(np.float64)
    return Tally(now.part * both, now.whole * both), Tally(then.part * both, then.whole * both)
