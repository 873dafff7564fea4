"""Drafts taken apart: what is prose, what is a list of sources, who cites what, and where it stands in the draft."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import BylineError
from index.sentences import SentenceSplitter
from rag.draft.claims import Claim, claims
from rag.draft.manuscript import Manuscript
from rag.draft.markdown import read_markdown, read_plain
from rag.draft.word import read_word

Claims = Callable[[Manuscript], list[Claim]]


@pytest.fixture(scope="module")
def claims_of(splitter: SentenceSplitter) -> Claims:
    def split(text: str) -> list[tuple[int, int]]:
        return [(span.start, span.end) for span in splitter.split(text)]

    return lambda manuscript: claims(manuscript, split)


def cited(claim: Claim) -> list[tuple[str, tuple[str, ...], str]]:
    return [(one.written, one.targets, one.words) for one in claim.references]


@pytest.mark.parametrize(
    ("marker", "listed"),
    [
        ("[1]", "[1] ferry.txt"),
        ("[1]", "[1]: ferry.txt"),
        ("[1]", "- [1] Coast Herald, ferry.txt, 12 November"),
        ("[^1]", "[^1]: Coast Herald, ferry.txt"),
        ("[^boat]", "[^boat]: ferry.txt"),
        ("【1】", "[1] ferry.txt"),
        ("[1]", "## Sources\n\n1. ferry.txt\n2. train.txt"),
        ("[1]", "**출처**\n\n1. ferry.txt"),
        ("[1]", "Sources:\n[1] ferry.txt\n[2] train.txt"),
        ("[1]", "## References\n\n1. Morning boat returns, ferry.txt."),
    ],
)
def test_a_label_means_its_entry_in_the_list_of_sources(claims_of: Claims, marker: str, listed: str) -> None:
    (claim,) = claims_of(read_markdown("d.md", f"# Boats\n\nThe boat leaves at six {marker}.\n\n{listed}\n"))

    assert claim.text == "The boat leaves at six."
    ((_, targets, words),) = cited(claim)
    assert "ferry.txt" in (*targets, words) or "ferry.txt" in words


@pytest.mark.parametrize(
    ("written", "text", "targets"),
    [
        ("It sails [ferry.txt].", "It sails.", [("ferry.txt",)]),
        ("It sails [ferry.txt; 2024/train.md].", "It sails.", [("ferry.txt",), ("2024/train.md",)]),
        ("배는 여섯 시에 떠난다 [연안 여객선.txt].", "배는 여섯 시에 떠난다.", [("연안 여객선.txt",)]),
        ("It sails ([Herald](news/ferry.txt)).", "It sails.", [("news/ferry.txt",)]),
        ("The [Herald](news/ferry.txt) says it sails.", "The Herald says it sails.", [("news/ferry.txt",)]),
        ("The [Herald][h] says it sails.\n\n[h]: ferry.txt", "The Herald says it sails.", [()]),
        ("It sails [1](ferry%20boat.txt).", "It sails.", [("ferry boat.txt",)]),
        ("It sails [sic] at six.", "It sails [sic] at six.", []),
        ("It sails at **six** `sharp` &amp; 5\\*.", "It sails at six sharp & 5*.", []),
    ],
)
def test_files_are_cited_by_name_and_by_link(
    claims_of: Claims, written: str, text: str, targets: list[tuple[str, ...]]
) -> None:
    (claim,) = claims_of(read_markdown("d.md", written))

    assert claim.text == text
    assert [one.targets for one in claim.references] == targets


def test_each_citation_belongs_to_the_sentence_it_stands_in_or_behind(claims_of: Claims) -> None:
    draft = "[4] It sails. It charges [1], overnight [2, 3]. Nobody knows why.[5] It rests."
    found = claims_of(read_markdown("d.md", draft + "\n\n1. [a](a.txt)"))

    assert [(one.text, [each.written for each in one.references]) for one in found] == [
        ("It sails.", ["[4]"]),
        ("It charges, overnight.", ["[1]", "[2]", "[3]"]),
        ("Nobody knows why.", ["[5]"]),
        ("It rests.", []),
        ("a", ["[a.txt]"]),
    ]


def test_headings_tables_code_and_labels_are_no_sentences(claims_of: Claims) -> None:
    draft = (
        "# It sails.\n\nSetext heading.\n===\n\n| it. | sails. |\n|---|---|\n| it. | sank. |\n\n"
        "    indented = code[1].\n\n```\nfenced[2].\n```\n\nBy Kim Mina\n\n- steel\n- It sails [1].\n\n> It sank.\n"
    )

    assert [one.text for one in claims_of(read_markdown("d.md", draft))] == ["It sails.", "It sank."]


def test_a_claim_stands_where_it_says_in_the_draft(claims_of: Claims) -> None:
    draft = "# Boats\r\n\r\n> It **sails** at\r\n> six [1]. The second is late[2].\r\n\r\n- 셋째 배는 쉰다.\r\n"

    found = claims_of(read_markdown("d.md", draft))

    assert [draft[one.start : one.end] for one in found] == [
        "It **sails** at\r\n> six [1].",
        "The second is late[2].",
        "셋째 배는 쉰다.",
    ]
    assert [one.line for one in found] == [3, 4, 6]


def test_plain_text_is_no_markdown(claims_of: Claims) -> None:
    draft = "Boats\n\n    It costs 5*3 won and_not_more [1].\n# of boats: 7.\n\n[1] ferry.txt\n"

    found = claims_of(read_plain("d.txt", draft))

    assert found[0].text == "It costs 5*3 won and_not_more."
    assert cited(found[0]) == [("[1]", (), "ferry.txt")]


def test_word_documents_cite_by_footnotes_links_and_labels(claims_of: Claims) -> None:
    import docx

    from rag.report.word import Footnotes  # writes what Word reads; see test_report

    document = docx.Document()
    document.add_heading("Boats.", 1)
    footnotes = Footnotes(document)
    paragraph = document.add_paragraph("It sails at six.")
    footnotes.add(paragraph, "Coast Herald, ferry.txt")
    paragraph.add_run(" It rests [7].")
    document.add_paragraph("It charges.", style="List Bullet")
    document.add_table(1, 1).cell(0, 0).text = "It sank."
    document.add_heading("출처", 1)
    document.add_paragraph("[7] train.txt")
    footnotes.close()
    data = BytesIO()
    document.save(data)

    manuscript = read_word("d.docx", data.getvalue())
    found = claims_of(manuscript)

    assert [(one.text, [each.words for each in one.references]) for one in found] == [
        ("It sails at six.", ["Coast Herald, ferry.txt"]),
        ("It rests.", ["train.txt"]),
        ("It charges.", []),
    ]
    assert manuscript.text[found[1].start : found[1].end] == "It rests [7]."


@pytest.mark.parametrize("data", [b"", b"no document", b"PK\x03\x04 broken"])
def test_what_is_no_word_document_is_one_line(data: bytes) -> None:
    with pytest.raises(BylineError, match=r"^d\.docx: it is no Word document"):
        read_word("d.docx", data)


_PIECES = st.sampled_from(
    ["It sails. ", "배는 여섯 시에 떠난다. ", "[1]", "[^a]", "[a.txt]", "[w](x.txt)", "**", "`", "\n", "\r\n\n", "- "]
)


@given(st.lists(_PIECES | st.text(max_size=8), max_size=12).map("".join))
def test_any_text_is_read_and_every_claim_lies_inside_it(claims_of: Claims, draft: str) -> None:
    for read in (read_markdown, read_plain):
        for claim in claims_of(read("d", draft)):
            assert 0 <= claim.start < claim.end <= len(draft)
            assert 1 <= claim.line <= draft.count("\n") + draft.count("\r") + 1
            assert claim.text.strip()
