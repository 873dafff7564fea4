"""From a question and its passages to a model's answer: one request, one deadline, retries.

The answer comes as events, so that it can be shown while it is made:

    Sent(passages)    first: passages 1 to n are in the prompt
    str               a piece of the answer, markers included, as the model wrote them
    Notice(text)      something the reader should know
    Abstained()       last: the model said that the passages do not answer (its sentence on it came as pieces)
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rag.answer import Retrieved, Turn
from rag.errors import ModelFailed
from rag.messages import Asked, Prompt, answer_prompt, condense_prompt
from rag.model import Model
from rag.settings import Settings
from rag.stream import Reply, read_chunks

if TYPE_CHECKING:
    from tenacity import RetryCallState

_MOST_CHARACTERS = 20_000  # of an answer, which is asked to be five sentences
_MOST_QUESTION = 1_000  # of a rewritten question
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0  # seconds of back-off


@dataclass(frozen=True, slots=True)
class Sent:
    """The first `passages` of the retrieved passages are in the prompt, numbered from 1."""

    passages: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about this answer that its reader should know."""

    text: str


@dataclass(frozen=True, slots=True)
class Abstained:
    """The model said that the passages do not answer the question."""


Event = str | Sent | Notice | Abstained


@dataclass(frozen=True, slots=True)
class _Call:
    model: Model
    settings: Settings
    until: float  # on time.monotonic()'s clock


@dataclass(frozen=True, slots=True)
class _Begun:
    """A reply whose first piece is there; empty where the reply is."""

    reply: Reply
    first: str
    rest: Generator[str]


def generate(
    question: str,
    retrieved: Sequence[Retrieved],
    *,
    model: Model,
    language: str,
    settings: Settings,
    history: Sequence[Turn] = (),
    until: float | None = None,
) -> Generator[Event]:
    """Ask `model` and yield its answer as events (see the module's docstring). Closing it ends the request.

    Args:
        question: understandable by itself (see `condense`).
        retrieved: best first; passage n of the answer's markers is `retrieved[n - 1]`. Where there is none,
            the model is not asked and the answer is `Abstained`.
        model: from `rag.model.open_model`.
        language: the language to answer in, ISO 639-1.
        settings: `answer_timeout` bounds the whole of it, waits and retries included; `retries` are made on
            408, 409, 425, 429, 5xx and broken connections, before the first piece has come and never after.
        history: earlier turns, oldest first; the latest that fit into a fourth of the context are sent.
        until: another deadline than `answer_timeout` from now, on `time.monotonic()`'s clock.

    Raises:
        ModelFailed: there is no usable answer; pieces that came before are to be thrown away.
    """
    if not retrieved:
        yield from (Sent(0), Abstained())
        return
    call = _call(model, settings, until)
    prompt, begun = _begin_fitting(call, Asked(question, language, tuple(history)), retrieved)
    with closing(begun.rest):
        yield Sent(prompt.passages)
        if prompt.passages < len(retrieved):
            fitted = f"{prompt.passages} of {len(retrieved)}"
            yield Notice(f"only the first {fitted} passages fitted into the model's context")
        yield from _answer(call, begun)


def condense(
    question: str,
    history: Sequence[Turn],
    *,
    model: Model,
    settings: Settings,
    until: float | None = None,
) -> str:
    """`question` rewritten by `model` so that it can be understood, and retrieved with, without `history`.

    Without history nothing is asked and the question is returned as it is; it is also returned where its
    rewriting is empty or over 1,000 characters. `settings` and `until` are as in `generate`.

    Raises:
        ModelFailed: there is no usable reply.
    """
    if not history:
        return question
    call = _call(model, settings, until)
    prompt = condense_prompt(Asked(question, "", tuple(history)), model.llm.metadata.context_window)
    with _plainly(call, begun=False):
        begun = _begin(call, prompt)
    written = begun.first
    with closing(begun.rest), _plainly(call, begun=True):
        while len(written) <= _MOST_QUESTION and (piece := next(begun.rest, "")):
            written += piece
    rewritten = " ".join(written.split())
    return rewritten if 0 < len(rewritten) <= _MOST_QUESTION else question


