"""The judge, over a real connection: what it is asked, how its grades are read, and what becomes of its failures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from rag.evaluate.judge import Grade, Judge
from rag.evaluate.record import load_run, write
from rag.evaluate.scores import Amount
from rag.model import open_model
from rag.settings import Settings
from rag.usage import UNREPORTED, Usage
from tests.openai_server import OpenAIServer, answer, refusal
from tests.scripted import CROSS, MULTI, NOTHING, Scripted, ask_for, run_of

ASKED = replace(CROSS, answer="a quota", question='Which "quota"?')


@pytest.fixture
def judge(openai_server: OpenAIServer) -> Judge:
    settings = Settings(base_url=openai_server.url, api_key=SecretStr("key-1"), retries=1, answer_timeout=10)
    model = open_model(settings, "grader")
    assert model is not None
    return Judge(model, settings)


def test_the_judge_sees_what_is_expected_and_what_was_said(judge: Judge, openai_server: OpenAIServer) -> None:
    openai_server.script(answer("CORRECT: it names the quota."))
    assert judge.grade(ASKED, "The quota {{stays}}.") == Grade(1.0, "it names the quota.", UNREPORTED)
    system, user = openai_server.requests[-1].body["messages"]
    assert "PARTLY" in system["content"]
    assert json.loads(user["content"]) == {
        "question": 'Which "quota"?',
        "expected answer": "a quota",
        "facts": [["quota"], ["2"]],
        "answer to grade": "The quota {{stays}}.",
    }
    assert openai_server.requests[-1].body["temperature"] == 0


@pytest.mark.parametrize(
    ("reply", "grade"),
    [
        ("Partly - no figure", Grade(0.5, "no figure")),
        ("**WRONG**\nanother minister", Grade(0.0, "another minister")),
        ("<think>It may be WRONG.</think>\nCORRECT", Grade(1.0, "correct")),
        ("INCORRECT", Grade(None, 'the judge gave no grade: "INCORRECT"')),
        ("I would say so", Grade(None, 'the judge gave no grade: "I would say so"')),
    ],
)
def test_a_grade_is_the_first_word(judge: Judge, openai_server: OpenAIServer, reply: str, grade: Grade) -> None:
    openai_server.script(answer(reply))
    assert judge.grade(ASKED, "The quota stays.") == replace(grade, usage=UNREPORTED)


def test_nothing_is_asked_where_there_is_nothing_to_grade(judge: Judge, openai_server: OpenAIServer) -> None:
    assert judge.grade(NOTHING, "Something.") is None
    assert judge.grade(ask_for("bare"), "Something.") is None
    assert judge.grade(ASKED, "") == Grade(0.0, "it was not answered")
    assert openai_server.requests == []


def test_a_model_that_wants_no_temperature_is_asked_without(judge: Judge, openai_server: OpenAIServer) -> None:
    refused = refusal(400, "Unsupported value: 'temperature' does not support 0", param="temperature")
    openai_server.script(refused, answer("CORRECT: yes"))
    assert judge.grade(ASKED, "The quota stays.") == Grade(1.0, "yes", UNREPORTED)
    assert "temperature" not in openai_server.requests[-1].body


def test_a_judge_that_fails_gives_no_grade_and_says_why(judge: Judge, openai_server: OpenAIServer) -> None:
    openai_server.script(refusal(401, "bad key-1"))
    found = judge.grade(ASKED, "The quota stays.")
    assert found is not None
    assert found.value is None
    assert "refused the key (401)" in found.reason
    assert "key-1" not in found.reason


def test_grades_stand_beside_the_other_figures(
    judge: Judge, openai_server: OpenAIServer, system: Scripted, tmp_path: Path
) -> None:
    openai_server.script(answer("CORRECT: yes", usage=(200, 4)), answer("PARTLY: no date", usage=(300, 6)))
    run = run_of(system, [CROSS, MULTI, NOTHING], judge=judge)
    assert [row.metrics["judged"] for row in run.rows] == [1.0, 0.5, None]
    assert [row.judgement for row in run.rows] == ["yes", "no date", None]
    assert run.summary.overall.scores["judged"].value == 0.75
    assert run.summary.overall.scores["fact_recall"].value == 0.75
    assert [row.judge_usage for row in run.rows] == [Usage(200, 4, 1), Usage(300, 6, 1), None]
    assert run.summary.usage["judge"].prompt_tokens == Amount(250.0, 500, 2)
    write(run, tmp_path)
    assert load_run(tmp_path) == run
