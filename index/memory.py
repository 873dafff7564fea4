"""What a process that runs long does about its memory."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress


def trim() -> None:
    """Return to the system what the C library holds free: glibc keeps it, after a store was read, to use it again."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def set_aside() -> None:
    """Have Python's search for cycles pass over all that is there now: each time it stops every thread for 0.2 s."""
    gc.collect()
    gc.freeze()
