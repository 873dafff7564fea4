"""PDF files: lines become paragraphs, running heads go, each page is known, and no file stops the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.article import Span
from index.decode import Unreadable
from index.document import Reader
from index.formats.pdf import read_pdf
from index.sentences import SentenceSplitter
from tests.pdf_file import At, pdf_file, stream, written

LEADING = 12.0
STORY = (
    "The harbour reopened on Monday after three days of storm. Lorries had",
    "queued since dawn, and the first ferry left with nobody but the pilot on",
    "board.",
)


def lines(*texts: str, top: float = 500, left: float = 50, size: float = 10) -> list[At]:
    return [At(text, top - at * LEADING, left, size) for at, text in enumerate(texts)]


def paragraphs(splitter: SentenceSplitter, *pages: list[At]) -> list[str]:
    return read_pdf(pdf_file(pages), splitter.word_ends).text.split("\n")


def test_the_lines_of_a_paragraph_are_one_line(splitter: SentenceSplitter) -> None:
    heading = At("Harbour reopens after storm", 530, size=18)

    found = paragraphs(splitter, [heading, *lines(*STORY), *lines(*STORY[:2], top=450)])

    assert found == ["Harbour reopens after storm", " ".join(STORY), " ".join(STORY[:2])]


def test_a_paragraph_ends_with_a_short_line_or_before_an_indent_or_a_bullet(splitter: SentenceSplitter) -> None:
    page = [
        *lines(*STORY),
        *lines(*STORY[:2], top=500 - 3 * LEADING),
        *lines(STORY[0], top=500 - 5 * LEADING, left=65),
        *lines(STORY[1], "• Nobody was hurt.", top=500 - 6 * LEADING),
    ]

    assert paragraphs(splitter, page) == [
        " ".join(STORY),
        " ".join(STORY[:2]),
        " ".join(STORY[:2]),
        "• Nobody was hurt.",
    ]


def test_labels_below_one_another_stay_apart(splitter: SentenceSplitter) -> None:
    assert paragraphs(splitter, lines("Berths", "Cranes", "Pilots", "Tugs")) == ["Berths", "Cranes", "Pilots", "Tugs"]


def test_a_second_column_goes_on_where_the_first_one_ends(splitter: SentenceSplitter) -> None:
    columns = (
        ("The harbour reopened on Monday", "after three whole days of storm,", "and the first ferry left with only"),
        ("the pilot on board, who waved at", "an empty quay. Lorries had been", "waiting there since dawn."),
    )
    page = [*lines(*columns[0], left=50), *lines(*columns[1], left=230)]

    assert paragraphs(splitter, page) == [" ".join(line for column in columns for line in column)]


def test_a_word_broken_at_the_end_of_a_line_is_whole(splitter: SentenceSplitter) -> None:
    page = lines(
        "The authority spoke of long-term work and of a break-",
        "water that has to be rebuilt, of the long-",
        "term cost, and of the pilots.",
    )

    (found,) = paragraphs(splitter, page)

    assert "a breakwater that" in found
    assert "the long-term cost" in found


def test_a_korean_word_broken_at_the_end_of_a_line_is_whole_and_two_words_stay_two(splitter: SentenceSplitter) -> None:
    page = lines(
        "항만 당국은 사흘 동안 이어진 태풍이 지나간 뒤 월요일에 항구를 다시 열었다고 밝",
        "혔다. 화물차 행렬은 새벽부터 이어졌으며 첫 여객선에는 도선사 한 사람만 타고",
        "있었다.",
    )

    (found,) = paragraphs(splitter, page)

    assert "열었다고 밝혔다." in found
    assert "타고 있었다." in found


def running(number: int, *body: At) -> list[At]:
    return [At("Quay & Container Review", 560, size=8), *body, At(f"page {number} of 3", 30, size=8)]


def test_running_heads_and_feet_are_left_out_and_named(splitter: SentenceSplitter) -> None:
    pages = [running(number, *lines(f"Part {'ABC'[number]}", *STORY)) for number in range(3)]

    found = read_pdf(pdf_file(pages), splitter.word_ends)

    assert "Review" not in found.text
    assert "page" not in found.text
    assert found.left_out == ("Quay & Container Review", "page 0 of 3", "page 1 of 3", "page 2 of 3")
    assert found.about.outlet == "Quay & Container Review"


def test_a_sentence_at_the_top_of_several_pages_is_no_running_head(splitter: SentenceSplitter) -> None:
    pages = [[At("Nobody was hurt in the storm.", 560), *lines(*STORY)] for _ in range(3)]

    assert paragraphs(splitter, *pages).count("Nobody was hurt in the storm.") == 3


def test_what_stands_on_one_page_alone_is_kept(splitter: SentenceSplitter) -> None:
    found = read_pdf(pdf_file([running(1, *lines(*STORY))]), splitter.word_ends)

    assert found.left_out == ()
    assert found.text.endswith("page 1 of 3")


def test_a_sentence_goes_on_across_pages_and_each_page_is_known(splitter: SentenceSplitter) -> None:
    pages = [running(1, *lines(*STORY[:2])), [], running(3, *lines(STORY[2], "Soup was served."))]

    found = read_pdf(pdf_file(pages), splitter.word_ends)

    assert found.text.startswith(" ".join(STORY))
    assert [(one.number, found.text[one.start :][:6]) for one in found.pages] == [(1, "The ha"), (3, "board.")]


def test_a_passage_knows_the_pages_it_stands_on(reader: Reader) -> None:
    pages = [lines(f"Report of day {number}", *STORY) for number in (1, 2, 3)]
    document = reader.read(pdf_file(pages), "a.pdf")

    (passage,) = document.passages
    at = document.text.index("Report of day 2")
    assert [page.number for page in passage.pages] == [1, 2, 3]
    assert passage.page(passage.span) == 1
    assert passage.page(Span(at - 1, at)) == 1
    assert passage.page(Span(at, at + 1)) == 2
    assert passage.page(Span(passage.span.end - 1, passage.span.end)) == 3


def test_a_later_passage_does_not_stand_on_an_earlier_page(reader: Reader) -> None:
    pages = [[line for at in range(3) for line in lines(*STORY, top=550 - 60 * at)] for _ in range(4)]
    numbered = [[At(f"Day {number}, page {at}.", 570), *page] for at, page in enumerate(pages) for number in (at + 1,)]
    document = reader.read(pdf_file(numbered), "a.pdf")

    for passage in document.passages:
        for page in passage.pages:
            assert page.start < passage.span.end
        assert passage.page(passage.span) == passage.pages[0].number


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Harbour Reopens", "Harbour Reopens"),
        ("Microsoft Word - final2.doc", "Harbour reopens after storm"),
        ("", None),
    ],
)
def test_a_stated_title_counts_if_it_stands_in_the_text(reader: Reader, stated: str, title: str | None) -> None:
    page = [At("Harbour reopens after storm", 530, size=18), *lines(*STORY)]

    (article,) = reader.read(pdf_file([page], title=stated), "a.pdf").articles

    assert article.title == (title or "Harbour reopens after storm")


def draws_for_ever() -> bytes:
    """A page that draws a form ten times, which draws another one ten times, and so on, forty deep."""
    forms = [
        stream(
            b"/X Do " * 10,
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % number,
        )
        for number in range(6, 46)
    ]
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
    )
    return written(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            stream(b"/X Do"),
            *forms,
            stream(b"0 0 m", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"),
        ]
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdf_file([lines(*STORY)], locked=True), "it is locked with a password; save it without one"),
        (pdf_file([[], []]), "it has no text layer"),
        (pdf_file([]), "it has no text layer|it is broken"),
        (pdf_file([lines(*STORY)])[:200], "it is broken"),
        (b"%PDF-1.7 and nothing else", "it is broken"),
        (b"", "it is broken"),
        (pdf_file([[At("Confidential", 300)]] * 3), "nothing but running heads"),
    ],
    ids=["locked", "images", "no pages", "cut off", "garbage", "empty", "heads"],
)
def test_a_pdf_that_cannot_be_read_says_why(splitter: SentenceSplitter, data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why) as refused:
        read_pdf(data, splitter.word_ends)

    assert "\n" not in str(refused.value)


def test_a_pdf_that_is_never_read_to_its_end_is_given_up(splitter: SentenceSplitter) -> None:
    with pytest.raises(Unreadable, match="reading it took more than 1 s"):
        read_pdf(draws_for_ever(), splitter.word_ends, seconds=1)


def test_the_sample_is_read_whole(samples: Path, reader: Reader) -> None:
    name = "shore-power-barge.pdf"
    document = reader.read((samples / name).read_bytes(), name)

    sentences = [(one.quote(span), one.page(span)) for one in document.passages for span in one.sentences]
    assert all(text[0].isupper() or text[0] in '“"' for text, _ in sentences)
    assert ("A second barge has been ordered for 5.4 billion won and is to start work in May 2026.", 2) in sentences
    assert any(text.endswith("it took close to four hours.") and page == 1 for text, page in sentences)
