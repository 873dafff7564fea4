"""The gate over real retrieval: a planted regression falls, and the same thing run again passes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.gate import RULES, one_scale
from rag.assistant import Assistant
from rag.evaluate.gate import broken, parse_rule
from rag.evaluate.questions import Question, load_questions
from rag.evaluate.reading import open_reading
from rag.evaluate.record import Run, Setup, against
from rag.evaluate.run import evaluate
from rag.tools import Tools

ROOT = Path(__file__).parent.parent
GATE = [parse_rule(rule) for rule in RULES]
Runs = Callable[[], Run]


@pytest.fixture(scope="module")
def questions() -> tuple[Question, ...]:
    """Those of the samples that have evidence in more than one language, or in another than their own."""
    return tuple(
        one
        for one in load_questions(ROOT / "samples" / "questions.jsonl")
        if one.type in ("cross", "multi", "conflict")
    )


@pytest.fixture(scope="module")
def run(assistant: Assistant, questions: tuple[Question, ...], tools: Tools) -> Runs:
    reading = open_reading(tools)
    return lambda: evaluate(assistant, questions, reading, setup=Setup(10, None, retrieval_only=True), jobs=2)


@pytest.fixture(scope="module")
def baseline(run: Runs) -> Run:
    return run()


def test_retrieval_without_the_standardisation_falls(run: Runs, baseline: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.retrieve.scales", one_scale)
    assert broken(GATE, against(run(), baseline))


def test_ten_repeats_of_the_same_pass(run: Runs, baseline: Run) -> None:
    assert [broken(GATE, against(run(), baseline)) for _ in range(10)] == [()] * 10
