"""Dates: every date of a claim is one that the cited words name, or mean on the day their article was published."""

from __future__ import annotations

from collections.abc import Sequence

from rag.checks.calendar import Moment, moments, resolved
from rag.checks.numbers import quantities
from rag.checks.source import Fault, Source, against


def date_faults(claim: str, sources: Sequence[Source]) -> list[Fault]:
    """The dates of `claim` that none of its sources gives."""
    named = [one for source in sources for one in moments(source.text)]
    meant = [one for source in sources for one in resolved(moments(source.text, widely=True), source.published)]
    counted = {value for source in sources for one in quantities(source.text) for value in one.values}
    stated = moments(claim)
    unplaced = [one for source in sources for one in _unplaced(source)]
    faults = (
        _fault(one, stated, named, meant, counted)
        for one in stated
        if not any(_may_be(one, other) for other in unplaced)
    )
    return [fault for fault in faults if fault]


def _unplaced(source: Source) -> list[Moment]:
    """The days of a source that stand in no month, in an article of an unknown day: 23일 may be a Sunday."""
    found = moments(source.text)
    if source.published or any(one.month for one in found):
        return []
    return [one for one in found if one.day]


def _may_be(one: Moment, other: Moment) -> bool:
    known = dict(other.fields)
    return one.year is None and bool(one.fields) and all(known.get(name, value) == value for name, value in one.fields)


def dated_spans(claim: str) -> list[tuple[int, int]]:
    """Where the dates of `claim` stand: their figures are no numbers."""
    return [(one.start, one.end) for one in moments(claim)]


def _fault(
    one: Moment, stated: Sequence[Moment], named: Sequence[Moment], meant: Sequence[Moment], counted: set[float]
) -> Fault | None:
    if one.relative:
        return _relative_fault(one, named)
    if any(one.within(other) for other in meant):
        return None
    if len(one.fields) == 1 and one.fields[0][1] in counted and one.weekday is None and one.month is None:
        return None  # "the 21st" of a list, "2024 seats"
    finest = one.fields[-1][0]
    others = [
        other.written
        for other in named
        if finest in dict(other.fields) and not any(other.fields == also.fields for also in stated)
    ]
    return against(one.written, others[0] if len(set(others)) == 1 else None)


def _relative_fault(one: Moment, named: Sequence[Moment]) -> Fault | None:
    """A "last month" is held against a source only where that has another month of its own, and not this one."""
    assert one.relative
    unit, _ = one.relative
    others = [other for other in named if other.relative and other.relative[0] == unit]
    if not others or any(other.relative == one.relative for other in others):
        return None
    return against(one.written, others[0].written)
