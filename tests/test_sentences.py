"""Sentence boundaries: nothing is lost whatever the text, and the boundaries stand where a reader puts them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Span
from index.sentences import SentenceSplitter, strip

PIECES = (
    *("그는 ", "말했다. ", "“갈 수 없다.”고 ", "3.5% ", "제47조에 ", "늘었다", "다. ", "\u1112\u1161\u11ab"),
    *("The ", "U.S. ", "said. ", "No. 3 ", "“Yes,” ", "he asked? ", "e.g. ", "Dr. Lee "),
    *(".", "!", "?", "…", "”", "’", ")", " ", "  ", "\t", "\n", "\u3000", "\x00", "👍🏽", "漢字。", "·"),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map("".join)


@given(text=TEXTS)
@settings(max_examples=150)
def test_the_sentences_cover_every_word_once_and_in_order(splitter: SentenceSplitter, text: str) -> None:
    spans = splitter.split(text)

    covered = 0
    for span in spans:
        assert text[covered : span.start].strip() == ""
        assert span.of(text) == span.of(text).strip() != ""
        assert span.start >= covered
        covered = span.end
    assert text[covered:].strip() == ""


@pytest.mark.parametrize(
    "sentences",
    [
        ["비가 왔다.", "강물이 불었다.", "다리는 닫혔다."],
        ['그는 "제도는 손해다. 셈만 해 봐도 안다."고 말했다.', "회의는 두 시간 걸렸다."],
        ['장관은 "창고가 찼다"고 답했다.', "요금은 3.5% 올랐다.", "제47조는 그대로다."],
        ["👍🏽 좋은 소식이다.", "👍🏽 모두 웃었다."],
        ["It rained.", "The river rose.", "The bridge was closed."],
        ["Dr. Han of the U.S. Army spoke at 8 a.m. on Sunday.", "Route No. 3 was closed."],
        ["The price rose 3.5 percent to $1.2 million.", "Nobody minded."],
        ["👍🏽 Good news.", "👍🏽 They laughed."],
    ],
    ids=lambda sentences: str(sentences[0])[:20],
)
def test_sentences_end_where_a_reader_ends_them(splitter: SentenceSplitter, sentences: list[str]) -> None:
    text = " ".join(sentences)

    assert [span.of(text) for span in splitter.split(text)] == sentences


def test_white_space_alone_is_no_sentence(splitter: SentenceSplitter) -> None:
    assert splitter.split(" \t\n ") == splitter.split("") == []


@given(text=st.text(max_size=20), data=st.data())
def test_strip_takes_white_space_and_nothing_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    inner = strip(text, Span(start, end))

    assert start <= inner.start <= inner.end <= end
    assert inner.of(text) == text[start:end].strip()


# --- long texts ---


def test_a_long_korean_line_is_cut_as_its_sentences_are_and_costs_no_more_for_each(splitter: SentenceSplitter) -> None:
    one = "항구가 사흘 만에 다시 문을 열었다고 항만 당국이 월요일에 밝혔다."

    def seconds(times: int) -> float:
        line = " ".join([one] * times)
        began = time.process_time()
        spans = splitter.split(line)
        took = time.process_time() - began
        assert [span.of(line) for span in spans] == [one] * times
        return took

    seconds(1)  # loads the analyser
    assert seconds(4000) < 16 * min(seconds(500), seconds(500))


def test_a_korean_text_without_a_single_sentence_end_is_covered_whole(splitter: SentenceSplitter) -> None:
    line = "끝없는 말이 이어지고 " * 2000

    assert "".join(span.of(line) for span in splitter.split(line)).replace(" ", "") == line.replace(" ", "")
