"""Unicode normalisation that remembers where every character came from.

macOS writes Hangul decomposed (NFD); matching wants it composed (NFC); a citation wants the file's own offsets.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from index.article import Span


@dataclass(frozen=True, slots=True)
class NormalText:
    """NFC text with the way back: character i of `text` comes from `origins[i]`, a span of the original `source`.

    `origins` is None where the text was in NFC already, and every offset is its own.
    """

    source: str
    text: str
    origins: tuple[Span, ...] | None = None

    def to_source(self, span: Span) -> Span:
        """The span of the original text that a span of the normalised text came from."""
        if self.origins is None:
            return span
        if not len(span):
            at = self.origins[span.start].start if span.start < len(self.origins) else self._end
            return Span(at, at)
        return Span(self.origins[span.start].start, self.origins[span.end - 1].end)

    def original(self, span: Span) -> str:
        """The original characters that a span of the normalised text came from."""
        return self.to_source(span).of(self.source)

    @property
    def _end(self) -> int:
        return self.origins[-1].end if self.origins else len(self.text)


def normalise(text: str) -> NormalText:
    """`text` in NFC, with the origin of each of its characters."""
    if unicodedata.is_normalized("NFC", text):
        return NormalText(text, text)
    pieces: list[str] = []
    origins: list[Span] = []
    for start, end in _segments(text):
        composed = unicodedata.normalize("NFC", text[start:end])
        pieces.append(composed)
        if composed == text[start:end]:
            origins.extend(Span(at, at + 1) for at in range(start, end))
        else:  # each character comes from the whole segment: a cut inside it loses nothing
            origins.extend([Span(start, end)] * len(composed))
    return NormalText(text, "".join(pieces), tuple(origins))


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Shortest ranges whose normal forms, put together, are the normal form of the whole (UAX #15, section 9)."""
    start = 0
    for at in range(1, len(text)):
        if not _begins_with_mark(text[at]) and _may_cut(text[start:at], text[at]):
            yield start, at
            start = at
    if text:
        yield start, len(text)


def _begins_with_mark(char: str) -> bool:
    """Whether what follows a mark may still compose with what stands before it; U+0F73 is a mark by content alone."""
    return not char.isascii() and unicodedata.combining(unicodedata.normalize("NFD", char)[0]) != 0


def _may_cut(before: str, char: str) -> bool:
    if char.isascii():
        return True
    joined = unicodedata.normalize("NFC", before + char)
    return joined == unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", char)
