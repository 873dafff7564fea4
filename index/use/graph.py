"""What surrounds a word piece, as an ONNX graph.

Input: `pieces` (p, 512) float32, the vectors of the different pieces of some texts; `near` (n, 5) int64, the different
surroundings that a piece has, itself and two pieces before and two after, as rows of `pieces`; and `far` (m, 5) int64,
the different surroundings of those, as rows of `near`. What is outside a text is the row behind the last, where zeros
are. Output: `features` (m, 1280) float32. No row depends on another.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from index.int8.graph import Graph, Kind
from index.use.weights import WIDTH, Floats

FORMAT = 3  # to be raised when what is built here changes
BEFORE, AFTER = 2, 2  # neighbours of a piece that any convolution sees
AROUND = BEFORE + 1 + AFTER
_BRANCH = 256  # features of a convolution
_ORDERS = ((2, 0), (3, 1), (5, 2))  # pieces that a convolution sees, and how many of them stand before
FEATURES = WIDTH + _BRANCH * len(_ORDERS)


def build_graph(layers: Mapping[str, Floats], kind: Kind) -> bytes:
    """The convolutions, serialised; `layers` by the names of the wheel."""
    return _Convolutions(layers, kind).build()


class _Convolutions(Graph):
    """Methods take and return the names of tensors with a row a piece, or a row for each of its surroundings."""

    def __init__(self, layers: Mapping[str, Floats], kind: Kind) -> None:
        super().__init__("universal-sentence-encoder-multilingual", kind)
        self._layers = layers
        self._epsilon = float(layers["eps"])

    def build(self) -> bytes:
        """The whole graph, serialised."""
        for rows in ("pieces", "near", "far"):
            self.node("Shape", [rows], self._length(rows), start=0, end=1)
        for windows in ("near", "far"):
            middle = self.node("Gather", [windows, self.ints(BEFORE)], f"{windows}.middle", axis=1)
            self.node("Squeeze", [middle, self.ints(1)], f"{windows}.centre")
        centre = self.node("Gather", ["near.centre", "far.centre"], "centre")
        inputs = self._inputs()
        branches = [self._branch(rows, *window) for rows, window in zip(inputs, _ORDERS, strict=True)]
        own = self.node("Gather", ["pieces", centre], "own")
        everything = self.node("Concat", [own, *branches], "everything", axis=1)
        self.layer_norm(everything, self._layer("ln_g"), self._layer("ln_b"), "features", self._epsilon)
        shapes = {
            "pieces": (np.float32, ["p", WIDTH]),
            "near": (np.int64, ["n", AROUND]),
            "far": (np.int64, ["m", AROUND]),
        }
        return self.serialised(shapes, {"features": (np.float32, ["m", FEATURES])})

    @staticmethod
    def _length(rows: str) -> str:
        return f"{rows}.length"

    def _layer(self, name: str) -> str:
        return self.constant(name, self._layers[name])

    def _side_by_side(self, name: str) -> Floats:
        return np.concatenate([self._layers[f"{name}{order}"] for order, _ in _ORDERS], axis=-1)

    def _inputs(self) -> list[str]:
        """What each convolution starts from, a row a piece."""
        weights = self._side_by_side("proj")
        projected = self.linear("pieces", weights, "projected", length=self._length("pieces"))
        biased = self.node("Add", [projected, self.constant("proj_b", self._side_by_side("proj_b"))], "biased")
        gain = self.constant("ln_g_inputs", self._side_by_side("ln_g"))
        shift = self.constant("ln_b_inputs", self._side_by_side("ln_b"))
        rows = self.layer_norm(biased, gain, shift, "inputs", self._epsilon)
        names = [f"inputs.{order}" for order, _ in _ORDERS]
        self.nodes("Split", [rows], names, axis=1, num_outputs=len(names))
        return names

    def _branch(self, rows: str, order: int, before: int) -> str:
        """Two convolutions, each added to what it starts from."""
        for stage, windows in enumerate(("near", "far"), 1):
            convolved = self._convolution(rows, windows, order, before, f"{stage}_{order}")
            centres = self.node("Gather", [rows, f"{windows}.centre"], f"{stage}_{order}.centres")
            rows = self.node("Add", [centres, convolved], f"{stage}_{order}.out")
        return rows

    def _convolution(self, rows: str, windows: str, order: int, before: int, name: str) -> str:
        """What a convolution makes of rows and their neighbours, a row for each of `windows`."""
        start = BEFORE - before
        columns = [self.ints(start), self.ints(start + order), self.ints(1)]
        window = self.node("Slice", [windows, *columns], f"{name}.window")
        zeros = self.constant("zeros", np.zeros((1, _BRANCH), np.float32))
        padded = self.node("Concat", [rows, zeros], f"{name}.padded", axis=0)
        around = self.node("Gather", [padded, window], f"{name}.around", axis=0)
        flat = self.node("Reshape", [around, self.ints(-1, order * _BRANCH)], f"{name}.flat")
        sizes = self.node("Gather", [self.sizes(padded, name), window], f"{name}.sizes", axis=0)
        most = self.node("ReduceMax", [sizes, self.ints(-1)], f"{name}.largest", keepdims=0)  # each row is in several
        product = self.linear(flat, self._layers[f"w{name}"], f"{name}.product", most, self._length(windows))
        return self.node("Relu", [self.node("Add", [product, self._layer(f"b{name}")], f"{name}.biased")], name)
