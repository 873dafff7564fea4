"""Choosing the k passages out of a ranking: different texts, different articles, different things said.

A question often asks for several facts that stand in several articles; ten passages of the best article answer one of
them ten times.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from index.article import Article, Passage
from rag.answer import Place, Retrieved
from rag.bm25 import Doubles

_POOL, _POOL_OF_LANGUAGE = 60, 8  # passages that are chosen from, of all and at least of each language
_KNOWN = 0.06  # off the score for each unit of BM25 that a chosen passage has brought already
_SAME_ARTICLE = 0.3  # off for each chosen passage of the same article
_SAME_OUTLET = 0.3
_SAME_LANGUAGE = 0.6  # a little of the other languages is worth seeing


def choose(ranked: Sequence[Retrieved], added: Mapping[str, Doubles], k: int) -> tuple[Retrieved, ...]:
    """The first k of `ranked` when each choice takes into account what is chosen already (maximal marginal relevance).

    Source: Carbonell & Goldstein, The Use of MMR (SIGIR 1998); redundancy here is counted in the question's terms.

    Args:
        ranked: different texts, best first.
        added: for passages of the question's language, by id, what each of its terms adds to their BM25.
        k: how many to choose.
    """
    left = _pool(ranked, k)
    chosen = _Chosen(added)
    while left and len(chosen.passages) < k:
        best = max(left, key=lambda one: one.score - chosen.redundancy(one.passage))
        left.remove(best)
        chosen.take(best)
    return tuple(chosen.passages)


def _pool(ranked: Sequence[Retrieved], k: int) -> list[Retrieved]:
    """The passages that are chosen from: the best of all, and the best of each language."""
    of_language: Counter[str] = Counter()
    pool = []
    for rank, one in enumerate(ranked):
        of_language[one.passage.language] += 1
        if rank < max(_POOL, k) or of_language[one.passage.language] <= _POOL_OF_LANGUAGE:
            pool.append(one)
    return pool


class _Chosen:
    """What is chosen so far, and how little a further passage would add to it."""

    def __init__(self, added: Mapping[str, Doubles]) -> None:
        self.passages: list[Retrieved] = []
        self._added = added
        self._known: Doubles | None = None
        self._articles: Counter[Article] = Counter()
        self._outlets: Counter[str | None] = Counter()
        self._languages: Counter[str] = Counter()

    def take(self, one: Retrieved) -> None:
        self.passages.append(one)
        article = one.passage.article
        self._articles[article] += 1
        self._outlets[article.outlet] += article.outlet is not None
        self._languages[one.passage.language] += 1
        brought = self._added.get(one.passage.id)
        if brought is not None:
            held = (brought > 0).astype(np.float64)
            self._known = held if self._known is None else np.maximum(self._known, held)

    def redundancy(self, passage: Passage) -> float:
        brings = self._added.get(passage.id)
        again = float(brings @ self._known) if brings is not None and self._known is not None else 0.0
        return (
            _KNOWN * again
            + _SAME_ARTICLE * self._articles[passage.article]
            + _SAME_OUTLET * self._outlets[passage.article.outlet]
            + _SAME_LANGUAGE * self._languages[passage.language]
        )


def collapse(ranked: Sequence[Retrieved]) -> tuple[Retrieved, ...]:
    """The different texts of `ranked`; a text that stands in several places keeps the best one.

    The other places go into the `also_in` of the one that is kept.
    """
    kept: dict[str, Retrieved] = {}
    places: dict[str, list[Place]] = {}
    for one in ranked:
        key = _folded(one.passage)
        if key in kept:
            passage = one.passage
            places[key].append(Place(passage.source, passage.span.start, passage.span.end))
        else:
            kept[key] = one
            places[key] = []
    return tuple(replace(one, also_in=tuple(places[key])) for key, one in kept.items())


def _folded(passage: Passage) -> str:
    return "".join(unicodedata.normalize("NFC", passage.own_words).casefold().split())
