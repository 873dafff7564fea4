"""Bounds: a claim says "less than" a figure where its source says "more than" it; bounds.toml has the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from rag.checks.numbers import Quantity, quantities
from rag.checks.source import Fault, Source
from rag.checks.word_lists import word_lists

_REACH = 24  # characters before or behind a figure in which its bound can stand


def bound_faults(claim: str, sources: Sequence[Source]) -> list[Fault]:
    """The figures of `claim` that its sources bound from the other side alone."""
    cited = [(source.text, one) for source in sources for one in quantities(source.text)]
    faults = []
    for figure in quantities(claim):
        side = _side(claim, figure)
        rivals = [(text, one) for text, one in cited if side and figure.agrees(one)]
        if rivals and all(_side(text, one) not in (side, None) for text, one in rivals):
            text, one = rivals[0]
            faults.append(
                Fault(f"it says '{_shown(claim, figure)}' where the cited text says '{_shown(text, one)}'", True)
            )
    return faults


def _side(text: str, figure: Quantity) -> str | None:
    """`least` or `most`, as the words around a figure bound it from below or above; None where nothing does."""
    return next((side for side, _, _ in _bounds(text, figure)), None)


def _shown(text: str, figure: Quantity) -> str:
    """A figure with its bound, as written."""
    return next((text[start:end].strip() for _, start, end in _bounds(text, figure)), figure.written)


def _bounds(text: str, figure: Quantity) -> Iterator[tuple[str, int, int]]:
    for side, (before, behind) in _patterns().items():
        if match := before.search(text, max(0, figure.start - _REACH), figure.start):
            yield side, match.start(), figure.end
        if match := behind.match(text, figure.end, figure.end + _REACH):
            yield side, figure.start, match.end()


@cache
def _patterns() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """What stands right before and right behind a figure that is bounded, by side."""
    lists = word_lists("bounds")
    return {
        side: (
            re.compile(rf"(?<![\w가-힣])(?:{words['before']})\s?(?:a|an|the|[$£€₩])?\s?$", re.IGNORECASE),
            re.compile(rf"(?:여?\s?[가-힣]{{1,3}})?\s?(?:{words['behind']})", re.IGNORECASE),
        )
        for side, words in lists.items()
    }
