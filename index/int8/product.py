"""Products of many unit rows with a few vectors, in a byte a number: near enough to say which rows to look at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from index.embed import Halves, Vectors
from index.int8.graph import MICROSOFT, Graph
from index.int8.session import open_session

_ROW_LEVELS = 127
_VECTOR_LEVELS = (
    63  # around 64 they stay below 128: two of their products fit into the 16 bits that some processors use
)
_ZERO = 64
_LEAST = 1e-9
_DEVIATIONS = 6
_FLOAT32 = 1e-6  # what a product of unit rows is off by anyway
_BLOCK = 64
_AT_ONCE = 4096  # rows; all of them once more in float32 would be hundreds of megabytes


@dataclass(frozen=True, slots=True)
class Products:
    """The products of m vectors with n rows, nearly, so that they can be put in order.

    Attributes:
        scores: shape (m, places): n products, and minus infinity behind them up to whole blocks.
        maxima: the highest score of each block, shape (m, blocks).
        shift: how much more each vector's products are than its scores, shape (m,).
        off: how far off a score may be.
    """

    scores: Vectors
    maxima: Vectors
    shift: Vectors
    off: float

    def inside(self, rows: npt.NDArray[np.bool_]) -> Products:
        """The same with minus infinity for all but `rows`, a mask of shape (n,)."""
        places = np.pad(rows, (0, self.scores.shape[1] - len(rows)))
        scores = np.where(places, self.scores, np.float32(-np.inf))
        return replace(self, scores=scores, maxima=_blocks(scores).max(axis=2))

    def among_highest(self, n: int) -> Iterator[npt.NDArray[np.intp]]:
        """For each vector the rows that can be among those of its `n` highest products.

        The n-th highest of all is at least the n-th highest of the maxima of blocks: the scores need no sorting, and
        most blocks no second look.
        """
        least = np.full(len(self.scores), -np.inf)
        if self.maxima.shape[1] > n:
            least = np.partition(self.maxima, -n, axis=1)[:, -n] - 2 * self.off
        for some, highest, bound in zip(_blocks(self.scores), self.maxima, least, strict=True):
            near = np.flatnonzero(highest >= bound)
            block, place = np.nonzero((some[near] >= bound) & (some[near] > -np.inf))
            yield np.asarray(near[block] * _BLOCK + place, np.intp)


class ByteRows:
    """Rows in a fourth of the memory that they take as float32, and ten times as fast to multiply.

    It is their differences from the mean row that are kept in bytes: those are smaller than the rows, and so is what
    rounding them costs.
    """

    def __init__(self, rows: Vectors | Halves, less: Vectors | None = None) -> None:
        """Take unit rows, shape (n, d), and what comes off each one's products, shape (n,); nothing where None."""
        self._centre = rows.mean(axis=0, dtype=np.float32)
        self._longest, largest = 0.0, _LEAST
        for some in _parts(rows):
            away = some - self._centre
            self._longest = max(self._longest, float(np.linalg.norm(away, axis=1).max()))
            largest = max(largest, _largest(away))
        self._step = largest / _ROW_LEVELS
        whole = np.zeros((rows.shape[1], _padded(len(rows))), np.int8)
        for at, some in enumerate(_parts(rows)):
            start = at * _AT_ONCE
            whole[:, start : start + len(some)] = np.rint((some - self._centre) / self._step).T
        added = np.full(whole.shape[1], -np.inf, np.float32)
        added[: len(rows)] = 0.0 if less is None else -less
        self._session: Any = open_session(_graph(whole, self._step, added), exact=True)

    def products(self, vectors: Vectors) -> Products:
        """The products of unit vectors, shape (m, d), with each row.

        Rounding to a step is off by step / √12 as a standard deviation, independently in each place; six of the whole
        product's are allowed for.
        """
        step = max(_largest(vectors), _LEAST) / _VECTOR_LEVELS
        whole = (np.rint(vectors / step) + _ZERO).astype(np.uint8)
        scores, maxima = self._session.run(None, {"vectors": whole, "step": np.array(step, np.float32)})
        rounded = math.hypot(self._step, step * self._longest) / math.sqrt(12)
        return Products(scores, maxima, vectors @ self._centre, _DEVIATIONS * rounded + _FLOAT32)


def _blocks(scores: Vectors) -> Vectors:
    return scores.reshape(len(scores), -1, _BLOCK)


def _padded(rows: int) -> int:
    """How many places `rows` take in whole blocks."""
    return -(-rows // _BLOCK) * _BLOCK


def _parts(rows: Vectors | Halves) -> Iterator[Vectors | Halves]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _largest(rows: Vectors) -> float:
    return max(float(rows.max(initial=0.0)), -float(rows.min(initial=0.0)))


def _graph(rows: npt.NDArray[np.int8], step: float, added: Vectors) -> bytes:
    """A graph that multiplies uint8 vectors around 64, of a `step`, by `rows`, shape (d, n), and adds a row to all."""
    graph = Graph("products", "int8")
    graph.constant("rows", rows)
    graph.constant("row_step", np.array(step, np.float32))
    graph.constant("zero", np.array(_ZERO, np.uint8))
    graph.constant("added", added)
    inputs = ["vectors", "rows", "step", "row_step", "zero", "", "added"]
    graph.node("MatMulIntegerToFloat", inputs, "scores", domain=MICROSOFT)
    blocks = graph.node("Reshape", ["scores", graph.ints(0, -1, _BLOCK)], "blocks")
    graph.node("ReduceMax", [blocks, graph.ints(2)], "maxima", keepdims=0)
    d, n = rows.shape
    return graph.serialised(
        {"vectors": (np.uint8, ["m", d]), "step": (np.float32, [])},
        {"scores": (np.float32, ["m", n]), "maxima": (np.float32, ["m", n // _BLOCK])},
    )
