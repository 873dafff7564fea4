"""The encoder's arithmetic: word pieces to vectors of texts.

Each piece gets the features of its surroundings within its text (`index.use.graph`); a text is the sum of its pieces'
features, through a small network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from index.use.graph import AFTER, BEFORE
from index.use.weights import Floats, Pieces

Places = npt.NDArray[np.int64]


class Network:
    """The layers. Safe to share between threads."""

    def __init__(self, session: Any, pieces: Pieces, layers: Mapping[str, Floats]) -> None:
        """`session` is an onnxruntime InferenceSession over a graph of `build_graph`; `layers` as there."""
        self._session = session
        self._pieces = pieces
        self._layers = layers

    def sums(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The sums of the features of texts given as the ids of their pieces, of which each has some."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        ids = np.fromiter(chain.from_iterable(texts), np.int64, int(lengths.sum()))
        starts = np.cumsum(lengths) - lengths
        rows = {"pieces": self._pieces.rows(ids), "windows": _windows(starts, lengths, len(ids))}
        (features,) = self._session.run(["features"], rows)
        return np.asarray(np.add.reduceat(features, starts, axis=0), np.float32)

    def pooled(self, sums: Floats, lengths: Places) -> Floats:
        """Unit vectors, shape (n, WIDTH), of texts given by `sums` and the numbers of their pieces, shape (n,)."""
        layers, pieces = self._layers, np.asarray(lengths, np.float32)[:, np.newaxis]
        mean = np.asarray((sums @ layers["cnn_W"] + pieces * layers["cnn_b"]) / np.sqrt(pieces), np.float32)
        first = _positive(mean @ layers["d0"])
        second = _positive(mean @ layers["p1"] + first @ layers["d1"])
        third = _positive(second @ layers["d2"])
        out = np.tanh(second @ layers["p3"] + third @ layers["d3"])
        return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True), np.float32)


def _positive(rows: Floats) -> Floats:
    return np.maximum(rows, np.float32(0))


def _windows(starts: Places, lengths: Places, pieces: int) -> Places:
    """The places around each piece, shape (pieces, 5); `pieces`, where zeros stand, for those outside its text."""
    places = np.arange(pieces)[:, np.newaxis] + np.arange(-BEFORE, AFTER + 1)
    first = np.repeat(starts, lengths)[:, np.newaxis]
    end = np.repeat(starts + lengths, lengths)[:, np.newaxis]
    return np.where((places >= first) & (places < end), places, pieces)
