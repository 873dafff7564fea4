"""The question set: JSON Lines on disk, checked whole, as frozen data.

A set with faults is refused with all of its faults at once, each by file, line and what to mend, so that a
person who writes one in an editor mends it in one go.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import BylineError

SHOWN = 20
_BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_UTF8_MARK = b"\xef\xbb\xbf"
UNTYPED = "untyped"
_NEEDED = ("id", "question", "language", "type", "answerable")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers a question: a source, and words in it; without a quote, anywhere in it."""

    source: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is expected of its answer.

    Every group of `evidence` must be met, by any one of its entries; every group of `facts` must be met by
    any one of its strings appearing in the answer; those of `okay` are good to have. `language` is an ISO 639-1
    code in lower case, `answer` is for people to read. A `draft` was proposed by `byline eval
    draft` and accepted by nobody yet.
    """

    id: str
    question: str
    language: str
    type: str
    answerable: bool
    answer: str | None = None
    evidence: tuple[tuple[Evidence, ...], ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    okay: tuple[tuple[str, ...], ...] = ()
    draft: bool = False


class BadQuestions(BylineError):
    """A question set that cannot be used. `faults` are all, a line each; the message shows the first 20."""

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        self.faults = faults
        noun = "fault" if len(faults) == 1 else "faults"
        lines = [f"{path}: {len(faults)} {noun} in the question set; mend and run again", *faults[:SHOWN]]
        if len(faults) > SHOWN:
            lines.append(f"and {len(faults) - SHOWN} more")
        super().__init__("\n".join(lines))


def load_questions(path: str | Path) -> tuple[Question, ...]:
    """The questions of a JSON Lines file, in its order.

    UTF-8 with or without a byte order mark; empty lines are passed over, keys that are not the contract's are
    ignored; `lang` and `language` are one key. `type` may be left out, and so may `answer`, `evidence`,
    `facts`, `okay` and `draft`.

    Raises:
        BadQuestions: rows that are wrong, all of them, or a file without a question.
        BylineError: the file cannot be read.
    """
    path = Path(path)
    questions: list[Question] = []
    faults: list[str] = []
    first_line: dict[str, int] = {}
    for number, line in lines_of(path):
        question, wrong = _read_row(line)
        if question is not None:
            questions.append(question)
            earlier = first_line.setdefault(question.id, number)
            if question.id and earlier != number:
                wrong = (
                    *wrong,
                    f'id "{question.id}" is that of line {earlier} too; an id names one question',
                )
        faults.extend(f"{path}:{number}: {fault}" for fault in wrong)
    if not questions and not faults:
        faults.append(f"{path}: no question in it; write one JSON object a line")
    if faults:
        raise BadQuestions(path, tuple(faults))
    return tuple(questions)


def question_json(question: Question) -> dict[str, Any]:
    """A question as a row of a set, under the contract's keys; what is empty is left out."""
    row = asdict(question) | {"evidence": [[_entry_json(entry) for entry in group] for group in question.evidence]}
    return {key: value for key, value in row.items() if key in _NEEDED or value}


def _entry_json(entry: Evidence) -> dict[str, str]:
    return {"source": entry.source} if entry.quote is None else {"source": entry.source, "quote": entry.quote}


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, from 1 on. Cut at line feeds only: JSON strings may hold U+2028."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BylineError(f"{path}: no such file; give a question set in JSON Lines") from None
    except OSError as error:
        raise BylineError(f"{path}: cannot be read ({error.strerror}); give a question set in JSON Lines") from error
    data = without_mark(path, data)
    if data.lstrip().startswith(b"["):
        raise BadQuestions(path, (f"{path}: the file is one JSON array; write one object a line, without the array",))
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield number, line


def without_mark(path: Path, data: bytes) -> bytes:
    """The bytes of a UTF-8 file without its byte order mark; BadQuestions where the mark is UTF-16's."""
    if encoding := _BYTE_ORDER_MARKS.get(data[:2]):
        raise BadQuestions(path, (f"{path}: the file is {encoding}; save it as UTF-8",))
    return data.removeprefix(_UTF8_MARK)


def _read_row(line: bytes) -> tuple[Question | None, tuple[str, ...]]:
    """The question of one line and what is wrong with it; None where the line is no JSON object."""
    try:
        row = json.loads(line.decode("utf-8"), object_pairs_hook=object_without_repeats)
    except UnicodeDecodeError as error:
        return None, (f"byte {error.start + 1} is not UTF-8; save the file as UTF-8",)
    except json.JSONDecodeError as error:
        return None, (f"column {error.colno}: not JSON: {error.msg}",)
    except RecursionError:
        return None, ("nested too deeply to be a question",)
    except ValueError as error:  # a key twice, or a number of more digits than Python reads
        return None, (str(error),)
    if not isinstance(row, dict):
        return None, (f"a question is a JSON object; this is {kind_of(row)}",)
    return _Row(row).question()


