"""Giving memory back to the system that the process has freed and would keep."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress


def trim() -> None:
    """Return what the C library holds free: glibc keeps it, after a store was read, to use it again."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
