"""Choosing the k passages out of a ranking: different texts, different articles, different things said.

A question often asks for several facts that stand in several articles; ten passages of the best article answer one of
them ten times.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.article import Article, Passage
from rag.answer import Place, Retrieved
from rag.bm25 import Doubles

_POOL, _POOL_OF_LANGUAGE = 60, 8  # passages that are chosen from, of all and at least of each language


@dataclass(frozen=True, slots=True)
class Penalties:
    """What comes off a passage's score for what is chosen already.

    `known` for each unit of BM25 that a chosen passage has brought already, the others for each chosen passage of the
    same article, outlet and language: a little of the other languages is worth seeing.
    """

    known: float = 0.06
    article: float = 0.3
    outlet: float = 0.3
    language: float = 0.6


FITTED = Penalties()


def choose(
    ranked: Sequence[Retrieved], added: Mapping[str, Doubles], k: int, penalties: Penalties = FITTED
) -> tuple[Retrieved, ...]:
    """The first k of `ranked` when each choice takes into account what is chosen already (maximal marginal relevance).

    Source: Carbonell & Goldstein, The Use of MMR (SIGIR 1998); redundancy here is counted in the question's terms.

    Args:
        ranked: different texts, best first.
        added: for passages of the question's language, by id, what each of its terms adds to their BM25.
        k: how many to choose.
        penalties: how much each kind of redundancy counts.
    """
    left = [(one, added.get(one.passage.id)) for one in _pool(ranked, k)]
    chosen = _Chosen(penalties)
    while left and len(chosen.passages) < k:
        scores = [one.score - chosen.redundancy(one.passage, brings) for one, brings in left]
        chosen.take(*left.pop(scores.index(max(scores))))
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

    def __init__(self, penalties: Penalties) -> None:
        self.passages: list[Retrieved] = []
        self._penalties = penalties
        self._known: Doubles | None = None
        self._articles: Counter[Article] = Counter()
        self._outlets: Counter[str | None] = Counter()
        self._languages: Counter[str] = Counter()

    def take(self, one: Retrieved, brings: Doubles | None) -> None:
        self.passages.append(one)
        article = one.passage.article
        self._articles[article] += 1
        self._outlets[article.outlet] += article.outlet is not None
        self._languages[one.passage.language] += 1
        if brings is not None:
            held = (brings > 0).astype(np.float64)
            self._known = held if self._known is None else np.maximum(self._known, held)

    def redundancy(self, passage: Passage, brings: Doubles | None) -> float:
        again = float(brings @ self._known) if brings is not None and self._known is not None else 0.0
        return (
            self._penalties.known * again
            + self._penalties.article * self._articles[passage.article]
            + self._penalties.outlet * self._outlets[passage.article.outlet]
            + self._penalties.language * self._languages[passage.language]
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
