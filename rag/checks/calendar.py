"""Dates and days as prose has them, whole or in part: 5월 21일, the 21st, Tuesday, in 2019, last month."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KOREAN_WEEKDAYS = "월화수목금토일"
PAPERS = "Telegraph|Times|Post|Mirror|Mail|Express|Sun"  # behind a weekday: the Sunday Times is no Sunday
_LONG_WEEKDAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_MONTH = (
    r"(?P<name>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:\.|\b))"
)
# May and March are other words too: alone, a month stands behind one of these.
_BEFORE_MONTH = r"(?:in|by|since|until|from|to|last|this|next|early|late|mid|of|and|through|for|each|every)[\s-]"
_DAY, _YEAR = r"(?P<day>[0-3]?\d)", r"(?P<year>(?:1[5-9]|20)\d\d)"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?<!\d){_YEAR}\s?(?P<mark>[-./])\s?(?P<month>[01]?\d)\s?(?P=mark)\s?{_DAY}(?!\d)",
        rf"(?:(?<!\d){_YEAR}년\s?)?(?<!\d)(?P<month>[01]?\d)월(?:\s?{_DAY}일)?",
        rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?(?![\d:%])(?:,?\s+{_YEAR}(?!\d))?",
        rf"(?<!\d){_DAY}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR}(?!\d))?",
        rf"\b{_MONTH},?\s+{_YEAR}(?!\d)",
        rf"\b{_BEFORE_MONTH}{_MONTH}\b",
        rf"\b(?P<weekday>{_LONG_WEEKDAYS})s?\b(?! (?:{PAPERS})\b)",
        r"(?P<weekday>[월화수목금토일])요일",
        rf"(?<!\d){_YEAR}년",
        rf"(?<![\d.,$£€₩¥+-]){_YEAR}(?![\d%]|[.,]\d|s\b|[가-힣]|\s(?:people|dollars|won|km|miles)\b)",
        r"\bthe\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b(?!\s(?:century|floor|anniversary|minute|birthday|time))",
        r"(?<![\d.,])(?P<day>[0-3]?\d)일(?!간|째|\s?동안)",
    )
)
_ANY_MONTH = re.compile(rf"\b{_MONTH}")
_RELATIVE = {
    "last year": ("year", -1),
    "지난해": ("year", -1),
    "작년": ("year", -1),
    "this year": ("year", 0),
    "올해": ("year", 0),
    "금년": ("year", 0),
    "next year": ("year", 1),
    "내년": ("year", 1),
    "last month": ("month", -1),
    "지난달": ("month", -1),
    "this month": ("month", 0),
    "이달": ("month", 0),
    "이번 달": ("month", 0),
    "next month": ("month", 1),
    "다음 달": ("month", 1),
    "내달": ("month", 1),
    "last week": ("week", -1),
    "지난주": ("week", -1),
    "this week": ("week", 0),
    "이번 주": ("week", 0),
    "next week": ("week", 1),
    "다음 주": ("week", 1),
    "yesterday": ("day", -1),
    "어제": ("day", -1),
    "today": ("day", 0),
    "오늘": ("day", 0),
    "tomorrow": ("day", 1),
    "내일": ("day", 1),
}
_RELATIVES = re.compile(rf"(?<![\w가-힣])(?:{'|'.join(_RELATIVE)})(?![a-z])", re.IGNORECASE)
_NEAR_DAYS = 8  # how far from the day of publication a weekday without a date can lie


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in part: what is written of it, Monday being weekday 0; None for what is not.

    `relative` is a unit and how many of them away, as ("month", -1) for last month.
    """

    written: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    relative: tuple[str, int] | None = None

    @property
    def fields(self) -> tuple[tuple[str, int], ...]:
        """The parts that are known, as name and value, coarsest first."""
        parts = (("year", self.year), ("month", self.month), ("day", self.day), ("weekday", self.weekday))
        return tuple((name, value) for name, value in parts if value is not None)

    def within(self, other: Moment) -> bool:
        """Whether `other` has every part that this has, with the same value."""
        return set(self.fields) <= set(other.fields)


