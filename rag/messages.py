"""What is said to the model: the messages, with as much of passages and conversation as fits."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from prompts import Parts, load, load_parts
from rag.answer import Retrieved, Turn
from rag.errors import ModelFailed
from rag.markers import without_markers
from rag.stream import ABSTENTION

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

_HISTORY_SHARE = 4  # the conversation gets at most a fourth of the context,
_ANSWER_SHARE = 4  # and the answer another,
_ANSWER_TOKENS = 4096  # which needs no more than this
_MESSAGE_TOKENS = 8  # what a chat template adds to each message

_LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese",
    "ru": "Russian", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as put to the model: its text, the ISO 639-1 code to answer in, the turns before it."""

    question: str
    language: str
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages of one request and how many passages, the first ones, are in them."""

    messages: tuple[ChatMessage, ...]
    passages: int


def answer_prompt(asked: Asked, retrieved: Sequence[Retrieved], window: int) -> Prompt:
    """The prompt that answers a question from the passages, numbered from 1, as many as fit.

    Args:
        asked: the question; its history is cut to the latest turns that fit into a fourth of the window.
        retrieved: the passages, best first, at least one.
        window: the model's context in tokens (counted with cl100k, LlamaIndex's own tokens). A fourth of it,
            at most 4,096, is left for the answer.

    Raises:
        ModelFailed: not even the question and the first passage fit.
    """
    earlier = remembered(asked.history, window // _HISTORY_SHARE)
    return _packed(asked.question, retrieved, partial(_answer_parts, asked), earlier, window)


def rewrite_prompt(asked: Asked, languages: Sequence[str], today: date, window: int) -> Prompt:
    """The prompt that writes a question anew, self-contained, in each of `languages` (ISO 639-1).

    The latest turns that fit into half of the window go along; relative dates count from `today`.
    """
    earlier = remembered(asked.history, window // 2)
    turns = "\n\n".join(
        load("turn", question=_content(question), answer=_content(answer))
        for question, answer in zip(earlier[::2], earlier[1::2], strict=True)
    )
    parts = load_parts(
        "rewrite",
        languages=", ".join(f"{_LANGUAGES.get(code, code)} (`{code}`)" for code in languages),
        shape=json.dumps(dict.fromkeys(languages, "…"), ensure_ascii=False),
        today=f"{today:%A}, {today.isoformat()}",
        fence=_fence([asked.question, turns]),
        turns=turns,
        question=asked.question,
    )
    return Prompt(tuple(_messages(parts, ())), 0)


def rerank_prompt(question: str, retrieved: Sequence[Retrieved], window: int) -> Prompt:
    """The prompt that orders passages, numbered from 1, by how well they answer; as many as fit, at least one.

    Raises:
        ModelFailed: not even the question and the first passage fit.
    """

    def parts(fence: str, passages: str) -> Parts:
        return load_parts("rerank", fence=fence, passages=passages, question=question)

    return _packed(question, retrieved, parts, (), window)


def judge_prompt(claims: Sequence[tuple[str, Sequence[str]]], language: str, window: int) -> Prompt:
    """The prompt that judges claims, numbered from 1, each by the words cited for it; as many as fit.

    Args:
        claims: each with its words.
        language: to give reasons in, ISO 639-1.
        window: the model's context in tokens; a fourth of it, at most 4,096, is left for the verdicts.

    Raises:
        ModelFailed: not even the first claim fits.
    """
    fence = _fence([text for claim, words in claims for text in (claim, *words)])
    blocks = [
        load("claim", number=str(number), claim=claim, words="\n\n".join(words), fence=fence)
        for number, (claim, words) in enumerate(claims, start=1)
    ]
    shape = _shape({"verdicts": [{"claim": 1, "verdict": "supported|partly|contradicted|unsupported", "reason": "…"}]})

    def parts(kept: str) -> Parts:
        return load_parts("judge", language=_language(language), shape=shape, fence=fence, claims=kept)

    bare = _messages(parts(""), ())
    kept = _fitting(blocks, bare, window)
    if not kept:
        raise ModelFailed(f"a sentence and the words it cites do not fit into a context of {window} tokens")
    return Prompt(tuple(_messages(parts("\n\n".join(blocks[:kept])), ())), 0)


def repair_prompt(
    asked: Asked, wanting: Sequence[tuple[str, Sequence[str]]], retrieved: Sequence[Retrieved], window: int
) -> Prompt:
    """The prompt that puts sentences of an answer right, numbered from 1, with as many passages as fit.

    Args:
        asked: the question and the language of the answer.
        wanting: each sentence with what is wrong with it.
        retrieved: the passages, numbered from 1, at least one.
        window: the model's context in tokens.

    Raises:
        ModelFailed: not even the sentences and the first passage fit.
    """
    shape = _shape({"sentences": [{"number": 1, "text": "… [2]"}]})

    def parts(fence: str, passages: str) -> Parts:
        sentences = [
            load("sentence", number=str(number), text=text, reasons=_on_one_line("; ".join(reasons)), fence=fence)
            for number, (text, reasons) in enumerate(wanting, start=1)
        ]
        return load_parts(
            "repair",
            language=_language(asked.language),
            shape=shape,
            fence=fence,
            passages=passages,
            question=asked.question,
            sentences="\n\n".join(sentences),
        )

    said = [asked.question, *(text for sentence, reasons in wanting for text in (sentence, *reasons))]
    return _packed("\n".join(said), retrieved, parts, (), window)


def remembered(history: Sequence[Turn], tokens: int) -> list[ChatMessage]:
    """The latest turns that fit into `tokens`, oldest first, as LlamaIndex's chat memory keeps them.

    Answers lose their markers: the numbers meant other passages. (The buffer and not `Memory`, which opens an
    SQLite database for each conversation and does not cut a history it is given.)
    """
    from llama_index.core.llms import ChatMessage, MessageRole
    from llama_index.core.memory import ChatMemoryBuffer

    said = [
        message
        for turn in history
        for message in (
            ChatMessage(role=MessageRole.USER, content=turn.question),
            ChatMessage(role=MessageRole.ASSISTANT, content=without_markers(turn.answer)),
        )
    ]
    kept = ChatMemoryBuffer.from_defaults(chat_history=said, token_limit=max(1, tokens)).get()
    # where not even the latest turn fits, the buffer returns the answer of it alone
    return kept if len(kept) % 2 == 0 else []


def _packed(
    question: str,
    retrieved: Sequence[Retrieved],
    parts: Callable[[str, str], Parts],
    earlier: Sequence[ChatMessage],
    window: int,
) -> Prompt:
    """The prompt that `parts` makes of a fence and of as many passages as fit beside the `earlier` messages."""
    fence = _fence([question, *(text for item in retrieved for text in _texts(item))])
    blocks = [_block(number, item, fence) for number, item in enumerate(retrieved, start=1)]
    bare = _messages(parts(fence, ""), earlier)
    kept = _fitting(blocks, bare, window)
    if not kept:
        raise ModelFailed(
            f"the question and one passage do not fit into a context of {window} tokens; "
            "ask shorter, or raise BYLINE_CONTEXT_WINDOW if the model has more"
        )
    return Prompt(tuple(_messages(parts(fence, "\n\n".join(blocks[:kept])), earlier)), kept)


def _fitting(blocks: Sequence[str], bare: Sequence[ChatMessage], window: int) -> int:
    """How many of the blocks fit into a context of `window` tokens beside the `bare` messages and a reply."""
    count = _counter()
    room = window - min(window // _ANSWER_SHARE, _ANSWER_TOKENS) - sum(_size(count, said) for said in bare)
    return sum(total <= room for total in accumulate(count(f"{block}\n\n") for block in blocks))


def _shape(example: Mapping[str, Any]) -> str:
    return json.dumps(example, ensure_ascii=False)


def _language(code: str) -> str:
    return _LANGUAGES.get(code, "the language of the question")


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _answer_parts(asked: Asked, fence: str, passages: str) -> Parts:
    return load_parts(
        "answer",
        language=_language(asked.language),
        abstention=ABSTENTION,
        fence=fence,
        passages=passages,
        question=asked.question,
    )


def _messages(parts: Parts, earlier: Sequence[ChatMessage]) -> list[ChatMessage]:
    from llama_index.core.llms import ChatMessage, MessageRole

    system = ChatMessage(role=MessageRole.SYSTEM, content=parts.system)
    return [system, *earlier, ChatMessage(role=MessageRole.USER, content=parts.user)]


def _block(number: int, item: Retrieved, fence: str) -> str:
    title, published, source, text = _texts(item)
    return load(
        "passage",
        number=str(number),
        title=_on_one_line(title),
        published=published,
        source=source,
        text=text,
        fence=fence,
    )


def _texts(item: Retrieved) -> tuple[str, str, str, str]:
    article = item.passage.article
    return article.title, article.published or "unknown", item.passage.source, item.passage.own_words


def _fence(texts: Sequence[str]) -> str:
    """A code that stands in none of the texts: nothing in them can close the fence that carries it."""
    while True:
        code = secrets.token_hex(8)
        if not any(code in text for text in texts):
            return code


def _counter() -> Callable[[str], int]:
    from llama_index.core.utils import get_tokenizer

    tokenize = get_tokenizer()
    return lambda text: len(tokenize(text))


def _size(count: Callable[[str], int], message: ChatMessage) -> int:
    return count(_content(message)) + _MESSAGE_TOKENS


def _content(message: ChatMessage) -> str:
    content: Any = message.content
    return str(content or "")
