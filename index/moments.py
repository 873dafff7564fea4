"""Mean and variance of a query's cosines over all vectors of a collection, without a scan.

With n vectors x, their sum and the sum of their outer products kept, the cosines q·x of a unit query q have
mean = q·μ and variance = qᵀ(Σxxᵀ/n − μμᵀ)q, exactly. The sums add and subtract as files come and go.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.embed import Vectors

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """The kept sums of a set of vectors: how many, their sum (d,), the sum of their outer products (d, d)."""

    n: int
    total: Doubles
    outer: Doubles

    @classmethod
    def empty(cls, dimensions: int) -> Moments:
        """The sums of no vectors."""
        return cls(0, np.zeros(dimensions), np.zeros((dimensions, dimensions)))

    @classmethod
    def from_bytes(cls, n: int, total: bytes, outer: bytes) -> Moments:
        """The sums that `to_bytes` wrote."""
        sums = np.frombuffer(total, np.float64)
        return cls(n, sums, np.frombuffer(outer, np.float64).reshape(len(sums), len(sums)))

    def to_bytes(self) -> tuple[int, bytes, bytes]:
        """n, and the bytes of the two sums as float64."""
        return self.n, self.total.tobytes(), self.outer.tobytes()

    def plus(self, vectors: Vectors) -> Moments:
        """The sums with the rows of `vectors` (shape (m, d)) added."""
        rows = vectors.astype(np.float64)
        return Moments(self.n + len(rows), self.total + rows.sum(axis=0), self.outer + rows.T @ rows)

    def minus(self, vectors: Vectors) -> Moments:
        """The sums with the rows of `vectors` (shape (m, d)) taken away."""
        rows = vectors.astype(np.float64)
        return Moments(self.n - len(rows), self.total - rows.sum(axis=0), self.outer - rows.T @ rows)

    def joined(self, other: Moments) -> Moments:
        """The sums of both sets together."""
        return Moments(self.n + other.n, self.total + other.total, self.outer + other.outer)

    def spread(self, query: Vectors) -> tuple[float, float]:
        """Mean and variance of the cosines of a unit `query` (shape (d,)) with all the vectors; n must not be 0."""
        q = query.astype(np.float64)
        mean = float(q @ self.total) / self.n
        second = float(q @ self.outer @ q) / self.n
        return mean, max(second - mean * mean, 0.0)


def of_meanings(language: str) -> str:
    """The name that the sums of a language's passages, as the second encoder sees them, are kept under."""
    return f"{language}/meanings"


def of_sentences(language: str) -> str:
    """The name that the sums of a language's sentences, as the second encoder sees them, are kept under."""
    return f"{language}/sentences"
