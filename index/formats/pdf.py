"""PDF files: the paragraphs of the text layer, and where each page begins.

pdfium reads the lines in a process of its own (`index.formats.pdf_lines`): it is not safe to use from several threads,
and a hostile file may crash or stall it. What a PDF keeps are lines; the paragraphs are made out here from where the
lines stand, and running heads and feet are left out, so that a sentence is whole across lines and pages.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any

from index.article import Page
from index.clean import is_prose
from index.decode import Unreadable
from index.formats.extracted import About, Extracted, one_line, plain
from index.metadata import is_masthead

SECONDS = 60.0  # a file may hold a program that draws for ever
_PROGRAM = Path(__file__).with_name("pdf_lines.py")
_ALIKE = 0.15  # share by which the heights of two lines of one paragraph may differ
_INDENT = 0.8  # of a line's height, from which a line is indented
_NARROWEST = 8  # heights: a narrower column holds labels, not running text
_OVERLAP = 0.5  # heights: lines less apart stand beside one another
_DOUBLE = 2.0  # heights from line to line at double spacing
_WIDER = 1.25  # of the usual distance between lines, above which there is white space between them
_OUTER = 3  # lines that a running head or foot has at most
_TIERS = 2  # blocks of them at one edge
_RUNNING = 1 / 3  # of the pages, and two at least, have it
_HEAD = 1000  # characters in which a stated title must stand
_DIGITS = re.compile(r"\d+")
_ITEM = re.compile(r"[•▪▲△▶■□◆◇○●※☞·-]\s")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_BROKEN = re.compile(r"[^\W\d_]-$")
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_NEAR = 40  # characters on either side of a line's end that tell whether a word ends there
_LETTERS = re.compile(r"\w+")

WordEnds = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page and its edges in points, the origin at the page's lower left."""

    page: int
    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)

    @property
    def first_word(self) -> float:
        """The width of the first word."""
        return (self.right - self.left) * len(self.text.split(" ", 1)[0]) / len(self.text)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the lines of a page have in common: the right edge of each one's column, and the leading, in heights."""

    edges: dict[_Line, float]
    leading: float


def read_pdf(data: bytes, word_ends: WordEnds, *, seconds: float = SECONDS) -> Extracted:
    """The text of a PDF, a paragraph a line.

    Args:
        data: the file's bytes.
        word_ends: whether a word ends where Korean text was broken, given the text before and after.
        seconds: how long pdfium may take.

    Raises:
        Unreadable: it is locked, broken, without a text layer, or takes too long.
    """
    read = _lines_of(data, seconds)
    pages = [
        [_Line(number, plain(text), *edges) for text, *edges in lines if plain(text)]
        for number, lines in enumerate(read["pages"], start=1)
    ]
    if not any(pages):
        raise Unreadable("it has no text layer (scanned pages?); run text recognition (OCR) over it first")
    running = _running(pages)
    body = [[line for line in lines if line not in running] for lines in pages]
    if not any(body):
        raise Unreadable("there is nothing but running heads and page numbers in it")
    text, starts = _paragraphs(body, word_ends)
    left_out = tuple(dict.fromkeys(line.text for line in chain.from_iterable(pages) if line in running))
    about = About(title=_title(read["title"], text), outlet=next(filter(is_masthead, left_out), None))
    return Extracted(text, "pdf", about, pages=starts, left_out=left_out)


def _lines_of(data: bytes, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-P", str(_PROGRAM)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"reading it took more than {seconds:.0f} s; print it anew as PDF") from error
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or f"pdfium ended with {done.returncode}"
        raise Unreadable(f"it is broken ({why})")
    read: dict[str, Any] = json.loads(done.stdout)
    if "refused" in read:
        raise Unreadable(read["refused"])
    return read


def _title(stated: str, text: str) -> str | None:
    """The title that the file states, if it stands in the text: it is a file name or a form's title as often as not."""
    title = one_line(stated)
    return title if title and _letters(title) and _letters(title) in _letters(text[:_HEAD]) else None


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text.casefold()))


def _running(pages: Sequence[Sequence[_Line]]) -> set[_Line]:
    """Running heads and feet: blocks outermost on the page that stand in one place on several pages."""
    edges = [[list(islice(_blocks_from_edge(lines, way), _TIERS)) for way in (1, -1)] for lines in pages if lines]
    outer = [{_key(line) for blocks in page for block in blocks for line in block} for page in edges]
    counts = Counter(chain.from_iterable(outer))
    fewest = max(2, _RUNNING * len(pages))
    found: set[_Line] = set()
    for blocks in chain.from_iterable(edges):
        for block in blocks:
            if len(block) > _OUTER or any(counts[_key(line)] < fewest or is_prose(line.text) for line in block):
                break
            found.update(block)
    return found


