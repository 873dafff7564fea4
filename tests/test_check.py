"""Verdicts: sentences written for these tests, held against passages of the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.article import Article, Passage, Span
from index.document import Reader
from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.check import RELATED, SUPPORTED, Bearing, Checker, Finding


@pytest.fixture(scope="module")
def checker(encoder: SentenceEncoder, embedder: Embedder, terms: Terms) -> Checker:
    return Checker(encoder, embedder, terms)


@pytest.fixture(scope="module")
def steel(samples: Path, reader: Reader) -> Passage:
    return passage_with(samples / "steel-quota-talks.ko.txt", "제47조", reader)


@pytest.fixture(scope="module")
def battery(samples: Path, reader: Reader) -> Passage:
    return passage_with(samples / "daon-cell-ulsan-line.txt", "120 billion won", reader)


def passage_with(path: Path, words: str, reader: Reader) -> Passage:
    document = reader.read(path.read_bytes(), path.name)
    return next(passage for passage in document.passages if words in passage.text)


def judged(checker: Checker, claim: str, *passages: Passage) -> Finding:
    return checker.judge(claim, [checker.bearing(claim, passage) for passage in passages])


@pytest.mark.parametrize(
    "claim",
    [
        "이도현 장관은 제47조에 따라 분기마다 배정하는 쿼터를 연간 단위로 바꿔 달라고 요청했다.",
        "Minister Lee asked Canada to allot the steel quota under Section 47 by the year instead of by the quarter.",
    ],
    ids=["ko", "en"],
)
def test_what_the_cited_words_say_is_supported(checker: Checker, steel: Passage, claim: str) -> None:
    found = judged(checker, claim, steel)
    assert (found.verdict, found.reasons) == ("supported", ())


def test_a_figure_written_otherwise_is_the_same_figure(checker: Checker, battery: Passage) -> None:
    claim = "Daon Cell will spend 120,000 million won on a line for sodium-ion cells in Ulsan."

    assert judged(checker, claim, battery).verdict == "supported"


def test_a_figure_that_is_not_there_is_named(checker: Checker, steel: Passage) -> None:
    claim = "이 장관은 제51조에 따라 분기마다 끊어 배정하는 쿼터를 연간 단위로 바꿔 달라고 요청했다."

    reason = "'51조' is not in the cited text, which says '47조'"
    found = judged(checker, claim, steel)
    assert (found.verdict, found.reasons) == ("contradicted", (reason,))


@pytest.mark.parametrize(
    "claim",
    [
        "The archer won a gold medal in Bangkok.",
        "양궁 선수가 방콕에서 금메달을 땄다.",
        "The museum opens with 312 masks.",
    ],
)
def test_what_the_cited_words_do_not_speak_of_is_unsupported(checker: Checker, steel: Passage, claim: str) -> None:
    found = judged(checker, claim, steel)

    assert found.verdict == "unsupported"
    assert "the cited words are about something else" in found.reasons[-1]


def test_a_sentence_that_cites_nothing_is_uncited(checker: Checker) -> None:
    assert checker.judge("The minister asked for a change.", []) == Finding("uncited", ("it cites nothing",))


def test_two_citations_bear_a_sentence_out_together(checker: Checker, steel: Passage, battery: Passage) -> None:
    claim = "Daon Cell will spend 120 billion won on sodium-ion cells in Ulsan, and 38만 톤 is Korea's steel quota."

    assert any("'38만 톤' is not" in reason for reason in judged(checker, claim, battery).reasons)
    assert not any("38만" in reason for reason in judged(checker, claim, battery, steel).reasons)


@pytest.mark.parametrize(
    ("cosine", "figure", "verdict"),
    [
        (SUPPORTED, "47", "supported"),
        (SUPPORTED, "51", "contradicted"),
        (SUPPORTED - 0.01, "47", "partly"),
        (SUPPORTED - 0.01, "51", "contradicted"),
        (RELATED - 0.01, "47", "unsupported"),
    ],
)
def test_the_verdict_follows_from_figures_and_meaning(
    checker: Checker, steel: Passage, cosine: float, figure: str, verdict: str
) -> None:
    found = checker.judge(f"It is Section {figure}.", [Bearing(Span(0, 11), "Section 47.", cosine, steel)])

    assert found.verdict == verdict
    assert bool(found.reasons) == (verdict != "supported")


def test_a_citation_points_at_the_sentence_that_says_it(checker: Checker, steel: Passage) -> None:
    found = checker.bearing("한국 몫의 총량은 38만 톤 그대로다.", steel)

    assert "38만 톤" in found.text
    assert found.text == steel.quote(found.span)
    assert len(found.text) < len(steel.text) / 2


def test_the_sentence_with_the_figure_comes_before_a_headline_that_is_nearer(
    checker: Checker, battery: Passage
) -> None:
    claim = "Daon Cell will spend 120 billion won on a sodium-ion line in Ulsan."

    assert "120 billion won" in checker.bearing(claim, battery).text
    assert judged(checker, claim, battery).verdict == "supported"


def test_two_sentences_side_by_side_can_bear_out_one(checker: Checker) -> None:
    text = "The tram will have 17 stops. It will cost 487 billion won. The mayor likes trams."
    spans = (Span(0, 28), Span(29, 58), Span(59, len(text)))
    passage = Passage(
        Article("a.txt", Span(0, len(text)), "Tram", None, None, "en"), Span(0, len(text)), text, spans, spans, "en"
    )

    found = checker.bearing("The tram with its 17 stops will cost 487 billion won.", passage)

    assert found.span == Span(0, 58)


def test_one_sentence_is_cited_where_its_neighbour_adds_nothing(checker: Checker, reader: Reader) -> None:
    text = "On Saturday a boy was pulled from a drain. On Sunday rescuers freed a woman from the rubble of a hotel."
    (passage,) = reader.read(text.encode(), "rescue.txt").passages

    assert checker.bearing("On Sunday a woman was freed from the rubble of a hotel.", passage).text == text[43:]
    assert checker.bearing("A boy was pulled from a drain on Saturday.", passage).text == text[:42]
