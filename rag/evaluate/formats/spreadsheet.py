"""Questions from a spreadsheet: CSV or TSV with a header, a row a question.

| column | what stands in it |
|---|---|
| `question` | the question; the one column that must be there |
| `id` | a name for it; without one, the question's own digest |
| `language` | its ISO 639-1 code; without one, its script decides |
| `type` | a label to group by |
| `answerable` | yes or no (also true/false, 1/0, 예/아니오); yes if empty |
| `answer` | the answer, for people to read |
| `source`, `quote` | an article that answers, and words in it; alternatives on lines of their own in the cell |
| `source 2`, `quote 2`, … | a second place that is needed as well, and so on |
| `facts` | what the answer must hold: `quota|쿼터; 8.0`, alternatives parted by a bar, facts by a semicolon |
| `okay` | what is good to have in it, written likewise |
| `draft` | yes for a proposal that nobody has accepted yet |

Other columns are the writer's own. A cell is named as the spreadsheet names it (B7), after the line of the file.
"""

from __future__ import annotations

import csv
import difflib
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.article import digest
from index.decode import Unreadable, decode
from index.language import question_language
from rag.errors import BylineError
from rag.evaluate.formats.intake import Intake
from rag.evaluate.questions import UNTYPED, BadQuestions, Evidence, Question

_PLAIN = ("id", "question", "language", "type", "answerable", "answer", "facts", "okay", "draft")
_NUMBERED = re.compile(r"(source|quote)[ _]?(\d*)")
_YES = frozenset({"yes", "y", "true", "1", "예", "네", "참"})
_NO = frozenset({"no", "n", "false", "0", "아니오", "아니요", "거짓"})
_DELIMITERS = ",\t;"


def read(path: Path) -> tuple[Question, ...]:
    """The questions of a table, in any encoding a spreadsheet saves.

    Raises:
        BadQuestions: what is wrong with it, all of it.
        BylineError: it cannot be read.
    """
    text = _text(path)
    intake = Intake(path)
    rows = _rows(intake, text)
    head = next(rows, None)
    columns = _columns(intake, head) if head else {}
    if head and "question" not in columns:
        intake.fault(f'no column is called "question"; there are {", ".join(head.cells) or "none"}', head.line)
    if head and "question" in columns:
        for row in rows:
            if any(row.cells[len(head.cells) :]):
                sizes = f"{len(row.cells)} cells under a header of {len(head.cells)}"
                intake.fault(f"row {row.number}: {sizes}; put text that holds the delimiter in quotes", row.line)
            else:
                intake.add(_Cells(intake, columns, row).question(), row.line)
    return intake.done()


def _text(path: Path) -> str:
    try:
        return decode(path.read_bytes()).text
    except FileNotFoundError:
        raise BylineError(f"{path}: no such file") from None
    except OSError as error:
        raise BylineError(f"{path}: cannot be read ({error.strerror})") from error
    except Unreadable as error:
        raise BadQuestions(path, (f"{path}: {error}",)) from error


