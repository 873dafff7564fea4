"""Passages of one ranking before they are read: what was scored, by what, and how to read the few that are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from index.article import Passage
from index.features import Features
from rag.bm25 import Doubles

PassageReader = Callable[[Sequence[str]], Mapping[str, Passage]]
"""Gives the passages of ids, by id."""


class Candidate(NamedTuple):
    """A passage that may be among the results; a tuple, since a question makes hundreds.

    `signals` are the values of `rag.rank.Signals`, in the order of its fields; `added` is what each of the question's
    terms adds to its BM25, shape (terms,); zeros in other languages than the question's.
    """

    features: Features
    score: float
    signals: Doubles
    added: Doubles


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best first, the newer first among equals, and never by chance."""
    found = sorted(candidates, key=lambda one: one.features.id)
    found.sort(key=lambda one: one.features.published or "", reverse=True)
    found.sort(key=lambda one: one.score, reverse=True)
    return found
