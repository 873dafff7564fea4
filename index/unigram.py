"""Text to token ids by a unigram model (Kudo, 2018, "Subword Regularization", section 3.2); both encoders have one.

The tokens are those of `tokenizers`' Unigram, or sentencepiece's, over the same vocabulary; a trie of 250,000 pieces
takes about a second to build in every process, so pieces are looked up here in a sorted array of their hashes, for
all new words of a call at once, and words once cut are remembered.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

SPACE_MARK = "\u2581"  # stands for the space before a word
LONGEST_PIECE = 16  # characters
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_UNKNOWN_PENALTY = 10.0  # below the least likely piece, as in sentencepiece
_REMEMBERED = 100_000  # words
_REMEMBERED_LENGTH = 64  # characters; longer ones hardly come back

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Special:
    """Ids of the tokens that stand for no text."""

    bos: int
    eos: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class PieceTable:
    """The pieces that text can be cut into, sorted by hash."""

    hashes: Hashes  # (pieces,), ascending
    ids: npt.NDArray[np.int32]  # (pieces,)
    scores: npt.NDArray[np.float64]  # log probabilities, (pieces,)


def _step(hashes: Hashes, codes: npt.NDArray[np.uint32]) -> Hashes:
    """Hashes of strings one character longer: a polynomial in the code points, modulo 2**64."""
    return hashes * _MULTIPLIER + (codes + np.uint64(1))


def _code_points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


def piece_table(pieces: Sequence[str], scores: npt.NDArray[np.float32], special: Special) -> PieceTable:
    """The table of a vocabulary, without the special tokens: a text that spells `<s>` does not mean one.

    Raises:
        ValueError: a piece is longer than the look-up goes, or two pieces have the same hash.
    """
    apart = {special.bos, special.eos, special.pad, special.unknown}
    ids = np.array([i for i, piece in enumerate(pieces) if i not in apart and piece != "<mask>"], np.int32)
    lengths = np.array([len(pieces[i]) for i in ids])
    if lengths.max() > LONGEST_PIECE:
        raise ValueError(f"the vocabulary has a piece of {lengths.max()} characters")
    codes = _code_points("".join(pieces[i] for i in ids))
    starts = np.cumsum(lengths) - lengths
    hashes = np.zeros(len(ids), np.uint64)
    for offset in range(LONGEST_PIECE):
        longer = np.flatnonzero(lengths > offset)
        hashes[longer] = _step(hashes[longer], codes[starts[longer] + offset])
    order = np.argsort(hashes)
    if (np.diff(hashes[order]) == 0).any():
        raise ValueError("two pieces of the vocabulary have the same hash")
    return PieceTable(hashes[order], ids[order], scores[ids[order]].astype(np.float64))


def normalised(text: str, table: Mapping[int, str]) -> str:
    """Text as the vocabulary was made for, by the model's `table` of code points.

    It is composed first: the table knows single code points, and macOS writes decomposed ones.
    """
    return unicodedata.normalize("NFC", text).translate(table)


def pack_table(table: PieceTable) -> bytes:
    """A table as `unpack_table` reads it."""
    return table.hashes.tobytes() + table.scores.tobytes() + table.ids.tobytes()


def unpack_table(packed: bytes) -> PieceTable:
    """The table that `pack_table` was given."""
    count = len(packed) // (8 + 8 + 4)  # bytes of a hash, a score and an id
    return PieceTable(
        hashes=np.frombuffer(packed, np.uint64, count),
        scores=np.frombuffer(packed, np.float64, count, 8 * count),
        ids=np.frombuffer(packed, np.int32, count, 16 * count),
    )


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Every piece that fits somewhere in a run of words: `edges[i]` begin at character i."""

    edges: list[int]  # where the pieces of each character begin in the lists below, and one past the end
    lengths: list[int]
    ids: list[int]
    scores: list[float]


