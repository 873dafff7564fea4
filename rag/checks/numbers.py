"""Numbers: every figure of a claim stands in the cited words, worth the same and counting the same.

A claim is read strictly (digits, and number words from two up), its source as widely as it may be meant ("both" is 2).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from index.figures import Figure, figures
from rag.checks.around import HANGUL
from rag.checks.calendar import moments
from rag.checks.korean_numerals import numerals
from rag.checks.source import Fault, Source, against
from rag.checks.units import IMPLIED, Unit, unit_of
from rag.checks.word_lists import word_lists

_SAME = 1e-9  # relative
# Words before a figure, or Korean ones behind it, that say it was rounded; and by how much it may then be off.
_HEDGED = re.compile(r"(?:about|around|nearly|almost|roughly|approximately|약|대략|거의)\s$", re.IGNORECASE)
_HEDGED_BEHIND = re.compile(r"\s?(?:가까이|가량|정도|안팎|남짓)")
_ROUNDING = 0.05
# Words that count nothing by themselves: "the second", "may", "one of".
_NO_CARDINAL = frozenset(
    [
        "zero",
        "one",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)
_DOTTED_CLOCK = re.compile(r"(?<=\d)\.(?=[0-5]\d\s?[ap]\.?m\b)", re.IGNORECASE)  # 7.55am
_MILLION = 10**6
_DECADE = re.compile(r"(?:1[89]|20)(\d0)s|['’](\d\d)s?\b")
_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})[:.](\d\d)(?![\d.])")
_AFTERNOON = re.compile(r"(?:오후|저녁|밤)\s?(\d{1,2})\s?시|(\d{1,2})(?:[:.]\d\d)?\s?p\.?m", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its unit: `written` as it stands, `values` what the figure can be worth in that unit."""

    written: str
    values: frozenset[float]
    unit: Unit | None
    start: int
    end: int
    hedged: bool = False

    def agrees(self, other: Quantity) -> bool:
        """Whether both can be worth the same, whatever they count; a rounded claim need only be near."""
        near = _ROUNDING if self.hedged else _SAME
        mine, others = (self.unit.factor, other.unit.factor) if self.unit and other.unit else (1.0, 1.0)
        return any(math.isclose(one * mine, two * others, rel_tol=near) for one in self.values for two in other.values)


@lru_cache(1000)  # the windows of a passage are read for every claim
def quantities(text: str) -> tuple[Quantity, ...]:
    """What `text` states in digits, or in number words from two up, with units, in order."""
    text = _DOTTED_CLOCK.sub(":", text)
    stated = [_in_metres(text, one) for one in figures(text) if not _counts_nothing(text, one)]
    return tuple(sorted((_quantity(text, one) for one in stated), key=lambda one: one.start))


def _in_metres(text: str, figure: Figure) -> Figure:
    """A figure with an m behind it, which in Korean measures and stands for no million."""
    if not (figure.written[-1] == "m" and HANGUL.search(text)):
        return figure
    values = frozenset(value / _MILLION for value in figure.values)
    return replace(figure, written=figure.written[:-1], values=values, end=figure.end - 1)


def _counts_nothing(text: str, figure: Figure) -> bool:
    """Whether a figure is a word that means something else as often as not, or the minutes of a full hour."""
    if figure.in_words:
        return figure.values == {1.0} or figure.written.casefold() in _NO_CARDINAL
    return figure.written == "00" and text[figure.start - 1 : figure.start] == ":"


def number_faults(claim: str, sources: Sequence[Source], dated: Collection[tuple[int, int]] = ()) -> list[Fault]:
    """The figures of `claim` that its sources do not state; those inside the spans `dated` are left to the dates.

    What counts something is not borne out by a figure of a date: "six weeks" is not in "November 6".
    """
    stated = [one for one in quantities(claim) if not _inside(one, dated)]
    wide = [one for source in sources for one in _read_widely(source.text)]
    counted = [one for source in sources for one in quantities(source.text) if not _inside(one, _days(source.text))]
    known = [*wide, *(one for source in sources for one in quantities(source.text))]
    cited = "\n".join(source.text for source in sources)
    faults = (_fault(one, stated, [*wide, *counted] if one.unit else known, cited) for one in stated)
    return [fault for fault in faults if fault]


