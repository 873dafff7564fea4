"""The HTTP client of model calls: no redirects, no endless answers, no cut stream taken for a whole one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

import httpx

_MOST_BYTES = 64 * 1024 * 1024  # an answer's worth of events, thinking included, is a few megabytes
_LAST_EVENT = b"[DONE]"

_LIMITS = httpx.Limits(max_keepalive_connections=0)
_begun: ContextVar[ExitStack | None] = ContextVar("_begun", default=None)


def open_clients() -> tuple[httpx.Client, httpx.AsyncClient]:
    """A client for model calls, usable from any thread, and one for LlamaIndex's asynchronous calls.

    They follow no redirects, so that text goes to the host that the user was told of and to no other; they
    keep no connections, so that there is none to close and none that the server has closed meanwhile.
    """
    trusted = httpx.create_ssl_context()  # reading the certificates is what takes time here
    hooks = {"response": [_guard]}
    return (
        httpx.Client(verify=trusted, event_hooks=hooks, follow_redirects=False, limits=_LIMITS),
        httpx.AsyncClient(verify=trusted, follow_redirects=False, limits=_LIMITS),
    )


@contextmanager
def closing_responses() -> Iterator[None]:
    """Close the responses that began inside, also those that were not read to their end.

    LlamaIndex's streams keep the response to themselves, and give it up when the garbage collector comes.
    """
    with ExitStack() as responses:
        token = _begun.set(responses)
        try:
            yield
        finally:
            _begun.reset(token)


def _guard(response: httpx.Response) -> None:
    """Response hook: wrap the body before anyone reads it, and see to its end."""
    responses = _begun.get()
    if responses is not None:
        responses.callback(response.close)
    seconds = response.request.extensions.get("timeout", {}).get("read")
    # a compressed stream shows its last event only to whoever unpacks it
    events = "text/event-stream" in response.headers.get("content-type", "")
    plain = "content-encoding" not in response.headers
    response.stream = _Body(response, seconds, needs_end=events and plain)


class _Body(httpx.SyncByteStream):
    """A response body that ends in time, at a bounded size, and a stream of events at its last one."""

    def __init__(self, response: httpx.Response, seconds: float | None, *, needs_end: bool) -> None:
        if not isinstance(response.stream, httpx.SyncByteStream):
            raise TypeError("only a synchronous client's responses can be guarded")
        self._stream = response.stream
        self._until = float("inf") if seconds is None else time.monotonic() + seconds
        self._needs_end = needs_end

    def __iter__(self) -> Iterator[bytes]:
        size, tail = 0, b""
        for piece in self._stream:
            size, tail = size + len(piece), (tail + piece)[-64:]
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the answer took longer than the time it was given")
            if size > _MOST_BYTES:
                raise httpx.DecodingError(f"the answer is longer than {_MOST_BYTES} bytes")
            yield piece
        # a reader of events stops at [DONE] and does not come this far
        if self._needs_end and _LAST_EVENT not in tail:
            raise httpx.RemoteProtocolError("the stream of events ended before its last one")

    def close(self) -> None:
        self._stream.close()
