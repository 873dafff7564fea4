"""Answers without a model: sentences taken from the retrieved passages, word for word."""

from __future__ import annotations

from itertools import combinations

import pytest

from index.clean import is_label
from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.answer import Retrieved
from rag.assistant import Assistant
from rag.extract import Extract, extract
from rag.question import Question
from rag.retrieve import Retriever


@pytest.fixture(scope="module")
def retriever(assistant: Assistant, embedder: Embedder, encoder: SentenceEncoder, terms: Terms) -> Retriever:
    return Retriever(assistant.generation(), embedder, encoder, terms)


Extracted = tuple[Question, tuple[Retrieved, ...], tuple[Extract, ...]]


@pytest.fixture(
    scope="module",
    params=[
        "Who will lead Daon Cell's new laboratory?",
        "What colour does the vaccine sticker turn when it has been too warm?",
        "물빛선 공사는 내년 3월 며칠에 시작하나?",
        "고비 사막 방풍림에서 살아 있는 나무의 비율은?",
    ],
)
def extracted(request: pytest.FixtureRequest, retriever: Retriever, embedder: Embedder) -> Extracted:
    question = retriever.prepare(request.param)
    found = retriever.retrieve(question, 10)
    return question, found, extract(question, found, retriever, embedder)


def test_an_extract_is_a_whole_sentence_of_its_passage_and_stands_in_the_file(
    extracted: Extracted, assistant: Assistant
) -> None:
    _, found, extracts = extracted

    assert extracts
    for one in extracts:
        passage = found[one.rank].passage
        assert one.span in passage.sentences
        assert one.text == one.span.of(assistant.text(passage.source))


def test_there_are_one_to_three_best_first(extracted: Extracted) -> None:
    _, _, extracts = extracted

    scores = [one.score for one in extracts]
    assert 1 <= len(extracts) <= 3
    assert scores == sorted(scores, reverse=True)


def test_no_two_say_the_same_and_none_is_a_label(extracted: Extracted, encoder: SentenceEncoder) -> None:
    _, _, extracts = extracted

    for one, other in combinations(encoder.encode([one.text for one in extracts]), 2):
        assert float(one @ other) < 0.8
    assert not any(is_label(one.text) for one in extracts)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Who will lead Daon Cell's new laboratory?", "Carvalho"),
        ("What colour does the vaccine sticker turn when it has been too warm?", "보라색"),
        ("해밀시 물빛선의 총사업비는 얼마인가?", "4,870억"),
        ("제천의 어린이 야간 진료소는 여섯 주 동안 어린이 몇 명을 진료했나?", "1,146"),
    ],
)
def test_the_answer_is_in_the_sentences_taken(retriever: Retriever, embedder: Embedder, text: str, fact: str) -> None:
    question = retriever.prepare(text)

    extracts = extract(question, retriever.retrieve(question, 10), retriever, embedder)

    assert fact in " ".join(one.text for one in extracts)


def test_fewer_can_be_asked_for_and_nothing_gives_nothing(retriever: Retriever, embedder: Embedder) -> None:
    question = retriever.prepare("Who will lead Daon Cell's new laboratory?")
    found = retriever.retrieve(question, 3)

    (only,) = extract(question, found, retriever, embedder, most=1)

    assert only == extract(question, found, retriever, embedder)[0]
    assert extract(question, (), retriever, embedder) == ()
