"""The questions of a set embedded in one go, before the first of them is asked.

A server is then called once in a while instead of once a question.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.embed import Embedder, Vectors


class EmbeddedAhead:
    """An embedder that knows the vectors of some questions; everything else it leaves to the one it stands before."""

    def __init__(self, embedder: Embedder, questions: Sequence[str]) -> None:
        """Embeds `questions`, in one batch, as `Assistant` will ask for them: white space runs are one space.

        Raises:
            BylineError: an embedding server failed.
        """
        self._embedder = embedder
        texts = list(dict.fromkeys(" ".join(question.split()) for question in questions))
        self._known = dict(zip(texts, embedder.embed_queries(texts), strict=True))

    @property
    def name(self) -> str:
        """The name of the embedder behind."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._embedder.dimensions

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the embedder behind."""
        return self._embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, shape (n, dimensions), without asking where all are known."""
        if not texts or any(text not in self._known for text in texts):
            return self._embedder.embed_queries(texts)
        return np.stack([self._known[text] for text in texts])
