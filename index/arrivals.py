"""Vectors on their way into a flat file (see `index.exact`): kept on disk in the order in which they come, then sorted.

So what is written need not be read back out of Chroma, and is not held in memory meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.embed import Vectors
from index.exact import Exact, Rows, beside


class Arrivals:
    """What is put into a language and dropped from it since its flat file was true."""

    def __init__(self, path: Path) -> None:
        """`path` is a file for the vectors, made anew."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        self._path = path
        self._parts: list[Exact] = []  # without their vectors
        self._gone: dict[str, int] = {}  # id -> vectors that had come when it was dropped
        self._n = 0

    def put(self, ids: Sequence[str], vectors: Vectors, sources: Sequence[str], published: Sequence[int]) -> None:
        """Take in vectors, shape (n, d), in the place of those of the same ids."""
        with self._path.open("ab") as file:
            file.write(np.ascontiguousarray(vectors, np.float32).tobytes())
        files, file_of = np.unique(np.array(sources, np.str_), return_inverse=True)
        days = np.array(published, np.int64)
        self._parts.append(Exact(np.array(ids, np.str_), vectors[:0], files, file_of.astype(np.int32), days))
        self._n += len(ids)

    def drop(self, ids: Sequence[str]) -> None:
        """Forget the vectors of `ids`, here or in the flat file."""
        self._gone |= dict.fromkeys(ids, self._n)

    def now(self, before: Exact | None) -> list[tuple[Exact, Rows]]:
        """The rows that there are now, for `in_order`: of what came, and of the vectors `before`."""
        gone = np.array(list(self._gone), np.str_)
        if not self._n:
            return [(before, before.without(gone))] if before is not None else []
        width = self._parts[0].vectors.shape[1]
        came = Exact(
            vectors=np.asarray(np.memmap(self._path, np.float32, "r").reshape(-1, width)), **beside(self._parts)
        )
        sets = [(came, self._last(came))]
        if before is not None:
            sets.append((before, before.without(np.concatenate([came.ids, gone]))))
        return sets

    def _last(self, came: Exact) -> Rows:
        """The rows of `came` that no later one replaces, and that were not dropped afterwards."""
        _, behind = np.unique(came.ids[::-1], return_index=True)
        last = len(came.ids) - 1 - behind
        dropped = [self._gone.get(id, 0) for id in came.ids[last].tolist()]
        return np.asarray(last[last >= np.array(dropped)], np.intp)

    def close(self) -> None:
        """Delete the file."""
        self._path.unlink(missing_ok=True)
