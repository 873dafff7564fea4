"""What readers say of answers becomes questions of a set."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.assistant import Assistant
from rag.cli.add_command import command
from rag.errors import BylineError
from rag.evaluate.propose.feedback import read_feedback
from rag.evaluate.questions import load_questions
from rag.web.feedback import LONGEST_COMMENT, WHATS, Feedback
from tests.scripted import STEEL, answer

FERRY = "When does the Route No. 3 ferry leave Mokpo?"


@pytest.fixture
def feedback(tmp_path: Path) -> Feedback:
    return Feedback(tmp_path / "page" / "feedback.jsonl")


def test_what_is_said_of_answers_is_what_eval_add_takes(
    feedback: Feedback, assistant: Assistant, tmp_path: Path
) -> None:
    right = assistant.ask(FERRY)
    feedback.add(right, "right")
    feedback.add(assistant.ask("누가 다리를 칠했나?"), "wrong", ["missed", "wrong source"], "it was\nKim")
    out = tmp_path / "questions.jsonl"

    done = CliRunner().invoke(command, [str(feedback.path), "-o", str(out)], catch_exceptions=False)

    assert done.exit_code == 0
    first, second = load_questions(out)
    assert [[entry.quote for entry in group] for group in first.evidence] == [
        [right.citations[number - 1].quote for number in sentence.citations] for sentence in right.sentences
    ]
    assert (first.draft, second.draft) == (False, True)
    assert json.loads(out.read_text(encoding="utf-8").splitlines()[1])["note"] == "wrong source, missed: it was Kim"


def test_a_later_verdict_on_the_same_question_counts(feedback: Feedback) -> None:
    said = answer("quota?", "The quota stays. [1]", STEEL)
    feedback.add(said, "wrong", ["unsupported"])
    feedback.add(said, "right")

    (judged,) = read_feedback(feedback.path)
    assert not judged.question.draft


def test_readers_write_side_by_side(feedback: Feedback) -> None:
    long = "steel " * 2000
    with ThreadPoolExecutor(8) as readers:
        for number in range(64):
            readers.submit(feedback.add, answer(f"quota {number}?", long, STEEL), "right")

    assert len(read_feedback(feedback.path)) == 64


def test_what_cannot_be_encoded_is_kept_all_the_same(feedback: Feedback) -> None:
    feedback.add(replace(answer("quota?", "It \ud800 stays", STEEL), question="quota\ud83d?"), "wrong")

    assert len(feedback.path.read_bytes().splitlines()) == 1


@pytest.mark.parametrize(
    ("what", "comment", "why"),
    [
        (["ugly"], "", f"'ugly' is not said of answers; {', '.join(WHATS)} are"),
        ([], "x" * (LONGEST_COMMENT + 1), "the comment has 1001 characters"),
    ],
)
def test_other_feedback_is_refused(feedback: Feedback, what: list[str], comment: str, why: str) -> None:
    with pytest.raises(BylineError, match=why):
        feedback.add(answer("quota?", "No.", STEEL), "wrong", what, comment)
    assert not feedback.path.exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("a file", encoding="utf-8")

    with pytest.raises(BylineError, match=r"feedback\.jsonl: cannot be written"):
        Feedback(tmp_path / "page" / "feedback.jsonl").add(answer("quota?", "No.", STEEL), "wrong")
