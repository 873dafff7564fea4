"""Indexing while the page is served: one run at a time, in a thread of its own, and how far it is.

It is `byline index` in all but the thread: the run writes a generation of its own, and readers go on with the one they
have until the new one is whole.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from index.sync import Progress, Summary
from rag.errors import BylineError

_log = logging.getLogger(__name__)
BROKEN = "broken"  # the error of a run that failed for another reason than one that a person can mend


class Run(Protocol):
    """A run of indexing, as `Indexer.run` has it without paths: bring the index up to date."""

    def __call__(self, *, on_progress: Callable[[Progress], None], stop: Callable[[], bool]) -> Summary:
        """Index; `on_progress` is told after each file, `stop` asked before each."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where indexing stands: running or not, how far this run is, what the last one did or failed of.

    `finished` counts the runs that have ended.
    """

    running: bool = False
    progress: Progress | None = None
    summary: Summary | None = None
    error: str | None = None
    finished: int = 0


class Indexing:
    """Runs indexing on request. Safe to use from many threads."""

    def __init__(self, run: Run) -> None:
        """`run` is called in the thread, never twice at a time."""
        self._run = run
        self._lock = threading.Lock()
        self._status = Status()
        self._again = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def status(self) -> Status:
        """Where it stands now."""
        with self._lock:
            return self._status

    def start(self) -> None:
        """Run; where a run is under way, run once more after it, since it may have passed by what is new."""
        with self._lock:
            if self._status.running:
                self._again = True
                return
            self._stop.clear()
            self._status = Status(running=True, finished=self._status.finished)
            self._thread = threading.Thread(target=self._work, daemon=True, name="byline-indexing")
            self._thread.start()

    def stop(self) -> None:
        """End the run after its current file, keeping what is done; none follows."""
        with self._lock:
            self._again = False
        self._stop.set()

    def wait(self) -> Status:
        """Wait until nothing runs any more; gives what came of it."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()
        return self.status

    def _work(self) -> None:
        while True:
            summary, error = self._outcome()
            with self._lock:
                again, self._again = self._again, False
                self._status = Status(again, None, summary, error, self._status.finished + 1)
                if not again:
                    return

    def _outcome(self) -> tuple[Summary | None, str | None]:
        try:
            return self._run(on_progress=self._tell, stop=self._stop.is_set), None
        except BylineError as failure:
            return None, str(failure)
        except Exception:
            _log.exception("indexing broke")
            return None, BROKEN

    def _tell(self, progress: Progress) -> None:
        with self._lock:
            self._status = Status(True, progress, None, None, self._status.finished)
