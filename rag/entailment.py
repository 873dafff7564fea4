"""A model's second opinion on each sentence, whether it follows from the words it cites.

The opinion can lower a verdict and never raise one: what the checks of `rag.check` failed stays failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rag.answer import Verdict
from rag.calls import Call
from rag.check import Finding
from rag.errors import ModelFailed
from rag.judged import Judged
from rag.messages import judge_prompt
from rag.structured import Forms, Shape, ask_object

Opinion = tuple[Verdict, str]  # and why
_WORSE: Mapping[Verdict, int] = {"supported": 0, "partly": 1, "unsupported": 2, "contradicted": 2}
_MOST_CHARACTERS = 200  # of a reason
_SHAPE = Shape(
    "verdicts",
    {
        "type": "object",
        "properties": {
            "verdicts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "claim": {"type": "integer"},
                        "verdict": {"type": "string", "enum": list(_WORSE)},
                        "reason": {"type": "string"},
                    },
                    "required": ["claim", "verdict", "reason"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["verdicts"],
        "additionalProperties": False,
    },
)


def lowered(judged: Sequence[Judged], language: str, call: Call, forms: Forms) -> list[Judged]:
    """The sentences with the verdicts that the model of `call` finds too good made worse, with its reasons.

    Args:
        judged: the sentences; those that fail already, and those that state nothing, are not sent.
        language: to give reasons in, ISO 639-1.
        call: who is asked, and until when.
        forms: how the hosts take requests for JSON.

    Raises:
        ModelFailed: there is no usable reply.
    """
    standing = [at for at, one in enumerate(judged) if not one.failing and one.bearings]
    found = list(judged)
    if not standing:
        return found
    claims = [(judged[at].text, [bearing.text for bearing in judged[at].bearings]) for at in standing]
    given = opinions(claims, language, call, forms)
    for number, at in enumerate(standing, start=1):
        if number in given:
            found[at] = replace(judged[at], finding=worse(judged[at].finding, given[number], call.model.name))
    return found


def opinions(
    claims: Sequence[tuple[str, Sequence[str]]], language: str, call: Call, forms: Forms
) -> dict[int, Opinion]:
    """The model's verdict and its reason for each claim, by the claim's number from 1; those it left out are missing.

    Args:
        claims: each with the words cited for it.
        language: to give reasons in, ISO 639-1.
        call: who is asked, and until when.
        forms: how the hosts take requests for JSON.

    Raises:
        ModelFailed: there is no usable reply, or no verdict in it.
    """
    prompt = judge_prompt(claims, language, call.model.llm.metadata.context_window)
    found = _opinions(ask_object(call, prompt.messages, _SHAPE, forms))
    if not found:
        raise ModelFailed(f"{call.model.name} at {call.model.host} gave no verdicts")
    return found


def worse(finding: Finding, opinion: Opinion, model: str) -> Finding:
    """The worse of `finding` and what `model` makes of the same sentence."""
    verdict, why = opinion
    if _WORSE[verdict] <= _WORSE[finding.verdict]:
        return finding
    reason = f"{model} finds it {verdict}{why and f': {why}'}"
    return replace(finding, verdict=verdict, reasons=(*finding.reasons, reason))


def _opinions(replied: Mapping[str, Any]) -> dict[int, Opinion]:
    """The verdict and the reason for each claim, by its number; what is none is left out."""
    entries = replied.get("verdicts")
    found: dict[int, Opinion] = {}
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or not str(entry.get("claim")).isdecimal():
            continue
        for verdict in _WORSE:
            if entry.get("verdict") == verdict:
                reason = " ".join(str(entry.get("reason") or "").split())
                found[int(str(entry["claim"]))] = (verdict, reason[:_MOST_CHARACTERS])
    return found
