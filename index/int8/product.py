"""Products of many unit rows with a few vectors, in a byte a number: near enough to say which rows to look at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
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
_OPSET, _IR_VERSION = 18, 10


class ByteRows:
    """Rows in a fourth of the memory that they take as float32, and ten times as fast to multiply.

    It is their differences from the mean row that are kept in bytes: those are smaller than the rows, and so is what
    rounding them costs.
    """

    def __init__(self, rows: Vectors) -> None:
        """Take unit rows, shape (n, d)."""
        self._centre = rows.mean(axis=0)
        self._longest, largest = 0.0, _LEAST
        for some in _parts(rows):
            away = some - self._centre
            self._longest = max(self._longest, float(np.linalg.norm(away, axis=1).max()))
            largest = max(largest, _largest(away))
        self._step = largest / _ROW_LEVELS
        self._rows = len(rows)
        whole = np.zeros((rows.shape[1], _padded(len(rows))), np.int8)
        for at, some in enumerate(_parts(rows)):
            start = at * _AT_ONCE
            whole[:, start : start + len(some)] = np.rint((some - self._centre) / self._step).T
        self._session: Any = open_session(_graph(whole), exact=True)

    def products(self, vectors: Vectors) -> tuple[Vectors, float]:
        """The products of unit vectors, shape (m, d), with each row, and how far off one may be.

        Their shape is (m, places): n, and minus infinity in as many as `among_highest` wants behind them.

        Rounding to a step is off by step / √12 as a standard deviation, independently in each place; six of the whole
        product's are allowed for.
        """
        step = max(_largest(vectors), _LEAST) / _VECTOR_LEVELS
        whole = (np.rint(vectors / step) + _ZERO).astype(np.uint8)
        (sums,) = self._session.run(None, {"vectors": whole})
        found = np.multiply(sums, np.float32(step * self._step), dtype=np.float32)
        found += (vectors @ self._centre)[:, np.newaxis]
        found[:, self._rows :] = -np.inf
        rounded = math.hypot(self._step, step * self._longest) / math.sqrt(12)
        return found, _DEVIATIONS * rounded + _FLOAT32


def among_highest(scores: Vectors, n: int, off: float) -> Iterator[npt.NDArray[np.intp]]:
    """For each row of `scores` where those are that can be among the `n` highest, when each may be `off` by so much.

    The n-th highest of all is at least the n-th highest of the maxima of blocks: the scores need no sorting, and most
    blocks no second look. The number of columns is one of whole blocks, as `ByteRows.products` gives it.
    """
    blocks = scores.reshape(len(scores), -1, _BLOCK)
    maxima = blocks.max(axis=2)
    least = np.full(len(scores), -np.inf)
    if maxima.shape[1] > n:
        least = np.partition(maxima, -n, axis=1)[:, -n] - 2 * off
    for some, highest, bound in zip(blocks, maxima, least, strict=True):
        near = np.flatnonzero(highest >= bound)
        # What a scope leaves out is minus infinity, and no candidate.
        block, place = np.nonzero((some[near] >= bound) & (some[near] > -np.inf))
        yield np.asarray(near[block] * _BLOCK + place, np.intp)


def _padded(rows: int) -> int:
    """How many places `rows` take in whole blocks."""
    return -(-rows // _BLOCK) * _BLOCK


def _parts(rows: Vectors) -> Iterator[Vectors]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _largest(rows: Vectors) -> float:
    return max(float(rows.max(initial=0.0)), -float(rows.min(initial=0.0)))


def _graph(rows: np.ndarray[Any, np.dtype[np.int8]]) -> bytes:
    """A graph that multiplies uint8 vectors around 64 by `rows`, shape (d, n)."""
    from onnx import TensorProto, helper, numpy_helper

    d, n = rows.shape
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["vectors", "rows", "zero"], ["sums"])],
        "products",
        [helper.make_tensor_value_info("vectors", TensorProto.UINT8, ["m", d])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, ["m", n])],
        [numpy_helper.from_array(rows, "rows"), helper.make_tensor("zero", TensorProto.UINT8, [], [_ZERO])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    return bytes(model.SerializeToString())
