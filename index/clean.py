"""Telling an article's own words from the page around them, without moving a character.

A line is kept, or dropped as furniture (buttons, prompts, notices), or dropped as repeated (a body saved twice, a
caption under two pictures). Whole lines are judged, never parts of them, and prose is never furniture: a line that
reads as a sentence goes only when it is a notice, opens as a prompt, or stands in the file already.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files

from index.article import Span
from index.dates import find_dates
from index.sentences import strip

_SHORT = 40  # characters up to which a line may be furniture by a phrase or by its neighbours
_PROMPT = 120  # characters up to which a line may be a prompt
_LABEL = 28  # characters up to which a line that is no sentence may be a label
_SHORTEST_PROSE = 12  # "He left.": shorter lines that end in a full stop are labels too ("No. 3.", "Mon.")
_LONGEST_RUN = 4  # more labels than this in a row are a list with a meaning
_NO_WORDS = "no words"
_REPEATABLE = 15  # shorter lines repeat for good reasons ("Yes," he said)
_CAPTION_TAIL = 40  # what a caption may add to the headline it repeats: an agency's name
_WORD = re.compile(r"\w", re.UNICODE)
_SENTENCE_END = re.compile(r"[.!?。…][\"'”’」』)\]]*$|[다요죠까][\"'”’」』)\]]*$")
_POINTER = re.compile(r"^[▶▷☞☛»]")
_LINK_TARGET = re.compile(r"\]\([^)\s]*\)")  # of a link in Markdown
_BETWEEN = re.compile(r"\s*[/|·\[\]]\s*")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$", re.UNICODE)
_COUNT = re.compile(r"\s*[(\[]?\d+[)\]]?$")
_COUNTER = re.compile(r"[(\[]\s*\d+\s*/\s*\d+\s*\w?\s*[)\]]$")  # "(0/250)": characters typed into a comment box
_ICON = re.compile(r"^\w+[-_](?:image|img|icon|btn|logo)\b|^\w+ icon$")  # "lock icon", "help-image Comment?"
_HAS_DIGIT = re.compile(r"\d")


class Fate(StrEnum):
    """What becomes of a line."""

    KEPT = "kept"
    FURNITURE = "furniture"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text without the white space around it, what became of it, and why."""

    span: Span
    text: str
    fate: Fate = Fate.KEPT
    why: str = ""


@dataclass(frozen=True, slots=True)
class Furniture:
    """The vocabulary of page furniture; see furniture.toml for what each list means."""

    phrases: frozenset[str]
    starts: tuple[str, ...]
    notices: tuple[str, ...]


@cache
def known_furniture() -> Furniture:
    """The vocabulary that ships with byline."""
    lists = tomllib.loads((files("index") / "furniture.toml").read_text(encoding="utf-8"))
    return Furniture(frozenset(lists["phrases"]), tuple(lists["starts"]), tuple(lists["notices"]))


def drop_furniture(text: str, furniture: Furniture | None = None) -> tuple[Line, ...]:
    """Every line of `text` that is not blank, in order: kept, or furniture and why.

    Args:
        text: the decoded text of a file.
        furniture: the vocabulary to go by; the one that ships with byline when None.
    """
    words = furniture or known_furniture()
    return tuple(_drop_surrounded([_judge(line, words) for line in _lines(text)]))


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for raw in text.splitlines(keepends=True):
        span = strip(text, Span(start, start + len(raw)))
        if len(span):
            yield Line(span, span.of(text))
        start += len(raw)


def _judge(line: Line, words: Furniture) -> Line:
    why = _furniture_by_itself(line.text, words)
    return replace(line, fate=Fate.FURNITURE, why=why) if why else line


def _furniture_by_itself(text: str, words: Furniture) -> str:
    """Why a line is furniture wherever it stands; empty when it is not."""
    if not _WORD.search(text):
        return _NO_WORDS
    folded = " ".join(text.casefold().split())
    if any(notice in folded for notice in words.notices):
        return "a notice"
    if len(text) <= _SHORT:
        if _all_phrases(_LINK_TARGET.sub("]", folded), words.phrases):
            return "a button or label"
        if _COUNTER.search(folded):
            return "a comment box"
        if _ICON.search(folded):
            return "the name of an icon"
    if len(text) <= _PROMPT and not is_prose(text) and _is_row_of_buttons(_LINK_TARGET.sub("]", folded), words.phrases):
        return "a row of buttons"
    if _POINTER.match(text) and not is_prose(text):
        return "a pointer to another page"
    if len(text) <= _PROMPT and _EDGES.sub("", folded).startswith(words.starts):
        return "a prompt"
    return ""


