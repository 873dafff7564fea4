"""A question set while it is read: the questions found so far, and everything that is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import BylineError
from rag.evaluate.questions import BadQuestions, Question, has_surrogate, kind_of, object_without_repeats, without_mark

_UNFIT = re.compile(r'[\x00-\x1f\x7f%/\\:*?"<>|]|^\.')


class Intake:
    """Collects questions and faults; `done` gives the questions, or raises all of the faults at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._questions: list[Question] = []
        self._lines: dict[str, int] = {}
        self._faults: list[str] = []

    @property
    def faults(self) -> int:
        """How many faults there are so far."""
        return len(self._faults)

    def fault(self, what: str, *place: int, file: Path | None = None) -> None:
        """Note a fault of `file` (the set itself if None) at a line and, where there is one, a column."""
        self._faults.append(f"{':'.join(map(str, (file or self._path, *place)))}: {what}")

    def add(self, question: Question, *place: int, file: Path | None = None) -> None:
        """Take a question found at a line and a column; a second one of the same id is a fault."""
        earlier = self._lines.get(question.id)
        if earlier is not None and question.id:
            self.fault(f'id "{question.id}" is that of line {earlier} too; an id names one question', *place, file=file)
        self._lines.setdefault(question.id, place[0])
        self._questions.append(question)

    def done(self) -> tuple[Question, ...]:
        """The questions, in the order of the set.

        Raises:
            BadQuestions: there are faults, or there is no question.
        """
        if not self._questions and not self._faults:
            self._faults.append(f"{self._path}: no question in it")
        self.refuse()
        return tuple(self._questions)

    def refuse(self) -> None:
        """Raise BadQuestions where there are faults."""
        if self._faults:
            raise BadQuestions(self._path, tuple(self._faults))


def article_name(id: str) -> str:
    """The file that holds the document `id` of somebody's collection: the id and `.txt`.

    What file systems refuse in a name stands percent-encoded, so that no two ids share a file.
    """
    return f"{encoded_name(id)}.txt"


def encoded_name(text: str) -> str:
    """`text` as the name of a file or folder; no two texts have the same."""
    return _UNFIT.sub(lambda found: f"%{ord(found.group()):02X}", text)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without its byte order mark.

    Raises:
        BadQuestions: it is not UTF-8; each bad line is named, the columns in bytes.
        BylineError: it cannot be read.
    """
    try:
        data = without_mark(path, path.read_bytes())
    except FileNotFoundError:
        raise BylineError(f"{path}: no such file") from None
    except OSError as error:
        raise BylineError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadQuestions(path, tuple(_not_utf8(path, data))) from None


def _not_utf8(path: Path, data: bytes) -> Iterator[str]:
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            yield f"{path}:{number}:{error.start + 1}: this byte is not UTF-8; save the file as UTF-8"


def json_rows(intake: Intake, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file with their lines; a line that is none is a fault."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, object_pairs_hook=object_without_repeats)
        except json.JSONDecodeError as error:
            intake.fault(f"not JSON: {error.msg}", number, error.colno, file=path)
        except (ValueError, RecursionError) as error:
            intake.fault(str(error), number, file=path)
        else:
            if isinstance(row, dict):
                yield number, row
            else:
                intake.fault(f"a line is a JSON object; this is {kind_of(row)}", number, 1, file=path)


def what_is_wrong_with_text(value: object) -> str | None:
    """Why a value is no text that says something; None where it is."""
    if not isinstance(value, str) or not value.strip():
        return f"must be text, and not empty; it is {kind_of(value)}"
    if has_surrogate(value):
        return "holds half a surrogate pair; write the character itself"
    return None
