"""Articles as JSON Lines: one object a line, with `title`, `published`, `source`, `url` and `body`.

The extracted text is each article's title and body, an empty line between any two of them. Only `body` must be there;
`url` and other keys are passed over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from index.article import Span
from index.dates import find_dates
from index.decode import Unreadable, decode
from index.formats.extracted import About, Extracted, Section, one_line, plain

_APART = "\n\n"
_KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}


@dataclass(frozen=True, slots=True)
class _Row:
    """An article of a line: its text, what is stated of it, and what of that could not be read."""

    text: str
    about: About
    fault: str = ""


class _Malformed(Exception):
    """A line that holds no article; the message is the reason."""


def read_json_lines(data: bytes) -> Extracted:
    """The articles of a file, a section each; lines that hold none are named in `faults`.

    Raises:
        Unreadable: no line holds an article, or the file is no text.
    """
    decoded = decode(data)
    rows: list[_Row] = []
    faults: list[str] = []
    # The format's lines end in "\n" alone: other line ends may stand inside its strings.
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(line))
        except _Malformed as error:
            faults.append(f"line {number} is left out: {error}")
        else:
            faults.extend(f"line {number}: {fault}" for fault in [rows[-1].fault] if fault)
    if not rows:
        raise Unreadable(f"no line of it is an article; {faults[0]}")
    return Extracted(
        _APART.join(row.text for row in rows), decoded.encoding, sections=_sections(rows), faults=tuple(faults)
    )


def _sections(rows: list[_Row]) -> tuple[Section, ...]:
    sections = []
    start = 0
    for row in rows:
        sections.append(Section(Span(start, start + len(row.text)), row.about))
        start += len(row.text) + len(_APART)
    return tuple(sections)


def _row(line: str) -> _Row:
    fields = _object(line)
    body = plain(_text(fields, "body") or "").strip()
    if not body:
        raise _Malformed("its body is empty" if "body" in fields else "it has no body")
    title = one_line(_text(fields, "title"))
    written = one_line(_text(fields, "published"))
    published = next((found.iso for found in find_dates(written or "")), None)
    return _Row(
        text=_APART.join(part for part in (title, body) if part),
        about=About(title, one_line(_text(fields, "source")), published),
        fault=f"no date can be read in its published, {written!r}" if written and not published else "",
    )


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Malformed(f"it is not JSON ({error.msg}, column {error.colno})") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise _Malformed("its JSON is too deep or too large to be read") from error
    if not isinstance(value, dict):
        raise _Malformed(f"it is {_kind(value)}, not an object")
    return value


def _text(fields: dict[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if value is None or isinstance(value, str):
        return value
    raise _Malformed(f"its {key} is {_kind(value)}, not text")


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "null")
