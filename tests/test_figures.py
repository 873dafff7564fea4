"""Figures: the same number is the same whatever script, language or magnitude it is written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.figures import digit_figures, figures, missing_figures

# Text in which figures are likelier than chance would have them.
_TEXTS = st.lists(
    st.sampled_from(
        ["1", "23", "4,500", "6.7", ",", ".", " ", "천", "백", "만", "억", "조", "제", "billion", "bn", "두 명"]
    )
    | st.sampled_from(["twenty", "-", "three", "hundred", "2024.11.05", "$", "%", "\u0663", "²", "½"])
    | st.text(max_size=5),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,500억 원", "150 billion won"),
        ("1,500억", "150,000,000,000"),
        ("3조 4,500억 원", "3.45 trillion won"),
        ("3조4500억", "3,450 billion"),
        ("7만 6천 명", "76,000 people"),
        ("2천300억 원", "230 billion won"),
        ("1조2천300억", "1.23 trillion"),
        ("3천500만 달러", "$35 million"),
        ("1천500명", "1,500 people"),
        ("5천만 원", "50 million won"),
        ("1.2천만", "12 million"),
        ("8.0 %", "8 percent"),
        ("8.0%", "8 per cent"),
        ("16곳", "16 companies"),
        ("제232조", "Section 232"),
        ("무역확장법 232조", "Section 232 of the act"),
        ("$1.2 billion", "1.2bn dollars"),
        ("$90m", "90 million dollars"),
        ("4k", "4,000"),
        ("63명", "sixty-three people"),
        ("6명", "six people"),
        ("500만 원", "five million won"),
        ("1월 3일", "January third"),
        ("세 번", "3 times"),
        ("2024.11.05", "5 November 2024"),
    ],
)
def test_the_same_number_in_another_spelling_agrees(one: str, other: str) -> None:
    assert not missing_figures(one, other)
    assert not missing_figures(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,500억 원", "1,500 won"),
        ("1,500억 원", "15 billion won"),
        ("3조 4,500억", "3조 4,600억"),
        ("7만", "7"),
        ("2천300억", "300억"),
        ("8.0 percent", "80 percent"),
        ("제232조", "Section 301"),
        ("$1.2 billion", "$1.2 million"),
        ("3", "sixty-three"),
        ("2024.11.05", "2024"),
    ],
)
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert missing_figures(one, other)


def test_missing_figures_are_named_as_they_are_written() -> None:
    claim = "공사비는 1,500억 원이고 정거장은 17곳, 2029년에 연다."

    assert missing_figures(claim, "17 stops, opening in 2030") == ["1,500억", "2029"]


def test_a_claim_without_figures_misses_none() -> None:
    assert missing_figures("The minister asked for a change.", "nothing of the kind") == []


def test_a_number_word_of_the_claim_is_not_held_against_it() -> None:
    assert missing_figures("One of the two ministers spoke.", "장관이 말했다.") == []


def test_a_korean_count_is_a_figure_and_a_syllable_inside_a_word_is_none() -> None:
    assert [one.written for one in figures("두 명이 왔다")] == ["두"]
    assert figures("모두 명단에 있다") == []


def test_meanwhile_is_no_figure() -> None:
    assert not figures("한편 시장은 한번 더 협의하기로 했다.")
    assert [one.values for one in figures("영화 한 편을 두 번 봤다.")] == [{1.0}, {2.0}]


@given(text=_TEXTS)
def test_any_text_has_figures_that_stand_in_it_and_agree_with_themselves(text: str) -> None:
    for one in figures(text):
        assert one.written in text
        assert one.values
        assert one.agrees(one)
    assert missing_figures(text, text) == []


@given(number=st.integers(0, 9_999), magnitude=st.sampled_from([("만", 10**4), ("억", 10**8)]))
def test_a_korean_magnitude_multiplies(number: int, magnitude: tuple[str, int]) -> None:
    (found,) = digit_figures(f"{number:,}{magnitude[0]} 원")

    assert found.values == {float(number * magnitude[1])}


@given(number=st.integers(1, 10**12))
def test_thousands_separators_do_not_matter(number: int) -> None:
    assert not missing_figures(f"{number:,}", str(number))
    assert missing_figures(f"{number + 1:,}", str(number))


def test_a_number_of_any_length_agrees_with_itself_alone() -> None:
    endless = "9" * 400

    assert not missing_figures(endless, endless)
    assert missing_figures(endless, "9")
