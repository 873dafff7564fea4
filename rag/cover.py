"""How much of a question the words of a passage or sentence cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set

from rag.rank import Sought


class Cover:
    """The words of a question, looked up by the terms that stand for them: made once, asked of every sentence."""

    def __init__(self, sought: Sequence[Sought]) -> None:
        self._weights = [word.weight for word in sought]
        self._total = sum(self._weights)
        self._standing: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, word in enumerate(sought):
            for term, strength in word.terms.items():
                self._standing[term].append((at, strength))

    def strengths(self, terms: Set[str]) -> list[float]:
        """For each word of the question how surely, 0 to 1, one of `terms` stands for it."""
        best = [0.0] * len(self._weights)
        for term in self._standing.keys() & terms:
            for at, strength in self._standing[term]:
                best[at] = max(best[at], strength)
        return best

    def share(self, terms: Set[str]) -> float:
        """The share, 0 to 1, of the weight of the question's words that `terms` cover."""
        if not self._total or self._standing.keys().isdisjoint(terms):
            return 0.0
        covered = zip(self._weights, self.strengths(terms), strict=True)
        return sum(weight * strength for weight, strength in covered) / self._total
