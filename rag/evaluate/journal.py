"""What a run has done so far, kept on disk row by row, so that one that was killed goes on where it was.

The journal stands beside the results, which it does not touch: those of an earlier run stay whole until this one is
done. Its first line names what made the rows; rows that something else made are not taken up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TextIO

import index
import prompts
import rag
from index.article import digest
from rag.errors import BylineError
from rag.evaluate.questions import Question
from rag.evaluate.record import Setup, read_row, row_json
from rag.evaluate.result import Row
from rag.settings import Settings

UNFINISHED = "unfinished.jsonl"
_CODE = {".py", ".md", ".toml"}
_NOT_IN_ANSWERS = {"api_key", "cache", "processes"}


def made_with(setup: Setup, settings: Settings, generation: str) -> str:
    """A name for all that a row depends on besides its question.

    That is settings, prompts, byline's own code, and the `generation` of the index, given by a name that no other has.
    """
    packages = (Path(str(package.__file__)).parent for package in (index, rag, prompts))
    sources = sorted(path for package in packages for path in package.rglob("*") if path.suffix in _CODE)
    parts = [
        json.dumps(asdict(setup), sort_keys=True),
        settings.model_dump_json(exclude=_NOT_IN_ANSWERS),
        generation,
        *(digest(path.read_text(encoding="utf-8")) for path in sources),
    ]
    return digest("\0".join(parts))


class Journal:
    """The rows of an unfinished run, in `DIR/unfinished.jsonl`; made for a `with` statement, which closes it."""

    def __init__(self, folder: Path, key: str) -> None:
        """Open the journal in `folder`, made if it is not there; `key` is from `made_with`.

        Raises:
            BylineError: it cannot be read or written.
        """
        self._path = folder / UNFINISHED
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._rows = _rows_of(self._path, key)
            self._file = self._begun(key)
        except OSError as error:
            raise self._unwritable(error) from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def known(self, questions: Sequence[Question]) -> Mapping[str, Row]:
        """The rows there are for these questions, by id; one that failed is not among them."""
        asked = {question.id: question for question in questions}
        return {
            id: row for id, row in self._rows.items() if row.question == asked.get(id) and row.outcome.error is None
        }

    def add(self, row: Row) -> None:
        """Keep a row, unless it is here already."""
        if self._rows.get(row.question.id) == row:
            return
        self._rows[row.question.id] = row
        try:
            self._file.write(f"{json.dumps(row_json(row))}\n")
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error

    def _begun(self, key: str) -> TextIO:
        """The file with its first line and the rows that are taken up, open for more."""
        beside = self._path.with_name(f".{UNFINISHED}")  # a kill here must not cost what is there
        with beside.open("w", encoding="utf-8") as file:
            file.write(f"{json.dumps({'made_with': key})}\n")
            file.writelines(f"{json.dumps(row_json(row))}\n" for row in self._rows.values())
        beside.replace(self._path)
        return self._path.open("a", encoding="utf-8")

    def _unwritable(self, error: OSError) -> BylineError:
        return BylineError(f"{self._path}: cannot be written ({error.strerror or error}); give another --out")


def finish(folder: Path) -> None:
    """Take the journal of `folder` away: the results are written."""
    (folder / UNFINISHED).unlink(missing_ok=True)


def _rows_of(path: Path, key: str) -> dict[str, Row]:
    """The rows of a journal that `key` made, by question id; a last line that was cut off is left out."""
    if not path.exists():
        return {}
    lines = path.read_bytes().split(b"\n")[:-1]
    if not lines or lines[0] != json.dumps({"made_with": key}).encode():
        return {}
    rows = (read_row(f"{path}:{number}", line.decode()) for number, line in enumerate(lines[1:], 2))
    return {row.question.id: row for row in rows}
