"""A question written anew by a model, self-contained, in each language that is searched; the latest are remembered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.answer import Turn
from rag.calls import Call
from rag.messages import Asked, rewrite_prompt
from rag.structured import Forms, Shape, ask_object

_MOST_CHARACTERS = 1000  # of a rewriting
_REMEMBERED = 128  # questions

Texts = tuple[tuple[str, str], ...]  # language (ISO 639-1) and text


@dataclass(frozen=True, slots=True)
class _Key:
    """All that a rewriting depends on."""

    question: str
    history: tuple[Turn, ...]
    languages: tuple[str, ...]
    model: str
    host: str
    today: date


class Rewriter:
    """Asks models for rewritings; the same question is asked once. Safe to use from many threads."""

    def __init__(self, forms: Forms, today: Callable[[], date], *, most: int = _REMEMBERED) -> None:
        """`today` is what relative dates count from; the latest `most` questions are remembered."""
        self._forms = forms
        self._today = today
        self._most = most
        self._remembered: OrderedDict[_Key, Texts] = OrderedDict()
        self._lock = threading.Lock()

    def rewrite(
        self, question: str, history: Sequence[Turn], languages: Sequence[str], call: Call
    ) -> Mapping[str, str]:
        """The question by language; those of `languages` (ISO 639-1) that the model wrote something usable for.

        Raises:
            ModelFailed: there is no usable reply.
        """
        key = _Key(question, tuple(history), tuple(languages), call.model.name, call.model.host, self._today())
        texts = self._recall(key)
        if texts is None:
            texts = self._ask(key, call)
            self._remember(key, texts)
        return dict(texts)

    def _ask(self, key: _Key, call: Call) -> Texts:
        asked = Asked(key.question, "", key.history)
        prompt = rewrite_prompt(asked, key.languages, key.today, call.model.llm.metadata.context_window)
        replied = ask_object(call, prompt.messages, _shape(key.languages), self._forms)
        return tuple((code, text) for code in key.languages if (text := _usable(replied.get(code))))

    def _recall(self, key: _Key) -> Texts | None:
        with self._lock:
            if key in self._remembered:
                self._remembered.move_to_end(key)
            return self._remembered.get(key)

    def _remember(self, key: _Key, texts: Texts) -> None:
        with self._lock:
            self._remembered[key] = texts
            if len(self._remembered) > self._most:
                self._remembered.popitem(last=False)


def _shape(languages: Sequence[str]) -> Shape:
    return Shape(
        "rewritings",
        {
            "type": "object",
            "properties": {code: {"type": "string"} for code in languages},
            "required": list(languages),
            "additionalProperties": False,
        },
    )


def _usable(written: object) -> str | None:
    text = " ".join(written.split()) if isinstance(written, str) else ""
    return text if len(text) <= _MOST_CHARACTERS and any(char.isalnum() for char in text) else None
