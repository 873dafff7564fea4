"""Evidence held against an index: its language, and what no passage can meet."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluate.gold import groups_met
from rag.evaluate.questions import Evidence, Question
from tests.scripted import ARTICLES, TEXTS, Scripted, ask_for, run_of


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        (ask_for("a", [Evidence("ko.txt"), Evidence("en.txt")]), ("en", "en")),  # its own language is offered
        (ask_for("a", [Evidence("ko.txt"), Evidence("en.txt")], language="ja"), ("ja", "en+ko")),
        (
            ask_for("a", [Evidence("list.txt", "배는")]),
            ("en", "ko"),
        ),  # the item of the list that holds the quote
        (ask_for("a", [Evidence("list.txt", "Ships")], language="ko"), ("ko", "en")),
        (ask_for("a", [Evidence("gone.txt")]), ("en", "?")),
        (ask_for("a"), ("en", None)),
    ],
)
def test_the_language_of_evidence_is_the_articles(question: Question, cell: tuple[str, str | None]) -> None:
    run = run_of(Scripted(rankings={"a?": ()}), [question], retrieval_only=True)
    assert list(run.summary.by_language) == [cell]


def test_a_decomposed_file_name_is_the_one_that_the_evidence_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEXTS, "기사.txt", TEXTS["ko.txt"])
    on_a_mac = replace(ARTICLES[1], source=unicodedata.normalize("NFD", "기사.txt"))
    question = ask_for("a", [Evidence("기사.txt", "철강")])
    run = run_of(Scripted(rankings={"a?": ()}, library=(on_a_mac,)), [question], retrieval_only=True)
    assert list(run.summary.by_language) == [("en", "ko")]
    assert run.summary.unreachable == ()


def test_evidence_that_no_passage_can_meet_is_named() -> None:
    question = ask_for("a", [Evidence("gone.txt")], [Evidence("en.txt", "no such\nwords"), Evidence("ko.txt", "철강")])
    run = run_of(Scripted(rankings={"a?": ()}), [question], retrieval_only=True)
    assert run.summary.unreachable == (
        "a: gone.txt is not in the index",
        'a: en.txt does not hold the quote "no such\\nwords"',
    )


GROUPS = ((Evidence("a.txt", "steel  quota"), Evidence("b.txt")), (Evidence("a.txt", "철강\n쿼터"),))


@pytest.mark.parametrize(
    ("source", "text", "met"),
    [
        ("a.txt", "the steel quota", {0}),
        ("a.txt", "the st eel\nquo\u3000ta, 철 강쿼터", {0, 1}),
        ("a.txt", "the Steel quota", set()),  # the quote is verbatim: case counts
        ("b.txt", "anything", {0}),
        ("c.txt", "steel quota 철강 쿼터", set()),
        ("a.txt", unicodedata.normalize("NFD", "철강 쿼터"), {1}),
        ("a.txt", "", set()),
    ],
)
def test_a_passage_meets_a_group(source: str, text: str, met: set[int]) -> None:
    assert groups_met([(source, text)], GROUPS) == (frozenset(met),)


def test_a_source_is_the_same_composed_and_decomposed() -> None:
    decomposed = unicodedata.normalize("NFD", "기사.txt")
    assert decomposed != "기사.txt"
    assert groups_met([(decomposed, "")], [[Evidence("기사.txt")]]) == (frozenset({0}),)


WORDS = st.lists(st.sampled_from(["Steel", "철강", "232조", "é", " ", "\n", "a"]), max_size=8).map("".join)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), WORDS), max_size=6),
    st.lists(st.tuples(st.sampled_from("ab"), WORDS)),
)
def test_groups_met_by_the_definition(passages: list[tuple[str, str]], entries: list[tuple[str, str]]) -> None:
    def bare(text: str) -> str:
        return "".join(char for char in unicodedata.normalize("NFC", text) if not char.isspace())

    expected = tuple(
        {at for at, (of, quote) in enumerate(entries) if of == source and bare(quote) in bare(text)}
        for source, text in passages
    )
    groups = [[Evidence(of, quote)] for of, quote in entries]
    decomposed = [(source, unicodedata.normalize("NFD", text)) for source, text in passages]
    assert groups_met(passages, groups) == expected
    assert groups_met(decomposed, groups) == expected
