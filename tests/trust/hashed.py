"""Encoders made of hashes: they cost nothing, and like texts are near each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b

import numpy as np

from index.embed import Vectors
from index.meaning import DIMENSIONS, SentenceEncoder


class HashedWords:
    """An embedder: a text's vector is the sum of its words', each drawn by its hash."""

    dimensions = 24

    def __init__(self, name: str = "hashed") -> None:
        self.name = name

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (n, 24)."""
        return _unit(texts, self.dimensions)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """As `embed_passages`."""
        return self.embed_passages(texts)


class HashedSentences(SentenceEncoder):
    """The second encoder, likewise."""

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """Unit vectors, shape (n, 512)."""
        return _unit(sentences, DIMENSIONS)


@cache
def drawn(word: str, dimensions: int) -> Vectors:
    """A word's vector, shape (dimensions,)."""
    seed = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    return np.asarray(np.random.default_rng(seed).normal(0.3, 1, dimensions), np.float32)


def _unit(texts: Sequence[str], dimensions: int) -> Vectors:
    rows = [sum((drawn(word, dimensions) for word in text.split() or [text]), np.zeros(dimensions)) for text in texts]
    vectors = np.array(rows, np.float32).reshape(len(texts), dimensions)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
