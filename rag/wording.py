"""Whether two passages say the same in the same words, sentence by sentence. Figures decide before words do.

A copy is a sentence that holds half of another's shingles or more: with one word in five replaced it still does, and
sentences of different articles hold a tenth (ARCHITECTURE.md). One that differs in a figure is another fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.article import Passage, Span
from index.clean import is_prose
from index.dates import find_dates
from index.figures import Figure, figures
from index.sketch import shingles

_ALIKE = 0.5  # of a sentence's shingles, from which another one is a copy of it
_INSIDE = 0.8  # the same, where the sentence is to give way to the other one
_VERSION = 1 / 3  # Jaccard coefficient of two sentences from which one is a version of the other
_COVERED = 0.7  # of a passage's shingles in sentences that have copies, from which the passage is one


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is compared; its span is in file offsets."""

    span: Span
    text: str
    shingles: frozenset[str]

    @property
    def prose(self) -> bool:
        """Whether it is running text, and no headline or byline."""
        return is_prose(self.text)

    def shares(self, other: Sentence) -> float:
        """The share of the shorter one's shingles that both have."""
        return len(self.shingles & other.shingles) / min(len(self.shingles), len(other.shingles))

    def resembles(self, other: Sentence) -> float:
        """The Jaccard coefficient of the two sentences' shingles."""
        return len(self.shingles & other.shingles) / max(len(self.shingles | other.shingles), 1)

    def held_by(self, others: Sequence[Sentence]) -> float:
        """The share of this sentence's shingles that `others` have together."""
        words = frozenset[str]().union(*(other.shingles for other in others))
        return len(self.shingles & words) / len(self.shingles)

    def is_copied_in(self, others: Sequence[Sentence]) -> bool:
        """Whether one of `others` is a copy of this sentence."""
        return any(self.shares(other) >= _ALIKE for other in others)

    def agrees(self, others: Sequence[Sentence]) -> bool:
        """Whether every figure of this sentence is one of `others`."""
        if any(self.text == other.text for other in others):
            return True
        known = [figure for other in others for figure in _figures(other.text)]
        return all(any(mine.agrees(one) for one in known) for mine in _figures(self.text))


def sentence(text: str, span: Span) -> Sentence:
    """The sentence `text`, which stands at `span`."""
    return Sentence(span, text, shingles(text))


def sentences(passage: Passage) -> tuple[Sentence, ...]:
    """The sentences of a passage, without lines that date it or give an address: every copy has its own."""
    texts = [(passage.quote(span), span) for span in passage.sentences]
    found = [sentence(text, span) for text, span in texts if is_prose(text) or not ("@" in text or find_dates(text))]
    return tuple(one for one in found if one.shingles)


def repeats(one: Sequence[Sentence], others: Sequence[Sentence]) -> bool:
    """Whether a passage that stands below `others` adds nothing to them: nearly all of it stands there, figures too.

    A sentence or two of its own are let go where they bring no new figure: a copy's own lead, an outlet's last line.
    """
    copied = 0
    for mine in one:
        alike = [other for other in others if mine.shares(other) >= _ALIKE]
        held = mine.held_by(alike) >= _ALIKE
        if not mine.agrees(alike if held else others):
            return False
        copied += len(mine.shingles) if held else 0
    return copied > 0 and copied >= _COVERED * _size(one)


def stands_inside(one: Sequence[Sentence], other: Sequence[Sentence], *, reworded: bool = False) -> bool:
    """Whether `other` can stand for `one` and loses nothing: a short version whose every sentence the long one has.

    Its headline may be its own, where that brings no new figure. Where both are known to tell the same, their
    sentences may be `reworded` as much as those of other copies.
    """
    least = _ALIKE if reworded else _INSIDE
    copied = 0
    for mine in one:
        alike = [their for their in other if mine.shares(their) >= _ALIKE]
        held = mine.held_by(alike) >= least and mine.agrees(alike)
        if not held and (mine.prose or not mine.agrees(other)):
            return False
        copied += len(mine.shingles) if held else 0
    return copied > 0 and copied >= _COVERED * _size(one)


@lru_cache(maxsize=4096)
def _figures(text: str) -> tuple[Figure, ...]:
    return tuple(figures(text))


def _size(some: Sequence[Sentence]) -> int:
    return sum(len(one.shingles) for one in some)


def version_of(quote: str, others: Sequence[Sentence]) -> Span | None:
    """The span of that one of `others` which is nearest to `quote`; None where none is near or their figures differ."""
    mine = sentence(quote, Span(0, len(quote)))
    alike = [other for other in others if mine.agrees([other]) and other.agrees([mine])]
    nearest = max(alike, key=mine.resembles, default=None)
    return nearest.span if nearest and mine.resembles(nearest) >= _VERSION else None
