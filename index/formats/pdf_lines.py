"""The lines of a PDF's text layer with their places on the page, by pdfium: a program, run by `index.formats.pdf`.

It reads the file from standard input and writes one JSON object: `{"refused": why}`, or
`{"pages": [[[text, left, right, bottom, top], …], …], "title": …}` with places in points, the origin at the page's
lower left. It imports nothing of byline, so that it starts fast and needs no import path.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterator
from typing import Any

_MOST_MEMORY = 2_000_000_000  # bytes of address space; a file may unpack to anything
_LINE_ENDS = "\r\n"
_HYPHENS = "\x02\ufffe"  # what pdfium writes for a hyphen at a line's end, and for the end itself


def main() -> None:
    """Read standard input, write standard output."""
    _bound_memory()
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


def _read(data: bytes) -> dict[str, Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        pages = [_lines(document[at]) for at in range(len(document))]
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD
        return {"refused": "it is locked with a password; save it without one" if locked else f"it is broken ({error})"}
    return {"pages": pages, "title": document.get_metadata_value("Title")}


def _lines(page: Any) -> list[list[Any]]:
    text = page.get_textpage()
    return [[words, *_place(text, shown)] for words, shown in _runs(text) if words]


def _runs(text: Any) -> Iterator[tuple[str, list[int]]]:
    """Each line's words, and the numbers of its characters that are no white space."""
    words: list[str] = []
    shown: list[int] = []
    for number in range(text.count_chars()):
        char = _char(text, number)
        if not char:
            continue
        hyphen = char in _HYPHENS
        if hyphen or not char.isspace():
            words.append("-" if hyphen else char)
            shown.append(number)
        elif char not in _LINE_ENDS:
            words.append(" ")
        if hyphen or char in _LINE_ENDS:
            yield "".join(words).strip(), shown
            words, shown = [], []
    yield "".join(words).strip(), shown


def _char(text: Any, number: int) -> str:
    import pypdfium2.raw as pdfium

    code = pdfium.FPDFText_GetUnicode(text, number)
    return chr(code) if 0 < code < 0x110000 else ""  # 0: the font does not say


def _place(text: Any, shown: list[int]) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of the characters of a line."""
    import pypdfium2.raw as pdfium

    boxes = []
    for number in (shown[0], shown[-1]):
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(text, number, ctypes.byref(box))
        boxes.append(box)
    first, last = boxes
    return tuple(round(edge, 1) for edge in (first.left, last.right, first.bottom, first.top))


if __name__ == "__main__":
    main()