def object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object of these pairs; ValueError where a key stands twice (for `json.loads`' object_pairs_hook)."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{json.dumps(key)} stands twice in one object; keep one")
        found[key] = value
    return found


_ABSENT = object()


class _Row:
    """One row while it is read: a field gives its value, or a stand-in and a fault."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row
        self._faults: list[str] = []

    def question(self) -> tuple[Question, tuple[str, ...]]:
        """The row as a question, with stand-ins for what is wrong with it, and all that is wrong with it."""
        question = Question(
            id=self._label("id", self._needed("id")),
            question=self._text("question", self._needed("question")),
            language=self._language(),
            type=self._label("type", self._row.get("type", UNTYPED)).strip(),
            answerable=self._truth("answerable", self._needed("answerable")),
            answer=self._optional_text("answer", self._row.get("answer")),
            evidence=tuple(
                tuple(self._entry(where, entry) for where, entry in group) for group in self._groups("evidence")
            ),
            facts=self._strings("facts"),
            okay=self._strings("okay"),
            draft=self._truth("draft", self._row.get("draft", False)),
        )
        return question, tuple(self._faults)

    def _needed(self, key: str) -> Any:
        if key not in self._row:
            self._faults.append(f'"{key}" is missing')
        return self._row.get(key, _ABSENT)

    def _wrong(self, where: str, wanted: str, value: object) -> None:
        if value is not _ABSENT:  # a missing key is told once, as missing
            self._faults.append(f'"{where}" must be {wanted}; it is {kind_of(value)}')

    def _text(self, where: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            self._wrong(where, "text, and not empty", value)
            return ""
        if has_surrogate(value):
            self._faults.append(f'"{where}" holds half a surrogate pair; write the character itself')
        return value

    def _optional_text(self, where: str, value: object) -> str | None:
        if value is None or value == "":
            return None
        return self._text(where, value)

    def _label(self, where: str, value: object) -> str:
        """Text that is printed in tables: no line ends, no terminal escapes."""
        label = self._text(where, value)
        if not label.isprintable():
            self._faults.append(f'"{where}" holds characters that cannot be printed: {json.dumps(label)}')
            return ""
        return label

    def _truth(self, where: str, value: object) -> bool:
        if not isinstance(value, bool):
            self._wrong(where, "true or false", value)
        return value is True

    def _language(self) -> str:
        given = {key: self._row[key] for key in ("language", "lang") if key in self._row}
        if not given:
            self._faults.append('"language" is missing')
            return ""
        codes = [self._label(key, value).strip().lower() for key, value in given.items()]
        if len(set(codes)) > 1:
            self._faults.append('"language" and "lang" differ; keep one')
        return codes[0]

    def _groups(self, key: str) -> Iterator[list[tuple[str, Any]]]:
        """The groups of a list of lists, each member with its place in the row, as in `evidence[0][1]`."""
        groups = self._row.get(key)
        if groups is not None and not isinstance(groups, list):
            self._wrong(key, "a list of groups", groups)
            return
        for at, group in enumerate(groups or []):
            if not isinstance(group, list) or not group:
                self._wrong(f"{key}[{at}]", "a group: a list of alternatives, one at least", group)
                continue
            yield [(f"{key}[{at}][{nth}]", member) for nth, member in enumerate(group)]

    def _strings(self, key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(self._text(where, string) for where, string in group) for group in self._groups(key))

    def _entry(self, where: str, value: object) -> Evidence:
        if not isinstance(value, dict):
            self._wrong(where, 'an object with "source" and "quote"', value)
            return Evidence("")
        if "source" not in value:
            self._faults.append(f'"{where}.source" is missing')
        source = self._label(f"{where}.source", value.get("source", _ABSENT))
        quote = value.get("quote")
        return Evidence(source, None if quote is None else self._text(f"{where}.quote", quote))


def has_surrogate(text: str) -> bool:
    """Whether half a surrogate pair stands in `text`, which then is no text that can be written."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def kind_of(value: object) -> str:
    """A value as a fault names it: plain ones as they stand in the file, cut short, others by kind."""
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, dict):
        return "an object"
    shown = json.dumps(value, ensure_ascii=not str(value).isprintable())
    return shown if len(shown) <= 40 else f"{shown[:40]}…"
