"""What every response of the server passes through: security headers, a visitor's cookie, and no name but our own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rag.web.visitor import COOKIE, cookies, known, new_cookie

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing comes from, or goes to, another host. Gradio compiles its templates ('unsafe-eval') and styles elements by
# attribute; of inline scripts only those run that the page was served with, by their hashes (CSP3, section 2.3.1).
_POLICY = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-eval'{scripts}",
    "script-src-attr 'none'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Guard:
    """ASGI middleware: security headers on every response, and no answer under a name that is not ours.

    Without a login, a page elsewhere whose name is made to point at 127.0.0.1 (DNS rebinding) could read the
    articles through its visitor's browser; its requests carry that name.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] | None) -> None:
        """`names` are the hosts that are answered for, all where None."""
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if self._names is not None and _host(scope) not in self._names:
            from starlette.responses import PlainTextResponse

            refusal = "byline answers under localhost and 127.0.0.1 only; start it with --auth to use another name\n"
            await PlainTextResponse(refusal, status_code=421)(scope, receive, send)
            return
        await self._app(scope, receive, _Outgoing(send, new=not _is_known(scope)).send)


class _Outgoing:
    """One response on its way out; a page is held back until it is whole, for its scripts are in its header."""

    def __init__(self, send: Send, *, new: bool) -> None:
        self._send = send
        self._new = new
        self._page: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Take a message of the application."""
        if message["type"] == "http.response.start":
            if _is_html(message):
                self._page = message
            else:
                await self._send(_with(message, _headers(())))
        elif self._page is not None and message["type"] == "http.response.body":
            await self._held(message)
        else:
            await self._send(message)

    async def _held(self, message: Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body") or self._page is None:
            return
        added = _headers(_INLINE.findall(self._body))
        if self._new:
            added.append(("Set-Cookie", new_cookie()))
        await self._send(_with(self._page, added))
        await self._send({"type": "http.response.body", "body": self._body})


def _headers(scripts: Iterable[bytes]) -> list[tuple[str, str]]:
    hashes = "".join(f" 'sha256-{base64.b64encode(hashlib.sha256(one).digest()).decode()}'" for one in scripts)
    policy = "; ".join(_POLICY).format(scripts=hashes)
    return [("Content-Security-Policy", policy), *_HEADERS.items()]


def _with(message: Message, headers: Iterable[tuple[str, str]]) -> Message:
    added = [(name.lower().encode(), value.encode()) for name, value in headers]
    return {**message, "headers": [*message.get("headers", ()), *added]}


def _is_html(message: Message) -> bool:
    return any(name.lower() == b"content-type" and b"text/html" in value for name, value in message["headers"])


def _is_known(scope: Scope) -> bool:
    return known(cookies(_header(scope, b"cookie")).get(COOKIE, ""))


def _host(scope: Scope) -> str:
    """The name a request is addressed to, without its port."""
    written = _header(scope, b"host").lower()
    if written.startswith("["):
        return written[: written.find("]") + 1]
    return written.rsplit(":", 1)[0] if ":" in written else written


def _header(scope: Scope, name: bytes) -> str:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return headers.get(name, b"").decode("latin-1")
