"""Which format a question set is in, and its questions whatever the format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from rag.errors import BylineError
from rag.evaluate.formats import beir, multihop, spreadsheet, squad, trec
from rag.evaluate.formats.intake import read_text
from rag.evaluate.questions import Question, load_questions

_READERS: Mapping[str, Callable[[Path], tuple[Question, ...]]] = {
    "jsonl": load_questions,
    "csv": spreadsheet.read,
    "squad": squad.read,
    "beir": beir.read,
    "multihop": multihop.read,
    "trec": trec.read,
}
_DOCUMENTS: Mapping[str, Callable[[Path], Iterator[tuple[str, str]]]] = {
    "squad": squad.documents,
    "beir": beir.documents,
    "multihop": multihop.documents,
}
FORMATS = tuple(_READERS)
_TABLES = (".csv", ".tsv")


def load_set(path: str | Path, form: str | None = None) -> tuple[Question, ...]:
    """The questions of a set, in its order.

    Args:
        path: a file, or the folder of a BEIR or TREC set.
        form: one of `FORMATS`; told by suffix and content if None.

    Raises:
        BadQuestions: everything that is wrong with it, by file, line and column.
        BylineError: it cannot be read, or is in no format that byline knows.
    """
    path = Path(path)
    return _READERS[_named(form) or recognise(path)](path)


def accepted(questions: Sequence[Question], path: Path, *, drafts: bool = False) -> tuple[Question, ...]:
    """The questions that somebody has accepted; with `drafts`, all of them.

    Raises:
        BylineError: nobody has accepted any.
    """
    kept = tuple(question for question in questions if drafts or not question.draft)
    if not kept:
        raise BylineError(
            f'{path}: all {len(questions)} questions are drafts; take "draft": true away from those that are good,'
            " or ask them as they are with --drafts"
        )
    return kept


def set_documents(path: str | Path, form: str | None = None) -> Iterator[tuple[str, str]]:
    """The articles that come with a set: the file each is to be saved as, and its text.

    Raises:
        BadQuestions, BylineError: as `load_set`, or sets of this format bring no articles.
    """
    path = Path(path)
    named = _named(form) or recognise(path)
    if named not in _DOCUMENTS:
        raise BylineError(f"{path}: a {named} set brings no articles; {', '.join(_DOCUMENTS)} do")
    return _DOCUMENTS[named](path)


def _named(form: str | None) -> str | None:
    if form is not None and form not in FORMATS:
        raise BylineError(f"{form} is no format of question sets; there are {', '.join(FORMATS)}")
    return form


def recognise(path: Path) -> str:
    """The format of a set, one of `FORMATS`.

    Raises:
        BylineError: it looks like none of them.
    """
    if beir.is_set(path):
        return "beir"
    if trec.is_set(path):
        return "trec"
    if path.is_dir():
        raise BylineError(
            f"{path}: a folder, and neither BEIR (queries.jsonl, qrels/) nor TREC (…topics…, …qrels…); give a file"
        )
    suffix = path.suffix.lower()
    if suffix in _TABLES:
        return "csv"
    return _by_content(path) if suffix == ".json" else "jsonl"


def _by_content(path: Path) -> str:
    """SQuAD is an object and MultiHop-RAG a list; a first line that is whole by itself is JSON Lines."""
    text = read_text(path)
    try:
        value = json.loads(text)
    except ValueError:
        return "jsonl" if _is_json(text.partition("\n")[0]) else "squad"  # which will say where the text breaks off
    if multihop.is_set(value):
        return "multihop"
    return "squad" if isinstance(value, dict) and "data" in value else "jsonl"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
