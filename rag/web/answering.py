"""Who answers: the page's own process or, while that is at another answer, one that stands beside it.

The first such process starts when two questions meet for the first time: one reader alone needs none.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from dataclasses import replace

from rag.answer import Answer
from rag.assistant import Assistant
from rag.log import log
from rag.settings import Settings
from rag.web.colleague import Colleague, Ended, Request

_AHEAD = 2  # questions that a colleague has at a time: the next is with it when it is done with one
ENDED = "the process that answered this question ended; the question was asked again"


class Answering:
    """An assistant, with up to `processes` more like it. Safe to use from many threads; close it after use."""

    def __init__(self, assistant: Assistant, settings: Settings, processes: int = 0) -> None:
        """`assistant` is open with `settings` and nothing else: so are those in the other processes."""
        self.assistant = assistant
        self._settings = settings
        self._most = processes
        self._lock = threading.Lock()
        self._at_work_here = 0  # answers that this process is making
        self._colleagues: dict[Colleague, int] = {}  # how many questions each has
        self._starting = 0
        self._closed = False

    @property
    def at_once(self) -> int:
        """How many questions are worth taking at a time: one here and what colleagues take, or two where none do."""
        return max(2, 1 + _AHEAD * self._most)

    def stream(self, request: Request) -> Generator[str | Answer]:
        """As `Assistant.stream`; a colleague's answer comes whole.

        Raises:
            BylineError: as `Assistant.stream`.
        """
        colleague = self._taken()
        if colleague is None:
            try:
                yield from request.put_to(self.assistant)
            finally:
                with self._lock:
                    self._at_work_here -= 1
        else:
            yield self._by(colleague, request)

    def ask(self, request: Request) -> Answer:
        """The checked answer alone.

        Raises:
            BylineError: as `Assistant.ask`.
        """
        *_, answer = self.stream(request)
        assert isinstance(answer, Answer)  # the last thing a stream yields
        return answer

    def close(self) -> None:
        """End the other processes."""
        with self._lock:
            self._closed = True
            ended, self._colleagues = self._colleagues, {}
        for colleague in ended:
            colleague.close()

    def _taken(self) -> Colleague | None:
        """A colleague where this process is at work and one is free; None where it is to answer itself."""
        with self._lock:
            if self._at_work_here and (colleague := self._least_asked()):
                self._colleagues[colleague] += 1
                return colleague
            if self._at_work_here and len(self._colleagues) + self._starting < self._most:
                self._starting += 1
                threading.Thread(target=self._start, daemon=True, name="byline-colleague").start()
            self._at_work_here += 1
            return None

    def _least_asked(self) -> Colleague | None:
        """The colleague with the fewest questions, where it can take one more."""
        colleague = min(self._colleagues, key=self._colleagues.__getitem__, default=None)
        return colleague if colleague and self._colleagues[colleague] < _AHEAD else None

    def _by(self, colleague: Colleague, request: Request) -> Answer:
        try:
            answer = colleague.ask(request)
        except Ended:
            self._lose(colleague)
            answer = request.answered_by(self.assistant)
            return replace(answer, notices=(*answer.notices, ENDED))
        with self._lock:
            if colleague in self._colleagues:
                self._colleagues[colleague] -= 1
        return answer or request.answered_by(self.assistant)

    def _start(self) -> None:
        """Have one more colleague; none ever after where that does not work."""
        try:
            colleague = Colleague(self.assistant.path, self._settings)
        except (Ended, OSError) as error:
            log(logging.ERROR, "no process beside the page", why=str(error))
            with self._lock:
                self._starting, self._most = self._starting - 1, 0
            return
        with self._lock:
            self._starting -= 1
            if not self._closed:
                self._colleagues[colleague] = 0
                return
        colleague.close()

    def _lose(self, colleague: Colleague) -> None:
        log(logging.ERROR, "a process beside the page ended")
        with self._lock:
            known = self._colleagues.pop(colleague, None) is not None
        if known:
            colleague.close()
