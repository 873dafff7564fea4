"""What byline's other parts tell in English, in Korean: why a verdict, how an answer was made, what a file lacks.

Such messages lie as finished text in answers, indexes and runs that were kept, so each is known by its English, as
gettext knows a message; what stands in its blanks goes over into the Korean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.language import script_language
from rag.errors import BylineError
from rag.web.markup import Html, tag
from rag.web.phrases.both import Both, Language
from rag.web.phrases.messages.answers import NOTES
from rag.web.phrases.messages.figures import FIGURES
from rag.web.phrases.messages.files import FILES
from rag.web.phrases.messages.models import MODEL_FAILURES
from rag.web.phrases.messages.reasons import REASONS
from rag.web.phrases.messages.refusals import REFUSALS
from rag.web.phrases.messages.settings import SETTINGS

_BLANK = re.compile(r"\{(\w+)\}")
_MESSAGES = frozenset({"why", "one", "other"})  # the blanks in which other messages stand
_ALL = (*REASONS, *NOTES, *MODEL_FAILURES, *FILES, *REFUSALS, *SETTINGS, *FIGURES)


def retold(message: str, language: Language) -> str | None:
    """A message of another part of byline in a language of the page; None where it has no words for it."""
    if language == "en":
        return message
    for pattern, korean in _patterns(_ALL):
        if found := pattern.fullmatch(message):
            blanks = found.groupdict()
            inner = {name: retold(blanks[name], language) or blanks[name] for name in _MESSAGES & blanks.keys()}
            return korean.format(**blanks | inner)
    return None


def told(message: str, language: Language) -> Html:
    """A message as HTML in a language of the page; where that has no words for it, as it is and with its language."""
    words = retold(message, language)
    return tag("span", message, lang=script_language(message) or "en") if words is None else tag("span", words)


def trouble(error: BylineError, language: Language) -> Html:
    """What is wrong, in a line that a screen reader says at once."""
    return tag("p", told(str(error), language), class_="byline-error", role="alert")


@cache
def _patterns(messages: Sequence[Both]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(one.en), re.DOTALL), one.ko) for one in messages)


def _pattern(template: str) -> str:
    """What any message of a template looks like."""
    parts = _BLANK.split(template)
    return "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
