"""What a question would send to its model, without sending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.abstain import weigh
from rag.answer import Retrieved
from rag.checks.names import Names
from rag.messages import Asked, answer_prompt
from rag.model import Model
from rag.question import Question
from rag.retrieve import Retriever


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The messages for `model` at `host`, each a role and a text; `passages` of the retrieved ones are in them.

    There are none where the evidence is too thin to ask a model at all.
    """

    model: str
    host: str
    passages: int
    messages: tuple[tuple[str, str], ...]


def outgoing(
    question: Question, retrieved: Sequence[Retrieved], retriever: Retriever, names: Names, model: Model
) -> Outgoing:
    """The first request that an answer from the `retrieved` passages would make.

    Raises:
        ModelFailed: not even the question and the first passage fit into the model's context.
    """
    if not retrieved or not weigh(question, retrieved, retriever, names).enough:
        return Outgoing(model.name, model.host, 0, ())
    prompt = answer_prompt(Asked(question.text, question.language), retrieved, model.llm.metadata.context_window)
    messages = tuple((str(one.role.value), str(one.content)) for one in prompt.messages)
    return Outgoing(model.name, model.host, prompt.passages, messages)
