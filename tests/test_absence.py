"""Sentences that only say what the articles leave open: a mark of their own, unless a statement hides in them."""

from __future__ import annotations

import pytest

from index.document import Reader
from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.answer import Retrieved, Sentence, held
from rag.check import Checker
from rag.checks.absence import only_leaves_open
from rag.judged import judge
from rag.markers import Marked

SPEND = "How much will Daon Cell spend in Ulsan, and when does the line open?"
INVEST = "다온셀은 울산 라인에 얼마를 투자하고 언제 여나요?"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (SPEND, "The articles do not say when the line opens."),
        (SPEND, "However, the passages don't specify the exact date."),
        (SPEND, "None of the passages says how much Daon Cell will spend."),
        (SPEND, "There is no information in the articles about when the line in Ulsan opens."),
        (SPEND, "The provided sources say nothing about the opening of the line."),
        (SPEND, "The exact day on which the line opens is not given in the articles."),
        (INVEST, "기사에는 라인을 언제 여는지 나와 있지 않습니다."),
        (INVEST, "다만 구절들은 정확한 날짜를 밝히지 않습니다."),
        (INVEST, "투자 금액에 대한 정보는 기사에 없습니다."),
    ],
)
def test_what_the_articles_leave_open_is_told(terms: Terms, question: str, claim: str) -> None:
    assert only_leaves_open(claim, question, terms)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (SPEND, "The articles do not say when the line opens, but Daon Cell will spend in Ulsan."),
        (SPEND, "The articles do not say when the line, delayed by a fire, opens."),
        (SPEND, "The articles do not say how the 120 billion won will be spent."),
        (SPEND, "The articles do not say why Chairman Lee resigned."),
        (SPEND, "Daon Cell does not say when the line opens."),
        (SPEND, "The articles say when the line opens."),
        (SPEND, "기사에는 라인을 언제 여는지 나와 있지 않습니다."),
        (INVEST, "다온셀은 투자하지 않습니다."),
        (INVEST, "다온셀은 울산에 투자했지만 기사에는 언제인지 나와 있지 않습니다."),
        (INVEST, "기사에는 이 회장이 물러난 이유가 나와 있지 않습니다."),
    ],
)
def test_a_statement_does_not_hide_in_it(terms: Terms, question: str, claim: str) -> None:
    assert not only_leaves_open(claim, question, terms)


def test_it_has_a_verdict_of_its_own_and_cites_nothing(
    encoder: SentenceEncoder, embedder: Embedder, terms: Terms, reader: Reader
) -> None:
    (passage,) = reader.read(b"Daon Cell will spend 120 billion won on a line in Ulsan.", "a.txt").passages
    marked = Marked("The articles do not say when the line opens.", (1,))

    judged = judge(marked, [Retrieved(passage, 1.0)], Checker(encoder, embedder, terms), SPEND)

    assert (judged.finding.verdict, judged.numbers, judged.failing) == ("silent", (), False)


def test_it_is_not_counted_among_the_sentences_that_state_something() -> None:
    assert held([Sentence("a", (1,), "supported"), Sentence("b", (), "silent"), Sentence("c", (), "uncited")]) == (1, 2)
