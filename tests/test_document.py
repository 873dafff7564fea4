"""A file read whole: whatever is in it, every citation that could be made of it is true."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from index.article import Passage, Span
from index.clean import Fate
from index.decode import Unreadable
from index.document import Document, Reader
from tests.conftest import article_texts

FOOT = "이용해 주셔서 고맙습니다. 문의는 전화로 받습니다."


def read_sample(reader: Reader, samples: Path, name: str) -> Document:
    return reader.read((samples / name).read_bytes(), name)


def within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def in_order(document: Document) -> list[Passage]:
    return sorted(document.passages, key=lambda passage: passage.span.start)


@given(text=article_texts())
@settings(max_examples=120)
def test_whatever_the_file_holds_its_citations_are_true(reader: Reader, text: str) -> None:
    try:
        document = reader.read(text.encode(), "a/b.txt")
    except Unreadable:
        assert text.strip("\ufeff").strip() == "" or "\x0b" in text  # control characters make a short text binary
        return

    assert text.removeprefix("\ufeff") == document.text
    for passage in document.passages:
        assert document.text[passage.span.start : passage.span.end] == passage.text
        assert all(within(sentence, passage.span) for sentence in passage.sentences)
        assert all(within(span, passage.span) for span in passage.kept)
        assert all(before.end <= after.start for before, after in pairwise(passage.sentences))
        assert within(passage.span, passage.article.span)
    assert all(before.span.end <= after.span.start for before, after in pairwise(in_order(document)))
    assert len({passage.id for passage in document.passages}) == len(document.passages)


@given(text=article_texts())
@settings(max_examples=120)
def test_every_line_is_accounted_for(reader: Reader, text: str) -> None:
    try:
        document = reader.read(text.encode(), "a.txt")
    except Unreadable:
        return

    covered = {at for passage in document.passages for span in passage.kept for at in range(span.start, span.end)}
    at = 0
    for line in document.lines:
        assert document.text[at : line.span.start].strip() == ""
        at = max(at, line.span.end)
        places = [place for place in range(line.span.start, line.span.end) if not document.text[place].isspace()]
        missing = unicodedata.normalize(
            "NFC", "".join(document.text[place] for place in places if place not in covered)
        )
        if line.fate is Fate.KEPT:
            assert len(missing) < 20
    assert document.text[at:].strip() == ""


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("haemil-tram.ko.txt", "cp949"),
        ("vaccine-sticker.ko.txt", "utf-16"),
        ("island-ferry-timetable.txt", "utf-8-sig"),
        ("다온셀-회장-간담회.txt", "utf-8"),
    ],
)
def test_the_samples_are_read_in_the_encoding_they_are_in(
    samples: Path, reader: Reader, name: str, encoding: str
) -> None:
    document = read_sample(reader, samples, name)

    assert document.encoding == encoding
    assert document.text == (samples / name).read_bytes().decode(encoding)


def test_a_file_with_windows_line_ends_is_cited_with_them(samples: Path, reader: Reader) -> None:
    document = read_sample(reader, samples, "island-ferry-timetable.txt")

    assert document.text.startswith("Morning boat")
    assert any("\r\n\r\n" in passage.text for passage in document.passages)


def test_decomposed_hangul_is_cited_as_the_file_has_it(samples: Path, reader: Reader) -> None:
    name = "mask-museum.ko.txt"
    text = (samples / name).read_text(encoding="utf-8")
    quote = unicodedata.normalize("NFD", '백 씨는 "탈은 벽에 걸어 두면 늙는다. 아이들이 쓰고 뛰어야 산다."고 말했다.')
    document = read_sample(reader, samples, name)

    sentences = [passage.quote(span) for passage in document.passages for span in passage.sentences]
    assert quote in sentences
    assert all(not unicodedata.is_normalized("NFC", passage.text) for passage in document.passages)
    assert all(passage.span.of(text) == passage.text for passage in document.passages)
    assert unicodedata.is_normalized("NFC", document.articles[0].title)


def test_a_body_that_stands_twice_is_retrieved_once(samples: Path, reader: Reader) -> None:
    document = read_sample(reader, samples, "steel-quota-talks.ko.txt")
    claim = "제47조에 따라 분기마다 끊어 배정하는 쿼터"

    assert document.text.count(claim) == 2
    assert sum(passage.text.count(claim) for passage in document.passages) == 1


@pytest.mark.parametrize(
    ("name", "caption"),
    [
        ("archer-lee.ko.txt", "시위를 당기고 있다. 대회 조직위 제공"),
        ("daon-cell-ulsan-line.txt", "speaks to investors in Busan on Tuesday."),
    ],
)
def test_a_caption_that_stands_twice_is_searched_once(samples: Path, reader: Reader, name: str, caption: str) -> None:
    document = read_sample(reader, samples, name)

    assert document.text.count(caption) == 2
    assert sum(passage.own_words.count(caption) for passage in document.passages) == 1


def test_a_quotation_is_not_cut_at_the_stop_inside_it(samples: Path, reader: Reader) -> None:
    document = read_sample(reader, samples, "steel-quota-talks.ko.txt")
    sentences = [passage.quote(span) for passage in document.passages for span in passage.sentences]

    assert any(one.startswith('그는 "남은 물량을') and one.endswith('안다."고 말했다.') for one in sentences)


def test_abbreviations_end_no_sentence(samples: Path, reader: Reader) -> None:
    document = read_sample(reader, samples, "night-clinic.txt")
    sentences = [passage.quote(span) for passage in document.passages for span in passage.sentences]

    assert any("Since Sept. 16 there has been" in one for one in sentences)
    assert any("Dr. Lim Byeol, who commutes by train from the U.S. Army hospital" in one for one in sentences)


def test_english_text_in_a_korean_page_is_english(samples: Path, reader: Reader) -> None:
    document = read_sample(reader, samples, "daon-cell-ulsan-line.txt")

    assert {passage.language for passage in document.passages} == {"en"}


def test_prose_below_a_list_is_an_article_of_its_own(reader: Reader) -> None:
    items = [
        f"제{number}호 안내를 드립니다\n우유 {number}통을 나눕니다 여러분.\n2024.11.0{number}" for number in (1, 2, 3)
    ]
    text = "\n".join([*items, FOOT])

    document = reader.read(text.encode(), "list.txt")

    assert [article.published for article in document.articles] == ["2024-11-01", "2024-11-02", "2024-11-03", None]
    assert all(before.span.end <= after.span.start for before, after in pairwise(in_order(document)))
    assert document.passages[-1].text == FOOT


def test_a_file_of_furniture_has_no_passages(reader: Reader) -> None:
    document = reader.read(b"Share\nPrint\nCopy link\n", "a.txt")

    assert (document.passages, document.articles) == ((), ())
    assert [line.fate for line in document.lines] == [Fate.FURNITURE] * 3
