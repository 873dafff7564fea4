"""Invented articles and vectors, for measuring the parts that are neither a model nor a reader of language.

Words are invented, and as frequent as Zipf has it; vectors are drawn by a hash of the text, so that equal texts have
equal ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import islice, product
from pathlib import Path

import numpy as np

from index.embed import Vectors
from index.meaning import DIMENSIONS, SentenceEncoder

SENTENCES, SENTENCE_WORDS = 5, 20
_SYLLABLES = [f"{one}{two}{three}" for one, two, three in product("bdfgklmnprstvz", "aeiou", ["", "n", "r", "l"])]
_DRAWN = 4096  # vectors that are drawn; a text's is a mixture of two of them


class Drawn:
    """Unit vectors by a hash of the text: of two drawn beforehand, one and a tenth of the other."""

    def __init__(self, dimensions: int, offset: float) -> None:
        rng = np.random.default_rng(1)
        self._drawn = (rng.normal(size=(_DRAWN, dimensions)) + offset).astype(np.float32)

    def of(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        hashes = np.array([_hash(text) for text in texts], np.uint64)
        rows = self._drawn[hashes % _DRAWN] + 0.1 * self._drawn[hashes // _DRAWN % _DRAWN]
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class DrawnEmbedder:
    """In the place of e5: as many dimensions, cosines as high, and no time."""

    name = "drawn"
    dimensions = 384

    def __init__(self) -> None:
        self._drawn = Drawn(self.dimensions, offset=2)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, 384)."""
        return self._drawn.of(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, 384)."""
        return self._drawn.of(texts)


class DrawnEncoder(SentenceEncoder):
    """In the place of the second encoder."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = Drawn(DIMENSIONS, offset=0)

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """Shape (n, 512)."""
        return self._drawn.of(sentences)


def words(passages: int) -> list[str]:
    """The vocabulary of so many passages: 190 times the root of their number, as Heaps has it."""
    return list(map("".join, islice(product(_SYLLABLES, repeat=3), int(190 * passages**0.5))))


def sentences(vocabulary: Sequence[str], n: int, rng: np.random.Generator) -> Iterator[str]:
    """So many sentences, the r-th of the vocabulary as likely as 1/r."""
    for _ in range(n):
        ranks = np.exp(rng.uniform(0, np.log(len(vocabulary)), size=SENTENCE_WORDS)).astype(int)
        yield f"{' '.join(vocabulary[rank - 1] for rank in ranks).capitalize()}."


def write_articles(folder: Path, files: int, rng: np.random.Generator) -> None:
    """So many files of one short passage each, in folders of a hundred."""
    vocabulary = words(files)
    for number in range(files):
        path = folder / f"{number // 100:04}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Notice {number}\n\n{' '.join(sentences(vocabulary, SENTENCES, rng))}\n", encoding="utf-8")


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
