"""Where the terms that are sought stand in many passages, and how often: found in one pass over their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.features import Codes, Features, code, codes, is_break, is_stop, same_term
from rag.bm25 import Counts, Doubles

_BUCKETS = 1 << 16  # nearly all terms are told from all that are sought by the last bits of their codes
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Matches:
    """The places of terms in passages, each of which is its heading and its sentences, in that order.

    Attributes:
        n: how many passages there are.
        terms: how many terms are sought.
        codes: the codes of all passages in a row, shape (c,).
        passage: which passage each code is of, shape (c,).
        places: where in `codes` a sought term stands, shape (m,).
        columns: which term it is, shape (m,).
    """

    n: int
    terms: int
    codes: Codes
    passage: Places
    places: Places
    columns: Places

    def by_passage(self) -> Counts:
        """How often each term stands in each passage, its heading among it."""
        words = self.passage[~is_break(self.codes)]
        return Counts(self._count(self.passage[self.places], self.n), _lengths(words, self.n))

    def by_sentence(self) -> tuple[Counts, Places]:
        """How often each term stands in each sentence, headings left out; and which passage each sentence is of."""
        breaks = np.flatnonzero(is_break(self.codes))
        lengths = np.diff(breaks, prepend=-1) - 1
        counts = self._count(np.searchsorted(breaks, self.places), len(breaks))
        passage = self.passage[breaks]
        sentence = np.diff(passage, prepend=-1) == 0
        return Counts(counts[sentence], lengths[sentence].astype(np.float64)), passage[sentence]

    def by_pair(self, pairs: Sequence[tuple[int, int]]) -> Counts:
        """How often each of `pairs` of terms (by column) stands side by side in each passage, stop words passed over.

        The length of a passage is its number of pairs.
        """
        telling = np.flatnonzero(~is_break(self.codes) & ~is_stop(self.codes))
        column = np.full(len(self.codes), -1)
        column[self.places] = self.columns
        first, second = column[telling][:-1], column[telling][1:]
        passage = self.passage[telling]
        beside = (first >= 0) & (second >= 0) & (passage[:-1] == passage[1:])
        counts = np.zeros((self.n, len(pairs)))
        for at, (one, other) in enumerate(pairs):
            np.add.at(counts[:, at], passage[:-1][beside & (first == one) & (second == other)], 1)
        return Counts(counts, np.maximum(_lengths(passage, self.n) - 1, 0))

    def _count(self, rows: Places, n: int) -> Doubles:
        counted = np.bincount(rows * self.terms + self.columns, minlength=n * self.terms)
        return counted.reshape(n, self.terms).astype(np.float64)


def match(features: Sequence[Features], terms: Sequence[str]) -> Matches:
    """Where `terms`, each once, stand in passages; both count in the order given."""
    whole, lengths = codes(features)
    passage = np.repeat(np.arange(len(features)), lengths)
    if not terms:
        return Matches(len(features), 0, whole, passage, passage[:0], passage[:0])
    sought = same_term(np.array([code(term) for term in terms], np.uint32))
    known = same_term(whole)
    buckets = np.zeros(_BUCKETS, bool)
    buckets[sought % _BUCKETS] = True
    likely = np.flatnonzero(buckets[known % _BUCKETS])
    order = np.argsort(sought)
    nearest = order[np.minimum(np.searchsorted(sought, known[likely], sorter=order), len(order) - 1)]
    same = sought[nearest] == known[likely]
    return Matches(len(features), len(terms), whole, passage, likely[same], nearest[same])


def _lengths(rows: Places, n: int) -> Doubles:
    return np.bincount(rows, minlength=n).astype(np.float64)
