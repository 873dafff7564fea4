"""What byline says itself, in the languages it says it in."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from index.terms import Terms
from rag.words import words_in


def test_korean_is_answered_in_korean_and_everything_else_in_english() -> None:
    assert words_in("ko").abstention == "기사에는 답이 없습니다."
    assert words_in("en").abstention == "The articles do not say."
    assert words_in("sw") == words_in("en")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_there_is_a_wording_for_everything(language: str) -> None:
    assert all(astuple(words_in(language)))


def test_unknown_words_are_named() -> None:
    assert words_in("en").unknown_words(["Turandot", "opera"]) == "in none of the articles: Turandot, opera"
    assert "투란도트, 오페라" in words_in("ko").unknown_words(["투란도트", "오페라"])


def test_the_mixture_names_and_counts_the_languages() -> None:
    assert words_in("en").mix({"ko": 3, "en": 2}) == "chosen from 3 Korean, 2 English passages"
    assert words_in("ko").mix({"ko": 3, "en": 2}) == "검색된 구절: 한국어 3, 영어 2"


def test_a_language_without_a_name_is_shown_by_its_code() -> None:
    assert words_in("en").name("ja") == "Japanese"
    assert words_in("ko").name("ja") == "일본어"
    assert words_in("en").name("tlh") == "tlh"


def test_both_languages_name_the_same_languages() -> None:
    codes = ("ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "ru", "th", "zh")

    for language in ("en", "ko"):
        assert all(words_in(language).name(code) != code for code in codes)


@pytest.mark.parametrize(
    ("question", "language", "kept", "dropped"),
    [
        ("What did the minister say about Section 47 in 2024?", "en", {"minister", "47", "2024"}, {"what", "the"}),
        ("이도현 장관은 무엇을 제47조에 따라 요청했나?", "ko", {"장관", "47", "요청"}, {"무엇", "따르"}),
        ("How much is 1,200억 won?", "en", {"1200"}, {"how", "much", "is"}),
        ("3.5%는 얼마인가?", "ko", {"3.5"}, {"얼마"}),
    ],
)
def test_a_question_keeps_its_numbers_and_loses_its_stop_words(
    terms: Terms, question: str, language: str, kept: set[str], dropped: set[str]
) -> None:
    words = {term.word for term in terms.telling(question, language)}

    assert kept <= words
    assert not dropped & words


@pytest.mark.parametrize(
    ("question", "language"), [("What is it about?", "en"), ("그것은 무엇인가?", "ko"), ("?!", "en")]
)
def test_a_question_of_stop_words_alone_has_nothing_telling(terms: Terms, question: str, language: str) -> None:
    assert terms.telling(question, language) == []