class UnigramTokenizer:
    """Cuts text into the likeliest pieces. Safe to share between threads."""

    def __init__(
        self,
        table: PieceTable,
        normalisation: Mapping[int, str],
        special: Special,
        *,
        join_unknown: bool = True,
        remembered: int = _REMEMBERED,
    ) -> None:
        """A tokeniser over `table`.

        Args:
            table: the vocabulary.
            normalisation: code points, and what takes their place.
            special: the ids that stand for no text.
            join_unknown: whether a run of characters that the vocabulary lacks is one unknown token.
            remembered: how many words are kept with their tokens.
        """
        self._table = table
        self._normalisation = normalisation
        self._special = special
        self._join_unknown = join_unknown
        self._unknown_score = float(table.scores.min(initial=0.0)) - _UNKNOWN_PENALTY
        self._room = remembered
        self._remembered: dict[str, tuple[int, ...]] = {}
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], limit: int | None = None) -> list[list[int]]:
        """Ids of each text between the marks of beginning and end; cut to `limit` ids, marks included."""
        words = [self._words(text, limit) for text in texts]
        with self._lock:
            known = self._learn(word for each in words for word in each)
            cut = [[i for word in each for i in known[word]] for each in words]
        stop = None if limit is None else limit - 2
        return [[self._special.bos, *ids[:stop], self._special.eos] for ids in cut]

    def _words(self, text: str, limit: int | None) -> list[str]:
        """The words, each with its space mark; no piece of the vocabulary spans two."""
        words = (SPACE_MARK + word for word in normalised(text, self._normalisation).split(" ") if word)
        return [word for word, _ in zip(words, range(limit), strict=False)] if limit else list(words)

    def _learn(self, words: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """The ids of at least `words`."""
        wanted = dict.fromkeys(words)
        new = [word for word in wanted if word not in self._remembered]
        if len(self._remembered) + len(new) > self._room:
            self._remembered = {}
            new = list(wanted)
        found = dict(zip(new, self._cut(new), strict=True))
        self._remembered.update((word, ids) for word, ids in found.items() if len(word) <= _REMEMBERED_LENGTH)
        return {word: found[word] if word in found else self._remembered[word] for word in wanted}

    def _cut(self, words: list[str]) -> list[tuple[int, ...]]:
        if not words:
            return []
        ends = np.cumsum([len(word) + 1 for word in words])  # one place between words keeps them apart
        lattice = self._lattice(_code_points(" ".join([*words, ""])), ends - 1)
        starts = [0, *ends.tolist()]
        return [self._best(lattice, start, end - 1) for start, end in pairwise(starts)]

    def _lattice(self, codes: npt.NDArray[np.uint32], ends: npt.NDArray[np.int64]) -> _Lattice:
        """All pieces in `codes`, where the words end at `ends` and one place is left between them."""
        places = np.arange(len(codes))
        last = ends[np.searchsorted(ends, places)]
        at, hashes = places, np.zeros(len(codes), np.uint64)
        found_at, found = [], []
        for length in range(1, LONGEST_PIECE + 1):
            inside = at + length <= last[at]
            at, hashes = at[inside], hashes[inside]
            hashes = _step(hashes, codes[at + length - 1])
            row = np.minimum(np.searchsorted(self._table.hashes, hashes), len(self._table.hashes) - 1)
            hit = self._table.hashes[row] == hashes
            found_at.append(at[hit] * (LONGEST_PIECE + 1) + length)
            found.append(row[hit])
        keys, rows = np.concatenate(found_at), np.concatenate(found)
        order = np.argsort(keys)
        keys, rows = keys[order], rows[order]
        starts, lengths = np.divmod(keys, LONGEST_PIECE + 1)
        return _Lattice(
            np.searchsorted(starts, np.arange(len(codes) + 1)).tolist(),
            lengths.tolist(),
            self._table.ids[rows].tolist(),
            self._table.scores[rows].tolist(),
        )

    def _best(self, lattice: _Lattice, start: int, end: int) -> tuple[int, ...]:
        """Viterbi's path over one word; of two equally likely, the one found first, as sentencepiece does."""
        size, unknown = end - start, self._special.unknown
        best, came, piece = [0.0] * (size + 1), [-1] * (size + 1), [unknown] * (size + 1)
        for here in range(size):
            base, alone = best[here], False
            for edge in range(lattice.edges[start + here], lattice.edges[start + here + 1]):
                there, score = here + lattice.lengths[edge], base + lattice.scores[edge]
                alone = alone or there == here + 1
                if came[there] < 0 or score > best[there]:
                    best[there], came[there], piece[there] = score, here, lattice.ids[edge]
            score = base + self._unknown_score
            if not alone and (came[here + 1] < 0 or score > best[here + 1]):
                best[here + 1], came[here + 1], piece[here + 1] = score, here, unknown
        return self._back(came, piece, size)

    def _back(self, came: list[int], piece: list[int], end: int) -> tuple[int, ...]:
        ids: list[int] = []
        while end > 0:
            if not (self._join_unknown and ids and ids[-1] == piece[end] == self._special.unknown):
                ids.append(piece[end])
            end = came[end]
        return tuple(reversed(ids))
