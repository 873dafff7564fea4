"""Vectors of texts met before: a popular article's sentences are embedded once, whoever asks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from index.embed import Embedder, Forwarding, Vectors

_TEXTS = 20_000  # of 384 dimensions: 31 MB, and the texts


class RememberedPassages(Forwarding):
    """An embedder that remembers the vectors of the passages it was asked for last. Safe to share between threads."""

    def __init__(self, embedder: Embedder, most: int = _TEXTS) -> None:
        """`embedder` makes the vectors, `most` of which are kept."""
        super().__init__(embedder)
        self._most = most
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        found = self._known(texts)
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            rows = super().embed_passages(missing)
            fresh = {text: row.copy() for text, row in zip(missing, rows, strict=True)}
            self._keep(fresh)
            found |= fresh
        return np.stack([found[text] for text in texts]) if texts else super().embed_passages(texts)

    def _known(self, texts: Sequence[str]) -> dict[str, Vectors]:
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            for text in found:
                self._kept.move_to_end(text)
        return found

    def _keep(self, fresh: dict[str, Vectors]) -> None:
        with self._lock:
            self._kept |= fresh
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
