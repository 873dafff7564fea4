"""Questions by a model: one a passage, in the passage's language or another one, with the words that answer it."""

from __future__ import annotations

import re
import secrets
import time

from index.article import Passage
from prompts import Parts, load, load_parts
from rag.calls import Call, plainly, read
from rag.evaluate.gold import squeeze
from rag.evaluate.propose.proposal import Proposal
from rag.model import Model
from rag.settings import Settings
from rag.words import words_in

_FIELD = re.compile(r"^\W*(question|answer|quote)\W*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_LONGEST_QUESTION, _LONGEST_REPLY = 400, 4_000  # characters
SAME, CROSS = "single", "cross"


def ask_for_question(passage: Passage, language: str, model: Model, settings: Settings) -> Proposal | None:
    """The question that a model puts to a passage, in a language (ISO 639-1).

    None where its reply is no question, or quotes words that the passage does not hold.

    Raises:
        ModelFailed: the model could not be asked.
    """
    found = {name.lower(): value.strip() for name, value in _FIELD.findall(_reply(passage, language, model, settings))}
    question, answer = found.get("question", ""), found.get("answer", "")
    quote = found.get("quote", "").strip("\"'“”‘’")
    usable = answer and 0 < len(question) <= _LONGEST_QUESTION and squeeze(quote)
    if not usable or squeeze(quote) not in squeeze(passage.own_words):
        return None
    return Proposal(question, language, SAME if language == passage.language else CROSS, answer, quote, passage)


def _reply(passage: Passage, language: str, model: Model, settings: Settings) -> str:
    from llama_index.core.llms import ChatMessage, MessageRole

    parts = _prompt(passage, language)
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content=parts.system),
        ChatMessage(role=MessageRole.USER, content=parts.user),
    ]
    call = Call(model, settings, time.monotonic() + settings.answer_timeout)
    with plainly(call, begun=False):
        return read(call, messages, {}, _LONGEST_REPLY)


def _prompt(passage: Passage, language: str) -> Parts:
    fence = secrets.token_hex(8)
    quoted = load(
        "passage",
        number="1",
        fence=fence,
        title=" ".join(passage.article.title.split()),
        published=passage.article.published or "unknown",
        source=passage.source,
        text=passage.own_words,
    )
    return load_parts("draft", language=words_in("en").name(language), fence=fence, passage=quoted)
