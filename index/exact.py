"""The vectors of a language in one flat file and their ids beside it, compared with a question one and all.

Up to many thousands of vectors that is exact, faster than a graph search, and needs no import of Chroma, which takes a
command longer than everything else it does. Where they are many they are looked through in single bytes first, and
those that can be among the nearest are then compared in full.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.int8.product import ByteRows
from index.mapped import cut_short, let_go, taken
from index.memory import trim
from index.scope import Scope

MOST = 131_072  # vectors of a language that are kept so; of more, a graph is worth being linked (benchmarks/hnsw.py)
_MANY = 4096  # vectors from which on they are looked through in bytes
_WRITTEN = 4096  # vectors that are put in order and written at a time
_VECTORS, _BESIDE = "vectors", ("ids", "files", "file_of", "published")
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Exact:
    """Vectors, shape (n, d), with their ids, shape (n,), and in the order of these where ids are looked up.

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
    def load(cls, folder: Path) -> Exact | None:
        """What `save` wrote; None where there is no such folder, or a broken one. The vectors stay on disk."""
        try:
            mapped = np.load(_file(folder, _VECTORS), mmap_mode="r", allow_pickle=False)
            loaded = cls(vectors=np.asarray(mapped), **{name: np.load(_file(folder, name)) for name in _BESIDE})
        except (OSError, ValueError, EOFError):  # Chroma has them all
            return None
        return loaded if len(loaded.ids) == len(mapped) else None

    @classmethod
    def load_archive(cls, path: Path) -> Exact | None:
        """What byline wrote before it had a folder for it; None where there is no such file, or a broken one."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                return cls(**{name: kept[name] for name in (_VECTORS, *_BESIDE)})
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    @property
    def is_whole(self) -> bool:
        """Whether the vectors can be read: the file that they are in may have been cut short since."""
        return not cut_short(self.vectors)

    def save(self, folder: Path) -> None:
        """Write the folder that `load` reads."""
        save(folder, len(self.ids), iter([self]))

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
        return list(zip(self.ids[near[best]].tolist(), cosines[best].tolist(), strict=True))

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

    def rows(self, rows: Rows) -> Exact:
        """Those rows alone, in that order; their vectors in memory."""
        return Exact(self.ids[rows], taken(self.vectors, rows), self.files, self.file_of[rows], self.published[rows])

    def bare(self) -> Exact:
        """All of it but the vectors, of which there are none; a slice would keep them in memory."""
        return replace(self, vectors=np.empty((0, self.vectors.shape[1]), np.float32))

    def without(self, ids: npt.NDArray[np.str_]) -> Rows:
        """The rows of all but `ids`."""
        return np.flatnonzero(~np.isin(self.ids, ids))

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


def in_order(sets: Sequence[tuple[Exact, Rows]]) -> Iterator[Exact]:
    """The given rows of each set, all together in the order of their ids, some at a time; each id once."""
    ids = np.concatenate([one.ids[rows] for one, rows in sets])
    of_set = np.repeat(np.arange(len(sets)), [len(rows) for _, rows in sets])
    row = np.concatenate([rows for _, rows in sets])
    order = np.argsort(ids)
    for start in range(0, len(order), _WRITTEN):
        some = order[start : start + _WRITTEN]
        parts = [one.rows(row[some[of_set[some] == number]]) for number, (one, _) in enumerate(sets)]
        vectors, rest = np.concatenate([part.vectors for part in parts]), beside(parts)
        yield Exact(vectors=vectors, **rest).rows(np.argsort(rest["ids"]))


def save(folder: Path, n: int, parts: Iterator[Exact]) -> None:
    """Write the folder that `Exact.load` reads of `n` vectors, given in the order of their ids, some at a time.

    Raises:
        ValueError: there are more or fewer of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    seen: list[Exact] = []  # without their vectors
    with _file(folder, _VECTORS).open("wb") as file:
        for part in parts:
            if not seen:
                shape = (n, part.vectors.shape[1])
                head = {"descr": part.vectors.dtype.str, "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, head)
            file.write(part.vectors.tobytes())
            seen.append(part.bare())
    if (found := sum(len(part.ids) for part in seen)) != n:
        raise ValueError(f"{found} of {n} vectors are there")
    for name, array in beside(seen).items():
        np.save(_file(folder, name), array, allow_pickle=False)


def beside(parts: Sequence[Exact]) -> dict[str, npt.NDArray[Any]]:
    """All arrays but the vectors, of all parts together, by name."""
    files, file_of = np.unique(np.concatenate([part.files[part.file_of] for part in parts]), return_inverse=True)
    return {
        "ids": np.concatenate([part.ids for part in parts]),
        "files": files,
        "file_of": file_of.astype(np.int32),
        "published": np.concatenate([part.published for part in parts]),
    }


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"