def _fault(one: Quantity, stated: Sequence[Quantity], known: Sequence[Quantity], cited: str) -> Fault | None:
    if any(one.agrees(other) and _same_unit(one, other, cited) for other in known):
        return None
    return against(one.written, _instead(one, stated, known))


def _same_unit(one: Quantity, other: Quantity, cited: str) -> bool:
    if one.unit is None or other.unit is None:
        return one.unit is None or one.unit.dimension in IMPLIED or one.unit.stands_in(cited)
    return one.unit.dimension == other.unit.dimension


def _instead(one: Quantity, stated: Sequence[Quantity], known: Sequence[Quantity]) -> str | None:
    """What the source says in place of a figure: the one of the same kind that the claim does not state elsewhere."""
    dimension = one.unit.dimension if one.unit else None
    others = [
        other
        for other in known
        if other.end > other.start
        and (other.unit.dimension if other.unit else None) == dimension
        and not any(other.agrees(also) for also in stated if also is not one)
    ]
    same_value = [other for other in known if other.end > other.start and one.agrees(other)]
    found = same_value or others
    return found[0].written if len({other.written for other in found}) == 1 else None


def _quantity(text: str, figure: Figure) -> Quantity:
    unit, start, end = unit_of(text, figure.start, figure.end)
    hedged = bool(_HEDGED.search(text, max(0, start - 14), start) or _HEDGED_BEHIND.match(text, figure.end))
    return Quantity(text[start:end].strip(), figure.values, unit, start, end, hedged)


def _inside(one: Quantity, spans: Collection[tuple[int, int]]) -> bool:
    return any(start <= one.start and one.start < end for start, end in spans)


def _days(text: str) -> list[tuple[int, int]]:
    """Where the days of a month stand that `text` names."""
    return [(one.start, one.end) for one in moments(text) if one.month]


@lru_cache(1000)
def _read_widely(text: str) -> tuple[Quantity, ...]:
    return tuple(_wide_readings(text))


def _wide_readings(text: str) -> Iterator[Quantity]:
    """What else the words of a source can be worth; such readings have no place in the text."""
    read = [_quantity(text, figure) for figure in figures(text)]
    yield from (replace(one, start=0, end=0) for one in read if not _inside(one, _days(text)))
    listed = _numerals()
    for match in re.finditer(r"[a-z]+|[가-힣]+", text.casefold()):
        word = match.group()
        if not any(one.start <= match.start() < one.end for one in read):
            for numeral in (word, *(word[:length] for length in (1, 2, 3) if "가" <= word[0] <= "힣")):
                if numeral in listed:
                    yield _loose(numeral, listed[numeral])
    for written, value in numerals(text):
        yield _loose(written, {value})
    for match in _AFTERNOON.finditer(text):
        yield _loose(match.group(), {float(match[1] or match[2]) + 12})
    for match in _CLOCK.finditer(text):
        hour, minute = map(float, match.groups())
        yield _loose(match.group(), {hour, minute, hour - 12} if hour > 12 else {hour, minute})
    for match in _DECADE.finditer(text):
        yield _loose(match.group(), {float(match[1] or match[2])})


def _loose(written: str, values: Collection[float]) -> Quantity:
    return Quantity(written, frozenset(values), None, 0, 0)


@cache
def _numerals() -> dict[str, set[float]]:
    lists = word_lists("numerals")
    found: dict[str, set[float]] = {}
    for value, words in lists.items():
        for word in words.split():
            found.setdefault(word, set()).add(float(value))
    return found
