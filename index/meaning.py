"""The second encoder: multilingual USE, which was trained on translations and errs elsewhere than e5 does.

It is fast, next to e5, and compares single sentences across languages.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.embed import Vectors

if TYPE_CHECKING:
    from index.use.encoder import Encoder

DIMENSIONS = 512


class SentenceEncoder:
    """Vectors of sentences in one space for all languages; loaded at first use. Safe to share between threads."""

    def __init__(self, cache: Path | None = None) -> None:
        """`cache` is where what is made of the weights is kept; the user's cache folder when None."""
        self._cache = cache
        self._opened: Encoder | None = None
        self._lock = threading.Lock()

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """Unit vectors of `sentences`, shape (n, 512)."""
        return self._encoder().encode(sentences) if sentences else np.zeros((0, DIMENSIONS), np.float32)

    def _encoder(self) -> Encoder:
        with self._lock:
            if self._opened is None:
                from index.use.encoder import open_encoder

                self._opened = open_encoder(self._cache)
            return self._opened
