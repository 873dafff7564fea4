"""An answer's events while they come, read in a thread of their own.

Gradio waits for the running step of a synchronous generator before it lets Stop through, and a step lasts as long
as a model is silent. Read here, Stop comes back at once; the thread sees it at the model's next piece, or at the
answer's deadline, and ends the request.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator
from contextlib import closing
from itertools import groupby

from rag.answer import Answer

_BEAT = 0.05  # seconds between one piece of text and the next: no reader is faster, and a page is drawn anew for each

Event = str | Answer


class _End:
    """After the last event: nothing, or what went wrong."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error


async def live(open_events: Callable[[], Iterator[Event]]) -> AsyncGenerator[Event, None]:
    """The events of `open_events()`, which is called, read and closed in a thread; text that has piled up is one event.

    Raises:
        Exception: whatever `open_events` or its iterator raises.
    """
    loop = asyncio.get_running_loop()
    channel: asyncio.Queue[Event | _End] = asyncio.Queue()
    stop = threading.Event()

    def send(item: Event | _End) -> None:
        try:
            if not stop.is_set():
                loop.call_soon_threadsafe(channel.put_nowait, item)
        except RuntimeError:
            if not loop.is_closed():
                raise
            stop.set()  # the server is going down, and nobody reads any more

    threading.Thread(target=_pump, args=(open_events, send, stop), daemon=True, name="byline-answer").start()
    try:
        while True:
            for item in _joined([await channel.get(), *_waiting(channel)]):
                if not isinstance(item, _End):
                    yield item
                elif item.error is not None:
                    raise item.error
                else:
                    return
            await asyncio.sleep(_BEAT)
    finally:
        stop.set()


def _waiting(channel: asyncio.Queue[Event | _End]) -> Iterator[Event | _End]:
    while not channel.empty():
        yield channel.get_nowait()


def _joined(items: Iterable[Event | _End]) -> Iterator[Event | _End]:
    """The items, pieces of text that follow one another as one."""
    for is_text, run in groupby(items, key=lambda item: isinstance(item, str)):
        if is_text:
            yield "".join(item for item in run if isinstance(item, str))
        else:
            yield from run


def _pump(
    open_events: Callable[[], Iterator[Event]], send: Callable[[Event | _End], None], stop: threading.Event
) -> None:
    try:
        with closing(_closable(open_events())) as events:
            for event in events:
                if stop.is_set():
                    return
                send(event)
    except Exception as error:
        send(_End(error))
        return
    send(_End(None))


def _closable(events: Iterator[Event]) -> Generator[Event]:
    if not isinstance(events, Generator):
        raise TypeError("only a generator can be closed, and with it the request")
    return events
