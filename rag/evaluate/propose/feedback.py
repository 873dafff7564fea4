"""Questions from what people said of answers: the feedback file that the chat writes, a row a verdict.

A right answer is a question with its evidence: what each sentence cites, or nothing where byline rightly said that the
articles do not say. A wrong one tells no more than that the question is worth asking: a draft, to be completed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.article import digest
from index.language import question_language
from rag.evaluate.formats.intake import Intake, json_rows, what_is_wrong_with_text
from rag.evaluate.questions import Evidence, Question, kind_of
from rag.markers import without_markers

RIGHT, WRONG = "right", "wrong"
TYPE = "chat"


@dataclass(frozen=True, slots=True)
class Judged:
    """A question that somebody judged the answer of, and what they said of it."""

    question: Question
    note: str | None


def read_feedback(path: Path) -> tuple[Judged, ...]:
    """The questions of a feedback file; of a question judged twice, the later verdict counts.

    Raises:
        BadQuestions: rows that are no verdict on an answer, all of them.
        BylineError: the file cannot be read.
    """
    intake = Intake(path)
    judged: dict[str, Judged] = {}
    for line, row in json_rows(intake, path):
        before = intake.faults
        one = _judged(intake, row, line)
        if intake.faults == before:
            judged.pop(one.question.id, None)
            judged[one.question.id] = one
    intake.refuse()
    return tuple(judged.values())


def _judged(intake: Intake, row: Mapping[str, Any], line: int) -> Judged:
    question, verdict, answer = row.get("question"), row.get("verdict"), row.get("answer")
    if wrong := what_is_wrong_with_text(question):
        intake.fault(f'"question" {wrong}', line)
    if verdict not in (RIGHT, WRONG):
        intake.fault(f'"verdict" must be "{RIGHT}" or "{WRONG}"; it is {kind_of(verdict)}', line)
    if not isinstance(answer, Mapping):
        intake.fault(f'"answer" must be an object, as `byline ask --json` prints it; it is {kind_of(answer)}', line)
        answer = {}
    text = str(question)
    made = _right(text, answer) if verdict == RIGHT else _open(text, answer)
    if made.answerable and not made.draft and not made.evidence:
        intake.fault('"answer" is right and cites nothing: no "citations" with number, source and quote', line)
    said = [part for part in (row.get("what"), row.get("comment")) if isinstance(part, str) and part.strip()]
    return Judged(made, ": ".join(said) or None)


def _right(text: str, answer: Mapping[str, Any]) -> Question:
    abstained = answer.get("abstained") is True
    return Question(
        id=_id(text),
        question=text,
        language=_language(text, answer),
        type=TYPE,
        answerable=not abstained,
        answer=None if abstained else without_markers(str(answer.get("answer", ""))) or None,
        evidence=() if abstained else _evidence(answer),
    )


def _open(text: str, answer: Mapping[str, Any]) -> Question:
    return Question(_id(text), text, _language(text, answer), TYPE, answerable=True, draft=True)


def _evidence(answer: Mapping[str, Any]) -> tuple[tuple[Evidence, ...], ...]:
    """A group a sentence: any of the places that it cites would do."""
    places = {
        one["number"]: Evidence(one["source"], one["quote"])
        for one in _objects(answer, "citations")
        if isinstance(one.get("number"), int)
        and isinstance(one.get("source"), str)
        and isinstance(one.get("quote"), str)
    }
    groups = (
        tuple(places[number] for number in sentence.get("citations") or () if number in places)
        for sentence in _objects(answer, "sentences")
    )
    return tuple(dict.fromkeys(group for group in groups if group))


def _objects(answer: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    return (one for one in answer.get(key) or () if isinstance(one, Mapping))


def _id(text: str) -> str:
    return f"chat-{digest(' '.join(text.split()))[:8]}"


def _language(text: str, answer: Mapping[str, Any]) -> str:
    said = answer.get("language")
    return said if isinstance(said, str) and said else question_language(text, ("en",))
