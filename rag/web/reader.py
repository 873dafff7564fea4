"""A whole article as HTML: the words that an answer rests on marked, other cited words lighter, furniture faint."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.article import Span
from rag.web.markup import Html, tag

MOST = 200_000  # characters of a file that are shown, around the quote
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")

Kind = Literal["quote", "cited", "furniture", "plain"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a file's text: the quote, other cited words, the furniture around the article, or the rest."""

    text: str
    kind: Kind


def pieces(
    text: str, shown: Span, quote: Span, others: Sequence[Span] = (), kept: Sequence[Span] = ()
) -> Iterator[Piece]:
    """The text inside `shown`, cut where the quote, the `others` or the article's own words begin and end.

    Args:
        text: a file's decoded text; all spans count its code points.
        shown: the part that is wanted; `quote` lies inside it, and stays in one piece.
        quote: the words that are looked for.
        others: further cited words.
        kept: the article's own words, in order; where there are any, words outside all of them are furniture.
    """
    spans = (*others, *kept)
    inside = {edge for one in spans for edge in (one.start, one.end) if shown.start < edge < shown.end}
    outside_quote = {edge for edge in inside if not quote.start < edge < quote.end}
    cuts = sorted({shown.start, quote.start, quote.end, shown.end} | outside_quote)
    starts = [one.start for one in kept]
    for start, end in pairwise(cuts):
        run = Span(start, end)
        if run == quote:
            yield Piece(run.of(text), "quote")
        elif any(_within(run, one) for one in others):
            yield Piece(run.of(text), "cited")
        else:
            own = not kept or _within(run, kept[max(0, bisect_right(starts, start) - 1)])
            yield Piece(run.of(text), "plain" if own or run.of(text).isspace() else "furniture")


def around(quote: Span, length: int, most: int = MOST) -> Span:
    """The part of a text of `length` characters to show: all of it, or about `most` of them around `quote`."""
    if length <= most:
        return Span(0, length)
    start = max(0, min(quote.start - most // 2, length - most))
    return Span(start, max(quote.end, start + most))


def written(piece: Piece, *, quoted: bool = True) -> Html:
    """A piece as HTML; what is not `quoted` is a passage that was found, and claims nothing."""
    if piece.kind == "quote":
        return tag("mark", piece.text, class_="byline-quote" if quoted else "byline-passage")
    if piece.kind == "cited":
        return tag("mark", piece.text, class_="byline-cited")
    # Web captures are full of empty lines; the quote itself is left as it is.
    text = _BLANK_LINES.sub("\n\n", piece.text)
    return tag("span", text, class_="byline-furniture" if piece.kind == "furniture" else None)


def _within(run: Span, outer: Span) -> bool:
    return outer.start <= run.start and run.end <= outer.end
