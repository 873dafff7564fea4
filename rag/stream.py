"""One streamed request to a model: its text as it comes, under a deadline that holds come what may.

A read timeout alone is no deadline: it starts anew with every byte, and name look-up has none. So the
request is read in a thread of its own, and the reader waits for that thread until the deadline and no longer.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from rag.markers import has_marker
from rag.usage import Usage, usage_of

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage, ChatResponse

ABSTENTION = "NO_ANSWER"

_CONNECT_SECONDS = 10.0
_AHEAD = 64  # chunks read before the reader has taken them
_THINK, _THOUGHT = "<think>", "</think>"
_BEFORE_WORD = " \t\r\n*_`'\"[(>#-"  # what models put around a word that they were told to write bare
_AFTER_WORD = " \t\r\n*_`'\"]).:-–—"


class Unreadable(Exception):
    """The server's reply is not what the protocol says; the cause is what the reader stumbled over."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one event of the stream adds to the text, why the model stops if it does so here, and the usage it tells."""

    text: str
    finish: str | None
    usage: Usage | None = None


class Reply:
    """The answer to one request while it streams; iterate it once for its pieces of text.

    Thinking in front of the answer and the word of abstention are taken out, white space in front too.
    Afterwards `events` is how many events came, `finish` why the model stopped and `usage` what it used (None
    where it did not say), and `abstained` whether it said that the passages do not answer: with that word in
    front, or anywhere in a text that cites nothing.
    """

    def __init__(self, chunks: Generator[Chunk]) -> None:
        self.events = 0
        self.finish: str | None = None
        self.usage: Usage | None = None
        self.abstained = False
        self._chunks = chunks

    def __iter__(self) -> Generator[str]:
        with closing(self._chunks):
            yield from self._without_abstention(without_thinking(self._texts()))

    def _texts(self) -> Iterator[str]:
        try:
            for chunk in self._chunks:
                self.events += 1
                self.finish = chunk.finish or self.finish
                self.usage = chunk.usage or self.usage  # some servers tell the sum so far in every event
                if chunk.text:
                    yield chunk.text
        except Exception:
            if self.finish is None:  # otherwise the answer was whole when the connection broke
                raise

    def _without_abstention(self, pieces: Iterator[str]) -> Iterator[str]:
        front = _Front()
        shown, held, later = "", "", False
        for piece in pieces:
            held += front.take(piece)
            later = later or ABSTENTION in held
            held = held.replace(ABSTENTION, "")
            ready = held[: len(held) - _begun(held, ABSTENTION)]
            held = held[len(ready) :]
            shown += ready
            if ready:
                yield ready
        held += front.rest()
        self.abstained = front.said or (later and not has_marker(shown + held))
        if held:
            yield held


class _Front:
    """The beginning of an answer, held back until it is clear whether it is the word of abstention."""

    def __init__(self) -> None:
        self.said = False
        self._held = ""
        self._open = True

    def take(self, piece: str) -> str:
        """What of the text so far can be shown now."""
        if not self._open:
            return piece
        self._held += piece
        front = self._held.lstrip(_BEFORE_WORD)
        word = front[: len(ABSTENTION)].replace(" ", "_")
        if word == ABSTENTION and not self.said:
            self.said = True
            self._held = front[len(ABSTENTION) :]
        elif not self.said and ABSTENTION.startswith(word):
            return ""
        return self.rest()

    def rest(self) -> str:
        """What is held, white space and the word's decoration in front left out; open while it is nothing."""
        text, self._held = self._held.lstrip(_AFTER_WORD if self.said else None), ""
        self._open = self._open and not text
        return text


def without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces of text without the `<think>…</think>` in front of them, wherever the tags are cut."""
    held, thinking, open_ = "", False, True
    for piece in pieces:
        held += piece
        while open_:
            if thinking:
                before, tag, after = held.partition(_THOUGHT)
                # of the thoughts themselves only what may be the beginning of the closing tag is kept
                held = after if tag else before[len(before) - _begun(before, _THOUGHT) :]
            else:
                before, tag, after = held.lstrip().partition(_THINK)
                if before:
                    open_ = bool(_THINK.startswith(before) and not tag)
                    break
                held = after if tag else ""
            if not tag:
                break
            thinking = not thinking
        if not open_:
            yield held
            held = ""
    if held and not thinking:
        yield held


def _begun(text: str, word: str) -> int:
    """How many characters at the end of `text` may be the beginning of `word`."""
    return next((size for size in range(len(word) - 1, 0, -1) if text.endswith(word[:size])), 0)


def read_chunks(
    llm: LLM, messages: Sequence[ChatMessage], options: Mapping[str, Any], until: float
) -> Generator[Chunk]:
    """The chunks of one streamed chat request, sent when the first one is asked for.

    Closing the generator ends the request.

    Args:
        llm: a LlamaIndex model that speaks OpenAI's chat completions.
        messages: what is asked.
        options: further fields of the request.
        until: the deadline, on `time.monotonic()`'s clock.

    Raises:
        TimeoutError: the deadline passed.
        openai.OpenAIError, httpx.HTTPError: the server refused, or the connection broke.
        Unreadable: the server sent something else than chat completion chunks.
    """
    channel: Queue[Chunk | Exception | None] = Queue(_AHEAD)
    stop = Event()
    Thread(target=_pump, args=(llm, messages, options, until, channel, stop), daemon=True, name="byline-model").start()
    try:
        while (item := _next(channel, until)) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        stop.set()
        while not channel.empty():  # a writer that waits for room goes on, and sees that it is to stop
            channel.get_nowait()


def _next(channel: Queue[Chunk | Exception | None], until: float) -> Chunk | Exception | None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    try:
        return channel.get(timeout=left)
    except Empty:
        raise TimeoutError from None


def _pump(
    llm: LLM,
    messages: Sequence[ChatMessage],
    options: Mapping[str, Any],
    until: float,
    channel: Queue[Chunk | Exception | None],
    stop: Event,
) -> None:
    """Read the stream into the channel: its chunks, then None or the exception that ended it."""
    from rag.connection import closing_responses

    end: Exception | None = None
    try:
        left = max(0.001, until - time.monotonic())
        with closing_responses():
            for response in _responses(llm, messages, options, left):
                channel.put(_chunk(response))
                if stop.is_set():
                    return
    except Exception as error:
        end = _known(error)
    channel.put(end)


def _responses(
    llm: LLM, messages: Sequence[ChatMessage], options: Mapping[str, Any], seconds: float
) -> Iterator[ChatResponse]:
    import httpx

    wait = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
    yield from llm.stream_chat(messages, timeout=wait, **options)


def _chunk(response: ChatResponse) -> Chunk:
    choices = getattr(response.raw, "choices", None)
    usage = usage_of(getattr(response.raw, "usage", None))
    return Chunk(response.delta or "", choices[0].finish_reason if choices else None, usage)


def _known(error: Exception) -> Exception:
    """`error` where it says what happened on the wire; what libraries raise on nonsense is Unreadable."""
    import httpx
    import openai

    if isinstance(error, (openai.OpenAIError, httpx.HTTPError)):
        return error
    unreadable = Unreadable(type(error).__name__)
    unreadable.__cause__ = error
    return unreadable
