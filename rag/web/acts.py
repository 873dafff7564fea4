"""What a reader can do with an answer beside reading it: a button under it that some view of the page answers to.

PIN = AnswerAct("pin", lambda phrases: phrases.report.pin, _pin)     # named in `rag.web.page.ACTS`
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.web.conversation import Conversation
from rag.web.phrases import Phrases


@dataclass(frozen=True, slots=True)
class AnswerAct:
    """A button under each answer.

    `act` is given the visitor's name, the conversation and the turn, whose exchange has an answer; what it returns is
    told to the reader in a line. Acts with the same `menu` stand under one button with that label.
    """

    name: str
    label: Callable[[Phrases], str]
    act: Callable[[str, Conversation, int], str]
    menu: Callable[[Phrases], str] | None = None
