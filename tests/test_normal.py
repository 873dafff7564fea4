"""NFC with the way back: the text is what Unicode says it is, and every character knows where it came from."""

from __future__ import annotations

import tracemalloc
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.article import Span
from index.normal import NormalText, normalise

# Jamo, syllables, marks of several classes, starters that compose or decompose, and what is around them in news text.
TRICKY = "가각힣한국\u1100\u1112\u1161\u1175\u11a8\u11c2aeo\u0301\u0302\u0323\u0334\u0344\u0f71\u0f72\u0f73\u0f75\u0f81"
TRICKY += "\u09c7\u09be\u212b\u2126\uf900\u00c5\u1e69 .\n\r\u200d👍🏽가ﬁ㎏"
ANY = st.text(st.characters(exclude_categories=[])) | st.text(st.sampled_from(TRICKY), max_size=12)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def boundaries(normal: NormalText) -> list[int]:
    """The places in the normalised text that are places in the source too."""
    origins = [normal.to_source(Span(at, at + 1)) for at in range(len(normal.text))]
    inner = [at for at in range(1, len(origins)) if origins[at - 1].end <= origins[at].start]
    return sorted({0, *inner, len(normal.text)})


@given(text=ANY)
@example(text="a\u0f73\u0301")  # a mark of class 0 that hides two others: a and the acute compose over it
@example(text="a\u0344\u0323")
@example(text="\u1100\u1161\u11a8\u0301")
def test_the_text_is_nfc(text: str) -> None:
    assert normalise(text).text == nfc(text)


@given(text=ANY, data=st.data())
@example(text="x\u0f73\u0301가\u0301", data=None)
def test_a_span_between_boundaries_comes_from_what_normalises_to_it(text: str, data: st.DataObject | None) -> None:
    normal = normalise(text)
    places = boundaries(normal)
    pairs: Sequence[tuple[int, int]] = [(a, b) for a in places for b in places if a <= b]
    chosen = data.draw(st.sampled_from(pairs)) if data else pairs[-1]

    span = Span(*chosen)

    assert nfc(normal.original(span)) == span.of(normal.text)


@given(text=ANY)
def test_the_way_back_keeps_the_order_and_leaves_nothing_out(text: str) -> None:
    normal = normalise(text)
    origins = [normal.to_source(Span(at, at + 1)) for at in range(len(normal.text))]

    covered = 0
    for origin in origins:
        assert origin.start <= covered <= origin.end
        assert len(origin) > 0
        covered = origin.end
    assert covered == len(text)


@given(text=ANY, data=st.data())
def test_a_longer_span_comes_from_no_less(text: str, data: st.DataObject) -> None:
    normal = normalise(text)
    places = st.integers(0, len(normal.text))
    a, b, c = sorted([data.draw(places), data.draw(places), data.draw(places)])

    short, long = normal.to_source(Span(a, b)), normal.to_source(Span(a, c))

    assert short.start <= short.end
    assert short.start == long.start or a == b
    assert short.end <= long.end


@given(text=st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3) | st.sampled_from("aZ 9.\n"), min_size=1))
def test_decomposed_hangul_is_found_composed_and_cited_decomposed(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    normal = normalise(decomposed)

    assert normal.text == text
    start = 0
    for at, char in enumerate(text):
        length = len(unicodedata.normalize("NFD", char))
        assert normal.to_source(Span(at, at + 1)) == Span(start, start + length)
        start += length


def test_a_word_of_a_mac_file_is_found_where_it_stands() -> None:
    source = unicodedata.normalize("NFD", "탈 312점을 고성에 기증했다.")
    normal = normalise(source)
    at = normal.text.index("고성에")

    place = normal.to_source(Span(at, at + 3))

    assert place.of(source) == unicodedata.normalize("NFD", "고성에")
    assert (at, place.start) == (8, 14)


@given(text=ANY)
def test_composed_text_is_its_own_source(text: str) -> None:
    composed = nfc(text)
    normal = normalise(composed)

    assert normal.text == composed
    assert all(normal.to_source(Span(at, at + 1)) == Span(at, at + 1) for at in range(len(composed)))


def test_an_empty_span_stands_between_its_neighbours() -> None:
    normal = normalise(unicodedata.normalize("NFD", "가나"))

    assert [normal.to_source(Span(at, at)) for at in range(3)] == [Span(0, 0), Span(2, 2), Span(4, 4)]


@pytest.mark.parametrize("marks", ["\u0301", "\u0301\u0316"], ids=["alike", "in disorder"])
def test_a_flood_of_marks_is_read_in_a_breath_and_no_part_of_it_stands_for_the_whole(marks: str) -> None:
    flood = "e" + marks * 100_000

    normal = normalise(flood)

    assert normal.text.startswith("\u00e9" if marks == "\u0301" else "\u00e9\u0316")
    origins = [normal.to_source(Span(at, at + 1)) for at in range(len(normal.text))]
    assert max(map(len, origins)) <= 31
    assert (origins[0].start, origins[-1].end) == (0, len(flood))


def test_one_decomposed_letter_among_millions_costs_little_memory() -> None:
    text = "x" * 3_000_000 + "e\u0301" + "y" * 3_000_000
    tracemalloc.start()

    normal = normalise(text)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert normal.to_source(Span(3_000_000, 3_000_002)) == Span(3_000_000, 3_000_003)
    assert taken < 4 * len(text)
