"""What ranking reads of a passage, in a form that is made once, while indexing, and needs no decoding.

Terms become numbers: those of many passages lie in one array, and where the words of a question stand in it is found
for all at once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.halves import widened
from index.meaning import DIMENSIONS
from index.stopwords import stop_terms

Codes = npt.NDArray[np.uint32]
BREAK = 0
_STOP = 1  # the lowest bit of a code says that its term is a stop word
_LEAST = 2
_CODED = 65_536  # terms whose codes are remembered, the last ones met


class Features(NamedTuple):
    """What ranking reads of one passage; a tuple, since a question takes hundreds of rows and those are tuples.

    `article` is the article's number in the catalog; `sketched` is a sketch (see `index.sketch`), `meant` the second
    encoder's vector in half precision, and `coded` the codes of the terms, each as the catalog keeps it (see `meanings`
    and `codes`).
    """

    id: str
    language: str
    article: int
    outlet: str | None
    published: str | None
    sketched: bytes
    meant: bytes
    coded: bytes


@lru_cache(maxsize=_CODED)
def code(term: str) -> int:
    """A number for a term, of 32 bits: two terms have the same one once in two thousand million times."""
    number = max(zlib.crc32(term.encode("utf-8", "surrogatepass")) & ~_STOP, _LEAST)
    return number | _STOP if term in stop_terms() else number


def encode_terms(sentences: Iterable[Iterable[str]]) -> bytes:
    """The codes of the terms of each sentence as they are kept, little-endian, a `BREAK` behind each sentence."""
    numbers = [number for sentence in sentences for number in (*map(code, sentence), BREAK)]
    return np.array(numbers, "<u4").tobytes()


def codes(features: Sequence[Features]) -> tuple[Codes, npt.NDArray[np.intp]]:
    """The codes of all passages in a row, shape (c,), and how many of them are each passage's, shape (passages,)."""
    whole = np.frombuffer(b"".join(one.coded for one in features), "<u4")
    return whole, np.array([len(one.coded) // whole.itemsize for one in features], np.intp)


def same_term(one: Codes) -> Codes:
    """`one` without what is said of the terms: equal for equal terms."""
    return np.asarray(one >> np.uint32(1), np.uint32)


def is_break(one: Codes) -> npt.NDArray[np.bool_]:
    """Which codes end a sentence instead of standing for a term."""
    return np.asarray(one == BREAK, np.bool_)


def is_stop(one: Codes) -> npt.NDArray[np.bool_]:
    """Which codes are of stop words."""
    return (one & _STOP).astype(bool)


def meanings(features: Sequence[Features]) -> Vectors:
    """The second encoder's vectors of the passages, shape (passages, 512)."""
    whole = np.frombuffer(b"".join(one.meant for one in features), np.float16)
    return widened(whole).reshape(-1, DIMENSIONS)
