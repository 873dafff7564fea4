"""Giving memory back to the system that the process has freed and would keep."""

from __future__ import annotations

import ctypes
import mmap
import sys
from contextlib import suppress

import numpy as np
import numpy.typing as npt


def trim() -> None:
    """Return what the C library holds free: glibc keeps it, after a store was read, to use it again."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def let_go(rows: npt.NDArray[np.float32]) -> None:
    """Return the pages of a mapped file that were read through once; they are read again where they are needed."""
    owner: object = rows
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    if isinstance(owner, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)
