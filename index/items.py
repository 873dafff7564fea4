"""List pages: a page of press releases is several articles, each with its own title and date.

A list page gives itself away by its date marks: the same kind of mark (a date that closes a line, opens it, or fills
it) again and again, with a few lines between one and the next. Where the marks stand tells where the items begin.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from index.clean import Fate, Line, is_label, is_prose
from index.dates import find_dates

_FEWEST_ITEMS = 3
_TITLE = 40  # characters up to which an opening line may be a title although it ends as a sentence does
_TITLED = 2 / 3  # of the items, at least, open with a title
_LONGEST_ITEM = 12  # lines between two marks above which a date is no item mark
_MARK_ROOM = 20  # characters besides the date that a line may have and still be a mark: "등록일 :", a clock time
_OPENING = re.compile(r"^[\W_]*$")
_CLOSING = re.compile(r"^[\s)\]〉>】]*$")


class Shape(StrEnum):
    """How a date mark sits in its line."""

    FILLS = "fills"
    OPENS = "opens"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class Mark:
    """A date mark: which line it is on, the ISO date, and how it sits there."""

    line: int
    published: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list page: its lines and the date of its mark."""

    lines: tuple[Line, ...]
    published: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """The items of a list page, and the lines of the page around them; together every kept line."""

    items: tuple[Item, ...]
    around: tuple[Line, ...]


def list_items(lines: Sequence[Line]) -> ListPage | None:
    """The items of a list page, in order; None when the page is not one.

    Args:
        lines: the page's lines as `index.clean.drop_furniture` gives them.
    """
    words = [line for line in lines if line.fate is Fate.KEPT]
    marks = _marks(words)
    if len(marks) < _FEWEST_ITEMS or not _regular(marks, len(words)):
        return None
    ranges = _ranges(words, marks)
    items = [Item(tuple(words[one.start : one.stop]), mark.published) for mark, one in zip(marks, ranges, strict=True)]
    if not _titled(items):
        return None
    return ListPage(tuple(items), (*words[: ranges[0].start], *words[ranges[-1].stop :]))


def _titled(items: Sequence[Item]) -> bool:
    """Whether most items open with a title: messages quoted in an article have dates, and no titles."""
    first = [item.lines[0].text for item in items]
    return sum(len(text) <= _TITLE or not is_prose(text) for text in first) >= _TITLED * len(items)


def _marks(words: Sequence[Line]) -> list[Mark]:
    found = [mark for at, line in enumerate(words) if (mark := _mark(at, line.text))]
    if not found:
        return []
    usual, _ = Counter(mark.shape for mark in found).most_common(1)[0]
    return [mark for mark in found if mark.shape is usual]


def _mark(at: int, text: str) -> Mark | None:
    dates = find_dates(text)
    if not dates:
        return None
    first, last = dates[0], dates[-1]
    if len(text) - len(last.span) <= _MARK_ROOM and not is_prose(text):
        return Mark(at, last.iso, Shape.FILLS)
    if _CLOSING.match(text[last.span.end :]):
        return Mark(at, last.iso, Shape.CLOSES)
    if _OPENING.match(text[: first.span.start]):
        return Mark(at, first.iso, Shape.OPENS)
    return None


def _regular(marks: Sequence[Mark], lines: int) -> bool:
    """Whether the marks divide the whole page into short stretches, as an article's few dates do not."""
    stops = [-1, *(mark.line for mark in marks), lines]
    return all(after - before <= _LONGEST_ITEM for before, after in pairwise(stops))


def _ranges(words: Sequence[Line], marks: Sequence[Mark]) -> list[range]:
    """The lines of each item."""
    if _opens_items(words, marks):
        back = 1 if _under_titles(words, marks) else 0
        starts = [mark.line - back for mark in marks]
        return [range(start, end) for start, end in zip(starts, [*starts[1:], len(words)], strict=True)]
    ends = [mark.line + 1 for mark in marks]
    starts = [_first_start(words, marks[0].line), *ends[:-1]]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


def _opens_items(words: Sequence[Line], marks: Sequence[Mark]) -> bool:
    """Whether the marks stand above their items' text; page feet carry prose too often to tell by what follows."""
    if marks[0].shape is Shape.OPENS:
        return True
    return marks[0].shape is Shape.FILLS and not any(is_prose(line.text) for line in words[: marks[0].line])


def _under_titles(words: Sequence[Line], marks: Sequence[Mark]) -> bool:
    lines = {mark.line for mark in marks}
    above = [mark.line - 1 for mark in marks]
    return all(at >= 0 and at not in lines and not is_prose(words[at].text) for at in above)


def _first_start(words: Sequence[Line], mark: int) -> int:
    """Where the first item begins under the page's own head: a category, a title, then its text."""
    text = next((at for at in range(mark + 1) if is_prose(words[at].text)), mark)
    title = max(text - 1, 0)
    return title - 1 if title and is_label(words[title - 1].text) else title
