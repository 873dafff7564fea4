"""Markers: every way that models write them, whose sentence they belong to, and nothing else is touched."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.markers import Parsed, has_marker, parse, without_markers


def split(text: str) -> list[tuple[int, int]]:
    """Sentences end at a full stop, question or exclamation mark before white space or the end."""
    return [found.span() for found in re.finditer(r"\S.*?(?:[.!?](?=\s|$)|\Z)", text, re.DOTALL)]


def sentences(answer: str, passages: int = 10) -> list[tuple[str, tuple[int, ...]]]:
    return [(sentence.text, sentence.numbers) for sentence in parse(answer, passages, split).sentences]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("[1]", (1,)),
        ("[ 2 ]", (2,)),
        ("[1, 2]", (1, 2)),
        ("[1,2 ; 4]", (1, 2, 4)),
        ("[1][2]", (1, 2)),
        ("[1] [2]", (1, 2)),
        ("[3-5]", (3, 4, 5)),
        ("[5–3]", (3, 4, 5)),
        ("[1, 3-4]", (1, 3, 4)),
        ("[1 and 2]", (1, 2)),
        ("【1】", (1,)),
        ("【4†source】", (4,)),
        ("［１］", (1,)),
        ("［1，2］", (1, 2)),
        ("[^1]", (1,)),
        ("[^1, ^2]", (1, 2)),
        ("[Passage 3]", (3,)),
        ("[passages 3, 4]", (3, 4)),
        ("[출처 2]", (2,)),
        ("[1](https://example.org/a)", (1,)),
        ("[2][2][1]", (2, 1)),
        ("[10]", (10,)),
    ],
)
@pytest.mark.parametrize("form", ["Exports rose {}.", "Exports rose. {}", "Exports rose.{}", "{} Exports rose."])
def test_a_marker_in_any_form_on_either_side_of_the_full_stop(
    form: str, written: str, numbers: tuple[int, ...]
) -> None:
    parsed = parse(form.format(written), 10, split)
    assert [(sentence.text, sentence.numbers) for sentence in parsed.sentences] == [("Exports rose.", numbers)]
    assert "".join(f"[{number}]" for number in numbers) in re.sub(r"\] \[", "][", parsed.text) or "[2]" in written
    assert parsed.dropped == ()


@pytest.mark.parametrize(
    "text",
    ["In [2024] it rose.", "See [1, 2024].", "It is `[1]`.", "[a] [x1] [] [1.5] [#1] (1)", "```\na[1]\n```"],
)
def test_years_words_and_code_are_text(text: str) -> None:
    parsed = parse(text, 10, split)
    assert parsed.text == text
    assert all(not sentence.numbers for sentence in parsed.sentences)
    assert not has_marker(text)


def test_a_marker_behind_a_full_stop_belongs_to_the_sentence_before_it() -> None:
    assert sentences("Steel rose. [1] Cars fell.[2][3] Ships held [4].") == [
        ("Steel rose.", (1,)),
        ("Cars fell.", (2, 3)),
        ("Ships held.", (4,)),
    ]


def test_korean_with_no_space_behind_the_marker() -> None:
    def split_korean(text: str) -> list[tuple[int, int]]:
        return [found.span() for found in re.finditer(r"[^\s.][^.]*\.", text)]

    parsed = parse("수출이 늘었다.[1]수입은 줄었다[2].", 2, split_korean)
    assert [(each.text, each.numbers) for each in parsed.sentences] == [
        ("수출이 늘었다.", (1,)),
        ("수입은 줄었다.", (2,)),
    ]


def test_a_marker_within_a_sentence_is_the_sentences_own() -> None:
    assert sentences("Steel [1] and cars [2] rose. Ships fell.") == [
        ("Steel and cars rose.", (1, 2)),
        ("Ships fell.", ()),
    ]


def test_items_headings_and_paragraphs_end_a_sentence() -> None:
    answer = "# Trade\n\nTwo things:\n- steel rose [1]\n- [2] cars fell\n  3) ships held\n\nThat is all [3]"
    assert sentences(answer) == [
        ("Trade", ()),
        ("Two things:", ()),
        ("steel rose", (1,)),
        ("cars fell", (2,)),
        ("ships held", ()),
        ("That is all", (3,)),
    ]


def test_markers_on_a_line_of_their_own_belong_to_the_paragraph_before() -> None:
    assert sentences("Steel rose.\n\n[1][2]\n\nCars fell.") == [("Steel rose.", (1, 2)), ("Cars fell.", ())]


def test_markers_to_passages_that_do_not_exist_are_dropped_and_named() -> None:
    parsed = parse("Steel rose [1, 12]. Cars fell [0]. [99] Ships held.", 10, split)
    assert parsed.text == "Steel rose [1]. Cars fell. Ships held."
    assert [sentence.numbers for sentence in parsed.sentences] == [(1,), (), ()]
    assert parsed.dropped == (0, 12, 99)
    assert parsed.notice(10) == "markers to passages that do not exist were dropped: [0], [12], [99] (there are 10)"
    assert parse("Steel rose [1].", 10, split).notice(10) is None


def test_a_notice_names_the_first_few() -> None:
    notice = parse("Steel rose [1-900].", 2, split).notice(2)
    assert notice is not None
    assert notice.endswith("[3], [4], [5], [6], [7] and 893 more (there are 2)")


def test_text_without_markers() -> None:
    assert without_markers("Steel [1] rose [2, 3]. [4]\n[5] Cars fell.") == "Steel rose.\nCars fell."


def test_an_answer_of_markers_alone_has_no_sentences() -> None:
    assert parse("[1][2]", 2, split) == Parsed("[1][2]", (), ())


marked = st.lists(
    st.one_of(
        st.text(alphabet=st.sampled_from("ab다.\n -*`[]()^1２,"), max_size=12),
        st.sampled_from(
            ["[1]", "[2, 3]", "[1-3]", "【4】", "[^9]", "[2024]", ". ", "\n- ", "`", "［1］", "[0]", "\n\n"]
        ),
    ),
    max_size=30,
).map("".join)


@given(st.one_of(st.text(), marked), st.integers(0, 5))
def test_any_text_parses_and_every_number_is_in_range(text: str, passages: int) -> None:
    parsed = parse(text, passages, split)
    assert all(1 <= number <= passages for sentence in parsed.sentences for number in sentence.numbers)
    assert all(number < 1 or number > passages for number in parsed.dropped)
    assert all(len(set(sentence.numbers)) == len(sentence.numbers) for sentence in parsed.sentences)


@given(st.one_of(st.text(), marked))
def test_nothing_but_markers_and_white_space_goes(text: str) -> None:
    clean = without_markers(text)
    rest = iter(clean)
    left = next(rest, None)
    gone = []
    for character in text:
        if character == left:
            left = next(rest, None)
        else:
            gone.append(character)
    assert left is None  # what is left stands in the text, in the same order
    if not has_marker(text):
        assert clean == text
    assert all(c.isspace() or c.isdigit() or c in "[]［］【】,，-^()" for c in gone)


@given(marked)
def test_every_sentence_is_verbatim_text_and_no_word_is_lost(text: str) -> None:
    clean = without_markers(text)
    at = 0
    for sentence in parse(text, 9, split).sentences:
        at = clean.index(sentence.text, at) + len(sentence.text)
    said = "".join(sentence.text for sentence in parse(text, 9, split).sentences)
    assert [c for c in said if c.isalpha()] == [c for c in clean if c.isalpha()]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.integers(1, 9), min_size=1, max_size=3)), min_size=1))
def test_what_is_written_is_read(said: list[tuple[str, set[int]]]) -> None:
    written = " ".join(f"{word * 3} {''.join(f'[{number}]' for number in sorted(numbers))}." for word, numbers in said)
    parsed = parse(written, 9, split)
    assert parsed.text == written
    assert [(s.text, set(s.numbers)) for s in parsed.sentences] == [(f"{w * 3}.", n) for w, n in said]


@pytest.mark.parametrize("text", ["[" * 20_000, "[1," * 7_000, "`" * 20_000, "[1" + " " * 20_000, "\n" * 20_000])
def test_odd_text_costs_no_more_than_its_length(text: str) -> None:
    began = time.monotonic()
    parse(text, 10, split)
    assert time.monotonic() - began < 2
