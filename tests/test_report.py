"""Reports: the notes of several answers numbered through, in every form, and their quotes verified later."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from index.errors import BylineError
from rag.answer import Answer, Citation, Sentence
from rag.assistant import Assistant
from rag.cite import Standing
from rag.draft.markdown import read_markdown
from rag.draft.word import read_word
from rag.report.bibliography import as_bibtex, as_csl
from rag.report.build import Report, assemble, build, read_questions
from rag.report.html import as_html
from rag.report.labels import labels_in
from rag.report.markdown import as_markdown
from rag.report.saved import load_citations, report_json, verify
from rag.report.why import why
from rag.report.word import as_word

QUESTIONS = (
    "When does the Route No. 3 ferry leave Mokpo?",
    "밤 기차 '달마중'의 첫 운행일과 서울역 출발 시각은?",
    "Which Brazilian river is the longest?",
)
MADE = date(2024, 12, 1)


@pytest.fixture(scope="module")
def report(assistant: Assistant) -> Report:
    return build(assistant, QUESTIONS, title="Boats & trains", made=MADE)


def citation(number: int, start: int, quote: str = "It *sails* at 6 | 7.", **known: Any) -> Citation:
    about = {"title": "Boats <b> & 50% #1_a", "published": "2024-03-09", "language": "en", "outlet": "The [Herald]"}
    return Citation(number, "news/a.txt", start, start + len(quote), quote, **{**about, **known})


def answer(*sentences: Sentence, citations: tuple[Citation, ...] = (), **changes: Any) -> Answer:
    text = " ".join(one.text for one in sentences) or "The articles do not say."
    known: dict[str, Any] = {"abstained": not sentences, "language": "en", "model": "extractive", "retrieved": ()}
    return Answer("Q <i>?", text, sentences=sentences, citations=citations, **{**known, **changes})


@pytest.fixture(scope="module")
def odd() -> Report:
    """Answers that share a span under different numbers, in words that are markup elsewhere; one says nothing."""
    first = answer(
        Sentence("It_sails_ *now*.", (1, 2), "supported"),
        Sentence("<script>1</script> [3].", (), "uncited", ("it cites nothing",)),
        citations=(citation(1, 10), citation(2, 50)),
    )
    second = answer(
        Sentence("1. It rests.", (1,), "contradicted", ("'6' | '7'",)),
        citations=(citation(1, 50), citation(2, 90, published=None, outlet=None, title="\x01다른 기사")),
    )
    return assemble([first, second, answer()], title="R", made=MADE)


def test_notes_are_numbered_through_and_a_span_has_one_number(odd: Report) -> None:
    assert [(one.number, one.start) for one in odd.notes] == [(1, 10), (2, 50), (3, 90)]
    assert [line.notes for section in odd.sections for line in section.lines] == [(1, 2), (), (2,)]
    assert [one.title for one in odd.sources] == ["Boats <b> & 50% #1_a", "\x01다른 기사"]
    assert odd.summary == (1, 3)


def test_the_articles_own_sentences_are_a_paragraph_each() -> None:
    said = (Sentence("A heading without a stop", (1,), "supported"), Sentence("It sails.", (1,), "supported"))
    texts = [
        [[line.sentence.text for line in lines] for lines in section.paragraphs]
        for section in assemble(
            [answer(*said, citations=(citation(1, 10),), model=model) for model in ("extractive", "tiny")],
            title="R",
            made=MADE,
        ).sections
    ]

    assert texts == [[["A heading without a stop"], ["It sails."]], [["A heading without a stop", "It sails."]]]


def test_a_report_says_what_ask_says(report: Report, assistant: Assistant) -> None:
    asked = [assistant.ask(question) for question in QUESTIONS]

    assert [section.answer.text for section in report.sections] == [one.text for one in asked]
    assert report.sections[2].answer.abstained
    assert report.language == "en"
    for note in report.notes:
        assert assistant.text(note.source)[note.start : note.end] == note.quote


def test_questions_are_a_line_each_or_a_question_set(tmp_path: Path) -> None:
    plain, rows = tmp_path / "q.txt", tmp_path / "q.jsonl"
    plain.write_text("\ufeffWho sails?\r\n\r\n  누가 가나? \n", encoding="utf-8")
    row = {"id": "a", "question": "Who rests?", "language": "en", "type": "single", "answerable": False}
    rows.write_text(json.dumps({**row, "answer": "", "evidence": [], "facts": []}) + "\n", encoding="utf-8")

    assert read_questions(plain) == ("Who sails?", "누가 가나?")
    assert read_questions(rows) == ("Who rests?",)
    (tmp_path / "none.txt").write_text("\n \n", encoding="utf-8")
    with pytest.raises(BylineError, match="it is empty"):
        read_questions(tmp_path / "none.txt")


# --- Markdown -----------------------------------------------------------------------------------------------------


def test_markdown_cites_by_footnotes_with_outlet_title_date_file_and_quote(report: Report) -> None:
    written = as_markdown(report)

    for note in report.notes:
        (line,) = [one for one in written.splitlines() if one.startswith(f"[^{note.number}]: ")]
        plain = line.replace("\\", "")
        for part in (note.outlet, note.title, note.published, note.source, " ".join(note.quote.split())):
            assert part is None or part in plain
        assert written.count(f"[^{note.number}]") >= 2
    assert "## Which Brazilian river is the longest?\n\nThe articles do not say." in written


def test_a_markdown_report_passes_its_own_check(report: Report, assistant: Assistant) -> None:
    checked = assistant.check(read_markdown("report.md", as_markdown(report)))

    assert checked.claims
    assert not [one for one in checked.claims if one.failing]
    assert {one.source for one in checked.citations} == {one.source for one in report.notes}


def test_markup_in_words_is_no_markup_of_the_report(odd: Report) -> None:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown(odd))
    inner = [child.type for token in tokens for child in token.children or ()]

    assert not {"em_open", "strong_open", "html_inline", "link_open"} & set(inner)
    assert "html_block" not in [token.type for token in tokens]
    assert [token.tag for token in tokens].count("tr") // 2 == 1 + odd.summary[1]
    assert "ordered_list_open" not in [token.type for token in tokens]


# --- HTML ---------------------------------------------------------------------------------------------------------


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_by_itself_and_every_note_is_reached(odd: Report) -> None:
    page = _Page(as_html(odd))

    ids = {known["id"] for _, known in page.tags if "id" in known}
    links = [known["href"] or "" for tag, known in page.tags if tag == "a"]
    assert links
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert not {"script", "img", "link", "i", "b", "iframe"} & {tag for tag, _ in page.tags}
    assert not [value for _, known in page.tags for key, value in known.items() if key == "src"]
    for words in ("<script>1</script> [3].", "Q <i>?", "Boats <b> & 50% #1_a", "The articles do not say."):
        assert words in page.text


# --- Word ---------------------------------------------------------------------------------------------------------


def test_a_word_report_has_a_real_footnote_at_each_citation(odd: Report, report: Report) -> None:
    import docx

    for one in (odd, report):
        data = as_word(one)
        document = docx.Document(BytesIO(data))
        manuscript = read_word("r.docx", data)
        cited = [number for section in one.sections for line in section.lines for number in line.notes]
        assert [label for label in manuscript.notes if label.startswith("^")] == [
            f"^{at + 1}" for at in range(len(cited))
        ]
        for label, number in enumerate(cited, start=1):
            assert one.notes[number - 1].source in manuscript.notes[f"^{label}"].text
        headings = [p.text for p in document.paragraphs if p.style and (p.style.name or "").startswith("Heading 1")]
        assert headings == [*(section.answer.question for section in one.sections), "Verification", "Sources"]
        (table,) = document.tables
        assert len(table.rows) == 1 + one.summary[1]
        told = [note for row in table.rows[1:] for note in row.cells[-1].text.split(", ") if note]
        assert told == [str(at + 1) for at in range(len(cited))]
        assert table.rows[0]._tr.trPr is not None  # the head comes again on each page
        assert [column.width for column in table.columns] == [cell.width for cell in table.rows[-1].cells]


def test_a_word_report_passes_its_own_check(report: Report, assistant: Assistant) -> None:
    checked = assistant.check(read_word("report.docx", as_word(report)))

    assert not [one for one in checked.claims if one.failing]


# --- the list of sources ------------------------------------------------------------------------------------------


def test_bibtex_escapes_what_latex_would_read(odd: Report) -> None:
    first, second = as_bibtex(odd.sources).split("\n\n")

    assert first.startswith("@article{news-a,\n")
    assert r"  title = {{Boats <b> \& 50\% \#1\_a}}," in first
    assert "  year = {2024},\n  month = mar,\n  day = {9}," in first
    assert second.startswith("@article{news-a-2,\n")
    assert "journal" not in second
    assert "year" not in second


def test_csl_is_items_with_dates_in_parts(odd: Report) -> None:
    first, second = json.loads(as_csl(odd.sources))

    assert first["type"] == "article-newspaper"
    assert (first["container-title"], first["issued"]) == ("The [Herald]", {"date-parts": [[2024, 3, 9]]})
    assert "issued" not in second
    assert first["id"] != second["id"]


# --- verifying ----------------------------------------------------------------------------------------------------


def test_every_quote_of_a_saved_report_stands(report: Report, assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report_json(report), ensure_ascii=False), encoding="utf-8")

    verified = list(verify(load_citations(path), assistant.read_now))

    assert len(verified) == len(report.notes)
    assert {one.standing for one in verified} == {Standing.VERBATIM}


def test_what_no_longer_stands_is_told_with_the_place_it_has_moved_to() -> None:
    files = {"moved.txt": "Now first. It sails.", "changed.txt": "It rests."}
    quotes = tuple(
        Citation(number, source, 0, 9, "It sails.", "t", None, "en")
        for number, source in enumerate(("moved.txt", "changed.txt", "gone.txt"), start=1)
    )

    moved, changed, gone = verify(quotes, files.get)

    assert (moved.standing, changed.standing, gone.standing) == (Standing.STALE, Standing.STALE, Standing.MISSING)
    assert moved.moved_to is not None
    assert moved.moved_to.of(files["moved.txt"]) == "It sails."
    assert (changed.moved_to, gone.moved_to) == (None, None)


@pytest.mark.parametrize(
    ("saved", "line"),
    [
        ("{", r"cannot be read as JSON"),
        ("[]", r"no citations in it; give report\.json"),
        ('{"citations": [{"number": 1, "source": "a.txt", "start": 0, "end": "9"}]}', r"citation 1 has no end;"),
        ('{"citations": [7]}', r"citation 1 has no number;"),
    ],
)
def test_what_is_no_saved_report_is_one_line(tmp_path: Path, saved: str, line: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(saved, encoding="utf-8")

    with pytest.raises(BylineError, match=rf"^{re.escape(str(path))}: .*{line}"):
        load_citations(path)


@pytest.mark.parametrize(
    ("sentence", "language", "said"),
    [
        (Sentence("Boat 3 leaves Mokpo.", (1,), "supported", confidence=0.7), "en", "word for word"),
        (
            Sentence("It costs 9400 won from 1 December.", (1,), "supported"),
            "en",
            "the same there: 1 December, 9400 won",
        ),
        (Sentence("It is from Mokpo that it sails.", (1,), "supported"), "en", "the same there: Mokpo"),
        (Sentence("it sails", (1,), "supported", confidence=0.712), "en", "by its meaning, 71 % likely"),
        (Sentence("it sails", (1,), "supported"), "en", ""),
        (Sentence("12월 1일부터 9,400원이다.", (1,), "supported"), "ko", "인용한 글과 같은 것: 12월 1일, 9,400원"),
        (Sentence("It sails.", (), "uncited", ("it cites nothing",)), "ko", "출처를 대지 않았습니다"),
    ],
)
def test_the_table_says_why_of_every_verdict(sentence: Sentence, language: str, said: str) -> None:
    quote = "Boat 3 leaves\nMokpo. A ticket is 9,400 won from Dec. 1."
    report = assemble([answer(sentence, citations=(citation(1, 0, quote),), language=language)], title="R", made=MADE)
    ((line,),) = (section.lines for section in report.sections)

    assert why(line, report, labels_in(language)) == said
