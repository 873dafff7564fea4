"""All words of the page, in English and in Korean, a module for each part of it; those of answers are in `rag.words`.

    phrases_in("ko").chat.ask  →  "질문하기"

A phrase is one line in the module of its part: `ask = Both("Ask", "질문하기")`.
"""

from __future__ import annotations

from dataclasses import dataclass

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

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "Language", "Phrases", "phrases_in"]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the page says in one language, by part."""

    language: Language
    frame: FramePhrases
    chat: ChatPhrases
    rail: RailPhrases
    filters: FilterPhrases
    answers: AnswerPhrases
    library: LibraryPhrases
    report: ReportPhrases
    feedback: FeedbackPhrases
    evaluation: EvaluationPhrases
    settings: SettingsPhrases


def phrases_in(code: str) -> Phrases:
    """The page's words in the language `code` (ISO 639-1); in English where the page does not speak it."""
    language = page_language(code)
    return Phrases(
        language,
        frame=FramePhrases(language),
        chat=ChatPhrases(language),
        rail=RailPhrases(language),
        filters=FilterPhrases(language),
        answers=AnswerPhrases(language),
        library=LibraryPhrases(language),
        report=ReportPhrases(language),
        feedback=FeedbackPhrases(language),
        evaluation=EvaluationPhrases(language),
        settings=SettingsPhrases(language),
    )