def _all_phrases(line: str, phrases: frozenset[str]) -> bool:
    """Whether a line is phrases: one, also with a count ("댓글 3"), or several ("prev 1 2 3 next", "x | share")."""
    pieces = [piece for part in _BETWEEN.split(line) if (piece := _EDGES.sub("", part))]
    return bool(pieces) and all(_is_phrase(piece, phrases) for piece in pieces)


def _is_row_of_buttons(line: str, phrases: frozenset[str]) -> bool:
    """Whether bars part a line into pieces of which half are phrases; a line with a date is about the article."""
    pieces = [_EDGES.sub("", piece) for piece in line.split(" | ")]
    known = sum(_is_phrase(piece, phrases) for piece in pieces)
    return len(pieces) > 1 and 2 * known >= len(pieces) and not find_dates(line)


def _is_phrase(piece: str, phrases: frozenset[str]) -> bool:
    if piece in phrases or _COUNT.sub("", piece) in phrases:
        return True
    words = piece.split()
    return any(word in phrases for word in words) and all(word in phrases or word.isdigit() for word in words)


def _drop_surrounded(lines: Sequence[Line]) -> list[Line]:
    """Drop runs of short labels that stand between furniture, or between furniture and an edge of the page."""
    out = list(lines)
    # Separators ("-", ",") stand inside lists and prose too: they bound no furniture.
    worded = [at for at, line in enumerate(lines) if line.why != _NO_WORDS]
    for run in _label_runs(lines, worded):
        before = worded[run.start - 1] if run.start else None
        after = worded[run.stop] if run.stop < len(worded) else None
        bounds = [at for at in (before, after) if at is not None]
        if bounds and all(lines[at].fate is Fate.FURNITURE for at in bounds) and len(run) <= _LONGEST_RUN:
            for at in (worded[place] for place in run):
                out[at] = replace(lines[at], fate=Fate.FURNITURE, why="a label among furniture")
    return out


def _label_runs(lines: Sequence[Line], worded: Sequence[int]) -> Iterator[range]:
    """Longest ranges of places in `worded` whose lines are all kept labels."""
    start = None
    for place in range(len(worded) + 1):
        label = place < len(worded) and _may_be_label(lines[worded[place]], first=place == 0)
        if label and start is None:
            start = place
        elif not label and start is not None:
            yield range(start, place)
            start = None


def _may_be_label(line: Line, *, first: bool) -> bool:
    # The first line of a page is its headline more often than not.
    return line.fate is Fate.KEPT and is_label(line.text) and not (first and len(line.text) > _LABEL // 2)


def is_label(text: str) -> bool:
    """Whether a line is too short and too unlike a sentence to be prose."""
    return len(text) <= _LABEL and not is_prose(text) and not _HAS_DIGIT.search(text)


def is_prose(text: str) -> bool:
    """Whether a line reads as running text: it ends as a sentence does and is no mere label, or it is long."""
    return (bool(_SENTENCE_END.search(text)) and len(text) >= _SHORTEST_PROSE) or len(text) > _PROMPT


def drop_repeats(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of one article, a line marked repeated when its words stand in an earlier kept one.

    That is the same line again, or a headline with an agency's name behind it, as captions have it.
    """
    seen: set[str] = set()
    headlines: list[str] = []
    for line in lines:
        folded = " ".join(line.text.split())
        if line.fate is not Fate.KEPT or len(folded) < _REPEATABLE:
            yield line
        elif folded in seen:
            yield replace(line, fate=Fate.REPEATED, why="stands in the file already")
        elif _repeats_headline(folded, headlines):
            yield replace(line, fate=Fate.REPEATED, why="a caption that repeats a headline")
        else:
            seen.add(folded)
            if len(headlines) < 5:  # headlines stand at the top
                headlines.append(folded)
            yield line


def _repeats_headline(folded: str, headlines: Sequence[str]) -> bool:
    for headline in headlines:
        tail = folded[len(headline) :]
        if len(headline) >= _SHORT and folded.startswith(headline) and len(tail) <= _CAPTION_TAIL:
            return not _SENTENCE_END.search(folded)
    return False
