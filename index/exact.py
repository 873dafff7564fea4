"""The vectors of a language in one flat file, compared with a question one and all.

Up to many thousands of vectors that is exact, faster than a graph search, and needs no import of Chroma, which takes a
command longer than everything else it does. Where they are many they are looked through in single bytes first, and
those that can be among the nearest are then compared in full.
"""

from __future__ import annotations

import math
import mmap
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.int8.product import ByteRows
from index.mapped import cut_short, let_go
from index.memory import trim
from index.scope import Scope

MOST = 131_072  # vectors of a language that are kept so; of more, a graph is worth being linked (benchmarks/hnsw.py)
_MANY = 4096  # vectors from which on they are looked through in bytes
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Exact:
    """Vectors, shape (n, d), in the order of their ids, shape (n,).

    `files` are names of files and `file_of` the number of each vector's, shape (n,); `published` are the days of
    publication as numbers, 0 where unknown, shape (n,).
    """

    ids: npt.NDArray[np.str_]
    vectors: Vectors
    files: npt.NDArray[np.str_]
    file_of: npt.NDArray[np.int32]
    published: npt.NDArray[np.int64]

    @classmethod
    def of(cls, ids: Sequence[str], vectors: Vectors, sources: Sequence[str], published: Sequence[int]) -> Exact:
        """Vectors in any order, shape (n, d), each id once, with their files and days."""
        order = np.argsort(np.array(ids, np.str_))
        files, file_of = np.unique(np.array(sources, np.str_), return_inverse=True)
        days = np.array(published, np.int64)
        return cls(np.array(ids, np.str_)[order], vectors[order], files, file_of[order].astype(np.int32), days[order])

    @classmethod
    def load(cls, path: Path) -> Exact | None:
        """What `save` wrote; None where there is no such file, or a broken one."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                ids, files, file_of, published = (kept[name] for name in ("ids", "files", "file_of", "published"))
            return cls(ids, _mapped(path, "vectors.npy"), files, file_of, published)
        except (OSError, EOFError, ValueError, KeyError, struct.error, zipfile.BadZipFile):  # Chroma has them all
            return None

    @property
    def is_whole(self) -> bool:
        """Whether the vectors can be read: the file that they are in may have been cut short since."""
        return not cut_short(self.vectors)

    def save(self, path: Path) -> None:
        """Write the file that `load` reads."""
        save(path, len(self.ids), iter([self]))

    def vectors_of(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those `ids` that are here, by id."""
        rows = self._rows(ids)
        known = rows >= 0
        return dict(zip(np.array(ids, np.object_)[known], self.vectors[rows[known]], strict=True))

    def nearest(self, query: Vectors, n: int, scope: Scope | None) -> list[tuple[str, float]]:
        """The ids of the `n` vectors inside `scope` with the highest cosines, and these; equals in the order of ids."""
        if not len(self.ids):
            return []
        near = self._likely(query, n, self._inside(scope))
        cosines = self.vectors[near] @ query
        best = np.argsort(-cosines, kind="stable")[:n]
        return [(str(self.ids[near[at]]), float(cosines[at])) for at in best]

    def updated(self, changed: Exact, gone: Sequence[str]) -> Exact:
        """These vectors with those of `changed` put in or in the place of their own, and those of `gone` left out."""
        kept = np.ones(len(self.ids), bool)
        rows = self._rows([*map(str, changed.ids), *gone])
        kept[rows[rows >= 0]] = False
        return Exact.of(
            [*self.ids[kept], *changed.ids],
            np.concatenate([self.vectors[kept], changed.vectors]) if len(changed.ids) else self.vectors[kept],
            [*self.files[self.file_of[kept]], *changed.files[changed.file_of]],
            [*self.published[kept], *changed.published],
        )

    def _likely(self, query: Vectors, n: int, inside: npt.NDArray[np.bool_] | None) -> Rows:
        """The rows `inside` that can be among the `n` nearest."""
        if len(self.ids) <= _MANY:
            return np.arange(len(self.ids)) if inside is None else np.flatnonzero(inside)
        products = self._bytes.products(query[np.newaxis, :])
        return next((products if inside is None else products.inside(inside)).among_highest(n))

    @cached_property
    def _bytes(self) -> ByteRows:
        made = ByteRows(self.vectors)
        let_go(self.vectors)
        trim()
        return made

    def _rows(self, ids: Sequence[str]) -> Rows:
        """Where `ids` are, -1 for one that is not here."""
        if not len(self.ids) or not ids:
            return np.full(len(ids), -1)
        wanted = np.array(ids, np.str_)
        rows = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return np.where(self.ids[rows] == wanted, rows, -1)

    def _inside(self, scope: Scope | None) -> npt.NDArray[np.bool_] | None:
        """Which rows are inside `scope`; None where all are."""
        if scope is None:
            return None
        inside = np.ones(len(self.ids), bool)
        if scope.since is not None:
            inside &= self.published >= scope.since
        if scope.until is not None:
            inside &= (self.published > 0) & (self.published <= scope.until)
        if scope.sources is not None:
            inside &= np.isin(self.files, list(scope.sources) or [""])[self.file_of]
        return inside


def save(path: Path, n: int, parts: Iterator[Exact]) -> None:
    """Write the file that `Exact.load` reads of `n` vectors, given in the order of their ids, some at a time.

    Raises:
        ValueError: there are more or fewer of them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    seen: list[Exact] = []  # without their vectors
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("vectors.npy", "w", force_zip64=True) as file:
            for part in parts:
                if not seen:
                    shape = (n, part.vectors.shape[1])
                    head = {"descr": part.vectors.dtype.str, "fortran_order": False, "shape": shape}
                    np.lib.format.write_array_header_1_0(file, head)
                file.write(part.vectors.tobytes())
                seen.append(replace(part, vectors=part.vectors[:0]))
        if (found := sum(len(part.ids) for part in seen)) != n:
            raise ValueError(f"{found} of {n} vectors are there")
        for name, array in _without_vectors(seen).items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def _mapped(path: Path, member: str) -> Vectors:
    """The vectors in an archive that `save` wrote, left on disk: few of them are ever read."""
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        if archive.getinfo(member).compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{member} is compressed")
        np.lib.format.read_magic(file)
        shape, _, kind = np.lib.format.read_array_header_1_0(file)
        head = file.tell()
    with path.open("rb") as whole:
        start = _start(whole, archive.getinfo(member).header_offset)
        mapped = mmap.mmap(whole.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(mapped, kind, math.prod(shape), start + head).reshape(shape)


def _start(archive: BinaryIO, header: int) -> int:
    """Where a member's bytes begin, behind its local header (ZIP specification 6.3, section 4.3.7)."""
    archive.seek(header + 26)
    name, extra = struct.unpack("<HH", archive.read(4))
    return int(header + 30 + name + extra)


def _without_vectors(parts: Sequence[Exact]) -> dict[str, npt.NDArray[Any]]:
    """All arrays but the vectors, of all parts together, by name."""
    files, file_of = np.unique(np.concatenate([part.files[part.file_of] for part in parts]), return_inverse=True)
    return {
        "ids": np.concatenate([part.ids for part in parts]),
        "files": files,
        "file_of": file_of.astype(np.int32),
        "published": np.concatenate([part.published for part in parts]),
    }
