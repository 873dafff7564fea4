"""Running a question set while the page is served: one at a time, in a thread of its own, and how far it is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.store import IndexFolder
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.evaluate.bench import Watch, bench_with
from rag.evaluate.formats.load import accepted, load_set
from rag.evaluate.questions import Question
from rag.evaluate.record import Run, Setup
from rag.evaluate.result import Row
from rag.settings import Settings
from rag.web.indexing import BROKEN
from rag.web.runs import Runs

_log = logging.getLogger(__name__)
SUFFIXES = frozenset({".jsonl", ".json", ".csv", ".tsv"})  # of question sets


@dataclass(frozen=True, slots=True)
class Trial:
    """A question set and how it is to be run; `retrieval_only` asks for passages and no answers."""

    path: Path
    k: int
    retrieval_only: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it stands: running or not, how many questions of how many are done, and what came of the last run.

    `kept` is its id among the runs; `error` is what it failed of; `finished` counts those that have ended.
    """

    running: bool = False
    done: int = 0
    of: int = 0
    kept: str | None = None
    error: str | None = None
    stopped: bool = False
    finished: int = 0


class _Stopped(Exception):
    """A reader does not want it to go on."""


class Evaluating:
    """Runs question sets on request. Safe to use from many threads."""

    def __init__(self, assistant: Assistant, settings: Settings, runs: Runs) -> None:
        """The runs are of the index that `assistant` answers from, and are kept in `runs`."""
        self._assistant = assistant
        self._settings = settings
        self._runs = runs
        self._lock = threading.Lock()
        self._standing = Standing()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def standing(self) -> Standing:
        """Where it stands now."""
        with self._lock:
            return self._standing

    def start(self, trial: Trial) -> bool:
        """Run a set; false where another run is under way.

        Raises:
            BylineError: the set cannot be read, or is none.
        """
        questions = accepted(load_set(trial.path), trial.path)
        with self._lock:
            if self._standing.running:
                return False
            self._stop.clear()
            self._standing = Standing(running=True, of=len(questions), finished=self._standing.finished)
            self._thread = threading.Thread(
                target=self._work, args=(trial, questions), daemon=True, name="byline-evaluating"
            )
            self._thread.start()
        return True

    def stop(self) -> None:
        """End the run after its current question; nothing of it is kept."""
        self._stop.set()

    def close(self) -> None:
        """End the run, and wait for that."""
        self.stop()
        self.wait()

    def wait(self) -> Standing:
        """Wait until nothing runs any more; gives what came of it."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()
        return self.standing

    def _work(self, trial: Trial, questions: Sequence[Question]) -> None:
        kept, error, stopped = None, None, False
        try:
            kept = self._runs.keep(self._run(trial, questions), trial.path.name)
        except _Stopped:
            stopped = True
        except BylineError as failure:
            error = str(failure)
        except Exception:
            _log.exception("the evaluation broke")
            error = BROKEN
        with self._lock:
            self._standing = Standing(kept=kept, error=error, stopped=stopped, finished=self._standing.finished + 1)

    def _run(self, trial: Trial, questions: Sequence[Question]) -> Run:
        bench = bench_with(IndexFolder(self._assistant.path), self._assistant.tools, questions)
        setup = Setup(trial.k, None, trial.retrieval_only)
        return bench.run(questions, setup, self._settings, watch=Watch(done=self._tell))

    def _tell(self, _: Row) -> None:
        if self._stop.is_set():
            raise _Stopped
        with self._lock:
            self._standing = replace(self._standing, done=self._standing.done + 1)
