"""A model that judges answers, beside the metrics that need none: is one right, and do its citations bear it out.

Its figures are a second opinion: they depend on the model, and are shown next to the deterministic ones, never
instead of them.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import prompts
from rag.answer import Answer
from rag.calls import Call, plainly, read
from rag.entailment import opinions
from rag.errors import ModelFailed
from rag.evaluate.citing import citation_precision, citation_recall
from rag.evaluate.metrics import JUDGED, JUDGED_PRECISION, JUDGED_RECALL, stated, statements_of
from rag.evaluate.questions import Question
from rag.model import Model
from rag.settings import Settings
from rag.structured import Forms
from rag.usage import Meter, Usage, UsageOption

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

_GRADES: Mapping[str, float] = {"CORRECT": 1.0, "PARTLY": 0.5, "WRONG": 0.0}
_GRADE = re.compile(r"\W*(CORRECT|PARTLY|WRONG)\b\W*(.*)", re.IGNORECASE | re.DOTALL)
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_LONGEST_REASON = 300  # characters
_LONGEST_REPLY = 16_000  # characters


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge finds of one answer.

    `metrics` are `judged` (1 for right, 1/2 for partly right, 0 for wrong), `judged_citation_recall` and
    `judged_citation_precision` (ALCE's, with the judge for the entailment); None for what there was no use for, or no
    reply. `reason` says why in a line, and `usage` what it took; None where there is nothing to say, or nothing asked.
    """

    metrics: Mapping[str, float | None]
    reason: str | None = None
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class _Finding:
    metrics: Mapping[str, float | None]
    reason: str | None = None


class Judge:
    """Judges answers with a model; safe to use from many threads."""

    def __init__(self, model: Model, settings: Settings) -> None:
        """`settings` say how long to wait for a reply and how often to try again."""
        self._model = model
        self._settings = settings
        self._forms = Forms()
        self._option = UsageOption()

    def judge(self, question: Question, answer: Answer | None) -> Judgement:
        """Judge what was answered, None where the question failed.

        Nothing said to a question that has an answer is wrong, and no model is asked. Whether an answer is right is
        not judged where the question does not say what is. A judge that fails gives no figure, with what went wrong
        for a reason.
        """
        meter = Meter(self._option)
        findings = (self._graded(question, stated(answer), meter), self._cited(question, answer, meter))
        metrics = {name: value for finding in findings for name, value in finding.metrics.items()}
        reason = "; ".join(finding.reason for finding in findings if finding.reason)
        return Judgement(metrics, reason or None, meter.total if meter.total.requests else None)

    def _graded(self, question: Question, said: str, meter: Meter) -> _Finding:
        if not question.answerable or not (question.answer or question.facts):
            return _grade(None)
        if not said:
            return _grade(0.0, "it was not answered")
        call = self._call(meter)
        try:
            with plainly(call, begun=False):
                return _read(read(call, _messages(question, said), {}, _LONGEST_REPLY))
        except ModelFailed as error:
            return _grade(None, f"the judge failed: {error}")

    def _cited(self, question: Question, answer: Answer | None, meter: Meter) -> _Finding:
        if answer is None or answer.abstained or not answer.sentences:
            return _citing(None, None)

        @cache  # precision asks again what recall has asked
        def borne_out(premises: tuple[str, ...], claim: str) -> bool:
            given = opinions([(claim, premises)], question.language, self._call(meter), self._forms)
            if 1 not in given:
                raise ModelFailed(f"{self._model.name} at {self._model.host} gave no verdict on what it was asked")
            return given[1][0] == "supported"

        def entails(premises: Sequence[str], claim: str) -> bool:
            return borne_out(tuple(premises), claim)

        statements = statements_of(answer)
        try:
            return _citing(citation_recall(statements, entails), citation_precision(statements, entails))
        except ModelFailed as error:
            return _citing(None, None, f"the citations were not judged: {error}")

    def _call(self, meter: Meter) -> Call:
        return Call(self._model, self._settings, time.monotonic() + self._settings.answer_timeout, meter)


def _grade(value: float | None, reason: str | None = None) -> _Finding:
    return _Finding({JUDGED: value}, reason)


def _citing(recall: float | None, precision: float | None, reason: str | None = None) -> _Finding:
    return _Finding({JUDGED_RECALL: recall, JUDGED_PRECISION: precision}, reason)


def _messages(question: Question, said: str) -> list[ChatMessage]:
    from llama_index.core.llms import ChatMessage, MessageRole

    case = {
        "question": question.question,
        "expected answer": question.answer,
        "facts": question.facts,
        "answer to grade": said,
    }
    parts = prompts.load_parts("grade", case=json.dumps(case, ensure_ascii=False, indent=1))
    return [
        ChatMessage(role=MessageRole.SYSTEM, content=parts.system),
        ChatMessage(role=MessageRole.USER, content=parts.user),
    ]


def _read(reply: str) -> _Finding:
    found = _GRADE.match(_THOUGHTS.sub("", reply))
    if found is None:
        shown = " ".join(reply.split())[:80]
        return _grade(None, f'the judge gave no grade: "{shown}"')
    word, reason = found[1].upper(), " ".join(found[2].split())
    return _grade(_GRADES[word], reason[:_LONGEST_REASON] or word.lower())
