"""Sentences that say nothing of the world: the question over again, or talk of question, passages and assistant."""

from __future__ import annotations

import pytest

from index.document import Reader
from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.check import Checker
from rag.checks.substance import substance_fault

SPEND = "How much will Daon Cell spend on the sodium-ion line in Ulsan?"
INVEST = "다온셀은 울산 나트륨이온 라인에 얼마를 투자하나요?"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (SPEND, "The question asks how much Daon Cell will spend on a line for sodium-ion cells."),
        (SPEND, "Daon Cell will spend on the sodium-ion line in Ulsan."),
        (SPEND, "According to the passage, Daon Cell will spend on the line."),
        (SPEND, "The passage provides information about how much Daon Cell will spend."),
        (SPEND, "How much will Daon Cell spend on the line, then?"),
        (SPEND, "I am an AI assistant and will answer from the passages."),
        (INVEST, "이 질문은 다온셀이 얼마를 투자하는지 묻고 있습니다."),
        (INVEST, "다온셀은 울산 나트륨이온 라인에 투자합니다."),
        (INVEST, "기사는 다온셀의 투자에 대해 설명하고 있습니다."),
    ],
)
def test_a_sentence_that_adds_nothing_is_told(terms: Terms, question: str, claim: str) -> None:
    assert substance_fault(claim, question, terms)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (SPEND, "120 billion won."),
        (SPEND, "The passage mentions that Daon Cell will spend 120 billion won."),
        (SPEND, "Daon Cell will not spend on the line."),
        (SPEND, "Daon Cell will spend more on the line."),
        (INVEST, "1,200억 원입니다."),
        (INVEST, "다온셀은 울산 라인에 투자하지 않는다."),
        ("Did Lee request a change of the quota?", "Yes, Lee requested a change of the quota."),
        ("Did Lee request a change of the quota?", "Lee requested a change of the quota."),
        ("Who won the vote, Kim or Lee?", "Lee won the vote."),
        ("Lee quota request", "Lee requested a quota."),
        ("When did the talks end, in relation to the election?", "The talks ended before the election."),
        ("Which of the firms that Apex, Borealis and Corvid sued over patents for wireless charging paid?", "Corvid."),
    ],
)
def test_a_short_answer_adds_enough(terms: Terms, question: str, claim: str) -> None:
    assert substance_fault(claim, question, terms) is None


def test_what_repeats_the_question_is_not_supported_by_the_nearest_words(
    encoder: SentenceEncoder, embedder: Embedder, terms: Terms, reader: Reader
) -> None:
    checker = Checker(encoder, embedder, terms)
    (passage,) = reader.read(b"Daon Cell will spend 120 billion won on a sodium-ion line in Ulsan.", "a.txt").passages
    claim = "Daon Cell will spend on a sodium-ion line in Ulsan."
    evidence = [checker.bearing(claim, passage)]

    assert checker.judge(claim, evidence).verdict == "supported"
    asked = checker.judge(claim, evidence, SPEND)
    assert (asked.verdict, asked.reasons) == (
        "unsupported",
        ("it says nothing that the question does not say already",),
    )
