"""From the bytes of a file to its text, or to a plain reason why there is none.

The text keeps every line end as the file has it, so that a character offset names one place; a byte-order mark is
no part of the text.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

from index.errors import BylineError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Seven-bit encodings that pass for ASCII: their escape sequences name them.
_ESCAPES = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$B", "iso2022_jp"), (b"\x1b$@", "iso2022_jp"))
_MOST_CONTROLS = 0.02  # share of control characters above which a file is binary


class Unreadable(BylineError):
    """A file that holds no text byline can read; the message is the reason, without the file's name."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, and the encoding (Python's name) that it was read with."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text of `data`.

    A byte-order mark decides, then UTF-8, then `charset-normalizer` over the whole of it.

    Raises:
        Unreadable: empty, binary, or in no encoding that can be told.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable("it is empty")
    decoded = _by_mark(data) or _by_escape(data) or _strictly(data, "utf-8") or _by_statistics(data)
    if decoded is None:
        raise Unreadable("its encoding cannot be told; save it as UTF-8")
    if not decoded.text.strip().strip("\x00 \t\r\n"):  # a byte-order mark, or white space of Unicode, alone
        raise Unreadable("it is empty")
    _refuse_binary(decoded.text)
    return decoded


def _by_mark(data: bytes) -> Decoded | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            decoded = _strictly(data, encoding)
            if decoded is None:
                raise Unreadable(f"it starts as {encoding} but breaks off; save it anew as UTF-8")
            return decoded
    return None


def _by_escape(data: bytes) -> Decoded | None:
    for escape, encoding in _ESCAPES:
        if escape in data:
            return _strictly(data, encoding)
    return None


def _strictly(data: bytes, encoding: str) -> Decoded | None:
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return None
    # UTF-16 without a mark is valid UTF-8 full of NULs: leave it to the statistics.
    return None if encoding == "utf-8" and "\x00" in text else Decoded(text, encoding)


def _by_statistics(data: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes

    # Every chunk of the file is looked at: captures often start with kilobytes of ASCII.
    best = from_bytes(data, steps=max(5, len(data) // 4096), chunk_size=4096).best()
    return _strictly(data, best.encoding) if best is not None else None


def _refuse_binary(text: str) -> None:
    sample = text[:100_000]
    controls = sum(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f\v\x85" for char in sample)
    if controls > _MOST_CONTROLS * len(sample):
        raise Unreadable("it is binary, not text")
