"""BEIR: a folder with `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv` (Thakur et al. 2021).

A document is the file named by its id. The questions are those that the split judges, as in BEIR's own evaluation; the
split is `test`, or the one whose file is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.language import question_language
from rag.errors import BylineError
from rag.evaluate.formats.intake import Intake, article_name, json_rows, what_is_wrong_with_text
from rag.evaluate.formats.qrels import Judgement, read_judgements, relevant
from rag.evaluate.questions import Question

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
TYPE = "search"


def is_set(path: Path) -> bool:
    """Whether `path` is a BEIR folder, or a split of one."""
    return (path / QUERIES).is_file() or (path.parent.name == QRELS and (path.parent.parent / QUERIES).is_file())


def read(path: Path) -> tuple[Question, ...]:
    """The questions of a BEIR folder, or of a file in its `qrels`.

    Raises:
        BadQuestions: what is wrong with queries, judgements or corpus, all of it.
        BylineError: a file is missing, or which split is meant cannot be told.
    """
    folder, split = _split(path)
    intake = Intake(path)
    known = {id for id, _, _ in _corpus(intake, folder)}
    judged: dict[str, list[Judgement]] = {}
    for judgement in read_judgements(intake, split):
        if judgement.document not in known:
            intake.fault(f"document {judgement.document} is not in {CORPUS}", judgement.line, file=split)
        judged.setdefault(judgement.topic, []).append(judgement)
    queries = folder / QUERIES
    asked: set[str] = set()
    for line, row in json_rows(intake, queries):
        id = _text(intake, row, "_id", line, queries)
        text = _text(intake, row, "text", line, queries)
        asked.add(id)
        if evidence := relevant(judged.get(id, [])):
            language = question_language(text, ("en",))
            intake.add(Question(id, text, language, TYPE, True, evidence=evidence), line, file=queries)
    for id, judgements in judged.items():
        if id not in asked:
            intake.fault(f"query {id} is not in {QUERIES}", judgements[0].line, file=split)
    return intake.done()


def documents(path: Path) -> Iterator[tuple[str, str]]:
    """The documents of a BEIR folder: name and text, the title first."""
    folder, _ = _split(path)
    intake = Intake(folder / CORPUS)
    for id, title, text in _corpus(intake, folder):
        yield article_name(id), "\n\n".join(part for part in (title, text) if part) + "\n"
    intake.refuse()


def _split(path: Path) -> tuple[Path, Path]:
    """The folder of a set, and the file of the split that is meant."""
    if path.is_file():
        return path.parent.parent, path
    splits = sorted((path / QRELS).glob("*.tsv"))
    chosen = [split for split in splits if split.stem == "test"] or splits
    if len(chosen) == 1:
        return path, chosen[0]
    if not splits:
        raise BylineError(f"{path / QRELS}: no .tsv file in it; a BEIR set has {QRELS}/test.tsv")
    names = ", ".join(split.name for split in splits)
    raise BylineError(f"{path / QRELS}: no test.tsv in it; give one of {names} instead of the folder")


def _corpus(intake: Intake, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Id, title and text of each document."""
    path = folder / CORPUS
    for line, row in json_rows(intake, path):
        title = row.get("title")
        yield (
            _text(intake, row, "_id", line, path),
            title.strip() if isinstance(title, str) else "",
            _text(intake, row, "text", line, path),
        )


def _text(intake: Intake, row: dict[str, object], key: str, line: int, path: Path) -> str:
    wrong = what_is_wrong_with_text(row[key]) if key in row else "is missing"
    if wrong:
        intake.fault(f'"{key}" {wrong}', line, file=path)
        return ""
    return str(row[key])
