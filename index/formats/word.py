"""Word documents (.docx): their paragraphs and table rows as lines, title and date from the core properties."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.decode import Unreadable
from index.formats.extracted import About, Extracted, one_line, plain

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

_MOST_BYTES = 100_000_000  # unpacked, above which a document is taken for a zip bomb
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{_WORD}txbxContent"
_BREAKS = {f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}tab": "\t", f"{_WORD}noBreakHyphen": "-"}
_NOT_SHOWN = {_FALLBACK, f"{_WORD}del", f"{_WORD}moveFrom"}  # what a text box repeats, and what was struck out
_TEMPLATE_DATE = "2013-12-23"  # of python-docx's own template, where nobody has set one


def read_word(data: bytes) -> Extracted:
    """The text of a Word document, a paragraph a line.

    Raises:
        Unreadable: it is no Word document, locked, broken, empty, or unpacks to more than can be wanted.
    """
    document = _opened(data)
    text = plain("\n".join(_blocks(document.element.body))).strip()
    if not text:
        raise Unreadable("there is no text in it")
    return Extracted(text, "docx", _about(document))


def _opened(data: bytes) -> Document:
    import docx

    _refuse_no_package(data)
    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx raises whatever the XML at hand trips it into
        raise Unreadable(
            f"its parts cannot be read ({type(error).__name__}); save it anew from a word processor"
        ) from error


def _refuse_no_package(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # an OLE file: a locked .docx, or an old .doc under a new name
        raise Unreadable("it is locked with a password, or an old .doc; save it as .docx without one")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(part.file_size for part in package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("it is no Word document (.docx), or a broken one") from error
    if unpacked > _MOST_BYTES:
        raise Unreadable(f"it unpacks to {unpacked // 1_000_000:,} MB; at most {_MOST_BYTES // 1_000_000} are read")


def _about(document: Document) -> About:
    properties = document.core_properties
    created = properties.created.date().isoformat() if properties.created else None
    return About(title=one_line(properties.title), created=None if created == _TEMPLATE_DATE else created)


def _blocks(element: Element) -> Iterator[str]:
    """The paragraphs under an element, and the rows of its tables, in order; at any depth (content controls)."""
    for child in element:
        if child.tag == f"{_WORD}p":
            yield "".join(_words(child))
            for box in child.iter(_BOX):
                if not any(above.tag in _NOT_SHOWN for above in box.iterancestors()):
                    yield from _blocks(box)
        elif child.tag == f"{_WORD}tr":
            yield " | ".join(text for block in _blocks(child) if (text := block.strip()))
        elif child.tag not in _NOT_SHOWN:
            yield from _blocks(child)


def _words(element: Element) -> Iterator[str]:
    """The text of a paragraph as it is shown: with what was inserted in it, without what was struck out."""
    for child in element:
        if child.tag == f"{_WORD}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag != _BOX and child.tag not in _NOT_SHOWN:
            yield from _words(child)
