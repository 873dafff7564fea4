"""The second encoder made of hashes: it costs nothing, and like texts are near each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.embed import Vectors
from index.meaning import DIMENSIONS, SentenceEncoder
from tests.desk import drawn


class HashedSentences(SentenceEncoder):
    """A sentence's vector is the sum of its words', each drawn by its hash."""

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """Unit vectors, shape (n, 512)."""
        rows = [np.sum([drawn(word, DIMENSIONS) for word in text.split() or [text]], axis=0) for text in sentences]
        vectors = np.array(rows, np.float32).reshape(len(sentences), DIMENSIONS)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