def _call(model: Model, settings: Settings, until: float | None) -> _Call:
    return _Call(model, settings, time.monotonic() + settings.answer_timeout if until is None else until)


def _begin_fitting(call: _Call, asked: Asked, retrieved: Sequence[Retrieved]) -> tuple[Prompt, _Begun]:
    """Begin; where the server finds the prompt too long, again with half of the passages and no history."""
    import openai

    from rag.refusals import too_long

    window = call.model.llm.metadata.context_window
    prompt = answer_prompt(asked, retrieved, window)
    with _plainly(call, begun=False):
        while True:
            try:
                return prompt, _begin(call, prompt)
            except openai.APIError as error:
                if prompt.passages < 2 or not too_long(error):
                    raise
            prompt = answer_prompt(replace(asked, history=()), retrieved[: prompt.passages // 2], window)


def _begin(call: _Call, prompt: Prompt) -> _Begun:
    """Send the prompt, without a temperature if the model wants none."""
    import openai

    from rag.refusals import refuses_temperature

    try:
        return _tried(call, prompt, {})
    except openai.BadRequestError as error:
        if not refuses_temperature(error):
            raise
    return _tried(call, prompt, {"temperature": openai.omit})


def _tried(call: _Call, prompt: Prompt, options: Mapping[str, Any]) -> _Begun:
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
    return retrying(_first_piece, call, prompt, options)


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the server asks for, or exponential back-off with jitter."""
    from tenacity import wait_random_exponential

    from rag.refusals import seconds_to_wait

    asked = seconds_to_wait(state.outcome.exception() if state.outcome else None)
    return wait_random_exponential(_FIRST_WAIT, _LONGEST_WAIT)(state) if asked is None else asked


def _first_piece(call: _Call, prompt: Prompt, options: Mapping[str, Any]) -> _Begun:
    reply = Reply(read_chunks(call.model.llm, prompt.messages, options, call.until))
    rest = iter(reply)
    return _Begun(reply, next(rest, ""), rest)


def _answer(call: _Call, begun: _Begun) -> Generator[Event]:
    """The pieces of a reply, up to the most that an answer may have, and what there is to say of its end."""
    if not begun.first and not begun.reply.abstained:
        raise ModelFailed(_why_empty(call.model, begun.reply))
    length, piece = 0, begun.first
    while piece:
        yield piece[: _MOST_CHARACTERS - length]
        length += len(piece)
        if length > _MOST_CHARACTERS:
            yield Notice(f"the model's answer was cut at {_MOST_CHARACTERS:,} characters")
            return
        with _plainly(call, begun=True):
            piece = next(begun.rest, "")
    if begun.reply.finish == "length":
        yield Notice("the model reached its length limit: the answer may lack its end")
    if begun.reply.finish == "content_filter":
        yield Notice("the model server's content filter cut the answer")
    if begun.reply.abstained:
        yield Abstained()


def _why_empty(model: Model, reply: Reply) -> str:
    server = f"the model server at {model.host}"
    if not reply.events:
        return f"{server} sent no chat completion; check that OPENAI_BASE_URL is its API (often …/v1)"
    if reply.finish == "length":
        return f"{server} reached its length limit before {model.name} answered; give it more context or length"
    if reply.finish == "content_filter":
        return f"{server} withheld the answer (content filter); ask in other words"
    return f"{server} gave an empty answer; ask again, or name another model than {model.name}"


@contextmanager
def _plainly(call: _Call, *, begun: bool) -> Iterator[None]:
    """Turn what goes wrong on the wire into ModelFailed's one line."""
    from rag.refusals import WireError, explain

    try:
        yield
    except WireError as error:
        line = explain(error, model=call.model, settings=call.settings, begun=begun)
        key = call.settings.api_key
        # a traceback prints the cause, and some servers send the key back in their error
        echoed = key is not None and key.get_secret_value() in f"{error} {error.__cause__}"
        raise ModelFailed(line) from (None if echoed else error)
