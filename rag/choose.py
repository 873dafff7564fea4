"""Choosing the k passages out of a ranking: different texts, different articles, different things said.

A question often asks for several facts that stand in several articles; ten passages of the best article answer one of
them ten times.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.answer import Retrieved
from rag.bm25 import Doubles
from rag.candidates import Candidate, PassageReader
from rag.copies import Groups

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
    language: float = 0.3


FITTED = Penalties()


def choose(
    ranked: Sequence[Candidate], k: int, read: PassageReader, penalties: Penalties = FITTED
) -> tuple[Retrieved, ...]:
    """The first k of `ranked` when each choice takes into account what is chosen already (maximal marginal relevance).

    What says the same in the same words as one that is chosen takes no place; it is among that one's copies.
    Source: Carbonell & Goldstein, The Use of MMR (SIGIR 1998); redundancy here is counted in the question's terms.

    Args:
        ranked: best first.
        k: how many to choose.
        read: gives their passages.
        penalties: how much each kind of redundancy counts.
    """
    if not ranked:
        return ()
    left = _in_pool(ranked, k)
    rest = deque(np.flatnonzero(~left))
    chosen = _Chosen(ranked, penalties)
    groups = Groups(ranked, read)
    while left.any() and len(groups) < k:
        best = int(np.argmax(np.where(left, chosen.gains, -np.inf)))
        left[best] = False
        if groups.take(best):
            chosen.take(best)
        elif rest:
            left[rest.popleft()] = True
    for at in (*np.flatnonzero(left), *rest):
        groups.join(int(at))
    return groups.retrieved()


def _in_pool(ranked: Sequence[Candidate], k: int) -> npt.NDArray[np.bool_]:
    """Which passages are chosen from: the best of all and the best of each language."""
    of_language: Counter[str] = Counter()
    inside = np.zeros(len(ranked), bool)
    for rank, one in enumerate(ranked):
        of_language[one.features.language] += 1
        inside[rank] = rank < max(_POOL, k) or of_language[one.features.language] <= _POOL_OF_LANGUAGE
    return inside


class _Chosen:
    """What is chosen so far; `gains` are the scores, less what a further passage would say again."""

    def __init__(self, ranked: Sequence[Candidate], penalties: Penalties) -> None:
        features = [one.features for one in ranked]
        self._penalties = penalties
        self._scores = np.array([one.score for one in ranked])
        self._added = np.stack([one.added for one in ranked])
        self._known = np.zeros(self._added.shape[1])
        self._crowded = np.zeros(len(ranked))
        self._kinds = [
            (penalties.article, _numbered([one.article for one in features])),
            (penalties.outlet, _numbered([one.outlet for one in features])),
            (penalties.language, _numbered([one.language for one in features])),
        ]

    @property
    def gains(self) -> Doubles:
        return self._scores - self._penalties.known * (self._added @ self._known) - self._crowded

    def take(self, at: int) -> None:
        self._known = np.maximum(self._known, self._added[at] > 0)
        for penalty, kinds in self._kinds:
            if kinds[at] >= 0:
                self._crowded += penalty * (kinds == kinds[at])


def _numbered(kinds: Sequence[Hashable]) -> npt.NDArray[np.intp]:
    """A number for each, the same for the same; -1 for None."""
    numbers: dict[Hashable, int] = {None: -1}
    return np.array([numbers.setdefault(kind, len(numbers)) for kind in kinds], np.intp)
