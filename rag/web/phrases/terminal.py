"""The words around an answer in a terminal, beside those of answers on the page."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class TerminalPhrases(Group):
    """What `byline ask` and `byline search` put around what the articles say."""

    nearest = Both("nearest passages:", "가장 가까운 구절:")
    note = Both("note: {notice}", "알림: {notice}")
    answered_by = Both("answered by {model} · {seconds} s", "답한 쪽: {model} · {seconds}초")
    extractive = Both("extractive", "발췌")
    score = Both("score {score}", "점수 {score}")
