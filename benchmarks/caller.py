"""A caller of the page's endpoints that takes next to nothing of the processors it shares with the server.

httpx takes 3 ms of processor time a question, this one 0.6. It keeps a connection for each user and reads as much of
HTTP/1.1 (RFC 9112) as the server writes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlsplit

from benchmarks.page_server import DONE, call


class Failed(Exception):
    """The server answered with something else than what was asked for."""


class Caller:
    """One user's connection."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host
        self._reader = reader
        self._writer = writer

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str) -> AsyncIterator[Self]:
        """A connection to the server at `url`, closed afterwards."""
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**24)
        try:
            yield cls(parts.netloc, reader, writer)
        finally:
            writer.close()

    async def ask(self, question: str) -> None:
        """Put a question to /ask, and wait for its answer.

        Raises:
            Failed: there was none.
            OSError: the connection broke.
        """
        queued = await self._request("POST", "/gradio_api/call/ask", json.dumps(call(question)).encode())
        told = await self._request("GET", f"/gradio_api/call/ask/{json.loads(queued)['event_id']}")
        if DONE.encode() not in told:
            raise Failed(told[:200].decode("utf-8", "replace"))

    async def _request(self, method: str, path: str, body: bytes = b"") -> bytes:
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(f"{head}\r\n".encode() + body)
        status, _, rest = (await self._reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
        headers = rest.lower()
        if b"transfer-encoding: chunked" in headers:
            told = b"".join([chunk async for chunk in self._chunks()])
        else:
            length = int(headers.partition(b"content-length:")[2].split(b"\r\n")[0])
            told = await self._reader.readexactly(length)
        if b" 200 " not in status:
            raise Failed(f"{status.decode()}: {told[:200].decode('utf-8', 'replace')}")
        return told

    async def _chunks(self) -> AsyncIterator[bytes]:
        while length := int(await self._reader.readuntil(b"\r\n"), 16):
            yield (await self._reader.readexactly(length + 2))[:-2]
        await self._reader.readexactly(2)
