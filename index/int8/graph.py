"""Networks as ONNX graphs whose matrices are multiplied in int8.

A matrix has a scale a column and an activation a scale a row (as in ZeroQuant, Yao et al., 2022, section 4.1), so that
an outlier in one row does not coarsen the others, and no row depends on what else is in its batch.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Kind = Literal["int8", "float32"]

MICROSOFT = "com.microsoft"
_OPSET = 18
_IR_VERSION = 10
_ZERO = 128  # activations are uint8 around it, weights int8: the pair that processors multiply fastest
_LARGEST = 127
_SMALLEST_ROW = 1e-9  # keeps a row of zeros from being divided by its size
_PROBE = (8, 64, 16)  # rows, inner, columns


def build_probe() -> bytes:
    """A graph that multiplies `probe_rows` in the model's way by a matrix of 127s; see `probe_is_exact`."""
    graph = Graph("probe", "int8")
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


class Graph:
    """Collects nodes and constants; tensors go by their names, those of activations have a row a token."""

    def __init__(self, name: str, kind: Kind) -> None:
        """`kind` says how `linear` multiplies."""
        from onnx import helper, numpy_helper

        self._name, self._kind = name, kind
        self._helper: Any = helper
        self._numpy_helper: Any = numpy_helper
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._declared: list[Any] = []

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """An operator with one output; gives that."""
        self.nodes(operator, inputs, [output], **attributes)
        return output

    def nodes(self, operator: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:
        """An operator with several outputs."""
        self._nodes.append(self._helper.make_node(operator, inputs, outputs, name=outputs[0], **attributes))

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        """A tensor that is given with the graph."""
        self._constants[name] = self._numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def ints(self, *values: int) -> str:
        """A constant of whole numbers, shape (n,)."""
        return self.constant(f"ints_{'_'.join(map(str, values))}", np.array(values, np.int64))

    def number(self, value: float) -> str:
        """A constant, shape ()."""
        return self.constant(f"number_{value!r}", np.array(value, np.float32))

    def _zero(self) -> str:
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
            self._zero(),
        ]
        return self.node("MatMulIntegerToFloat", inputs, output, domain=MICROSOFT)

    def declare(self, name: str, kind: type[np.generic], shape: list[Any]) -> None:
        """State a tensor's shape where onnxruntime cannot infer it."""
        self._declared.append(self._typed(name, kind, shape))

    def linear(
        self,
        rows: str,
        matrix: npt.NDArray[np.float32],
        output: str,
        sizes: str | None = None,
        length: str = "length",
    ) -> str:
        """Rows, as many as the tensor `length` says, times `matrix`, shape (inner, columns).

        `sizes`, if they are known, are those that the method of that name gives.
        """
        if self._kind == "float32":
            return self.node("MatMul", [rows, self.constant(f"{output}.w", matrix)], output)
        scale = np.abs(matrix).max(axis=0) / np.float32(_LARGEST)
        whole = np.rint(matrix / np.where(scale == 0, 1, scale)).astype(np.int8)
        quantised, row_scale = self._quantise(rows, sizes or self.sizes(rows, output), output, length)
        product = self.multiply(quantised, whole, scale, f"{output}.product")
        return self.node("Mul", [product, row_scale], output)

    def layer_norm(self, rows: str, gain: str, shift: str, output: str, epsilon: float) -> str:
        """Layer normalisation (Ba et al., 2016) of each row."""
        return self.node("LayerNormalization", [rows, gain, shift], output, axis=-1, epsilon=epsilon)

    def sizes(self, rows: str, output: str) -> str:
        """The largest absolute value of each row, shape (rows,)."""
        size = self.node("Abs", [rows], f"{output}.abs")
        return self.node("ReduceMax", [size, self.ints(-1)], f"{output}.most", keepdims=0)

    def _quantise(self, rows: str, sizes: str, output: str, length: str) -> tuple[str, str]:
        """Rows as uint8 around 128, and each row's scale in a column."""
        held = self.node("Max", [sizes, self.number(_SMALLEST_ROW)], f"{output}.held")
        scale = self.node("Mul", [held, self.number(1 / _LARGEST)], f"{output}.scale")
        zeros = self.node("Expand", [self._zero(), length], f"{output}.zeros")
        quantised = self.node("QuantizeLinear", [rows, scale, zeros], f"{output}.quantised", axis=0)
        return quantised, self.node("Unsqueeze", [scale, self.ints(-1)], f"{output}.column")

    def _typed(self, name: str, kind: type[np.generic], shape: list[Any]) -> Any:
        element = self._helper.np_dtype_to_tensor_dtype(np.dtype(kind))
        return self._helper.make_tensor_value_info(name, element, shape)

    def serialised(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> bytes:
        """The model; `inputs` and `outputs` give each tensor's type and shape."""
        helper = self._helper
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [self._typed(name, *each) for name, each in inputs.items()],
            [self._typed(name, *each) for name, each in outputs.items()],
            list(self._constants.values()),
            value_info=self._declared,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="byline")
        return bytes(model.SerializeToString())
