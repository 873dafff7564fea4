"""TREC: a folder with one file of topics and one of judgements, named `…topics…` and `…qrels…`.

Topics are `<top>` blocks (`<num>`, `<title>`, `<desc>`), or lines of an id and a query parted by a tab. A topic's query
is its title, or its description where it has none, as in the question answering tracks. A document is the file named
by its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from index.language import question_language
from rag.errors import BylineError
from rag.evaluate.formats.intake import Intake, read_text
from rag.evaluate.formats.qrels import Judgement, read_judgements, relevant
from rag.evaluate.questions import Question

TYPE = "search"
_OPEN = re.compile(r"<top>", re.IGNORECASE)
_FIELD = re.compile(r"<(num|title|desc)>\s*(?:(?:Number|Topic|Description):)?([^<]*)", re.IGNORECASE)


def is_set(path: Path) -> bool:
    """Whether `path` is a folder with topics and judgements, or the topics in one."""
    folder = path if path.is_dir() else path.parent
    return all(len(_named(folder, word)) == 1 for word in ("topics", "qrels")) and (
        path.is_dir() or "topics" in path.name.lower()
    )


def read(path: Path) -> tuple[Question, ...]:
    """The judged topics of a folder, or of a file of topics with its judgements beside it.

    Raises:
        BadQuestions: what is wrong with topics or judgements, all of it.
        BylineError: there is not exactly one file of each.
    """
    folder = path if path.is_dir() else path.parent
    topics = _only(folder, "topics") if path.is_dir() else path
    qrels = _only(folder, "qrels")
    intake = Intake(path)
    judged: dict[str, list[Judgement]] = {}
    for judgement in read_judgements(intake, qrels):
        judged.setdefault(judgement.topic, []).append(judgement)
    asked: set[str] = set()
    for line, id, text in _topics(intake, topics):
        asked.add(id)
        if evidence := relevant(judged.get(id, [])):
            language = question_language(text, ("en",))
            intake.add(Question(id, text, language, TYPE, True, evidence=evidence), line, file=topics)
    for id, judgements in judged.items():
        if id not in asked:
            intake.fault(f"topic {id} is not in {topics.name}", judgements[0].line, file=qrels)
    return intake.done()


def _named(folder: Path, word: str) -> list[Path]:
    return sorted(path for path in folder.iterdir() if word in path.name.lower() and path.is_file())


def _only(folder: Path, word: str) -> Path:
    found = _named(folder, word)
    if len(found) != 1:
        there = ", ".join(path.name for path in found) or "none"
        raise BylineError(f"{folder}: a TREC set has one file with “{word}” in its name; there is {there}")
    return found[0]


def _topics(intake: Intake, path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, id and query of each topic that has them."""
    text = read_text(path)
    found = _blocks(intake, path, text) if _OPEN.search(text) else _lines(intake, path, text)
    for line, id, query in found:
        missing = [name for name, value in (("id", id), ("query", query)) if not value]
        if missing:
            intake.fault(f"this topic has no {' and no '.join(missing)}", line, file=path)
        else:
            yield line, id, query


def _lines(intake: Intake, path: Path, text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        id, tab, query = line.partition("\t")
        if tab:
            yield number, id.strip(), " ".join(query.split())
        else:
            intake.fault("no tab; a topic is <top>…</top>, or its id, a tab and the query", number, file=path)


def _blocks(intake: Intake, path: Path, text: str) -> Iterator[tuple[int, str, str]]:
    starts = [found.start() for found in _OPEN.finditer(text)]
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        line = text.count("\n", 0, start) + 1
        block, closed, _ = text[start:following].partition("</top>")
        if not closed:
            intake.fault("this <top> has no </top>", line, file=path)
            continue
        fields = {name.lower(): " ".join(value.split()) for name, value in _FIELD.findall(block)}
        yield line, fields.get("num", ""), fields.get("title") or fields.get("desc", "")
