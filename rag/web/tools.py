"""The endpoints as MCP tools, by Gradio's own server: whether it can be had, and who may reach it.

Gradio asks for no login on the way to its tools and calls them past its queue and its login, so with a login the door
stands here: HTTP Basic authentication (RFC 7617), which every MCP client can be given as a header.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from rag.errors import BylineError

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.web.login import Login

PATH = "/gradio_api/mcp"


def refuse_without_package() -> None:
    """Make sure that the `mcp` package is there.

    Raises:
        BylineError: it is not.
    """
    if find_spec("mcp") is None:
        raise BylineError("--mcp: the mcp package is missing; install it with: pip install 'byline[mcp]'")


def write_json(blocks: gr.Blocks) -> None:
    """Have the tools of a running page give JSON: Gradio would write what they return as Python does."""
    server = blocks.mcp_server_obj
    if server is not None:
        server.postprocess_output_data = _as_json  # type: ignore[method-assign,assignment]


def _as_json(results: Sequence[Any], root_url: str) -> list[Any]:  # noqa: ARG001
    from mcp.types import TextContent

    return [TextContent(type="text", text=json.dumps(one, ensure_ascii=False)) for one in results]


class ToolDoor:
    """ASGI middleware: nobody gets to the tools without the login."""

    def __init__(self, app: ASGIApp, login: Login) -> None:
        """`login` is the one that opens the page."""
        self._app = app
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or not _to_tools(scope["path"]) or self._admits(scope):
            await self._app(scope, receive, send)
            return
        from starlette.responses import PlainTextResponse

        asks = {"WWW-Authenticate": 'Basic realm="byline", charset="UTF-8"'}
        refusal = "byline's tools need the user name and password of --auth (HTTP Basic)\n"
        await PlainTextResponse(refusal, status_code=401, headers=asks)(scope, receive, send)

    def _admits(self, scope: Scope) -> bool:
        pair = _brought(scope)
        return pair is not None and self._login.admits(*pair)


def brings_password(scope: Scope) -> bool:
    """Whether a request to the tools comes with a name and password."""
    return _to_tools(scope["path"]) and _brought(scope) is not None


def _brought(scope: Scope) -> tuple[str, str] | None:
    """The name and password of HTTP Basic authentication that a request comes with."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    kind, _, written = headers.get(b"authorization", b"").partition(b" ")
    if kind.lower() != b"basic":
        return None
    try:
        user, colon, password = base64.b64decode(written, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


def _to_tools(path: str) -> bool:
    return path == PATH or path.startswith(f"{PATH}/")
