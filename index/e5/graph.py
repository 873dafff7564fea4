"""The encoder as an ONNX graph: BERT (Devlin et al., 2019) with mean pooling, in int8 or float32.

Input: `words` (length, hidden) float32, the word embeddings of one text. Output: `vector` (hidden,)
float32, of unit length. One text a run: without padding or a mask, and with activations that stay in the
processor's cache, that is faster than batches, and a text's vector cannot depend on its neighbours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from index.e5.weights import E5Weights
from index.int8.graph import Graph, Kind

FORMAT = 3  # to be raised when what is built here changes
_MICROSOFT = "com.microsoft"


def build_graph(weights: E5Weights, kind: Kind) -> bytes:
    """The model, serialised."""
    return _Encoder(weights, kind).build()


class _Encoder(Graph):
    """The layers; methods take and return the names of tensors with a row a token."""

    def __init__(self, weights: E5Weights, kind: Kind) -> None:
        super().__init__("multilingual-e5-small", kind)
        self._weights, self._shape = weights, weights.shape

    def build(self) -> bytes:
        rows = self._embedding()
        for number in range(self._shape.layers):
            rows = self._feed_forward(f"l{number}", self._attention(f"l{number}", rows))
        total = self.node("ReduceSum", [rows, self.ints(0)], "total", keepdims=0)
        self.node("LpNormalization", [total], "vector", axis=-1, p=2)  # of the sum as of the mean
        hidden = self._shape.hidden
        return self.serialised({"words": (np.float32, ["length", hidden])}, {"vector": (np.float32, [hidden])})

    def _vector(self, name: str) -> str:
        return self.constant(name, self._weights.vector(name))

    def _embedding(self) -> str:
        """Word, position and type embeddings, summed and normalised."""
        hidden = self._shape.hidden
        positions = self._weights.vector("emb.pos").reshape(-1, hidden) + self._weights.vector("emb.type")[:hidden]
        self.node("Shape", ["words"], "length", start=0, end=1)
        self.node("Slice", [self.constant("emb.pos", positions), self.ints(0), "length"], "positions")
        # Left to itself onnxruntime names a new size after this, in every layer, and takes five times as long to open.
        self.declare("positions", np.float32, ["length", hidden])
        return self._normalise(self.node("Add", ["words", "positions"], "summed"), "emb.ln")

    def _attention(self, layer: str, rows: str) -> str:
        """Self-attention, with two biases moved, exactly.

        A key's bias shifts all scores of a query alike, so softmax drops it; a value's comes through the
        weights, which add up to 1, unchanged, so it joins the bias that follows.
        """
        hidden = self._shape.hidden
        packed = self.linear(rows, self._matrix([f"{layer}.{part}.w" for part in "qkv"], hidden), f"{layer}.qkv")
        batch = self.node("Unsqueeze", [packed, self.ints(0)], f"{layer}.batch")
        query, key, value = (f"{layer}.{part}" for part in "qkv")
        self.nodes("Split", [batch], [query, key, value], axis=-1, num_outputs=3)
        query = self.node("Add", [query, self._vector(f"{layer}.q.b")], f"{layer}.query")
        mixed = self.node(
            "MultiHeadAttention",
            [query, key, value],
            f"{layer}.mixed",
            domain=_MICROSOFT,
            num_heads=self._shape.heads,
        )
        mixed = self.node("Squeeze", [mixed, self.ints(0)], f"{layer}.squeezed")
        values = self._weights.matrix(f"{layer}.ao.w", hidden) @ self._weights.vector(f"{layer}.v.b")
        bias = self.constant(f"{layer}.ao.b", self._weights.vector(f"{layer}.ao.b") + values)
        change = self.linear(mixed, self._matrix([f"{layer}.ao.w"], hidden), f"{layer}.ao")
        return self._add(rows, change, bias, f"{layer}.aln")

    def _feed_forward(self, layer: str, rows: str) -> str:
        wide = self.linear(rows, self._matrix([f"{layer}.fi.w"], self._shape.hidden), f"{layer}.fi")
        active = self.node("BiasGelu", [wide, self._vector(f"{layer}.fi.b")], f"{layer}.gelu", domain=_MICROSOFT)
        change = self.linear(active, self._matrix([f"{layer}.fo.w"], self._shape.inner), f"{layer}.fo")
        return self._add(rows, change, self._vector(f"{layer}.fo.b"), f"{layer}.oln")

    def _add(self, rows: str, change: str, bias: str, norm: str) -> str:
        """The rows and what a block made of them, normalised; SkipLayerNormalization would be slower."""
        biased = self.node("Add", [change, bias], f"{norm}.biased")
        return self._normalise(self.node("Add", [rows, biased], f"{norm}.sum"), norm)

    def _normalise(self, rows: str, norm: str) -> str:
        gain, shift = self._vector(f"{norm}.w"), self._vector(f"{norm}.b")
        return self.layer_norm(rows, gain, shift, norm, self._shape.epsilon)

    def _matrix(self, names: list[str], columns: int) -> npt.NDArray[np.float32]:
        """The matrices `names`, side by side, as rows are multiplied by them."""
        return np.concatenate([self._weights.matrix(name, columns) for name in names]).T
