"""Turns in the order in which they were asked for: whoever waits longest is next, however many come after."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """So many at a time. `threading.Semaphore` lets a newcomer in before those it has just woken."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it as long as the context lasts."""
        with self._lock:
            called = None if self._free else threading.Event()
            if called:
                self._waiting.append(called)
            else:
                self._free -= 1
        if called:
            called.wait()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().set()
                else:
                    self._free += 1
