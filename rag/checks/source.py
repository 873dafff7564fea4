"""What a claim is held against, and what a check finds."""

from __future__ import annotations

from dataclasses import dataclass

from index.article import Passage
from index.language import script_language


@dataclass(frozen=True, slots=True)
class Source:
    """Cited words: `text` is what is cited, `around` its article's heading and its passage.

    `language` is ISO 639-1; `published` is the article's date, ISO, None where it is not known.
    """

    text: str
    around: str
    language: str
    published: str | None

    @classmethod
    def of(cls, text: str, passage: Passage) -> Source:
        """The source that `text`, a part of `passage`, is."""
        return cls(text, passage.embedded_text, language_of(text), passage.article.published)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a claim that the cited words do not bear out.

    `contradicts` says that they hold something else in its place; `reason` is for a person to read.
    """

    reason: str
    contradicts: bool = False


def language_of(text: str) -> str:
    """ISO 639-1 code of the script that most of `text` is in; `en` for Latin script, which checks read as English."""
    return script_language(text) or "en"


def against(written: str, instead: str | None) -> Fault:
    """The fault that `written` is not in the cited text, which says `instead` where that is known."""
    reason = f"'{written}' is not in the cited text"
    return Fault(f"{reason}, which says '{instead}'", contradicts=True) if instead else Fault(reason)
