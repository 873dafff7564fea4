"""The file that proposals are kept in: a question set, to which rows are added and none is ever changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from rag.errors import BylineError
from rag.evaluate.questions import Question, load_questions, question_json


def new_file(path: Path) -> None:
    """Refuse a file that is there: what people wrote in it would be lost.

    Raises:
        BylineError: it is there.
    """
    if path.exists():
        raise BylineError(f"{path} is there already; name another file with -o")


def add_questions(path: Path, questions: Iterable[tuple[Question, str | None]]) -> tuple[Question, ...]:
    """Append the questions whose ids the set at `path` does not have, each with a note; gives those added.

    Raises:
        BadQuestions: the file is there and is no question set.
        BylineError: it cannot be written.
    """
    known = {question.id for question in load_questions(path)} if path.exists() else set()
    added = [(question, note) for question, note in questions if question.id not in known]
    text = "".join(f"{_row(question, note)}\n" for question, note in added)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        apart = "" if not known or path.read_bytes().endswith(b"\n") else "\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(apart + text)
    except OSError as error:
        raise BylineError(f"{path}: cannot be written ({error.strerror}); give another -o") from error
    return tuple(question for question, _ in added)


def _row(question: Question, note: str | None) -> str:
    row = question_json(question) | ({"note": note} if note else {})
    return json.dumps(row, ensure_ascii=False)
