"""Web pages, Word documents and JSON Lines: their text, what they state of themselves, and what is amiss with them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from index.clean import Fate
from index.decode import Unreadable
from index.document import Document, Reader
from index.formats import extract
from index.formats.extracted import Extracted
from tests.conftest import article_texts

PROSE = (
    "The harbour reopened on Monday after three days of storm, and lorries queued until noon.",
    "The port authority said that no ship had been lost, though two had dragged their anchors.",
    "Fishermen who had slept in their boats were given soup by the crew of the pilot station.",
)
KOREAN = (
    "항구가 사흘 만에 다시 문을 열었다고 항만 당국이 월요일에 밝혔다. 화물차 행렬은 정오까지 이어졌다.",
    "잃은 배는 없었지만 두 척은 닻이 끌려 방파제 가까이까지 밀려갔다고 당국은 덧붙였다.",
)


def no_word_ends(before: str, after: str) -> bool:
    raise AssertionError(f"only a PDF is asked about: {before!r} {after!r}")


def text_of(data: bytes, name: str) -> Extracted:
    return extract(data, name, no_word_ends)


def page(*body: str, head: str = "", title: str = "Harbour reopens after storm") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in body)
    navigation = "<nav><a href='/'>Home</a> <a href='/sea'>Sea and shore</a></nav>"
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{navigation}"
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>Privacy policy</footer></body></html>"
    )


def meta(**values: str) -> str:
    return "".join(f'<meta property="{key.replace("_", ":", 1)}" content="{value}">' for key, value in values.items())


# --- web pages ----------------------------------------------------------------------------------------------------


def test_a_web_page_is_its_headline_and_its_paragraphs() -> None:
    found = text_of(page(*PROSE).encode(), "a.html")

    assert found.text.split("\n") == ["Harbour reopens after storm", *PROSE]
    assert found.about.title == "Harbour reopens after storm"


def test_what_the_page_states_for_machines_is_the_articles(reader: Reader) -> None:
    head = meta(og_site_name="The Quay", article_published_time="2024-11-06T08:00:00+09:00")
    document = reader.read(page(*PROSE, head=head, title="Harbour reopens | The Quay").encode(), "a.htm")

    (article,) = document.articles
    assert (article.title, article.outlet, article.published) == ("Harbour reopens", "The Quay", "2024-11-06")
    assert article.language == "en"


def test_a_headline_stated_for_machines_goes_before_the_title_of_the_page() -> None:
    head = '<meta name="headline" content="항구, 사흘 만에 열다">'
    found = text_of(page(*KOREAN, head=head, title="항구, 사흘 만에 열다-사회ㅣ갯바람신문").encode(), "a.html")

    assert found.about.title == "항구, 사흘 만에 열다"


def test_a_date_in_the_running_text_is_no_date_of_publication() -> None:
    assert (
        text_of(page(*PROSE, "The last such storm was on 3 January 2019.").encode(), "a.html").about.published is None
    )


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        *(("utf-8", declared) for declared in ("utf-8", "euc-kr", "iso-8859-1")),
        *(("cp949", declared) for declared in ("euc-kr", "ks_c_5601-1987", "utf-8", "no-such-encoding")),
        *(("utf-16", "utf-16"), ("utf-8-sig", "euc-kr")),
    ],
)
def test_a_page_is_read_in_the_encoding_it_is_in(encoding: str, declared: str) -> None:
    data = page(*KOREAN, head=f'<meta charset="{declared}">', title="항구, 다시 열다").encode(encoding)

    assert text_of(data, "a.html").text.split("\n") == ["항구, 다시 열다", *KOREAN]


def test_an_xhtml_page_may_declare_its_encoding_as_xml_does() -> None:
    declared = '<?xml version="1.0" encoding="euc-kr"?>\n' + page(*KOREAN)

    assert text_of(declared.encode("cp949"), "a.xhtml").text.endswith(KOREAN[-1])


@pytest.mark.parametrize(
    "text",
    [
        "<html></html>",
        "<html><body><div id='root'></div><script>load()</script></body></html>",
        "<div>" * 20_000,
        "<!-- -->",
    ],
)
def test_a_page_without_article_text_is_named_as_such(text: str) -> None:
    with pytest.raises(Unreadable, match=r"no article text is found in the page|it is no HTML page"):
        text_of(text.encode(), "a.html")


def test_a_page_whose_text_is_longer_than_its_parser_reads_is_named_as_such() -> None:
    endless = f"<html><body><article><p>{'The harbour reopened. ' * 460_000}</p></article></body></html>"
    with pytest.raises(Unreadable, match=r"it has a text of more than 10 MB without a tag; save it as a text file"):
        text_of(endless.encode(), "a.html")


def test_notices_inside_the_article_are_dropped_from_a_page_too(reader: Reader) -> None:
    document = reader.read(page(*KOREAN, "ⓒ 갯바람신문 무단 전재 및 재배포 금지").encode(), "a.html")

    assert document.lines[-1].fate is Fate.FURNITURE
    assert KOREAN[-1] in document.passages[-1].own_words


# --- Word ---------------------------------------------------------------------------------------------------------


def word(fill: Callable[[WordDocument], object]) -> bytes:
    document = docx.Document()
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """A package with some of its parts replaced; `document` stands for word/document.xml."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(Path(name).stem, old.read(name)))
    return out.getvalue()


