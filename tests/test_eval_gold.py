"""Evidence held against an index: its language, and what no passage can meet."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

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
