"""From a question and its passages to a model's answer: one request, one deadline, retries.

The answer comes as events, so that it can be shown while it is made:

    Sent(passages)    first: passages 1 to n are in the prompt
    str               a piece of the answer, markers included, as the model wrote them
    Notice(text)      something the reader should know
    Abstained()       last: the model said that the passages do not answer (its sentence on it came as pieces)
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from rag.answer import Retrieved, Turn
from rag.calls import Begun, Call, begin, plainly
from rag.errors import ModelFailed
from rag.messages import Asked, Prompt, answer_prompt
from rag.model import Model
from rag.settings import Settings
from rag.stream import Reply
from rag.usage import Meter

_MOST_CHARACTERS = 20_000  # of an answer, which is asked to be five sentences


@dataclass(frozen=True, slots=True)
class Sent:
    """The first `passages` of the retrieved passages are in the prompt, numbered from 1."""

    passages: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about this answer that its reader should know; `cut` says that the answer lacks its end."""

    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Abstained:
    """The model said that the passages do not answer the question."""


Event = str | Sent | Notice | Abstained


def generate(
    question: str,
    retrieved: Sequence[Retrieved],
    *,
    model: Model,
    language: str,
    settings: Settings,
    history: Sequence[Turn] = (),
    until: float | None = None,
    meter: Meter | None = None,
) -> Generator[Event]:
    """Ask `model` and yield its answer as events (see the module's docstring). Closing it ends the request.

    Args:
        question: understandable by itself (see `rag.interpret`).
        retrieved: best first; passage n of the answer's markers is `retrieved[n - 1]`. Where there is none,
            the model is not asked and the answer is `Abstained`.
        model: from `rag.model.open_model`.
        language: the language to answer in, ISO 639-1.
        settings: `answer_timeout` bounds the whole of it, waits and retries included; `retries` are made on
            408, 409, 425, 429, 5xx and broken connections, before the first piece has come and never after.
        history: earlier turns, oldest first; the latest that fit into a fourth of the context are sent.
        until: another deadline than `answer_timeout` from now, on `time.monotonic()`'s clock.
        meter: what counts the tokens, if anything.

    Raises:
        ModelFailed: there is no usable answer; pieces that came before are to be thrown away.
    """
    if not retrieved:
        yield from (Sent(0), Abstained())
        return
    call = Call(model, settings, time.monotonic() + settings.answer_timeout if until is None else until, meter)
    prompt, begun = _begin_fitting(call, Asked(question, language, tuple(history)), retrieved)
    with closing(begun.rest):
        yield Sent(prompt.passages)
        if prompt.passages < len(retrieved):
            fitted = f"{prompt.passages} of {len(retrieved)}"
            yield Notice(f"only the first {fitted} passages fitted into the model's context")
        yield from _answer(call, begun)


def _begin_fitting(call: Call, asked: Asked, retrieved: Sequence[Retrieved]) -> tuple[Prompt, Begun]:
    """Begin; where the server finds the prompt too long, again with half of the passages and no history."""
    import openai

    from rag.refusals import too_long

    window = call.model.llm.metadata.context_window
    prompt = answer_prompt(asked, retrieved, window)
    with plainly(call, begun=False):
        while True:
            try:
                return prompt, begin(call, prompt.messages, {})
            except openai.APIError as error:
                if prompt.passages < 2 or not too_long(error):
                    raise
            prompt = answer_prompt(replace(asked, history=()), retrieved[: prompt.passages // 2], window)


def _answer(call: Call, begun: Begun) -> Generator[Event]:
    """The pieces of a reply, up to the most that an answer may have, and what there is to say of its end."""
    if not begun.first and not begun.reply.abstained:
        raise ModelFailed(_why_empty(call.model, begun.reply))
    length, piece = 0, begun.first
    while piece:
        yield piece[: _MOST_CHARACTERS - length]
        length += len(piece)
        if length > _MOST_CHARACTERS:
            yield Notice(f"the model's answer was cut at {_MOST_CHARACTERS:,} characters", cut=True)
            return
        with plainly(call, begun=True):
            piece = next(begun.rest, "")
    if begun.reply.finish == "length":
        yield Notice("the model reached its length limit: the answer may lack its end", cut=True)
    if begun.reply.finish == "content_filter":
        yield Notice("the model server's content filter cut the answer", cut=True)
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
