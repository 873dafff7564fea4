"""From the bytes of a file, of whatever format, to the text that byline reads and cites.

One module a format. Extraction is deterministic: the same bytes give the same text, so an offset in it names a place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from index.formats.extracted import About, Extracted, Section
from index.formats.json_lines import read_json_lines
from index.formats.pdf import WordEnds, read_pdf
from index.formats.plain_text import read_plain_text
from index.formats.web_page import read_web_page
from index.formats.word import read_word

__all__ = ["SUFFIXES", "About", "Extracted", "Section", "extract"]

_READERS: Mapping[str, Callable[[bytes], Extracted]] = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown"), read_plain_text),
    **dict.fromkeys((".html", ".htm", ".xhtml"), read_web_page),
    ".docx": read_word,
    ".jsonl": read_json_lines,
}
SUFFIXES = frozenset({*_READERS, ".pdf"})


def extract(data: bytes, source: str, word_ends: WordEnds) -> Extracted:
    """The text of a file, by the suffix of its name; a file of no known suffix is read as text.

    Args:
        data: the file's bytes.
        source: its name or path.
        word_ends: whether a word ends where Korean text was broken, given the text before and after.

    Raises:
        Unreadable: the file is broken, locked, or holds no text; the message is the reason.
    """
    suffix = PurePosixPath(source).suffix.lower()
    return read_pdf(data, word_ends) if suffix == ".pdf" else _READERS.get(suffix, read_plain_text)(data)
