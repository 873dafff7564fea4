"""Calendar dates as news pages write them, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from index.article import Span

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?(?P<mark>[-./])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)년\s?(?P<month>\d{1,2})월\s?(?P<day>\d{1,2})일",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>(?:19|20)\d\d)(?!\d)",
    )
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A full date in a text: where it stands, and the day it names as an ISO date."""

    span: Span
    iso: str


def find_dates(text: str) -> list[FoundDate]:
    """Every full calendar date (year, month and day) of `text`, in order; days that do not exist are passed over."""
    return sorted(_matches(text), key=lambda found: found.span.start)


def _matches(text: str) -> Iterator[FoundDate]:
    for shape in _SHAPES:
        for match in shape.finditer(text):
            try:
                day = date(int(match["year"]), _month(match["month"]), int(match["day"]))
            except ValueError:  # 2024-13-45 is a number of something else
                continue
            yield FoundDate(Span(*match.span()), day.isoformat())


def _month(written: str) -> int:
    return int(written) if written.isdigit() else _MONTHS.index(written[:3].lower()) + 1


def as_number(iso: str | None) -> int:
    """An ISO date as Chroma compares it: 2022-05-21 is 20220521, no date is 0."""
    return int(iso.replace("-", "")) if iso else 0