def _delimiter(text: str) -> str:
    """What parts the cells of the header: Excel writes semicolons where the comma is the decimal point."""
    head = text.partition("\n")[0]
    return max(_DELIMITERS, key=head.count)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, its number in the spreadsheet, and the line of the file that it begins on: a cell may hold line ends."""

    number: int
    line: int
    cells: list[str]


def _rows(intake: Intake, text: str) -> Iterator[_Row]:
    """The rows that hold something."""
    table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    for number in itertools.count(1):
        line = table.line_num + 1
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            intake.fault(f"row {number}: the table breaks off: {error}; check the quotation marks", line)
            return
        if any(cell.strip() for cell in cells):
            yield _Row(number, line, cells)


def _columns(intake: Intake, head: _Row) -> dict[str, int]:
    """Where each of our columns stands; a name twice, or nearly right, is a fault."""
    columns: dict[str, int] = {}
    for at, written in enumerate(head.cells):
        cell, name = f"{_letter(at)}{head.number}", " ".join(written.lower().split())
        known = _known(name)
        if known is None:
            near = difflib.get_close_matches(name, (*_PLAIN, "source", "quote"), n=1, cutoff=0.8)
            if near:
                intake.fault(f'{cell}: "{written}" is no column; did you mean "{near[0]}"?', head.line)
        elif known in columns:
            intake.fault(f'{cell}: "{written}" stands in {_letter(columns[known])}{head.number} too', head.line)
        else:
            columns[known] = at
    return columns


def _known(name: str) -> str | None:
    """The name of a column as this module calls it: `source 2` for "Source_2", `source 1` for "source"."""
    if name in _PLAIN:
        return name
    if name == "lang":
        return "language"
    numbered = _NUMBERED.fullmatch(name)
    return f"{numbered[1]} {int(numbered[2] or 1)}" if numbered else None


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row by the names of their columns."""

    intake: Intake
    columns: Mapping[str, int]
    row: _Row

    def question(self) -> Question:
        """The row as a question, with stand-ins for what is wrong with it."""
        question = self._text("question")
        if not question:
            self._fault("question", "is empty")
        return Question(
            id=self._label("id") or f"q-{digest(question)[:8]}",
            question=question,
            language=self._label("language").lower() or question_language(question, ("en",)),
            type=self._label("type") or UNTYPED,
            answerable=self._truth("answerable", default=True),
            answer=self._text("answer") or None,
            evidence=tuple(self._evidence()),
            facts=tuple(_facts(self._text("facts"))),
            okay=tuple(_facts(self._text("okay"))),
            draft=self._truth("draft", default=False),
        )

    def _text(self, name: str) -> str:
        at = self.columns.get(name)
        return self.row.cells[at].strip() if at is not None and at < len(self.row.cells) else ""

    def _label(self, name: str) -> str:
        """A cell that is printed in tables: no line ends, no terminal escapes."""
        text = self._text(name)
        if not text.isprintable():
            self._fault(name, "holds characters that cannot be printed")
        return text

    def _truth(self, name: str, *, default: bool) -> bool:
        text = self._text(name).lower()
        if text and text not in _YES | _NO:
            self._fault(name, f'must be yes or no; it is "{self._text(name)}"')
        return text in _YES if text else default

    def _evidence(self) -> Iterator[tuple[Evidence, ...]]:
        """The groups: column pair n is group n; each line of its cells is an alternative."""
        numbers = {int(name.split()[1]) for name in self.columns if _NUMBERED.fullmatch(name)}
        for number in sorted(numbers):
            sources, quotes = self._lines(f"source {number}"), self._lines(f"quote {number}")
            if quotes and not sources:
                self._fault(f"quote {number}", "has no source beside it")
            elif len(sources) > 1 and quotes and len(quotes) != len(sources):
                wrong = f"has {len(quotes)} lines beside {len(sources)} of source; write one a line"
                self._fault(f"quote {number}", wrong)
            elif sources:
                places = sources * max(1, len(quotes)) if len(sources) == 1 else sources
                words: list[str | None] = [*quotes] if quotes else [None] * len(places)
                yield tuple(Evidence(source, quote) for source, quote in zip(places, words, strict=True))

    def _lines(self, name: str) -> list[str]:
        return [line.strip() for line in self._text(name).splitlines() if line.strip()]

    def _fault(self, name: str, what: str) -> None:
        cell = f"{_letter(self.columns[name])}{self.row.number}"
        self.intake.fault(f'{cell} "{name.removesuffix(" 1")}" {what}', self.row.line)


def _facts(text: str) -> Iterator[tuple[str, ...]]:
    for fact in text.split(";"):
        if strings := tuple(string.strip() for string in fact.split("|") if string.strip()):
            yield strings


def _letter(at: int) -> str:
    """The letters of a column, as a spreadsheet shows them: A to Z, AA, AB and on."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
