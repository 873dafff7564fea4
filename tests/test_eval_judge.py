"""The judge, over a real connection: what it is asked, how its replies are read, what becomes of its failures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from pydantic import SecretStr

from rag.answer import Answer
from rag.evaluate.judge import Judge, Judgement
from rag.evaluate.record import load_run, write
from rag.evaluate.scores import Amount
from rag.evaluate.table import print_run
from rag.model import open_model
from rag.settings import Settings
from rag.usage import UNREPORTED, Usage
from tests.openai_server import OpenAIServer, Reply, answer, refusal
from tests.scripted import CROSS, MULTI, NOTHING, QUOTA, STEEL, Scripted, ask_for, run_of
from tests.scripted import answer as made

ASKED = replace(CROSS, answer="a quota", question='Which "quota"?')
BARE = ask_for("bare")


def said(text: str) -> Answer:
    """An answer of one thing, with nothing in it to hold against its citations."""
    return replace(made("q", text), sentences=())


def verdict(word: str, claim: int = 1, **told: tuple[int, int]) -> Reply:
    return answer(json.dumps({"verdicts": [{"claim": claim, "verdict": word, "reason": "so it reads"}]}), **told)


def graded(value: float | None, reason: str | None, usage: Usage | None = UNREPORTED) -> Judgement:
    return Judgement(figures(value), reason, usage)


def figures(
    grade: float | None = None, recall: float | None = None, precision: float | None = None
) -> Mapping[str, float | None]:
    return {"judged": grade, "judged_citation_recall": recall, "judged_citation_precision": precision}


@pytest.fixture
def judge(openai_server: OpenAIServer) -> Judge:
    settings = Settings(base_url=openai_server.url, api_key=SecretStr("key-1"), retries=1, answer_timeout=10)
    model = open_model(settings, "grader")
    assert model is not None
    return Judge(model, settings)


def test_the_judge_sees_what_is_expected_and_what_was_said(judge: Judge, openai_server: OpenAIServer) -> None:
    openai_server.script(answer("CORRECT: it names the quota."))
    assert judge.judge(ASKED, said("The quota {{stays}}.")) == graded(1.0, "it names the quota.")
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
    ("reply", "value", "reason"),
    [
        ("Partly - no figure", 0.5, "no figure"),
        ("**WRONG**\nanother minister", 0.0, "another minister"),
        ("<think>It may be WRONG.</think>\nCORRECT", 1.0, "correct"),
        ("INCORRECT", None, 'the judge gave no grade: "INCORRECT"'),
        ("I would say so", None, 'the judge gave no grade: "I would say so"'),
    ],
)
def test_a_grade_is_the_first_word(
    judge: Judge, openai_server: OpenAIServer, reply: str, value: float | None, reason: str
) -> None:
    openai_server.script(answer(reply))
    assert judge.judge(ASKED, said("The quota stays.")) == graded(value, reason)


def test_nothing_is_asked_where_there_is_nothing_to_judge(judge: Judge, openai_server: OpenAIServer) -> None:
    assert judge.judge(NOTHING, said("Something.")) == graded(None, None, None)
    assert judge.judge(BARE, said("Something.")) == graded(None, None, None)
    assert judge.judge(ASKED, None) == graded(0.0, "it was not answered", None)
    abstained = replace(made("q", "The articles do not say.", QUOTA), abstained=True)
    assert judge.judge(ASKED, abstained) == graded(0.0, "it was not answered", None)
    assert openai_server.requests == []


def test_a_model_that_wants_no_temperature_is_asked_without(judge: Judge, openai_server: OpenAIServer) -> None:
    refused = refusal(400, "Unsupported value: 'temperature' does not support 0", param="temperature")
    openai_server.script(refused, answer("CORRECT: yes"))
    assert judge.judge(ASKED, said("The quota stays.")) == graded(1.0, "yes")
    assert "temperature" not in openai_server.requests[-1].body


def test_a_judge_that_fails_gives_no_grade_and_says_why(judge: Judge, openai_server: OpenAIServer) -> None:
    openai_server.script(refusal(401, "bad key-1"))
    found = judge.judge(ASKED, said("The quota stays."))
    assert found.metrics == figures()
    assert "refused the key (401)" in (found.reason or "")
    assert "key-1" not in (found.reason or "")


def test_a_citation_that_the_judge_finds_of_no_use_costs_precision(judge: Judge, openai_server: OpenAIServer) -> None:
    openai_server.script(verdict("supported"), verdict("unsupported"), verdict("supported"))
    found = judge.judge(BARE, made("q", "The quota stays [1][2].", QUOTA, STEEL))
    assert found.metrics == figures(None, 1.0, 0.5)
    assert found.usage == Usage(None, None, 3)
    asked = [request.text for request in openai_server.requests]
    assert all("The quota stays" in text and "[1]" not in text for text in asked)
    shown = [(QUOTA.passage.text in text, STEEL.passage.text in text) for text in asked]
    assert shown == [(True, True), (True, False), (False, True)]


def test_what_the_judge_finds_only_partly_borne_out_is_not(judge: Judge, openai_server: OpenAIServer) -> None:
    openai_server.script(verdict("partly"))
    assert judge.judge(BARE, made("q", "The quota stays [1].", QUOTA)).metrics == figures(None, 0.0, 0.0)


def test_citations_without_a_verdict_are_not_judged(judge: Judge, openai_server: OpenAIServer) -> None:
    openai_server.script(answer("CORRECT: yes"), verdict("supported", claim=7))
    found = judge.judge(ASKED, made("q", "The quota stays [1].", QUOTA))
    assert found.metrics == figures(1.0)
    assert (found.reason or "").startswith("yes; the citations were not judged: grader at 127.0.0.1")
    assert (found.reason or "").endswith("gave no verdict on what it was asked")


def test_what_the_judge_says_stands_beside_the_other_figures(
    judge: Judge, openai_server: OpenAIServer, system: Scripted, tmp_path: Path
) -> None:
    openai_server.script(
        *(answer("CORRECT: yes", usage=(200, 4)), *[verdict("supported", usage=(50, 1))] * 3),
        *(answer("PARTLY: no date", usage=(300, 6)), verdict("unsupported", usage=(50, 1))),
    )
    run = run_of(system, [CROSS, MULTI, NOTHING], judge=judge)
    assert [row.metrics["judged"] for row in run.rows] == [1.0, 0.5, None]
    assert [row.metrics["judged_citation_recall"] for row in run.rows] == [1.0, 0.0, None]
    assert [row.metrics["judged_citation_precision"] for row in run.rows] == [1.0, 0.0, None]
    assert [row.judgement for row in run.rows] == ["yes", "no date", None]
    assert run.summary.overall.scores["judged"].value == 0.75
    assert run.summary.overall.scores["fact_recall"].value == 0.75
    assert [row.judge_usage for row in run.rows] == [Usage(350, 7, 4), Usage(350, 7, 2), None]
    assert run.summary.usage["judge"].prompt_tokens == Amount(350.0, 700, 2)
    write(run, tmp_path)
    assert load_run(tmp_path) == run


def test_what_was_not_judged_is_told_under_the_tables(
    judge: Judge, openai_server: OpenAIServer, system: Scripted
) -> None:
    from rich.console import Console

    openai_server.script(answer("CORRECT: yes"), refusal(401, "no"), answer("hm"), verdict("supported"))
    shown = StringIO()
    print_run(run_of(system, [CROSS, MULTI], judge=judge), Console(file=shown))
    lines = shown.getvalue().splitlines()
    assert any(line.endswith("gave no grade to 1 answers, such as") for line in lines)
    assert any(line.endswith("gave no verdict on the citations of 1 answers, such as") for line in lines)