@lru_cache(1000)  # the windows of a passage are read for every claim
def moments(text: str, *, widely: bool = False) -> tuple[Moment, ...]:
    """The dates of `text` in order; the longest reading wins where two overlap.

    Args:
        text: prose in Korean or English.
        widely: take every word that can be a month for one ("the June summit", but also "Theresa May").
    """
    shapes = (*_SHAPES, _ANY_MONTH) if widely else _SHAPES
    found = [moment for shape in shapes for moment in _absolute(shape, text)]
    found += [_relative(match) for match in _RELATIVES.finditer(text)]
    chosen: list[Moment] = []
    for one in sorted(found, key=lambda moment: (moment.start - moment.end, moment.start)):
        if all(one.end <= other.start or other.end <= one.start for other in chosen):
            chosen.append(one)
    return tuple(sorted(chosen, key=lambda moment: moment.start))


def resolved(found: Sequence[Moment], published: str | None) -> list[Moment]:
    """The whole dates that the dates of a text can mean, beside the dates as written.

    Args:
        found: the dates of one text, in order; a part may be said once for several of them.
        published: ISO date of the article, from which "Tuesday" and "last month" count; None where it is not known. A
            text without a date is taken to tell of that day.
    """
    day = date.fromisoformat(published) if published else None
    carried = Moment("", 0, 0)
    meant: list[Moment] = []
    for one in found:
        carried = replace(carried, year=one.year or carried.year, month=one.month or carried.month)
        filled = replace(one, year=one.year or carried.year, month=one.month or (carried.month if one.day else None))
        meant += [one, filled, *(_around(one, day) if day else ())]
    whole = [_on(moment, day_of) for moment in meant if (day_of := _date(moment))]
    return [*meant, *whole, *([_on(Moment("", 0, 0), day)] if day and not found else [])]


def _absolute(shape: re.Pattern[str], text: str) -> Iterator[Moment]:
    for match in shape.finditer(text):
        parts = match.groupdict()
        name, weekday = parts.get("name"), parts.get("weekday")
        month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts.get("month") or 0) or None
        day = int(parts.get("day") or 0) or None
        if (month or 1) > 12 or (day or 1) > 31:
            continue
        year = int(parts["year"]) if parts.get("year") else None
        start = match.start("name") if name and shape.pattern.startswith(rf"\b{_BEFORE_MONTH}") else match.start()
        yield Moment(text[start : match.end()], start, match.end(), year, month, day, _weekday(weekday))


def _weekday(written: str | None) -> int | None:
    if not written:
        return None
    if written in _KOREAN_WEEKDAYS:
        return _KOREAN_WEEKDAYS.index(written)
    return _WEEKDAYS.index(written[:3].lower())


def _relative(match: re.Match[str]) -> Moment:
    return Moment(match.group(), match.start(), match.end(), relative=_RELATIVE[match.group().lower()])


def _around(one: Moment, published: date) -> Iterator[Moment]:
    """The dates near the day of publication that a date in part can mean."""
    if one.relative:
        yield _from(one, published, *one.relative)
    elif one.weekday is not None and one.day is None:
        for days in range(-_NEAR_DAYS, _NEAR_DAYS + 1):
            near = published + timedelta(days=days)
            if near.weekday() == one.weekday:
                yield _on(one, near)
    elif one.month and not one.year:
        for year in (published.year - 1, published.year, published.year + 1):
            yield replace(one, year=year)
    elif one.day and not one.month:
        for months in (-1, 0, 1):
            year, month = divmod(published.year * 12 + published.month - 1 + months, 12)
            yield replace(one, year=year, month=month + 1)


def _from(one: Moment, published: date, unit: str, n: int) -> Moment:
    if unit == "day":
        return _on(one, published + timedelta(days=n))
    if unit == "month":
        year, month = divmod(published.year * 12 + published.month - 1 + n, 12)
        return replace(one, year=year, month=month + 1)
    return replace(one, year=published.year + n) if unit == "year" else one


def _date(moment: Moment) -> date | None:
    if not (moment.year and moment.month and moment.day):
        return None
    try:
        return date(moment.year, moment.month, moment.day)
    except ValueError:  # 31 April is in no calendar
        return None


def _on(moment: Moment, day: date) -> Moment:
    return replace(moment, year=day.year, month=day.month, day=day.day, weekday=day.weekday())
