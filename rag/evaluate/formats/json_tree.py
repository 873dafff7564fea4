"""One big JSON document, read so that a fault in it can be named by line and column.

`json` forgets where a value stood. So each value is known by its path, and only for a fault is the text walked
again to where that path leads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.evaluate.formats.intake import Intake, read_text, what_is_wrong_with_text
from rag.evaluate.questions import BadQuestions, kind_of, object_without_repeats

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON file: its text, and the intake that its faults go to."""

    path: Path
    text: str
    intake: Intake

    def root(self) -> Node:
        """The whole of it.

        Raises:
            BadQuestions: it is not JSON.
        """
        try:
            value = json.loads(self.text, object_pairs_hook=object_without_repeats)
        except json.JSONDecodeError as error:
            fault = f"{self.path}:{error.lineno}:{error.colno}: not JSON: {error.msg}"
        except RecursionError:
            fault = f"{self.path}: nested too deeply to be a question set"
        except ValueError as error:
            fault = f"{self.path}: {error}"
        else:
            return Node(self, (), value)
        raise BadQuestions(self.path, (fault,))


def open_document(path: Path, intake: Intake) -> Document:
    """The JSON file at `path`; raises as `read_text`."""
    return Document(path, read_text(path), intake)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document, with the way to it."""

    document: Document
    path: tuple[str | int, ...]
    value: Any

    def __getitem__(self, key: str) -> Node:
        """A member of an object; its value is None where it is missing."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(self.document, (*self.path, key), value)

    def place(self) -> tuple[int, int]:
        """Line and column of the value, from 1; of what should hold it where it is missing."""
        text = self.document.text
        at = _reach(text, self.path)
        return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)

    def fault(self, what: str) -> None:
        """Note what is wrong with the value, by its place and its name."""
        name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")
        self.document.intake.fault(f"{name}: {what}" if name else what, *self.place(), file=self.document.path)

    def items(self, what: str, *, needed: bool = True) -> Iterator[Node]:
        """The members of a list; anything else is a fault, unless it is missing and not `needed`."""
        if isinstance(self.value, list):
            for at, member in enumerate(self.value):
                yield Node(self.document, (*self.path, at), member)
        elif self.value is not None or needed:
            self.fault(f"must be a list of {what}; it is {self._kind()}")

    def text(self) -> str:
        """The value as text that says something; a fault, and the empty string, where it is none."""
        wrong = what_is_wrong_with_text(self.value)
        if wrong is None:
            return str(self.value)
        self.fault("is missing" if self.value is None else wrong)
        return ""

    def _kind(self) -> str:
        return "missing" if self.value is None else kind_of(self.value)


def _reach(text: str, path: tuple[str | int, ...]) -> int:
    """Where the value at `path` begins in `text`; where the way ends, the deepest value that is there."""
    at = _space(text, 0)
    for step in path:
        inside = _member(text, at, step) if isinstance(step, str) else _item(text, at, step)
        if inside is None:
            return at
        at = inside
    return at


def _member(text: str, at: int, key: str) -> int | None:
    at = _space(text, at + 1)
    while text[at] == '"':
        name, end = _DECODER.raw_decode(text, at)
        value = _space(text, _space(text, end) + 1)  # behind the colon
        if name == key:
            return value
        at = _behind(text, value)
    return None


def _item(text: str, at: int, number: int) -> int:
    at = _space(text, at + 1)
    for _ in range(number):
        at = _behind(text, at)
    return at


def _behind(text: str, at: int) -> int:
    """Where the next value or key begins, or the end of what holds them."""
    end = _space(text, _DECODER.raw_decode(text, at)[1])
    return _space(text, end + 1) if text[end] == "," else end


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None  # the pattern matches nothing too
    return found.end()
