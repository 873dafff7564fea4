"""Wording: where a claim follows its source piece by piece, the few places in which the two differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from index.terms import Piece, Terms
from rag.checks.source import language_of

_MOST = 5  # pieces that a difference may span, on either side


@dataclass(frozen=True, slots=True)
class Text:
    """A text in pieces, and its language."""

    pieces: tuple[Piece, ...]
    language: str

    @classmethod
    def of(cls, text: str, terms: Terms) -> Text:
        """The pieces of `text`."""
        language = language_of(text)
        return cls(tuple(terms.pieces(text, language)), language)

    @property
    def stems(self) -> list[str]:
        """What the pieces are compared by."""
        return [piece.stem for piece in self.pieces]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a claim has in one place, and what its source has there; one of the two may be empty."""

    claimed: tuple[Piece, ...]
    cited: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much of a claim stands in its source in the same order, 0 to 1, and the short differences in between."""

    followed: float
    differences: tuple[Difference, ...]


def compared(claim: Text, source: Text) -> Comparison:
    """A claim beside a source of the same language, aligned by their longest common runs (Ratcliff and Obershelp)."""
    matcher = SequenceMatcher(None, claim.stems, source.stems, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    followed = sum(block.size for block in blocks) / max(1, len(claim.pieces))
    ends = [(block.a, block.b, block.a + block.size, block.b + block.size) for block in blocks]
    return Comparison(followed, tuple(_differences(claim.pieces, source.pieces, ends)))


def _differences(
    claim: Sequence[Piece], source: Sequence[Piece], runs: Sequence[tuple[int, int, int, int]]
) -> Iterator[Difference]:
    """The gaps between the common runs; at either end only as much of the source as the claim has there."""
    if not runs:
        return
    first, last = runs[0], runs[-1]
    if 0 < first[0] <= _MOST:
        yield Difference(tuple(claim[: first[0]]), tuple(source[max(0, first[1] - first[0]) : first[1]]))
    for (_, _, a, b), (next_a, next_b, _, _) in pairwise(runs):
        if max(next_a - a, next_b - b) <= _MOST:
            yield Difference(tuple(claim[a:next_a]), tuple(source[b:next_b]))
    left = len(claim) - last[2]
    if 0 < left <= _MOST:
        yield Difference(tuple(claim[last[2] :]), tuple(source[last[3] : last[3] + left]))
