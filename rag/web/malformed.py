"""Requests for what can have no name: not found, before Gradio asks for it and fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_LONGEST = 1000  # characters of a path; the page's own are far shorter
_LONGEST_NAME = 255  # bytes of a file's name (NAME_MAX of the usual file systems)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# Gradio's routes that byline has no use for: files uploaded past `rag.web.receiving`, and other sites' pages.
_SHUT = re.compile(r"/gradio_api/(?:upload/?$|proxy=)")


class Malformed:
    """ASGI middleware: a path or a page that nothing can be called is not found, nor is a route that byline shuts."""

    def __init__(self, app: ASGIApp, pages: frozenset[str]) -> None:
        """`pages` are the names of the pages that there are, as Gradio's `page` has them."""
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or self._is_name(scope):
            await self._app(scope, receive, send)
            return
        from starlette.responses import PlainTextResponse

        await PlainTextResponse("there is nothing of that name\n", status_code=404)(scope, receive, send)

    def _is_name(self, scope: Scope) -> bool:
        path = scope["path"]
        if len(path) > _LONGEST or _CONTROLS.search(path) or _SHUT.match(path):
            return False
        if any(len(name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME for name in path.split("/")):
            return False
        asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True, encoding="utf-8")
        return self._pages.issuperset(asked.get("page", ()))