def test_a_word_document_is_its_paragraphs_and_the_rows_of_its_tables() -> None:
    def fill(document: WordDocument) -> None:
        document.add_heading("Harbour reopens after storm")
        document.add_paragraph(PROSE[0])
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(
            (cell for row in table.rows for cell in row.cells), ("Ship", "Berth", "Otter", "4"), strict=True
        ):
            cell.text = text
        document.add_paragraph(PROSE[1])

    found = text_of(word(fill), "a.docx")

    assert found.text.split("\n") == ["Harbour reopens after storm", PROSE[0], "Ship | Berth", "Otter | 4", PROSE[1]]


def test_a_word_document_is_read_as_it_is_shown() -> None:
    """With what was inserted, boxed or fenced in a control, without what was struck out."""
    boxed = "<w:pict><w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent></w:pict>"
    parts = (
        "<w:p %s><w:r><w:t>The port </w:t></w:r><w:ins><w:r><w:t>reopened</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>closed</w:delText></w:r></w:del><w:r><w:t>.</w:t></w:r></w:p>",
        f"<w:p %s><w:r><w:t>Beside it.</w:t></w:r><w:r>{boxed}</w:r></w:p>",
        "<w:sdt %s><w:sdtContent><w:p><w:r><w:t>In the control.</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )

    def fill(document: WordDocument) -> None:
        for at, part in enumerate(parts):
            document.element.body.insert(at, parse_xml(part % nsdecls("w")))

    found = text_of(word(fill), "a.docx")

    assert found.text.split("\n") == ["The port reopened.", "Beside it.", "In the box.", "In the control."]


def written_on(day: datetime | None, *paragraphs: str) -> bytes:
    def fill(document: WordDocument) -> None:
        document.core_properties.title = " Harbour\nreopens "
        if day:
            document.core_properties.created = day
        for text in paragraphs:
            document.add_paragraph(text)

    return word(fill)


def test_title_and_date_of_a_word_document_are_its_properties(reader: Reader) -> None:
    (article,) = reader.read(written_on(datetime(2024, 11, 6, 8, 30), *PROSE), "a.docx").articles

    assert (article.title, article.published) == ("Harbour reopens", "2024-11-06")


def test_a_date_that_the_text_gives_goes_before_that_of_the_properties(reader: Reader) -> None:
    data = written_on(datetime(2024, 11, 6), "Harbour reopens after storm", "Published Nov. 8, 2024", *PROSE)

    assert reader.read(data, "a.docx").articles[0].published == "2024-11-08"


def test_the_date_of_a_template_is_no_date(reader: Reader) -> None:
    assert reader.read(written_on(None, *PROSE), "a.docx").articles[0].published is None


def bomb() -> bytes:
    return repacked(word(lambda document: document.add_paragraph("x")), document=b"<x>" + b" " * 120_000_000)


def entities() -> bytes:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    body = b"<w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body>"
    text = b'<!DOCTYPE x [<!ENTITY l0 "ha">%s]><w:document %s>%s</w:document>'
    document = text % (laughs, nsdecls("w").encode(), body)
    return repacked(word(lambda document: document.add_paragraph("x")), document=document)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: b"Dear reader, this is no archive.", "it is no Word document"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked with a password, or an old .doc"),
        (lambda: word(lambda document: document.add_paragraph("x"))[:-200], "it is no Word document"),
        (lambda: repacked(word(lambda document: None), document=b"<not xml"), "its parts cannot be read"),
        (lambda: word(lambda document: None), "there is no text in it"),
        (bomb, r"it unpacks to 12\d MB; at most 100 are read"),
        (entities, "there is no text in it|its parts cannot be read"),
    ],
    ids=["no archive", "OLE", "cut off", "broken part", "empty", "bomb", "entities"],
)
def test_a_word_document_that_cannot_be_read_says_why(data: Callable[[], bytes], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        text_of(data(), "a.docx")


def test_an_archive_that_is_no_word_document_is_named_as_such() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.txt", "text")

    with pytest.raises(Unreadable, match="its parts cannot be read"):
        text_of(out.getvalue(), "a.docx")


# --- JSON Lines ---------------------------------------------------------------------------------------------------


def json_lines(*rows: object) -> bytes:
    return "".join(f"{row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def test_each_line_is_an_article_with_what_it_states(reader: Reader) -> None:
    rows = (
        {"title": "Harbour reopens", "published": "2024-11-06T05:30:00Z", "source": "The Quay", "body": PROSE[0]},
        {
            "title": "항구 다시 열다",
            "published": "2024년 11월 7일",
            "source": "갯바람신문",
            "url": "x",
            "body": KOREAN[0],
        },
        {"body": f"Soup for fishermen\n{PROSE[2]}"},
    )
    document = reader.read(json_lines(*rows), "wire.jsonl")

    assert [(one.title, one.outlet, one.published, one.language) for one in document.articles] == [
        ("Harbour reopens", "The Quay", "2024-11-06", "en"),
        ("항구 다시 열다", "갯바람신문", "2024-11-07", "ko"),
        ("Soup for fishermen", None, None, "en"),
    ]
    assert document.text == (
        f"Harbour reopens\n\n{PROSE[0]}\n\n항구 다시 열다\n\n{KOREAN[0]}\n\nSoup for fishermen\n{PROSE[2]}"
    )
    for article, row in zip(document.articles, rows, strict=True):
        assert article.span.of(document.text).endswith(row["body"])


def test_a_line_that_is_no_article_is_named_and_the_others_are_kept(reader: Reader) -> None:
    good = {"title": "Harbour reopens", "body": PROSE[0]}
    document = reader.read(
        json_lines(
            good,
            '{"title": "cut off',
            "",
            ["a", "list"],
            {"title": "No body"},
            {"title": "Empty", "body": " \n"},
            {"title": 7, "body": PROSE[1]},
            {"title": "When?", "published": "the other day", "body": PROSE[2]},
            "[" * 100_000,
            '{"body": ' + "9" * 10_000 + "}",
        ),
        "wire.jsonl",
    )

    assert [article.title for article in document.articles] == ["Harbour reopens", "When?"]
    assert document.faults == (
        "line 2 is left out: it is not JSON (Unterminated string starting at, column 11)",
        "line 4 is left out: it is a list, not an object",
        "line 5 is left out: it has no body",
        "line 6 is left out: its body is empty",
        "line 7 is left out: its title is a number, not text",
        "line 8: no date can be read in its published, 'the other day'",
        "line 9 is left out: its JSON is too deep or too large to be read",
        "line 10 is left out: its JSON is too deep or too large to be read",
    )


def test_a_file_without_an_article_says_what_is_wrong_with_its_first_line() -> None:
    with pytest.raises(Unreadable, match="no line of it is an article; line 1 is left out: it is null, not an object"):
        text_of(json_lines("null", "[]"), "wire.jsonl")


def test_two_articles_of_one_wording_are_two_articles(reader: Reader) -> None:
    """What repeats inside an article is a repeat; what repeats in the next one is its own."""
    row = {"title": "Harbour reopens", "body": "\n".join((PROSE[0], PROSE[1], PROSE[0]))}
    document = reader.read(json_lines(row, row), "wire.jsonl")

    assert len(document.articles) == 2
    assert [line.fate for line in document.lines].count(Fate.REPEATED) == 2


@given(bodies=st.lists(st.tuples(st.none() | article_texts(), article_texts()), min_size=1, max_size=4))
@settings(max_examples=60)
def test_whatever_the_lines_hold_their_citations_are_true(reader: Reader, bodies: list[tuple[str | None, str]]) -> None:
    rows = [{"body": body} if title is None else {"title": title, "body": body} for title, body in bodies]
    try:
        document = reader.read(json_lines(*rows), "wire.jsonl")
    except Unreadable:
        return

    _assert_sound(document)
    assert len(document.articles) <= len(rows)


# --- whatever the bytes -------------------------------------------------------------------------------------------


def _assert_sound(document: Document) -> None:
    for passage in document.passages:
        assert document.text[passage.span.start : passage.span.end] == passage.text
    for before, after in zip(document.articles, document.articles[1:], strict=False):
        assert before.span.end <= after.span.start


@pytest.mark.parametrize("suffix", [".html", ".docx", ".jsonl"])
@given(data=st.data())
@settings(max_examples=40)
def test_a_damaged_file_is_read_or_refused(reader: Reader, samples: Path, suffix: str, data: st.DataObject) -> None:
    (path,) = samples.glob(f"*{suffix}")
    whole = path.read_bytes()
    damaged = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=5)):
        damaged[at] = data.draw(st.integers(0, 255))

    try:
        document = reader.read(bytes(damaged), path.name)
    except Unreadable as refused:
        why = str(refused)
    else:
        why = ""
        _assert_sound(document)
    assert "\n" not in why


@pytest.mark.parametrize("suffix", [".html", ".docx", ".jsonl", ".pdf"])
def test_the_same_bytes_give_the_same_text(reader: Reader, samples: Path, suffix: str) -> None:
    (path,) = samples.glob(f"*{suffix}")

    first, second = (reader.read(path.read_bytes(), path.name) for _ in range(2))

    assert first == second
