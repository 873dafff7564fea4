"""Units of measure: what a figure counts, by the sign before it or the word behind it; units.toml lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rag.checks.word_lists import word_lists

_REACH = 32  # characters behind a figure in which its unit can stand
# Nobody is misled when these are left out: "Kim, 35", "a toll of 832", "two ahead".
IMPLIED = frozenset({"people", "time", "months", "points", "degrees"})
# Between a figure and its unit: "5 여 명", "30 US dollars", "10-kilometre".
_BETWEEN = (
    r"(?:st|nd|rd|th)?\s{0,2}-?(?:여\s?|(?:US|U\.S\.|American|Canadian|Australian|Korean|Hong Kong|Singapore)\s)?"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `dimension` tells what it measures, `factor` what one of it is in the dimension's first unit."""

    name: str
    dimension: str
    factor: float
    spelling: re.Pattern[str]

    def stands_in(self, text: str) -> bool:
        """Whether `text` names the unit anywhere: "between 8 and 10 percent" says it once."""
        return self.spelling.search(text) is not None


@dataclass(frozen=True, slots=True)
class _Table:
    before: Mapping[str, Unit]
    behind: Mapping[str, Unit]
    before_pattern: re.Pattern[str]
    behind_pattern: re.Pattern[str]


def unit_of(text: str, start: int, end: int) -> tuple[Unit | None, int, int]:
    """The unit of the figure at `text[start:end]`, None for a plain number; and where both together stand."""
    table = _table()
    if ahead := table.before_pattern.search(text, max(0, start - 6), start):
        return table.before[_folded(ahead["unit"])], ahead.start(), end
    if behind := table.behind_pattern.match(text, end, end + _REACH):
        return table.behind[_folded(behind["unit"])], start, behind.end()
    return None, start, end


@cache
def _table() -> _Table:
    lists = word_lists("units")
    before: dict[str, Unit] = {}
    behind: dict[str, Unit] = {}
    for dimension, units in lists.items():
        for name, entry in units.items():
            unit = _unit(name, dimension, entry)
            before |= {_folded(sign): unit for sign in _words(entry, "before")}
            behind |= {_folded(word): unit for key in ("en", "ko") for word in _words(entry, key)}
    signs, words = (f"(?P<unit>{'|'.join(map(re.escape, _longest_first(table)))})" for table in (before, behind))
    return _Table(
        before,
        behind,
        re.compile(rf"(?<![A-Za-z]){signs}\s?$", re.IGNORECASE),
        re.compile(rf"{_BETWEEN}{words}(?:(?<![A-Za-z])|(?![A-Za-z]))(?!기|대)", re.IGNORECASE),
    )


def _unit(name: str, dimension: str, entry: Mapping[str, Any]) -> Unit:
    latin = [rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])" for word in _words(entry, "en")]
    others = [re.escape(word) for key in ("before", "ko") for word in _words(entry, key)]
    return Unit(name, dimension, float(entry.get("factor", 1)), re.compile("|".join([*latin, *others]), re.IGNORECASE))


def _words(entry: Mapping[str, Any], key: str) -> Iterator[str]:
    return (word.strip() for word in entry.get(key, "").split(",") if word.strip())


def _longest_first(table: Mapping[str, Unit]) -> list[str]:
    return sorted(table, key=len, reverse=True)


def _folded(word: str) -> str:
    return word.casefold()
