"""A model that grades answers against what is expected, beside the metrics that need none.

Its grades are a second opinion: they depend on the model, and are shown next to the deterministic figures, never
instead of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import prompts
from rag.errors import ModelFailed
from rag.evaluate.questions import Question
from rag.model import Model
from rag.settings import Settings
from rag.usage import UNREPORTED, Usage, usage_of

_GRADES: Mapping[str, float] = {"CORRECT": 1.0, "PARTLY": 0.5, "WRONG": 0.0}
_GRADE = re.compile(r"\W*(CORRECT|PARTLY|WRONG)\b\W*(.*)", re.IGNORECASE | re.DOTALL)
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_LONGEST_REASON = 300  # characters
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0  # seconds


@dataclass(frozen=True, slots=True)
class Grade:
    """1 for right, 1/2 for partly right, 0 for wrong, and why; None where the judge gave no grade.

    `usage` is what the judge used for it, None where it was not asked or did not reply.
    """

    value: float | None
    reason: str
    usage: Usage | None = None


class Judge:
    """Grades answers with a model; safe to use from many threads."""

    def __init__(self, model: Model, settings: Settings) -> None:
        """`settings` say how long to wait for a grade and how often to try again."""
        self._model = model
        self._settings = settings

    def grade(self, question: Question, said: str) -> Grade | None:
        """The grade of what was said in answer to `question`; None where the question does not say what is right.

        Nothing said to a question that has an answer is wrong, and no model is asked. A judge that fails gives no
        grade, with what went wrong for a reason.
        """
        if not question.answerable or not (question.answer or question.facts):
            return None
        if not said:
            return Grade(0.0, "it was not answered")
        try:
            reply, usage = self._reply(_case(question, said))
        except ModelFailed as error:
            return Grade(None, f"the judge failed: {error}")
        return replace(_read(reply), usage=usage)

    def _reply(self, case: str) -> tuple[str, Usage]:
        import openai
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        from rag.refusals import WireError, explain, may_succeed_later, refuses_temperature

        retrying = Retrying(
            retry=retry_if_exception(may_succeed_later),
            stop=stop_after_attempt(self._settings.retries + 1),
            wait=wait_random_exponential(_FIRST_WAIT, _LONGEST_WAIT),
            reraise=True,
        )
        try:
            try:
                return retrying(self._chat, case, {})
            except openai.BadRequestError as error:
                if not refuses_temperature(error):
                    raise
            return retrying(self._chat, case, {"temperature": openai.omit})
        except WireError as error:
            line = explain(error, model=self._model, settings=self._settings, begun=False)
            raise ModelFailed(line) from None  # some servers send the key back in their error

    def _chat(self, case: str, options: Mapping[str, Any]) -> tuple[str, Usage]:
        from llama_index.core.llms import ChatMessage, MessageRole

        parts = prompts.load_parts("grade", case=case)
        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=parts.system),
            ChatMessage(role=MessageRole.USER, content=parts.user),
        ]
        response = self._model.llm.chat(messages, **options)
        return response.message.content or "", usage_of(getattr(response.raw, "usage", None)) or UNREPORTED


def _case(question: Question, said: str) -> str:
    case = {
        "question": question.question,
        "expected answer": question.answer,
        "facts": question.facts,
        "answer to grade": said,
    }
    return json.dumps(case, ensure_ascii=False, indent=1)


def _read(reply: str) -> Grade:
    found = _GRADE.match(_THOUGHTS.sub("", reply))
    if found is None:
        shown = " ".join(reply.split())[:80]
        return Grade(None, f'the judge gave no grade: "{shown}"')
    word, reason = found[1].upper(), " ".join(found[2].split())
    return Grade(_GRADES[word], reason[:_LONGEST_REASON] or word.lower())
