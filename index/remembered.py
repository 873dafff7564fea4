"""Vectors of texts met before: a popular article's sentences, and a popular question, are embedded once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from index.embed import Embedder, Forwarding, Vectors

_TEXTS = 20_000  # of 384 dimensions: 31 MB, and the texts
_QUESTIONS = 1_000


class Remembered(Forwarding):
    """An embedder that remembers the vectors it was asked for last. Safe to share between threads."""

    def __init__(self, embedder: Embedder, most: int = _TEXTS) -> None:
        """`embedder` makes the vectors, of which those of `most` passages are kept, and of 1,000 questions."""
        super().__init__(embedder)
        self._passages = _Kept(super().embed_passages, most)
        self._questions = _Kept(super().embed_queries, _QUESTIONS)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        return self._passages.vectors(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        return self._questions.vectors(texts)


class _Kept:
    """Vectors by text, `most` of them, as `embed` makes them."""

    def __init__(self, embed: Callable[[Sequence[str]], Vectors], most: int) -> None:
        self._embed = embed
        self._most = most
        self._rows: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        found = self._known(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            rows = self._embed(missing)
            fresh = {text: row.copy() for text, row in zip(missing, rows, strict=True)}
            self._keep(fresh)
            found |= fresh
        return np.stack([found[text] for text in texts]) if texts else self._embed(texts)

    def _known(self, texts: Sequence[str]) -> dict[str, Vectors]:
        with self._lock:
            found = {text: self._rows[text] for text in texts if text in self._rows}
            for text in found:
                self._rows.move_to_end(text)
        return found

    def _keep(self, fresh: dict[str, Vectors]) -> None:
        with self._lock:
            self._rows |= fresh
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)
