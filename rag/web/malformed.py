"""Requests for what can have no name: not found, before Gradio asks the file system for it and fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_LONGEST = 1000  # characters of a path; the page's own are far shorter


class Malformed:
    """ASGI middleware: a path that is too long for any file, or has a NUL in it, names nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or (len(scope["path"]) <= _LONGEST and "\0" not in scope["path"]):
            await self._app(scope, receive, send)
            return
        from starlette.responses import PlainTextResponse

        await PlainTextResponse("there is nothing of that name\n", status_code=404)(scope, receive, send)
