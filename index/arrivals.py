"""Vectors on their way into the stores: kept on disk in the order in which they come until all of them are there.

So they need not be in memory while the rest of an index is written, nor be read back out of Chroma for the flat file
(see `index.exact`), and Chroma is given them in few, large batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.exact import Exact, Rows, beside


class Arrivals:
    """What is put into a language and dropped from it since its flat file was true, and what Chroma knows of that."""

    def __init__(self, path: Path) -> None:
        """`path` is a file for the vectors, made anew."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        self._path = path
        self._parts: list[Exact] = []  # without their vectors
        self._row: dict[str, int] = {}  # of each id, in the file
        self._gone: set[str] = set()
        self._n = 0
        self._given, self._to_delete = -1, set[str]()  # how many vectors Chroma was given; ids that it still has

    def put(self, some: Exact) -> None:
        """Take in vectors in any order, in the place of those of the same ids."""
        with self._path.open("ab") as file:
            file.write(some.vectors.tobytes())
        self._parts.append(some.bare())
        ids = some.ids.tolist()
        self._row |= zip(ids, range(self._n, self._n + len(ids)), strict=True)
        self._to_delete.difference_update(ids)
        self._n += len(ids)

    def drop(self, ids: Sequence[str]) -> None:
        """Forget the vectors of `ids`, here or in the flat file."""
        for id in ids:
            self._row.pop(id, None)
        self._gone.update(ids)
        self._to_delete.update(ids)

    def has(self, id: str) -> bool:
        """Whether `id` has come, or gone: whatever was known of it is past."""
        return id in self._row or id in self._gone

    def vectors_of(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those `ids` that have come, by id."""
        rows = {id: self._row[id] for id in ids if id in self._row}
        return dict(zip(rows, self._vectors()[list(rows.values())], strict=True)) if rows else {}

    def now(self, before: Exact | None) -> list[tuple[Exact, Rows]]:
        """The rows that there are now, for `in_order`: of what came, and of the vectors `before`."""
        sets = [(self._whole(), np.array(list(self._row.values()), np.intp))] if self._row else []
        if before is not None:
            sets.append((before, before.without(np.array([*self._row, *self._gone], np.str_))))
        return sets

    @property
    def waiting(self) -> bool:
        """Whether Chroma is to be told of anything."""
        return self._given < self._n or bool(self._to_delete)

    def given(self, most: int) -> Iterator[Exact]:
        """What Chroma has not been given yet, in batches of at most `most`."""
        rows = np.array([row for row in self._row.values() if row >= self._given], np.intp)
        if len(rows):
            whole = self._whole()
            for start in range(0, len(rows), most):
                yield whole.rows(rows[start : start + most])
        self._given = self._n

    def deleted(self) -> list[str]:
        """What Chroma has not been told to delete yet."""
        ids, self._to_delete = sorted(self._to_delete), set()
        return ids

    def count(self) -> int:
        """How many vectors have come and are still here."""
        return len(self._row)

    def _vectors(self) -> Vectors:
        width = self._parts[0].vectors.shape[1]
        mapped: npt.NDArray[np.float32] = np.memmap(self._path, np.float32, "r", shape=(self._n, width))
        return np.asarray(mapped)

    def _whole(self) -> Exact:
        return Exact(vectors=self._vectors(), **beside(self._parts))

    def close(self) -> None:
        """Delete the file."""
        self._path.unlink(missing_ok=True)
