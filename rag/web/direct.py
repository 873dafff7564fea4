"""Endpoints called by a plain POST, without Gradio's client: what is wrong with a call is the caller's to hear.

Gradio answers such calls too, but each that fails with status 500, and a wrong body or name without a word.
"""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

from rag.web.endpoints import Endpoints

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PATH = re.compile(r"/gradio_api/(?:run|api)/(?P<name>[^/]*)/?")
_GRADIOS = "predict"  # the name that its own clients call everything by, with a number in the body
_TAKEN = {
    one.__name__: tuple(inspect.signature(one).parameters)[1:]
    for one in (Endpoints.ask, Endpoints.search, Endpoints.sources, Endpoints.check)
}


class DirectCalls:
    """ASGI middleware: a call that cannot be carried out gets a status of 400 to 499 and one line, as JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, or refuse it; an endpoint's own refusal is one of the call's, not of the server's."""
        called = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if called is None or called["name"] == _GRADIOS:
            await self._app(scope, receive, send)
            return
        from starlette.requests import Request

        body = await Request(scope, receive).body()
        refused = _refused(called["name"], body)
        if refused is None:
            await self._app(scope, _again(body, receive), _softened(send))
            return
        from starlette.responses import JSONResponse

        status, line = refused
        await JSONResponse({"error": line}, status_code=status)(scope, receive, send)


def _refused(name: str, body: bytes) -> tuple[int, str] | None:
    """Status and line for a call that Gradio could not even begin; None where it can."""
    taken = _TAKEN.get(name)
    if taken is None:
        return 404, f"there is no endpoint {name[:40]}; call {', '.join(_TAKEN)}"
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return 400, "the body is no JSON"
    data = call.get("data") if isinstance(call, dict) else None
    if not isinstance(data, list) or len(data) != len(taken):
        return 422, f'{name} takes {{"data": [{", ".join(taken)}]}}, null for what is left out'
    if extra := sorted(call.keys() - {"data", "session_hash"}):
        return 422, f"{', '.join(extra)[:80]}: what a call of {name} holds is data, and session_hash at most"
    if not isinstance(call.get("session_hash", ""), str | None):
        return 422, "session_hash is a text"
    return None


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def _softened(send: Send) -> Send:
    """Sends on, with status 400 where a 500 is nothing but the line of an endpoint that refused the call."""
    held: list[Message] = []

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 500:
            held.append(message)
            return
        if held:
            start = held.pop()
            await send({**start, "status": 400 if _line(message.get("body", b"")) else 500})
        await send(message)

    return send_on


def _line(body: bytes) -> str | None:
    """The line of a refusal in Gradio's form; None where the server itself failed."""
    try:
        told: Any = json.loads(body)
    except ValueError:
        return None
    return told.get("error") if isinstance(told, dict) else None
