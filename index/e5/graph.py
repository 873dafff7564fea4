"""The encoder as an ONNX graph: BERT (Devlin et al., 2019) with mean pooling, in int8 or float32.

Input: `words` (length, hidden) float32, the word embeddings of one text. Output: `vector` (hidden,)
float32, of unit length. One text a run: without padding or a mask, and with activations that stay in the
processor's cache, that is faster than batches, and a text's vector cannot depend on its neighbours.

In int8 a matrix has a scale a column and an activation a scale a row, that is a token (as in ZeroQuant, Yao
et al., 2022, section 4.1), so that an outlier in one token does not coarsen the others.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from index.e5.weights import E5Weights

Kind = Literal["int8", "float32"]

FORMAT = 3  # to be raised when what is built here changes
_MICROSOFT = "com.microsoft"
_OPSET = 18
_IR_VERSION = 10
_ZERO = 128  # activations are uint8 around it, weights int8: the pair that processors multiply fastest
_LARGEST = 127
_SMALLEST_ROW = 1e-9  # keeps a row of zeros from being divided by its size
_PROBE = (8, 64, 16)  # rows, inner, columns


def build_graph(weights: E5Weights, kind: Kind) -> bytes:
    """The model, serialised."""
    return _Encoder(weights, kind).build()


def build_probe() -> bytes:
    """A graph that multiplies `probe_rows` in the model's way by a matrix of 127s; see `probe_is_exact`."""
    graph = _Graph()
    rows, inner, columns = _PROBE
    matrix = np.full((inner, columns), _LARGEST, np.int8)
    graph.multiply("rows", matrix, np.ones(columns, np.float32), "product")
    return graph.serialised({"rows": (np.uint8, [rows, inner])}, {"product": (np.float32, [rows, columns])})


def probe_rows() -> npt.NDArray[np.uint8]:
    """The largest activations there are."""
    return np.full(_PROBE[:2], 255, np.uint8)


def probe_is_exact(product: npt.NDArray[np.float32]) -> bool:
    """Whether the largest products were summed in full.

    x86 processors without VNNI sum pairs of them in 16 bits, which saturate, and int8 vectors are then wrong.
    """
    return bool((product == (255 - _ZERO) * _LARGEST * _PROBE[1]).all())


class _Graph:
    """Collects nodes and constants; tensors go by their names."""

    def __init__(self) -> None:
        from onnx import helper, numpy_helper

        self._helper: Any = helper
        self._numpy_helper: Any = numpy_helper
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._declared: list[Any] = []

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes(operator, inputs, [output], **attributes)
        return output

    def nodes(self, operator: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:
        self._nodes.append(self._helper.make_node(operator, inputs, outputs, name=outputs[0], **attributes))

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self._constants[name] = self._numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def ints(self, *values: int) -> str:
        return self.constant(f"ints_{'_'.join(map(str, values))}", np.array(values, np.int64))

    def number(self, value: float) -> str:
        return self.constant(f"number_{value!r}", np.array(value, np.float32))

    def zero(self) -> str:
        return self.constant("zero", np.array(_ZERO, np.uint8))

    def multiply(
        self, quantised: str, matrix: npt.NDArray[np.int8], scale: npt.NDArray[np.float32], output: str
    ) -> str:
        """uint8 rows around 128 times a matrix with a scale a column, as float32."""
        inputs = [
            quantised,
            self.constant(f"{output}.w", matrix),
            self.number(1.0),
            self.constant(f"{output}.s", scale),
            self.zero(),
        ]
        return self.node("MatMulIntegerToFloat", inputs, output, domain=_MICROSOFT)

    def declare(self, name: str, kind: type[np.generic], shape: list[Any]) -> None:
        """State a tensor's shape where onnxruntime cannot infer it."""
        self._declared.append(self._typed(name, kind, shape))

    def _typed(self, name: str, kind: type[np.generic], shape: list[Any]) -> Any:
        element = self._helper.np_dtype_to_tensor_dtype(np.dtype(kind))
        return self._helper.make_tensor_value_info(name, element, shape)

    def serialised(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> bytes:
        """The model; `inputs` and `outputs` give each tensor's type and shape."""
        helper = self._helper
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [self._typed(name, *each) for name, each in inputs.items()],
            [self._typed(name, *each) for name, each in outputs.items()],
            list(self._constants.values()),
            value_info=self._declared,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="byline")
        return bytes(model.SerializeToString())


class _Encoder(_Graph):
    """The layers; methods take and return the names of tensors with a row a token."""

    def __init__(self, weights: E5Weights, kind: Kind) -> None:
        super().__init__()
        self._weights, self._shape, self._kind = weights, weights.shape, kind

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
        packed = self._linear(rows, [f"{layer}.{part}.w" for part in "qkv"], hidden, f"{layer}.qkv")
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
        change = self._linear(mixed, [f"{layer}.ao.w"], hidden, f"{layer}.ao")
        return self._add(rows, change, bias, f"{layer}.aln")

    def _feed_forward(self, layer: str, rows: str) -> str:
        wide = self._linear(rows, [f"{layer}.fi.w"], self._shape.hidden, f"{layer}.fi")
        active = self.node("BiasGelu", [wide, self._vector(f"{layer}.fi.b")], f"{layer}.gelu", domain=_MICROSOFT)
        change = self._linear(active, [f"{layer}.fo.w"], self._shape.inner, f"{layer}.fo")
        return self._add(rows, change, self._vector(f"{layer}.fo.b"), f"{layer}.oln")

    def _add(self, rows: str, change: str, bias: str, norm: str) -> str:
        """The rows and what a block made of them, normalised; SkipLayerNormalization would be slower."""
        biased = self.node("Add", [change, bias], f"{norm}.biased")
        return self._normalise(self.node("Add", [rows, biased], f"{norm}.sum"), norm)

    def _normalise(self, rows: str, norm: str) -> str:
        inputs = [rows, self._vector(f"{norm}.w"), self._vector(f"{norm}.b")]
        return self.node("LayerNormalization", inputs, norm, axis=-1, epsilon=self._shape.epsilon)

    def _linear(self, rows: str, names: list[str], columns: int, output: str) -> str:
        """Rows times the matrices `names`, side by side, without their bias."""
        matrix = np.concatenate([self._weights.matrix(name, columns) for name in names]).T
        if self._kind == "float32":
            return self.node("MatMul", [rows, self.constant(f"{output}.w", matrix)], output)
        scale = np.abs(matrix).max(axis=0) / np.float32(_LARGEST)
        whole = np.rint(matrix / np.where(scale == 0, 1, scale)).astype(np.int8)
        quantised, row_scale = self._quantise(rows, output)
        product = self.multiply(quantised, whole, scale, f"{output}.product")
        return self.node("Mul", [product, row_scale], output)

    def _quantise(self, rows: str, output: str) -> tuple[str, str]:
        """Rows as uint8 around 128, and each row's scale in a column."""
        size = self.node("Abs", [rows], f"{output}.abs")
        most = self.node("ReduceMax", [size, self.ints(-1)], f"{output}.most", keepdims=0)
        held = self.node("Max", [most, self.number(_SMALLEST_ROW)], f"{output}.held")
        scale = self.node("Mul", [held, self.number(1 / _LARGEST)], f"{output}.scale")
        zeros = self.node("Expand", [self.zero(), "length"], f"{output}.zeros")
        quantised = self.node("QuantizeLinear", [rows, scale, zeros], f"{output}.quantised", axis=0)
        return quantised, self.node("Unsqueeze", [scale, self.ints(-1)], f"{output}.column")
