"""Relevance judgements, as TREC and BEIR write them: which documents answer which topic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.evaluate.formats.intake import Intake, article_name, read_text
from rag.evaluate.questions import Evidence

_HEAD = "query-id"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A line of judgements: `document` answers `topic` where `grade` is 1 or more."""

    line: int
    topic: str
    document: str
    grade: int


def read_judgements(intake: Intake, path: Path) -> Iterator[Judgement]:
    """The judgements of a file: BEIR's three columns with a header, or TREC's four (`topic 0 document grade`).

    A line of another shape is a fault of `intake`, and so is a pair judged twice.
    """
    seen: dict[tuple[str, str], int] = {}
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip() or (number == 1 and line.startswith(_HEAD)):
            continue
        judged = _judgement(intake, path, number, line)
        if judged is None:
            continue
        first = seen.setdefault((judged.topic, judged.document), number)
        if first != number:
            intake.fault(
                f"topic {judged.topic} and {judged.document} are judged in line {first} too", number, file=path
            )
            continue
        yield judged


def _judgement(intake: Intake, path: Path, number: int, line: str) -> Judgement | None:
    fields = line.split("\t") if "\t" in line else line.split()
    fields = [field.strip() for field in fields]
    if len(fields) not in (3, 4) or not all(fields):
        wanted = "query-id, corpus-id, score (BEIR) or topic, 0, document, grade (TREC)"
        intake.fault(f"{len(fields)} columns; it takes {wanted}", number, file=path)
        return None
    topic, document, grade = fields[0], fields[-2], fields[-1]
    try:
        return Judgement(number, topic, document, int(grade))
    except ValueError:
        column = line.rindex(grade) + 1
        intake.fault(f'the grade must be a whole number; it is "{grade}"', number, column, file=path)
        return None


def relevant(judgements: list[Judgement]) -> tuple[tuple[Evidence, ...], ...]:
    """One group of evidence a relevant document: recall@k is then the share of them that is retrieved."""
    return tuple((Evidence(article_name(judged.document)),) for judged in judgements if judged.grade > 0)
