"""The few sentences that byline says itself, in the languages it answers in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "ar": "Arabic",
            "de": "German",
            "en": "English",
            "es": "Spanish",
            "fr": "French",
            "hi": "Hindi",
            "it": "Italian",
            "ja": "Japanese",
            "ko": "Korean",
            "pt": "Portuguese",
            "ru": "Russian",
            "th": "Thai",
            "zh": "Chinese",
        },
        "ko": {
            "ar": "아랍어",
            "de": "독일어",
            "en": "영어",
            "es": "스페인어",
            "fr": "프랑스어",
            "hi": "힌디어",
            "it": "이탈리아어",
            "ja": "일본어",
            "ko": "한국어",
            "pt": "포르투갈어",
            "ru": "러시아어",
            "th": "태국어",
            "zh": "중국어",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """What byline says in one language; templates are filled by the methods."""

    language: str
    abstention: str
    not_borne_out: str
    unknown: str
    mixture: str
    searched_for: str
    searched_also_for: str
    searched_before: str
    differ: str

    def unknown_words(self, words: Sequence[str]) -> str:
        """Names the words of a question that stand in no article."""
        return self.unknown.format(words=", ".join(words))

    def mix(self, languages: Mapping[str, int]) -> str:
        """Says how many passages of each language an answer was chosen from: "3 Korean, 2 English passages"."""
        order = "{name} {n}" if self.language == "ko" else "{n} {name}"
        parts = (order.format(name=self.name(code), n=n) for code, n in languages.items())
        return self.mixture.format(mix=", ".join(parts))

    def searched(self, texts: Sequence[str], by: str) -> str:
        """Says what was searched for in place of the question, and who wrote it."""
        return self.searched_for.format(texts=_quoted(texts), by=by)

    def searched_also(self, texts: Sequence[str], by: str) -> str:
        """Says what was searched for beside the question, and who wrote it."""
        return self.searched_also_for.format(texts=_quoted(texts), by=by)

    def with_before(self, words: Sequence[str]) -> str:
        """Says which words of the questions before were searched for too."""
        return self.searched_before.format(words=", ".join(words))

    def name(self, code: str) -> str:
        """A language's name; its code where byline has no name for it."""
        return _NAMES[self.language].get(code, code)


_ENGLISH = Words(
    language="en",
    abstention="The articles do not say.",
    not_borne_out="not borne out by the articles",
    unknown="in none of the articles: {words}",
    mixture="chosen from {mix} passages",
    searched_for="searched for: {texts} (rewritten by {by})",
    searched_also_for="searched also for: {texts} (rewritten by {by})",
    searched_before="searched with words of the question before: {words}",
    differ="The articles differ: one says “{}”, another “{}”.",
)
_KOREAN = Words(
    language="ko",
    abstention="기사에는 답이 없습니다.",
    not_borne_out="기사로 뒷받침되지 않음",
    unknown="어느 기사에도 없는 말: {words}",
    mixture="검색된 구절: {mix}",
    searched_for="검색한 질문: {texts} ({by}에서 다시 씀)",
    searched_also_for="함께 검색한 질문: {texts} ({by}에서 다시 씀)",
    searched_before="앞의 질문에 나온 말과 함께 검색함: {words}",
    differ="기사마다 다릅니다. 한 기사는 “{}”, 다른 기사는 “{}”입니다.",
)

ABSTENTIONS = frozenset({_ENGLISH.abstention, _KOREAN.abstention})


def words_in(language: str) -> Words:
    """What byline says in `language`; English where it has no words of that language."""
    return _KOREAN if language == "ko" else _ENGLISH


def _quoted(texts: Sequence[str]) -> str:
    return " · ".join(f"“{text}”" for text in texts)
