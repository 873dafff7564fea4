"""The words of what readers say of answers."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class FeedbackPhrases(Group):
    """Right or wrong, and what is wrong."""

    right = Both("Right", "맞아요")
    wrong = Both("Wrong …", "틀려요 …")
    wrong_source = Both("Wrong source", "출처가 틀림")
    unsupported = Both("The source does not say that", "출처에 그런 말이 없음")
    missed = Both("It missed something", "빠뜨린 것이 있음")
    thanks = Both("Noted, thank you.", "적어 두었습니다. 고맙습니다.")
