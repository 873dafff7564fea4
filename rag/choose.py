"""Choosing the k passages out of a ranking: different texts, different articles, different things said.

A question often asks for several facts that stand in several articles; ten passages of the best article answer one of
them ten times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from index.article import Article, Passage
from index.sketch import Sketch
from rag.answer import Retrieved
from rag.bm25 import Doubles
from rag.copies import Groups

_POOL, _POOL_OF_LANGUAGE = 60, 8  # passages that are chosen from, of all and at least of each language
_KNOWN = 0.06  # off the score for each unit of BM25 that a chosen passage has brought already
_SAME_ARTICLE = 0.3  # off for each chosen passage of the same article
_SAME_OUTLET = 0.3
_SAME_LANGUAGE = 0.6  # a little of the other languages is worth seeing


def choose(
    ranked: Mapping[str, Retrieved], sketches: Mapping[str, Sketch], added: Mapping[str, Doubles], k: int
) -> tuple[Retrieved, ...]:
    """The first k of `ranked` when each choice takes into account what is chosen already (maximal marginal relevance).

    What says the same in the same words as one that is chosen takes no place; it is among that one's copies.
    Source: Carbonell & Goldstein, The Use of MMR (SIGIR 1998); redundancy here is counted in the question's terms.

    Args:
        ranked: passages by id, best first.
        sketches: of each of them, by id.
        added: for passages of the question's language, by id, what each of its terms adds to their BM25.
        k: how many to choose.
    """
    left, rest = _pool(ranked, k)
    chosen = _Chosen(added)
    groups = Groups(ranked, sketches)
    while left and len(groups) < k:
        best = max(left, key=lambda one: ranked[one].score - chosen.redundancy(one, ranked[one].passage))
        left.remove(best)
        if groups.take(best):
            chosen.take(best, ranked[best].passage)
        else:
            left.extend(rest[:1])
            del rest[:1]
    for id in (*left, *rest):
        groups.join(id)
    return groups.retrieved()


def _pool(ranked: Mapping[str, Retrieved], k: int) -> tuple[list[str], list[str]]:
    """The ids that are chosen from, the best of all and the best of each language; and the rest."""
    of_language: Counter[str] = Counter()
    pool: list[str] = []
    rest: list[str] = []
    for rank, (id, one) in enumerate(ranked.items()):
        of_language[one.passage.language] += 1
        if rank < max(_POOL, k) or of_language[one.passage.language] <= _POOL_OF_LANGUAGE:
            pool.append(id)
        else:
            rest.append(id)
    return pool, rest


class _Chosen:
    """What is chosen so far, and how little a further passage would add to it."""

    def __init__(self, added: Mapping[str, Doubles]) -> None:
        self._added = added
        self._known: Doubles | None = None
        self._articles: Counter[Article] = Counter()
        self._outlets: Counter[str | None] = Counter()
        self._languages: Counter[str] = Counter()

    def take(self, id: str, passage: Passage) -> None:
        article = passage.article
        self._articles[article] += 1
        self._outlets[article.outlet] += article.outlet is not None
        self._languages[passage.language] += 1
        brought = self._added.get(id)
        if brought is not None:
            held = (brought > 0).astype(np.float64)
            self._known = held if self._known is None else np.maximum(self._known, held)

    def redundancy(self, id: str, passage: Passage) -> float:
        brings = self._added.get(id)
        again = float(brings @ self._known) if brings is not None and self._known is not None else 0.0
        return (
            _KNOWN * again
            + _SAME_ARTICLE * self._articles[passage.article]
            + _SAME_OUTLET * self._outlets[passage.article.outlet]
            + _SAME_LANGUAGE * self._languages[passage.language]
        )