def _key(line: _Line) -> tuple[str, int]:
    """What a line that runs through the pages has in common with itself: its place, and its words but for figures."""
    return _DIGITS.sub("0", line.text), round(line.bottom)


def _blocks_from_edge(lines: Sequence[_Line], way: int) -> Iterator[list[_Line]]:
    """The lines of a page from its top (1) or its bottom (-1) inwards, parted where there is white space between."""
    inwards = sorted(lines, key=lambda line: -way * line.bottom)
    leading = _leading(lines)
    block = inwards[:1]
    for before, after in pairwise(inwards):
        if abs(before.bottom - after.bottom) > _WIDER * leading * min(before.height, after.height):
            yield block
            block = []
        block.append(after)
    yield block


def _leading(lines: Sequence[_Line]) -> float:
    """The distance from a line to the next inside a paragraph, in heights: the lower quartile of all distances."""
    ratios = [(before.top - after.top) / before.height for before, after in pairwise(lines)]
    usual = sorted(ratio for ratio in ratios if ratio > _OVERLAP)
    return min(usual[len(usual) // 4], _DOUBLE) if usual else 1.0


def _paragraphs(pages: Sequence[Sequence[_Line]], word_ends: WordEnds) -> tuple[str, tuple[Page, ...]]:
    """The text, and where in it each page begins that has text."""
    layouts = [_layout(page) for page in pages]
    lines = list(chain.from_iterable(pages))
    compounds = set(_COMPOUND.findall("\n".join(line.text for line in lines)))
    text = lines[0].text
    starts = [Page(lines[0].page, 0)]
    for before, after in pairwise(lines):
        if _continues(before, after, layouts[before.page - 1]):
            text = _joined(text, after.text, compounds, word_ends)
        else:
            text += f"\n{after.text}"
        if after.page != before.page:
            starts.append(Page(after.page, len(text) - len(after.text)))
    return text, tuple(starts)


def _layout(lines: Sequence[_Line]) -> _Layout:
    """Lines of like height that begin at about the same place stand in one column, as wide as its widest line."""
    unit = 2 * median([line.height for line in lines] or [1.0])
    widest: dict[int, dict[int, float]] = defaultdict(dict)  # place of the left edge: height: right edge
    for line in lines:
        rights = widest[int(line.left // unit)]
        rights[round(line.height)] = max(rights.get(round(line.height), 0.0), line.right)
    edges = {}
    for line in lines:
        place = int(line.left // unit)
        near = [item for at in (place - 1, place, place + 1) for item in widest.get(at, {}).items()]
        edges[line] = max(right for height, right in near if abs(height - round(line.height)) <= _likeness(line))
    return _Layout(edges, _leading(lines))


def _likeness(line: _Line) -> float:
    """The difference in height, in points, up to which another line may be of the same paragraph."""
    return max(1.0, _ALIKE * line.height)


def _continues(before: _Line, after: _Line, layout: _Layout) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    if abs(before.height - after.height) > _likeness(before) or _ITEM.match(after.text):
        return False
    edge = layout.edges[before]
    if edge - before.left < _NARROWEST * before.height:
        return False
    full = before.right + after.first_word + before.height / 2 >= edge or _is_broken(before.text, after.text)
    if after.page != before.page or after.top > before.top:  # the next page, or column
        return full and not is_prose(before.text)
    indented = after.left > before.left + _INDENT * before.height
    return full and not indented and before.top - after.top <= _WIDER * layout.leading * before.height


def _is_broken(before: str, after: str) -> bool:
    """Whether a word is broken, with a hyphen, between two lines."""
    return bool(_BROKEN.search(before)) and after[0].islower()


def _joined(text: str, after: str, compounds: set[str], word_ends: WordEnds) -> str:
    """A paragraph and its next line: without the hyphen of a broken word, with a space where a word ends."""
    if _is_broken(text, after):
        halves = (_LETTERS.findall(text[-_NEAR:])[-1], _LETTERS.findall(after[:_NEAR])[0])
        return text + after if "-".join(halves) in compounds else text[:-1] + after
    if _HANGUL.match(text[-1]) and _HANGUL.match(after[0]) and not word_ends(text[-_NEAR:], after[:_NEAR]):
        return text + after
    return f"{text} {after}"
