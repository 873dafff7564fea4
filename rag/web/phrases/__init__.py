"""All words of the page, in English and in Korean, a module for each part of it; those of answers are in `rag.words`.

    phrases_in("ko").chat.ask  →  "질문하기"

A phrase is one line in the module of its part: `ask = Both("Ask", "질문하기")`; `messages` has the Korean
of what byline's other parts tell in English.
"""

from __future__ import annotations

from rag.web.phrases.answers import AnswerPhrases
from rag.web.phrases.both import LANGUAGE_NAMES, LANGUAGES, Language, page_language
from rag.web.phrases.chat import ChatPhrases
from rag.web.phrases.evaluation import EvaluationPhrases
from rag.web.phrases.feedback import FeedbackPhrases
from rag.web.phrases.filters import FilterPhrases
from rag.web.phrases.frame import FramePhrases
from rag.web.phrases.library import LibraryPhrases
from rag.web.phrases.rail import RailPhrases
from rag.web.phrases.report import ReportPhrases
from rag.web.phrases.settings import SettingsPhrases
from rag.web.phrases.terminal import TerminalPhrases

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "Language", "Phrases", "phrases_in"]


class Phrases:
    """What the page says in one language, by part."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.frame = FramePhrases(language)
        self.chat = ChatPhrases(language)
        self.rail = RailPhrases(language)
        self.filters = FilterPhrases(language)
        self.answers = AnswerPhrases(language)
        self.library = LibraryPhrases(language)
        self.report = ReportPhrases(language)
        self.feedback = FeedbackPhrases(language)
        self.evaluation = EvaluationPhrases(language)
        self.settings = SettingsPhrases(language)
        self.terminal = TerminalPhrases(language)


def phrases_in(code: str) -> Phrases:
    """The page's words in the language `code` (ISO 639-1); in English where the page does not speak it."""
    return Phrases(page_language(code))
