"""One request to a model under one deadline: begun, tried again where that may help, read, explained where it fails."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rag.errors import ModelFailed
from rag.model import Model
from rag.settings import Settings
from rag.stream import Reply, read_chunks
from rag.usage import OPTION, Meter

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage
    from tenacity import RetryCallState

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0  # seconds of back-off


@dataclass(frozen=True, slots=True)
class Call:
    """Who is asked, how, until when, on `time.monotonic()`'s clock, and what counts the tokens, if anything."""

    model: Model
    settings: Settings
    until: float
    meter: Meter | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A reply whose first piece is there; empty where the reply is."""

    reply: Reply
    first: str
    rest: Generator[str]


def share(call: Call, part: int) -> Call:
    """The same call with one `part`-th of `answer_timeout`, within what is left of its own time."""
    settings = call.settings.model_copy(update={"answer_timeout": call.settings.answer_timeout / part})
    return replace(call, settings=settings, until=min(call.until, time.monotonic() + settings.answer_timeout))


def begin(call: Call, messages: Sequence[ChatMessage], options: Mapping[str, Any]) -> Begun:
    """Send the messages, without a temperature if the model wants none.

    Where the call is metered the server is asked for the usage, unless it is known to refuse that.

    Args:
        call: its settings' `retries` are made on 408, 409, 425, 429, 5xx and broken connections, as its deadline lets.
        messages: what is asked.
        options: further fields of the request.

    Raises:
        rag.refusals.WireError: as the wire raised it; see `plainly`.
    """
    import openai

    from rag.refusals import refuses_temperature

    try:
        return _with_usage(call, messages, options)
    except openai.BadRequestError as error:
        if not refuses_temperature(error):
            raise
    return _with_usage(call, messages, {**options, "temperature": openai.omit})


def read(call: Call, messages: Sequence[ChatMessage], options: Mapping[str, Any], most: int) -> str:
    """The text that answers the messages, cut where it is longer than `most` characters; as `begin` otherwise."""
    begun = begin(call, messages, options)
    written = begun.first
    with closing(begun.rest), plainly(call, begun=True):
        while len(written) <= most and (piece := next(begun.rest, "")):
            written += piece
    return written[:most]


@contextmanager
def plainly(call: Call, *, begun: bool) -> Iterator[None]:
    """Turn what goes wrong on the wire into ModelFailed's one line; `begun`: whether a part of the answer has come."""
    from rag.refusals import WireError, explain

    try:
        yield
    except WireError as error:
        line = explain(error, model=call.model, settings=call.settings, begun=begun)
        key = call.settings.api_key
        # a traceback prints the cause, and some servers send the key back in their error
        echoed = key is not None and key.get_secret_value() in f"{error} {error.__cause__}"
        raise ModelFailed(line) from (None if echoed else error)


def _with_usage(call: Call, messages: Sequence[ChatMessage], options: Mapping[str, Any]) -> Begun:
    """Send the prompt and ask for its usage; without that where nobody counts, or the host does not take it."""
    import openai

    from rag.refusals import may_refuse_usage

    known = call.meter.option if call.meter else None
    host = call.model.host
    if known is None or (taken := known.taken(host)) is False:
        return _tried(call, messages, options)
    try:
        begun = _tried(call, messages, {**options, **OPTION})
    except openai.APIStatusError as error:
        if taken or not may_refuse_usage(error):
            raise
        begun = _tried(call, messages, options)
        known.remember(host, taken=False)
    else:
        known.remember(host, taken=True)
    return begun


def _tried(call: Call, messages: Sequence[ChatMessage], options: Mapping[str, Any]) -> Begun:
    """Send the prompt; where it may help again after a while, as settings and the deadline let."""
    from tenacity import Retrying, retry_if_exception

    from rag.refusals import may_succeed_later

    def enough(state: RetryCallState) -> bool:
        return state.attempt_number > call.settings.retries or time.monotonic() + state.upcoming_sleep >= call.until

    retrying = Retrying(
        retry=retry_if_exception(may_succeed_later),
        stop=enough,
        wait=_wait,
        reraise=True,
    )
    return retrying(_first_piece, call, messages, options)


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the server asks for, or exponential back-off with jitter."""
    from tenacity import wait_random_exponential

    from rag.refusals import seconds_to_wait

    asked = seconds_to_wait(state.outcome.exception() if state.outcome else None)
    return wait_random_exponential(_FIRST_WAIT, _LONGEST_WAIT)(state) if asked is None else asked


def _first_piece(call: Call, messages: Sequence[ChatMessage], options: Mapping[str, Any]) -> Begun:
    reply = Reply(read_chunks(call.model.llm, messages, options, call.until))
    rest = _metered(reply, call.meter)
    return Begun(reply, next(rest, ""), rest)


def _metered(reply: Reply, meter: Meter | None) -> Generator[str]:
    """The pieces of a reply; its usage is counted when it ends, is broken off or closed."""
    try:
        yield from reply
    finally:
        if meter is not None and reply.events:
            meter.count(reply.usage)
