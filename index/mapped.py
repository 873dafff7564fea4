"""Files that are mapped into memory: to read of one what has been cut off ends the process (SIGBUS)."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def let_go(rows: npt.NDArray[Any]) -> None:
    """Return the pages of a mapped file that were read through once; they are read again where they are needed."""
    mapped = _file_behind(rows)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def taken(rows: npt.NDArray[np.float32], at: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """Rows from all over a mapped file, of whole rows, read one by one: mapped ones bring in up to 2 MB around each.

    Args:
        rows: shape (n, d); where they are of no file they are just indexed.
        at: which of them, shape (m,).

    Raises:
        OSError: the file is gone, or was cut short.
    """
    mapped = next((one for one in _owners(rows) if isinstance(one, np.memmap)), None)
    if mapped is None:
        return rows[at]
    found = np.empty((len(at), rows.shape[1]), rows.dtype)
    with Path(str(mapped.filename)).open("rb", buffering=0) as file:
        for number, into in zip(at.tolist(), found, strict=True):
            file.seek(mapped.offset + number * into.nbytes)
            if file.readinto(into.data) != into.nbytes:
                raise OSError(f"{mapped.filename}: it was cut short")
    return found


def cut_short(rows: npt.NDArray[np.float32]) -> bool:
    """Whether `rows` are of a mapped file that has become shorter since."""
    mapped = _file_behind(rows)
    return mapped is not None and mapped.size() < len(mapped)


def _file_behind(rows: npt.NDArray[Any]) -> mmap.mmap | None:
    return next((one for one in _owners(rows) if isinstance(one, mmap.mmap)), None)


def _owners(rows: object) -> Iterator[object]:
    """An array, and what it is a view of, down to what holds the memory."""
    while rows is not None:
        yield rows
        rows = rows.base if isinstance(rows, np.ndarray) else rows.obj if isinstance(rows, memoryview) else None


class Sizes:
    """How large the files of a folder were when a library began to map them."""

    def __init__(self, folder: Path) -> None:
        """Look at every file in `folder` now."""
        self._sizes = {entry.path: entry.stat().st_size for entry in os.scandir(folder)}

    def cut(self) -> str | None:
        """The name of a file that has become shorter since, if any; one that is gone stays whole where it is mapped."""
        for path, size in self._sizes.items():
            try:
                if os.stat(path).st_size < size:  # noqa: PTH116  # a question waits for this, and a Path takes longer
                    return os.path.basename(path)  # noqa: PTH119
            except FileNotFoundError:
                continue
        return None
