"""Questions that lean on the one before: which do, and what is then searched for without a model."""

from __future__ import annotations

import pytest

from rag.answer import Turn
from rag.assistant import Assistant
from rag.followup import leans

CLINIC = "How many children did the night clinic in Jecheon treat in its first six weeks?"


@pytest.mark.parametrize(
    "question",
    [
        "And what did he say about chips?",
        "Until what time is it open?",
        "What about the tickets?",
        "그럼 공사는 언제 시작하나?",
        "그가 베트남에는 무엇을 요청했나?",
        "거기는 몇 시까지 여나?",
    ],
)
def test_a_pronoun_or_a_word_that_goes_on_points_back(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "And what did he ask of Vietnam?",
        "When does the Route No. 3 ferry leave Mokpo?",
        "How many children did the night clinic treat?",
        "그림 전시회는 언제 열리나?",
        "이도현 장관은 무엇을 요청했나?",
    ],
)
def test_a_question_with_a_name_or_without_a_pronoun_stands_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize("question", ["이 시장은 무엇을 약속했나?", "이 장관이 언제 갔나?"])
def test_a_surname_with_an_office_is_a_name_unless_that_office_was_spoken_of(question: str) -> None:
    office = question.split()[1][:2]

    assert not leans(question)
    assert not leans(question, "3번 여객선은 목포에서 몇 시에 떠나나? 9시에 떠난다.")
    assert leans(question, f"반도체 {office}의 규모는 얼마인가? 4조 원이다.")
    assert leans("이 시장에서는 무엇을 파나?")


def test_what_was_asked_before_finds_the_article_that_a_pronoun_means(assistant: Assistant) -> None:
    question = "Until what time is it open?"
    alone = assistant.ask(question, llm="none")
    following = assistant.ask(question, llm="none", history=(Turn(CLINIC, "1,146 children."),))

    assert "night-clinic.txt" not in [one.passage.source for one in alone.retrieved[:5]]
    assert "night-clinic.txt" in [one.passage.source for one in following.retrieved[:5]]
    assert any("words of the question before" in notice for notice in following.notices)
    assert following.question == question


@pytest.mark.parametrize(
    ("before", "question", "source"),
    [
        (CLINIC, "Until what time is it open?", "night-clinic.txt"),
        ("제천 야간 진료소는 어디에 있나?", "거기는 몇 시까지 여나?", "night-clinic.txt"),
        ("What is shown in the mask museum?", "When does it open?", "mask-museum.ko.txt"),
        ("When does the night train run?", "And what does it cost?", "night-train.ko.txt"),
    ],
)
def test_sentences_are_taken_from_the_article_that_a_pronoun_means(
    assistant: Assistant, before: str, question: str, source: str
) -> None:
    turn = Turn(before, assistant.ask(before, llm="none").text)
    answer = assistant.ask(question, llm="none", history=(turn,))
    cited = {citation.number: citation.source for citation in answer.citations}
    assert cited[answer.sentences[0].citations[0]] == source


def test_a_question_that_stands_alone_is_searched_for_as_it_stands(assistant: Assistant) -> None:
    question = "When does the Route No. 3 ferry leave Mokpo?"
    following = assistant.ask(question, llm="none", history=(Turn(CLINIC, "1,146 children."),))

    assert [one.passage.id for one in following.retrieved] == [
        one.passage.id for one in assistant.ask(question, llm="none").retrieved
    ]
