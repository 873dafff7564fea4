"""Drafts judged over the samples: verdicts, the words they rest on, suggestions, and how they are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.errors import BylineError
from rag.assistant import Assistant
from rag.cli import byline
from rag.draft.check import CheckedDraft
from rag.draft.markdown import read_markdown
from rag.draft.read import read_manuscript
from rag.draft.show import as_html, as_json, as_markdown, as_text

FERRY, DAON, DAON_LINE = "island-ferry-timetable.txt", "다온셀-회장-간담회.txt", "daon-cell-ulsan-line.txt"
DRAFT = f"""# Ferries

Route No. 3 leaves the passenger terminal at **6:40 a.m.** [1]. The boats are painted by convicts from Mars [1].
Islanders pay 2,000 won.

다온셀 이해강 회장은 배터리팩 3,140개를 무상으로 바꿔 주겠다고 밝혔다[^1].

A ticket costs 9,400 won [{DAON}]. The province pays the rest [ferry-timetabel.txt].

## Sources

[1] Morning boat to the Eunha Islands returns on Dec. 1, Mokpo Coast Herald

[^1]: {DAON}
"""


@pytest.fixture(scope="module")
def checked(assistant: Assistant) -> CheckedDraft:
    return assistant.check(read_markdown("ferries.md", DRAFT))


def test_each_sentence_is_judged_by_the_source_it_cites(checked: CheckedDraft) -> None:
    verdicts = {one.sentence.text: one.sentence.verdict for one in checked.claims}

    assert verdicts["Route No. 3 leaves the passenger terminal at 6:40 a.m."] == "supported"
    assert verdicts["The boats are painted by convicts from Mars."] == "unsupported"
    assert verdicts["Islanders pay 2,000 won."] == "uncited"
    assert verdicts["다온셀 이해강 회장은 배터리팩 3,140개를 무상으로 바꿔 주겠다고 밝혔다."] == "supported"
    assert verdicts["A ticket costs 9,400 won."] in ("unsupported", "contradicted")
    assert verdicts["The province pays the rest."] == "unsupported"


def test_a_sentence_is_located_to_the_words_that_bear_it_out(checked: CheckedDraft, assistant: Assistant) -> None:
    first = checked.claims[0]

    (number,) = first.sentence.citations
    citation = checked.citations[number - 1]
    assert citation.number == number
    assert citation.source == FERRY
    assert "6:40 a.m." in citation.quote
    for one in checked.citations:
        assert assistant.text(one.source)[one.start : one.end] == one.quote


def test_another_article_is_suggested_where_one_bears_the_sentence_out(checked: CheckedDraft) -> None:
    by_text = {one.sentence.text: one.suggestion for one in checked.claims}

    for text, quoted in (("Islanders pay 2,000 won.", "2,000 won"), ("A ticket costs 9,400 won.", "9,400 won")):
        suggestion = by_text[text]
        assert suggestion is not None
        assert suggestion.source == FERRY
        assert quoted in suggestion.quote
    assert by_text["The boats are painted by convicts from Mars."] is None


def test_an_unknown_source_is_named_with_the_nearest(checked: CheckedDraft) -> None:
    (reason,) = checked.claims[-1].sentence.reasons

    assert reason.startswith("[ferry-timetabel.txt] names no file of the index; the nearest are ")
    assert FERRY in reason


def test_only_the_item_that_is_named_counts_on_a_list_page(assistant: Assistant) -> None:
    source = "trade-ministry-releases.en.txt"
    titles = {one.title: one for one in assistant.articles() if one.source == source}
    title = sorted(titles)[0]
    draft = f"The ministry made it known [1].\n\n[1] {title}, {source}\n"

    checked = assistant.check(read_markdown("d.md", draft))

    span = titles[title].span
    assert checked.citations
    assert all(span.start <= one.start < one.end <= span.end for one in checked.citations)


def test_a_draft_without_citations_gets_suggestions(assistant: Assistant) -> None:
    draft = (
        "# 밤 기차\n\n새 열차 달마중은 12월 20일 밤 11시 15분 서울역을 떠난다. 화성에서 감자를 캔 죄수가 노래했다.\n"
    )

    train, mars = assistant.check(read_markdown("d.md", draft)).claims

    assert (train.sentence.verdict, mars.sentence.verdict) == ("uncited", "uncited")
    assert train.suggestion is not None
    assert train.suggestion.source == "night-train.ko.txt"
    assert mars.suggestion is None


def test_under_a_heading_that_asks_a_sentence_has_to_say_more_than_it(assistant: Assistant) -> None:
    said = f"Daon Cell will spend money on a line for sodium-ion cells in Ulsan [{DAON_LINE}].\n"
    asked = "## How much money will Daon Cell spend on the line for sodium-ion cells in Ulsan?\n\n"

    (alone,) = assistant.check(read_markdown("a.md", said)).claims
    (below,) = assistant.check(read_markdown("a.md", asked + said)).claims

    assert alone.sentence.verdict == "supported"
    assert below.sentence.verdict == "unsupported"
    assert below.sentence.reasons == ("it says nothing that the question does not say already",)
    assert below.suggestion is None


def test_a_source_that_has_gone_is_named(samples: Path, tmp_path: Path) -> None:
    news, index = tmp_path / "news", tmp_path / ".byline"
    news.mkdir()
    (news / FERRY).write_bytes((samples / FERRY).read_bytes())
    assert CliRunner().invoke(byline, ["index", str(news), "--index", str(index)]).exit_code == 0
    (news / FERRY).unlink()

    with Assistant.open(index) as assistant:
        (claim,) = assistant.check(read_markdown("d.md", f"A single ticket costs 9,400 won [{FERRY}].")).claims

    assert claim.sentence.verdict == "partly"
    assert f"{FERRY} is gone since it was indexed" in claim.sentence.reasons


def test_a_draft_without_a_sentence_is_one_line(assistant: Assistant) -> None:
    with pytest.raises(BylineError, match=r"^d\.md: there is no sentence in it to check$"):
        assistant.check(read_markdown("d.md", "# Only a heading\n"))


def test_json_is_the_contracts_with_offsets_into_the_draft(checked: CheckedDraft) -> None:
    written = json.loads(as_json(checked))

    for sentence in written["sentences"]:
        assert {"text", "citations", "verdict", "reasons", "start", "end", "cited_as", "suggestion"} <= set(sentence)
    assert DRAFT[written["sentences"][2]["start"] : written["sentences"][2]["end"]] == "Islanders pay 2,000 won."
    assert [one["number"] for one in written["citations"]] == list(range(1, len(checked.citations) + 1))
    assert written["sentences"][0]["cited_as"] == ["[1]"]


def test_every_form_shows_every_sentence_verdict_and_reason(checked: CheckedDraft) -> None:
    text, markdown, page = as_text(checked), as_markdown(checked), as_html(checked)

    for one in checked.claims:
        assert one.sentence.text in text
        assert one.sentence.text in page
        assert f"| {one.claim.line} |" in markdown
    assert text.splitlines()[-1].startswith("2 of 6 sentences supported")
    assert "could cite island-ferry-timetable.txt:" in text
    assert markdown.count("\n|") == len(checked.claims) + 2


def test_a_korean_draft_is_told_in_korean(assistant: Assistant) -> None:
    draft = "이해강 회장은 배터리팩을 바꿔 주겠다고 밝혔다. 다온셀 공장은 화성에 있다 [없는-기사.txt]."

    checked = assistant.check(read_markdown("초안.md", draft))

    text, markdown, page = as_text(checked), as_markdown(checked), as_html(checked)
    assert text.splitlines()[-1].startswith("문장 2개 중 0개 확인됨, ")
    assert "    출처 없음: 출처를 대지 않았습니다" in text
    assert "인용할 만한 곳 다온셀-회장-간담회.txt" in text
    assert markdown.startswith("# 초안.md의 인용\n")
    assert "| 행 | 판정 | 문장 | 이유 | 근거가 되는 말 |" in markdown
    assert '<html lang="ko">' in page
    assert "색인에 없습니다" in page


def test_markup_in_a_draft_is_text_on_the_page(assistant: Assistant) -> None:
    draft = "He said `<script>alert(1)</script>` | and *left* the island [a\\|b.txt]."

    checked = assistant.check(read_markdown("<b>.md", draft))

    assert "<script>alert" not in as_html(checked)
    assert "<b>" not in as_html(checked)
    row = as_markdown(checked).splitlines()[-1]
    assert row.replace("\\|", "").count("|") == 6


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("d.rtf", b"{}", "a draft is a .md, .txt or .docx file, or - for standard input"),
        ("d.md", b"", "it is empty"),
        ("gone.md", None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_draft_that_cannot_be_read_is_one_line(tmp_path: Path, name: str, data: bytes | None, line: str) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(BylineError) as caught:
        read_manuscript(path)

    assert str(caught.value) == f"{path}: {line}"
