"""Unicode normalisation that remembers where every character came from.

macOS writes Hangul decomposed (NFD); matching wants it composed (NFC); a citation wants the file's own offsets.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.article import Span

_MARKS = 30  # of one letter that are put in order together (UAX #15, section 13, Stream-Safe Text Format)
_INERT = re.compile(r"[\x00-\x7f\u4e00-\u9fff\uac00-\ud7a3]+")  # in NFC, and none of them composes with another


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces of a text and of its normal form, side by side: where each starts in either, and if nothing changed.

    Arrays, and unchanged neighbours as one: a file of a hundred million characters may hold one that is decomposed.
    """

    normal: array[int] = field(default_factory=lambda: array("Q"))
    source: array[int] = field(default_factory=lambda: array("Q"))
    unchanged: bytearray = field(default_factory=bytearray)

    def add(self, normal: int, source: int, unchanged: bool) -> None:
        """The next piece, which starts at `normal` and at `source`."""
        if not (unchanged and self.unchanged and self.unchanged[-1]):
            self.normal.append(normal)
            self.source.append(source)
            self.unchanged.append(unchanged)

    def origin(self, at: int) -> Span:
        """Where the character at `at` of the normal form comes from: all of its piece where that changed."""
        piece = bisect_right(self.normal, at) - 1
        if self.unchanged[piece]:
            start = self.source[piece] + at - self.normal[piece]
            return Span(start, start + 1)
        return Span(self.source[piece], self.source[piece + 1])


@dataclass(frozen=True, slots=True)
class NormalText:
    """NFC text with the way back to the `source` it came from.

    Of more than thirty marks on one letter, each thirty are composed by themselves. `pieces` is None where the text
    was in NFC already, and every offset is its own.
    """

    source: str
    text: str
    pieces: _Pieces | None = None

    def to_source(self, span: Span) -> Span:
        """The span of the original text that a span of the normalised text came from."""
        if self.pieces is None:
            return span
        if not len(span):
            at = self.pieces.origin(span.start).start if span.start < len(self.text) else len(self.source)
            return Span(at, at)
        return Span(self.pieces.origin(span.start).start, self.pieces.origin(span.end - 1).end)

    def original(self, span: Span) -> str:
        """The original characters that a span of the normalised text came from."""
        return self.to_source(span).of(self.source)


def normalise(text: str) -> NormalText:
    """`text` in NFC, with the origin of each of its characters."""
    if unicodedata.is_normalized("NFC", text):
        return NormalText(text, text)
    composed: list[str] = []
    pieces = _Pieces()
    length = 0
    for start, end in _segments(text):
        segment = text[start:end]
        composed.append(unicodedata.normalize("NFC", segment))
        pieces.add(length, start, composed[-1] == segment)
        length += len(composed[-1])
    pieces.add(length, len(text), False)
    return NormalText(text, "".join(composed), pieces)


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Ranges whose normal forms, put together, are the normal form of the whole (UAX #15, section 9)."""
    start = 0
    while start < len(text):
        inert = _INERT.match(text, start)
        before = inert.end() - 1 if inert else start  # the last of them may compose with what follows
        end = before if before > start else _segment_end(text, start)
        yield start, end
        start = end


def _segment_end(text: str, start: int) -> int:
    last = min(start + 1 + _MARKS, len(text))
    for at in range(start + 1, last):
        if not _begins_with_mark(text[at]) and _may_cut(text[start:at], text[at]):
            return at
    return last


def _begins_with_mark(char: str) -> bool:
    """Whether what follows a mark may still compose with what stands before it; U+0F73 is a mark by content alone."""
    return not char.isascii() and unicodedata.combining(unicodedata.normalize("NFD", char)[0]) != 0


def _may_cut(before: str, char: str) -> bool:
    if char.isascii():
        return True
    joined = unicodedata.normalize("NFC", before + char)
    return joined == unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", char)
