"""Reading a draft from a file or standard input, by what its name says it is."""

from __future__ import annotations

import sys
from pathlib import Path

from index.decode import Unreadable, decode
from index.errors import BylineError
from rag.draft.manuscript import Manuscript
from rag.draft.markdown import read_markdown, read_plain

_STANDARD_INPUT = "-"
_KINDS = (".md", ".markdown", ".txt", ".docx")


def read_manuscript(path: Path) -> Manuscript:
    """The draft at `path`, `-` for Markdown from standard input.

    Raises:
        BylineError: it cannot be read, or is no .md, .txt or .docx file.
    """
    name, kind = str(path), path.suffix.lower()
    if name == _STANDARD_INPUT:
        return read_markdown("standard input", _decoded("standard input", sys.stdin.buffer.read()))
    if kind not in _KINDS:
        raise BylineError(f"{name}: a draft is a .md, .txt or .docx file, or - for standard input")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BylineError(f"{name}: cannot be read ({error.strerror or error})") from error
    if kind == ".docx":
        from rag.draft.word import read_word

        return read_word(name, data)
    read = read_plain if kind == ".txt" else read_markdown
    return read(name, _decoded(name, data))


def _decoded(name: str, data: bytes) -> str:
    try:
        return decode(data).text.replace("\0", "\ufffd")  # as CommonMark reads it
    except Unreadable as error:
        raise BylineError(f"{name}: {error}") from error
