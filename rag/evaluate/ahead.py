"""The questions of a set embedded in one go, before the first of them is asked.

A server is then called once in a while instead of once a question.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.embed import Embedder, Forwarding, Vectors


class EmbeddedAhead(Forwarding):
    """An embedder that knows the vectors of some questions; everything else it leaves to the one it stands before."""

    def __init__(self, embedder: Embedder, questions: Sequence[str]) -> None:
        """Embeds `questions`, in one batch, as `Assistant` will ask for them: white space runs are one space.

        Raises:
            BylineError: an embedding server failed.
        """
        super().__init__(embedder)
        texts = list(dict.fromkeys(" ".join(question.split()) for question in questions))
        self._known = dict(zip(texts, embedder.embed_queries(texts), strict=True))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, shape (n, dimensions), without asking where all are known."""
        if not texts or any(text not in self._known for text in texts):
            return super().embed_queries(texts)
        return np.stack([self._known[text] for text in texts])
