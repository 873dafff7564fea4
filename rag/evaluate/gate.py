"""The gate: rules that a run has to keep, most of them beside a baseline, and what it broke.

A rule is `NAME<NUMBER` or `NAME>NUMBER` and says when the gate falls. A number with a sign is a change against the
baseline, one without is the value itself:

    recall@5<-0.02         recall@5 fell by more than 0.02
    recall@5/cross<-0.05   … over the questions of type "cross"
    mrr/en-ko<0.8          MRR of English questions on Korean evidence is below 0.8
    newly-failing>3        more than three questions fail that passed before
    failed>0               a question could not be asked at all
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rag.errors import BylineError
from rag.evaluate.compare import Comparison
from rag.evaluate.record import Run
from rag.evaluate.summary import Summary

Figure = TypeVar("Figure")

_RULE = re.compile(r"\s*(?P<name>[^<>/=\s]+)(?:/(?P<cell>[^<>=]+?))?\s*(?P<sign>[<>])\s*(?P<limit>[+-]?\d*\.?\d+)\s*")
_NEWLY_FAILING, _NEWLY_PASSING, _FAILED, _MISSING = "newly-failing", "newly-passing", "failed", "missing"
_COUNTS = (_NEWLY_FAILING, _NEWLY_PASSING, _FAILED, _MISSING)
_SHOWN = 10
_ROUNDING = 1e-9  # a fall of exactly 0.02 is not more than 0.02, whatever its last bit


class BadRule(BylineError):
    """A rule that cannot be read, or that the run at hand has no figure for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When the gate falls: `name`, in the questions of `cell` where one is given, is below or above `limit`.

    `relative` rules are about the change against the baseline.
    """

    written: str
    name: str
    cell: str | None
    below: bool
    limit: float
    relative: bool

    @property
    def counts(self) -> bool:
        """Whether the rule is about a number of questions, not about a metric."""
        return self.name in _COUNTS

    @property
    def needs_baseline(self) -> bool:
        """Whether the rule says nothing about a run by itself."""
        return self.relative or (self.counts and self.name != _FAILED)

    def broken_by(self, value: float) -> bool:
        """Whether `value` is beyond the limit."""
        return value < self.limit - _ROUNDING if self.below else value > self.limit + _ROUNDING


def parse_rule(written: str) -> Rule:
    """The rule that `written` states.

    Raises:
        BadRule: it is not one; the message shows how they are written.
    """
    found = _RULE.fullmatch(written)
    if found is None:
        raise BadRule(f'--fail-on "{written}": not a rule; write one like "recall@5<-0.02" or "newly-failing>3"')
    name, limit = found["name"].replace("_", "-"), found["limit"]
    counts, signed = name in _COUNTS, limit[0] in "+-"
    if counts and (signed or found["cell"]):
        raise BadRule(f'--fail-on "{written}": {name} is a number of questions; write it like "{name}>3"')
    return Rule(written, name if counts else found["name"], found["cell"], found["sign"] == "<", float(limit), signed)


def broken(rules: Sequence[Rule], run: Run) -> tuple[str, ...]:
    """The rules that `run` breaks, a line each with the figures; none where it passes.

    Raises:
        BadRule: a rule is about a baseline, a metric or a cell that the run does not have.
    """
    return tuple(reason for rule in rules for reason in _broken(rule, run))


def _broken(rule: Rule, run: Run) -> Iterator[str]:
    if rule.needs_baseline and run.comparison is None:
        raise BadRule(f'--fail-on "{rule.written}": there is nothing to compare with; give --baseline DIR')
    if rule.counts:
        yield from _too_many(rule, run)
    elif rule.relative:
        assert run.comparison is not None  # checked above
        yield from _changed(rule, run.comparison)
    else:
        yield from _beyond(rule, run.summary)


def _too_many(rule: Rule, run: Run) -> Iterator[str]:
    ids = _named(rule.name, run)
    if rule.broken_by(len(ids)):
        shown = ", ".join(ids[:_SHOWN]) + (f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else "")
        yield f"{rule.written}: {len(ids)} {rule.name.replace('-', ' ')}{f': {shown}' if ids else ''}"


def _named(name: str, run: Run) -> tuple[str, ...]:
    if name == _FAILED:
        return tuple(row.question.id for row in run.rows if row.outcome.error is not None)
    assert run.comparison is not None  # checked by the caller
    lists = {
        _NEWLY_FAILING: run.comparison.newly_failing,
        _NEWLY_PASSING: run.comparison.newly_passing,
        _MISSING: (*run.comparison.missing, *run.comparison.altered),
    }
    return lists[name]


def _changed(rule: Rule, comparison: Comparison) -> Iterator[str]:
    cells = {**comparison.by_type, **_spelt(comparison.by_language)}
    one = _named_figure(rule, comparison.overall if rule.cell is None else _cell(rule, cells))
    if rule.broken_by(one.change):
        spread = "" if one.low is None else f" [{one.low:+.3f}, {one.high:+.3f}]"
        yield f"{rule.written}: {one.before:.3f} → {one.now:.3f}, {one.change:+.3f}{spread} (n {one.n})"


def _beyond(rule: Rule, summary: Summary) -> Iterator[str]:
    cells = {**summary.by_type, **_spelt(summary.by_language)}
    scores = (summary.overall if rule.cell is None else _cell(rule, cells)).scores
    one = _named_figure(rule, {name: score for name, score in scores.items() if score.value is not None})
    assert one.value is not None  # the others were left out
    if rule.broken_by(one.value):
        spread = "" if one.low is None else f" [{one.low:.3f}, {one.high:.3f}]"
        yield f"{rule.written}: {one.value:.3f}{spread} (n {one.n})"


def _spelt(cells: Mapping[tuple[str, str | None], Figure]) -> dict[str, Figure]:
    return {f"{asked}-{written}": cell for (asked, written), cell in cells.items()}


def _cell(rule: Rule, cells: Mapping[str, Figure]) -> Figure:
    assert rule.cell is not None  # asked by rules with a cell alone
    if rule.cell not in cells:
        raise BadRule(f'--fail-on "{rule.written}": no question is in "{rule.cell}"; there are {", ".join(cells)}')
    return cells[rule.cell]


def _named_figure(rule: Rule, figures: Mapping[str, Figure]) -> Figure:
    if rule.name not in figures:
        known = ", ".join(figures) or "none"
        raise BadRule(f'--fail-on "{rule.written}": no question here has {rule.name}; there are {known}')
    return figures[rule.name]
