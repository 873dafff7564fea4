"""A model's reply as a JSON object, whatever its server can be asked for, read leniently.

Servers differ: some hold the model to a schema, some only to JSON, some refuse both. The strictest form that a host
takes is found by asking, and remembered.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from rag.calls import Call, plainly, read
from rag.errors import ModelFailed

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

_MOST_CHARACTERS = 16_000  # of a reply
_MOST_TRIES = 20  # opening braces that an object may begin at


class Form(IntEnum):
    """How a reply's form is asked for, strictest first."""

    SCHEMA = 0
    OBJECT = 1
    TEXT = 2


class Forms:
    """The strictest form that each host has been seen to take; safe to use from many threads."""

    def __init__(self) -> None:
        self._taken: dict[str, Form] = {}
        self._lock = threading.Lock()

    def worth_asking(self, host: str) -> tuple[Form, ...]:
        """The forms to try at `host`, in order."""
        with self._lock:
            return tuple(form for form in Form if form >= self._taken.get(host, Form.SCHEMA))

    def remember(self, host: str, form: Form) -> None:
        """`host` took `form` and nothing stricter."""
        with self._lock:
            self._taken[host] = form


@dataclass(frozen=True, slots=True)
class Shape:
    """What a reply is to be: a name for it (`[a-z_]+`) and its JSON schema, in the subset that strict servers take."""

    name: str
    schema: Mapping[str, Any]


def ask_object(call: Call, messages: Sequence[ChatMessage], shape: Shape, forms: Forms) -> dict[str, Any]:
    """The JSON object that `messages` are answered with; whether it is of the `shape` is for the caller to see.

    Raises:
        ModelFailed: there is no usable reply, or no object in it.
    """
    with plainly(call, begun=False):
        text = _text(call, messages, shape, forms)
    found = first_object(text)
    if found is None:
        raise ModelFailed(
            f"the model server at {call.model.host} sent no JSON object, which {call.model.name} was asked for"
        )
    return found


def first_object(text: str) -> dict[str, Any] | None:
    """The first JSON object inside `text`, whatever stands around it; None without one."""
    decoder = json.JSONDecoder(strict=False)  # models leave line breaks unescaped
    start = -1
    for _ in range(_MOST_TRIES):
        start = text.find("{", start + 1)
        if start < 0:
            break
        try:
            found, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    return None


def _text(call: Call, messages: Sequence[ChatMessage], shape: Shape, forms: Forms) -> str:
    import openai

    from rag.refusals import may_refuse_form

    for form in forms.worth_asking(call.model.host):
        try:
            text = read(call, messages, _options(form, shape), _MOST_CHARACTERS)
        except openai.APIStatusError as error:
            if form is Form.TEXT or not may_refuse_form(error):
                raise
        else:
            forms.remember(call.model.host, form)
            return text
    raise AssertionError("plain text is always tried, and returns or raises")


def _options(form: Form, shape: Shape) -> dict[str, Any]:
    match form:
        case Form.SCHEMA:
            schema = {"name": shape.name, "strict": True, "schema": dict(shape.schema)}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        case Form.OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Form.TEXT:
            return {}
