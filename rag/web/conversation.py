"""A conversation as data: what was asked, and how far each answer has come."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.answer import Answer, Turn
from rag.errors import BylineError
from rag.filters import ALL, Filters

LONGEST_TITLE = 80  # characters


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what has come of it: a model's unchecked text so far, then the answer, an error, or neither.

    `filters` say which articles it was put to.
    """

    question: str
    filters: Filters = ALL
    partial: str = ""
    answer: Answer | None = None
    error: str | None = None
    stopped: bool = False

    @property
    def open(self) -> bool:
        """Whether the answer is still to come."""
        return self.answer is None and self.error is None and not self.stopped


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions and answers, oldest first; `id` is None until the first question, `title` its name in the list."""

    id: str | None = None
    title: str = ""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Whether the last question still waits for its answer."""
        return bool(self.exchanges) and self.exchanges[-1].open

    def asked(self, question: str, filters: Filters, turn: int) -> Conversation:
        """The conversation with a question in place of turn `turn` and all that follows it."""
        exchanges = (*self.exchanges[:turn], Exchange(question, filters))
        return Conversation(self.id or secrets.token_urlsafe(12), self.title or _title(exchanges[0]), exchanges)

    def with_last(self, **changes: Any) -> Conversation:
        """The conversation with its last exchange changed."""
        return replace(self, exchanges=(*self.exchanges[:-1], replace(self.exchanges[-1], **changes)))

    def turns(self) -> tuple[Turn, ...]:
        """The answered questions, as the assistant takes them for history."""
        return tuple(Turn(one.question, one.answer.text) for one in self.exchanges if one.answer is not None)


def _title(first: Exchange) -> str:
    flat = " ".join(first.question.split())
    return flat if len(flat) <= LONGEST_TITLE else flat[: LONGEST_TITLE - 1].rstrip() + "…"


def turns_from_messages(messages: Iterable[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """Turns from chat messages in OpenAI's form, each user message with the assistant message behind it.

    Args:
        messages: `{"role": …, "content": …}`, oldest first; the content is a string, as programs write it, or a
            list of blocks, as Gradio's page sends it.

    Raises:
        BylineError: a message lacks its role or content.
    """
    found: list[Turn] = []
    question: str | None = None
    for number, message in enumerate(messages, start=1):
        role, text = _role_and_text(message, number)
        if role == "user":
            question = text
        elif role == "assistant" and question is not None:
            found.append(Turn(question, text))
            question = None
    return tuple(found)


def _role_and_text(message: Mapping[str, Any], number: int) -> tuple[str, str]:
    if not isinstance(message, Mapping) or "role" not in message or "content" not in message:
        raise BylineError(f'history: message {number} is not {{"role": …, "content": …}}')
    return str(message["role"]), _text(message["content"], number)


def _text(content: object, number: int) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        blocks = [block if isinstance(block, str) else _block_text(block) for block in content]
        return "\n".join(block for block in blocks if block)
    raise BylineError(f"history: the content of message {number} is neither text nor a list of blocks")


def _block_text(block: object) -> str:
    """The text of a block; nothing for pictures and files."""
    return str(block.get("text") or "") if isinstance(block, Mapping) else ""
