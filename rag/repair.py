"""Sentences that the check found wanting, written anew by the model that wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.calls import Call
from rag.compose import Draft
from rag.judged import Judged
from rag.messages import Asked, repair_prompt
from rag.structured import Forms, Shape, ask_object

_MOST_CHARACTERS = 2_000  # of a sentence
_SHAPE = Shape(
    "sentences",
    {
        "type": "object",
        "properties": {
            "sentences": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"number": {"type": "integer"}, "text": {"type": "string"}},
                    "required": ["number", "text"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["sentences"],
        "additionalProperties": False,
    },
)


def rewritten(failing: Sequence[Judged], draft: Draft, call: Call, forms: Forms) -> list[str]:
    """Each sentence as the model of `call` writes it anew, with markers; empty where it wrote nothing.

    Args:
        failing: the sentences, with what is wrong with each in its finding.
        draft: what was answered, and the passages that the markers count, from 1.
        call: who is asked, and until when.
        forms: how the hosts take requests for JSON.

    Raises:
        ModelFailed: there is no usable reply.
    """
    wanting = [(one.text, one.finding.reasons) for one in failing]
    asked = Asked(draft.question, draft.language)
    prompt = repair_prompt(asked, wanting, draft.retrieved, call.model.llm.metadata.context_window)
    texts = _texts(ask_object(call, prompt.messages, _SHAPE, forms))
    return [texts.get(number, "") for number in range(1, len(failing) + 1)]


def _texts(replied: Mapping[str, Any]) -> dict[int, str]:
    """The sentences of a reply by their number; what is none is left out."""
    entries = replied.get("sentences")
    return {
        int(str(entry["number"])): entry["text"]
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
        and str(entry.get("number")).isdecimal()
        and isinstance(entry.get("text"), str)
        and len(entry["text"]) <= _MOST_CHARACTERS
    }
