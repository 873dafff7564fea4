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

from index.use.graph import AFTER, AROUND, BEFORE
from index.use.weights import Floats, Pieces

Places = npt.NDArray[np.int64]
_WHOLE = 2**63  # numbers of 64 bits with a sign are below it


class Network:
    """The layers. Safe to share between threads."""

    def __init__(self, session: Any, pieces: Pieces, layers: Mapping[str, Floats]) -> None:
        """`session` is an onnxruntime InferenceSession over a graph of `build_graph`; `layers` as there."""
        self._session = session
        self._pieces = pieces
        self._layers = layers

    def sums(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The sums of the features of texts given as the ids of their pieces, of which each has some.

        What several pieces have alike is computed once: a passage and its sentences, read together, differ only
        where sentences meet.
        """
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        ids = np.fromiter(chain.from_iterable(texts), np.int64, int(lengths.sum()))
        starts = np.cumsum(lengths) - lengths
        places = _places_around(starts, lengths, len(ids))
        pieces, of_piece = np.unique(ids, return_inverse=True)
        near, of_near = _different(_read(of_piece, len(pieces), places))
        far, of_far = _different(_read(of_near, len(near), places))
        (features,) = self._session.run(["features"], {"pieces": self._pieces.rows(pieces), "near": near, "far": far})
        return np.stack([features[text].sum(axis=0) for text in np.split(of_far, starts[1:])])

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


def _places_around(starts: Places, lengths: Places, pieces: int) -> Places:
    """The places around each piece, shape (pieces, 5); `pieces` for those outside its text."""
    places = np.arange(pieces)[:, np.newaxis] + np.arange(-BEFORE, AFTER + 1)
    first = np.repeat(starts, lengths)[:, np.newaxis]
    end = np.repeat(starts + lengths, lengths)[:, np.newaxis]
    return np.where((places >= first) & (places < end), places, pieces)


def _read(rows: Places, outside: int, places: Places) -> Places:
    """What stands in `rows`, one for each piece, at `places`, and `outside` behind the last."""
    return np.append(rows, outside)[places]


def _different(windows: Places) -> tuple[Places, Places]:
    """The different rows of `windows`, shape (pieces, 5), and which of them each row is."""
    base = int(windows.max()) + 1
    if base**AROUND >= _WHOLE:  # more pieces than a number has room for
        rows, which = np.unique(windows, axis=0, return_inverse=True)
        return rows, which.reshape(-1)
    _, first, which = np.unique(windows @ base ** np.arange(AROUND), return_index=True, return_inverse=True)
    return windows[first], which
