"""A phrase in the languages of the page, side by side, and a group of them read in one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Self, overload

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")
LANGUAGE_NAMES: Mapping[Language, str] = MappingProxyType({"en": "English", "ko": "한국어"})


def page_language(code: str) -> Language:
    """The language of the page for `code` (ISO 639-1): English where the page does not speak it."""
    return "ko" if code == "ko" else "en"


class Both:
    """A phrase in English and in Korean; names in braces are filled by whoever shows it.

    On an instance of the group it stands in, it is a string in that instance's language.
    """

    __slots__ = ("en", "ko")

    def __init__(self, en: str, ko: str) -> None:
        self.en = en
        self.ko = ko

    @overload
    def __get__(self, group: None, kind: type[Group]) -> Self: ...
    @overload
    def __get__(self, group: Group, kind: type[Group]) -> str: ...
    def __get__(self, group: Group | None, kind: type[Group]) -> Self | str:
        """The phrase in the language of `group`."""
        return self if group is None else self.within(group.language)

    def within(self, language: Language) -> str:
        """The phrase in one language."""
        return self.ko if language == "ko" else self.en


class Group:
    """Phrases that belong together, as class attributes of the type `Both`."""

    __slots__ = ("language",)

    def __init__(self, language: Language) -> None:
        self.language = language
