"""Search terms: what a question and a passage share is spelt alike, and what they need not share is gone."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.terms import Terms


def shared(terms: Terms, one: str, other: str, languages: tuple[str, str] = ("en", "en")) -> set[str]:
    return set(terms.of(one, languages[0])) & set(terms.of(other, languages[1]))


def test_korean_is_cut_into_morphemes_without_particles_and_endings(terms: Terms) -> None:
    found = terms.of("장관은 철강 쿼터를 바꿔 달라고 요청했다.", "ko")

    assert {"장관", "철강", "쿼터", "요청", "바꾸"} <= set(found)
    assert not {"은", "를", "다", "."} & set(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [("요금이 올랐다", "요금을 올린"), ("철강쿼터", "철강 쿼터"), ("이창섭 장관에게", "장관의"), ("먹었다", "먹는다")],
)
def test_inflected_korean_shares_a_term(terms: Terms, one: str, other: str) -> None:
    assert shared(terms, one, other, ("ko", "ko"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("requested", "requests"),
        ("The minister's", "minister"),
        ("the minister’s plan", "MINISTERS"),
        ("ﬁnance", "finance"),
        ("Ｓｅｃｔｉｏｎ　４７", "section 47"),
        ("1,200 won", "1200 won"),
        ("1,234,567", "1234567"),
    ],
)
def test_english_is_folded_and_stemmed(terms: Terms, one: str, other: str) -> None:
    assert set(terms.of(other, "en")) <= set(terms.of(one, "en"))


@pytest.mark.parametrize(
    ("korean", "english", "term"),
    [
        ("캐나다 철강수입안정법 제47조에 따라", "under Section 47 of the act", "47"),
        ("1,200억 원을 들여", "at a cost of 1,200", "1200"),
        ("전환율 3.5%로 올랐다", "rose 3.5 percent", "3.5"),
        ("Bramley 연구소는 밝혔다", "Bramley said", "bramley"),
    ],
)
def test_numbers_and_latin_names_are_spelt_alike_in_both_languages(
    terms: Terms, korean: str, english: str, term: str
) -> None:
    assert term in shared(terms, korean, english, ("ko", "en"))


def test_different_numbers_stay_different(terms: Terms) -> None:
    assert not shared(terms, "3.5", "35")
    assert not shared(terms, "1,20", "120")


def test_a_term_is_there_as_often_as_in_the_text_and_in_its_order(terms: Terms) -> None:
    assert terms.of("steel, pipe and steel", "en") == ["steel", "pipe", "and", "steel"]


def test_a_german_word_is_stemmed_as_german_and_an_unknown_language_not_at_all(terms: Terms) -> None:
    assert terms.of("Häuser", "de") == terms.of("Haus", "de")
    assert terms.of("talot", "fi") == ["talot"]


@given(text=st.text(st.sampled_from("가각한글은는abcXYZ 19,.’'\u0301㎏\u1112\u1161\x00")) | st.text())
@settings(max_examples=150)
def test_terms_hold_no_white_space_and_do_not_depend_on_the_normal_form(terms: Terms, text: str) -> None:
    found = terms.of(text, "en")

    assert all(term and not any(char.isspace() for char in term) for term in found)
    assert " ".join(found).split() == found  # the catalog keeps them so
    assert terms.of(unicodedata.normalize("NFC", text), "en") == terms.of(unicodedata.normalize("NFD", text), "en")


def test_the_terms_of_a_question_are_each_once_and_without_stop_words(terms: Terms) -> None:
    asked = terms.telling("What did the minister ask the other minister about Section 47?", "en")

    stems = [term.stem for term in asked]
    assert len(stems) == len(set(stems))
    assert {"47", "section", "minist"} <= set(stems)
    assert not {"what", "the", "did", "about"} & set(stems)


def test_threads_share_the_stemmers(terms: Terms) -> None:
    texts = [f"the ministers requested quotas {n} times" for n in range(200)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: terms.of(text, "en"), texts))

    assert found == [terms.of(text, "en") for text in texts]


def test_a_hyphenated_korean_given_name_is_one_word_however_it_is_hyphenated(terms: Terms) -> None:
    assert terms.of("Lee Chang-yang", "en") == terms.of("Lee Chang -yang", "en") == terms.of("Lee Changyang", "en")
    assert terms.of("director-level talks of the Coca-Cola Company", "en")[:2] == terms.of("director level", "en")


@pytest.mark.parametrize(
    ("korean", "english", "digits"),
    [
        ("1,500억 달러", "$150 billion", "150000000000"),
        ("3만 명", "30,000 people", "30000"),
        ("120만 대", "1.2 million cars", "1200000"),
        ("2조 3천억 원", "2.3 trillion won", "2300000000000"),
    ],
)
def test_a_figure_with_a_magnitude_is_one_term_in_both_languages(
    terms: Terms, korean: str, english: str, digits: str
) -> None:
    assert digits in terms.of(korean, "ko")
    assert digits in terms.of(english, "en")
