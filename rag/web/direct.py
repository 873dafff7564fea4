"""Endpoints called by a plain POST, without Gradio's client: what is wrong with a call is the caller's to hear.

Gradio answers such calls too, but each that fails with status 500, and a wrong body or name without a word. It takes
them at once (`run`, `api`) or into its queue, by place (`call`), by name (`call/v2`) or by number (`queue/join`).
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from rag.web.endpoints import Endpoints

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PATH = re.compile(r"/gradio_api/(?P<way>run|api|call|call/v2)/(?P<name>[^/]*)/?")
_JOIN = "/gradio_api/queue/join"
_GRADIOS = "predict"  # the name that its own clients call everything by, with a number in the body
_SIGNATURES = {
    one.__name__: tuple(inspect.signature(one).parameters.values())[1:]
    for one in (Endpoints.ask, Endpoints.search, Endpoints.sources, Endpoints.check)
}
_TAKEN = {name: tuple(one.name for one in taken) for name, taken in _SIGNATURES.items()}
_NEEDED = {name: {one.name for one in taken if one.default is one.empty} for name, taken in _SIGNATURES.items()}
_Refusal = tuple[int, str]  # status, and a line for the caller


class DirectCalls:
    """ASGI middleware: a call that cannot be carried out gets a status of 400 to 499 and one line, as JSON."""

    def __init__(self, app: ASGIApp, functions: frozenset[int]) -> None:
        """`functions` are the numbers that Gradio calls the page's functions by."""
        self._app = app
        self._functions = functions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, or refuse it; an endpoint's own refusal is one of the call's, not of the server's."""
        check = self._check(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if check is None:
            await self._app(scope, receive, send)
            return
        from starlette.requests import Request

        body = await Request(scope, receive).body()
        refused = check(body)
        if refused is None:
            await self._app(scope, _again(body, receive), _softened(send))
            return
        from starlette.responses import JSONResponse

        status, line = refused
        await JSONResponse({"error": line}, status_code=status)(scope, receive, send)

    def _check(self, path: str) -> Callable[[bytes], _Refusal | None] | None:
        """What tells why the body of a call of `path` is refused; None where this is no call."""
        if path == _JOIN:
            return self._refused_joining
        called = _PATH.fullmatch(path)
        if called is None or called["name"] == _GRADIOS:
            return None
        return partial(_refused, called["name"], called["way"] == "call/v2")

    def _refused_joining(self, body: bytes) -> _Refusal | None:
        try:
            call = json.loads(body)
        except (ValueError, RecursionError):
            return 400, "the body is no JSON"
        number = call.get("fn_index") if isinstance(call, dict) else None
        if not isinstance(number, int) or number not in self._functions:
            return 404, "fn_index is the number of none of the page's functions"
        return _refused_session(call.get("session_hash"))


def _refused(name: str, by_name: bool, body: bytes) -> _Refusal | None:
    """Status and line for a call that Gradio could not even begin; None where it can."""
    if name not in _TAKEN:
        return 404, f"there is no endpoint {name[:40]}; call {', '.join(_TAKEN)}"
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return 400, "the body is no JSON"
    return _refused_by_name(name, call) if by_name else _refused_by_place(name, call)


def _refused_by_name(name: str, call: Any) -> _Refusal | None:
    if isinstance(call, dict) and _NEEDED[name] <= call.keys() <= set(_TAKEN[name]):
        return None
    needed = ", ".join(sorted(_NEEDED[name]))
    return 422, f"{name} takes an object of {', '.join(_TAKEN[name])}; {needed} has to be there"


def _refused_by_place(name: str, call: Any) -> _Refusal | None:
    taken = _TAKEN[name]
    data = call.get("data") if isinstance(call, dict) else None
    if not isinstance(data, list) or len(data) != len(taken):
        return 422, f'{name} takes {{"data": [{", ".join(taken)}]}}, null for what is left out'
    if extra := sorted(call.keys() - {"data", "session_hash"}):
        return 422, f"{', '.join(extra)[:80]}: what a call of {name} holds is data, and session_hash at most"
    return None if "session_hash" not in call else _refused_session(call["session_hash"])


def _refused_session(session: Any) -> _Refusal | None:
    """An empty one would stand in Gradio's queue under another name, and fail every call behind it."""
    return None if session is None or (isinstance(session, str) and session) else (422, "session_hash is a text")


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
