"""What the views beside the chat offer to do with an answer: pin it, or say whether it was right."""

from __future__ import annotations

from collections.abc import Callable

from rag.answer import Answer
from rag.errors import BylineError
from rag.web.acts import AnswerAct
from rag.web.conversation import Conversation
from rag.web.desk import Desk
from rag.web.feedback import MISSED, UNSUPPORTED, WRONG_SOURCE
from rag.web.phrases import Phrases


def answer_acts(desk: Desk, page: Phrases) -> tuple[AnswerAct, ...]:
    """The buttons under an answer; what came of pressing one is told in the words of `page`."""

    def pin(visitor: str, answer: Answer) -> str:
        return page.report.pinned if desk.pins.add(visitor, answer) else page.report.pinned_before

    def right(_: str, answer: Answer) -> str:
        desk.feedback.add(answer, "right")
        return page.feedback.thanks

    def wrong(what: str) -> Callable[[str, Answer], str]:
        def say(_: str, answer: Answer) -> str:
            desk.feedback.add(answer, "wrong", [what])
            return page.feedback.thanks

        return say

    return (
        AnswerAct("pin", lambda words: words.report.pin, _told(pin)),
        AnswerAct("right", lambda words: words.feedback.right, _told(right)),
        AnswerAct("wrong-source", lambda words: words.feedback.wrong_source, _told(wrong(WRONG_SOURCE)), _menu),
        AnswerAct("unsupported", lambda words: words.feedback.unsupported, _told(wrong(UNSUPPORTED)), _menu),
        AnswerAct("missed", lambda words: words.feedback.missed, _told(wrong(MISSED)), _menu),
    )


def _menu(words: Phrases) -> str:
    return words.feedback.wrong


def _told(do: Callable[[str, Answer], str]) -> Callable[[str, Conversation, int], str]:
    """`do` to the answer of a turn; what goes wrong is told as well."""

    def act(visitor: str, conversation: Conversation, turn: int) -> str:
        answer = conversation.exchanges[turn].answer
        try:
            return do(visitor, answer) if answer is not None else ""
        except BylineError as error:
            return str(error)

    return act
