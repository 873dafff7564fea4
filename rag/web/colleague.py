"""A process beside the page's own that answers questions over the same index, one after another.

One interpreter runs Python in one thread at a time, and an answer without a model is mostly Python. Questions and
answers travel through pipes; the process ends when the page's does, whose end of them is then closed.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from index.memory import set_aside
from rag.answer import Answer, Turn
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.filters import ALL, Filters
from rag.log import start_log
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """A question and how it is to be answered, as `Assistant.stream` takes them."""

    question: str
    k: int | None = None
    filters: Filters = ALL
    history: tuple[Turn, ...] = ()
    unsupported: Literal["mark", "cut"] | None = None

    def put_to(self, assistant: Assistant) -> Iterator[str | Answer]:
        """What `Assistant.stream` gives for it."""
        return assistant.stream(
            self.question, k=self.k, filters=self.filters, history=self.history, unsupported=self.unsupported
        )

    def answered_by(self, assistant: Assistant) -> Answer:
        """The checked answer alone."""
        *_, answer = self.put_to(assistant)
        assert isinstance(answer, Answer)  # the last thing a stream yields
        return answer


class Ended(Exception):
    """The process is gone, or gave no answer in time."""


class Colleague:
    """The process, as the page's own sees it. Safe to use from many threads, whose questions it answers in order."""

    def __init__(self, path: Path, settings: Settings) -> None:
        """Start it over the index in the folder `path`, and wait until it can be asked.

        Raises:
            Ended: it could not open the index.
            OSError: the system starts no further process.
        """
        context = multiprocessing.get_context("spawn")
        self._patience = settings.answer_timeout
        self._lock = threading.Lock()
        self._last: threading.Event | None = None  # set when the answer to the last question was taken, or given up
        self._ended = False
        asked, self._asking = context.Pipe(duplex=False)
        self._answers, answering = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_answer, args=(path, settings, asked, answering), name="byline-answers", daemon=True
        )
        self._process.start()
        asked.close()
        answering.close()
        try:
            self._ready()
        except Ended:
            self.close()
            raise

    @property
    def pid(self) -> int | None:
        """The process's id."""
        return self._process.pid

    def ask(self, request: Request) -> Answer | None:
        """The answer; None where it failed, and whoever asks it again hears why.

        Raises:
            Ended: it cannot be asked any more, and is to be closed.
        """
        taken = threading.Event()
        with self._lock:
            self._send(request)
            before, self._last = self._last, taken
        try:
            if before is not None:
                before.wait()
            answer: Answer | None = self._received()
        except Ended:
            self._ended = True  # what may still come is the answer to this question, not to the next
            raise
        finally:
            taken.set()
        return answer

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._asking.close()
        self._answers.close()

    def _send(self, request: Request) -> None:
        try:
            self._asking.send(request)
        except OSError as error:
            raise Ended from error

    def _ready(self) -> None:
        refused: BylineError | None = self._received()
        if refused is not None:
            raise Ended(str(refused))

    def _received(self) -> Any:
        if self._ended:
            raise Ended
        try:
            if self._answers.poll(self._patience):
                return self._answers.recv()
        except (EOFError, OSError) as error:
            raise Ended from error
        raise Ended(f"no answer within {self._patience:.0f} s")


def _answer(path: Path, settings: Settings, asked: Connection, answers: Connection) -> None:
    """What the process does: say that it is ready, and answer until nobody can ask any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the page's, which ends this one
    start_log(settings)
    try:
        opened = Assistant.open(path, settings)
    except BylineError as error:
        answers.send(error)
        return
    with opened as assistant:
        warm(assistant)
        set_aside()
        answers.send(None)
        while (request := _next(asked)) is not None:
            try:
                answers.send(request.answered_by(assistant))
            except BylineError:
                answers.send(None)


def _next(asked: Connection) -> Request | None:
    try:
        request: Request = asked.recv()
    except EOFError:
        return None
    return request


def warm(assistant: Assistant) -> None:
    """Ask after an article, so that everything is loaded when a reader asks first."""
    for article in assistant.articles()[:1]:
        assistant.ask(f"{article.title} {article.source}"[:200], llm="none")
