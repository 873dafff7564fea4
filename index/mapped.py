"""Files that are mapped into memory: to read of one what has been cut off ends the process (SIGBUS)."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def let_go(rows: npt.NDArray[Any]) -> None:
    """Return the pages of a mapped file that were read through once; they are read again where they are needed."""
    mapped = _file_behind(rows)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def cut_short(rows: npt.NDArray[np.float32]) -> bool:
    """Whether `rows` are of a mapped file that has become shorter since."""
    mapped = _file_behind(rows)
    return mapped is not None and mapped.size() < len(mapped)


def _file_behind(rows: npt.NDArray[Any]) -> mmap.mmap | None:
    owner: object = rows
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    return owner if isinstance(owner, mmap.mmap) else None


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
