"""Work done in stages, each in a thread of its own, with little between them: what one makes the next one takes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class _Made(Generic[Out]):
    """What a stage hands on."""

    item: Out


@dataclass(frozen=True, slots=True)
class _Ended:
    """A stage is through, or has failed."""

    error: BaseException | None


def staged(items: Generator[In, None, None], work: Callable[[In], Out], ahead: int) -> Generator[Out, None, None]:
    """What `work` makes of `items`, in order, made in a thread of its own.

    At most `ahead` results wait to be asked for, while one more is made. An error of `items` or `work` is raised here,
    after the results before it. Closing this generator ends the thread after the item it is at, and closes `items`.
    """
    room, ready, closed = Semaphore(ahead), SimpleQueue[_Made[Out] | _Ended](), False

    def run() -> None:
        error: BaseException | None = None
        try:
            with closing(items):
                for item in items:
                    made = _Made(work(item))
                    room.acquire()
                    if closed:
                        break
                    ready.put(made)
        except BaseException as raised:
            error = raised
        ready.put(_Ended(error))

    thread = Thread(target=run, name=f"stage {work.__name__}", daemon=True)
    thread.start()
    try:
        while isinstance(result := ready.get(), _Made):
            room.release()
            yield result.item
        if result.error is not None:
            raise result.error
    finally:
        closed = True
        room.release()
        thread.join()
