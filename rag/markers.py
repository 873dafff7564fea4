"""Citation markers in a finished answer: which sentences carry which numbers, and which numbers are made up.

A marker is a bracket with nothing but passage numbers in it: `[1]`, `[1, 2]`, `[1-3]`, `[^1]`, `【1】`, also
in full width, `[passage 1]`, `[1](https://…)`. A number of more than three digits is a year or a figure: such
a bracket is text, and so is everything inside code.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Splitter = Callable[[str], Sequence[tuple[int, int]]]

_GAP = r"[^\S\n]*"
_NUMBER = r"\^?\d{1,3}"
_JOIN = rf"{_GAP}(?:[,，、;；·&]|and|[-–—~‐]){_GAP}"
_MARKER = re.compile(
    rf"[\[［【]{_GAP}(?:(?:passages?|sources?|구절|출처){_GAP})?(?P<numbers>{_NUMBER}(?:{_JOIN}{_NUMBER})*){_GAP}"
    r"(?:†[^\]］】\n]*)?[\]］】](?:\((?:https?:|#)[^()\s]*\))?",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"^(?P<rail>```|~~~).*?(?:^(?P=rail)|\Z)|(?<!`)(?P<tick>`++)[^\n]*?(?<!`)(?P=tick)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_RANGE = re.compile(rf"(?P<low>\d+){_GAP}[-–—~‐]{_GAP}\^?(?P<high>\d+)|(?P<one>\d+)")
_NEW_BLOCK = re.compile(r"\n(?=[^\S\n]*(?:\n|[-*+•‣·][^\S\n]|\d{1,3}[.)][^\S\n]|#{1,6}[^\S\n]|[>|]))")
_LEAD = re.compile(r"\s*(?:(?:[-*+•‣·]|\d{1,3}[.)]|#{1,6}|>)[^\S\n]+)*")
_BLANK = " \t\u00a0\u3000"
_MOST_NAMED = 5  # numbers that a notice lists


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence without its markers, and the numbers it cites, in the order cited and each once."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker where it stands in a text, half-open, and the numbers it names."""

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """An answer taken apart.

    `text` is the answer with each marker as `[n]` or `[n][m]`, those to passages that do not exist left out;
    `dropped` are the numbers of the latter, ascending.
    """

    text: str
    sentences: tuple[Marked, ...]
    dropped: tuple[int, ...]

    def notice(self, passages: int) -> str | None:
        """What to tell the reader about dropped markers, None where there were none."""
        if not self.dropped:
            return None
        named = ", ".join(f"[{number}]" for number in self.dropped[:_MOST_NAMED])
        more = len(self.dropped) - _MOST_NAMED
        others = f" and {more} more" if more > 0 else ""
        return f"markers to passages that do not exist were dropped: {named}{others} (there are {passages})"


def parse(answer: str, passages: int, split: Splitter) -> Parsed:
    """Take `answer` apart into sentences and the passages that each cites.

    A marker belongs to the sentence it stands in or behind, also behind its final full stop; a marker in
    front of the first sentence of a paragraph or list item belongs to that sentence.

    Args:
        answer: a finished answer, in plain text or Markdown.
        passages: how many passages there are; they are numbered from 1.
        split: gives the spans of the sentences of a paragraph, in order, half-open.
    """
    found = _find(answer)
    numbers = [_numbers(marker) for marker in found]
    kept = [tuple(number for number in each if 1 <= number <= passages) for each in numbers]
    dropped = {number for each in numbers for number in each} - set(range(1, passages + 1))
    text, _ = _replace(answer, found, ["".join(f"[{number}]" for number in each) for each in kept])
    clean, places = _replace(answer, found, [""] * len(found))
    edges = [block.end() for block in _NEW_BLOCK.finditer(clean)]
    spans = _spans(clean, split, edges)
    cited: list[dict[int, None]] = [{} for _ in spans]
    for place, each in zip(places, kept, strict=True):
        if spans:
            cited[_owner(place, spans, edges)].update(dict.fromkeys(each))
    sentences = (
        Marked(clean[start:end].strip(), tuple(each)) for (start, end, _), each in zip(spans, cited, strict=True)
    )
    return Parsed(text.strip(), tuple(sentences), tuple(sorted(dropped)))


def find_markers(text: str) -> list[Marker]:
    """The markers of `text`, in order."""
    return [Marker(found.start(), found.end(), _numbers(found)) for found in _find(text)]


def without_markers(text: str) -> str:
    """`text` with its markers taken out, and the white space that stood in front of them."""
    found = _find(text)
    return _replace(text, found, [""] * len(found))[0]


def with_one_stop(sentence: str) -> str:
    """A sentence without the second full stop that "at 6 a.m. [1]." has once its marker is out."""
    return sentence[:-1] if sentence.endswith("..") and not sentence.endswith("...") else sentence


def has_marker(text: str) -> bool:
    """Whether there is a marker in `text`, to an existing passage or not."""
    return bool(_find(text))


def _find(text: str) -> list[re.Match[str]]:
    code = [found.span() for found in _CODE.finditer(text)]
    ends = [end for _, end in code]

    def in_code(place: int) -> bool:
        at = bisect_right(ends, place)
        return at < len(code) and code[at][0] <= place

    return [found for found in _MARKER.finditer(text) if not in_code(found.start())]


def _numbers(marker: re.Match[str]) -> tuple[int, ...]:
    """The numbers that a marker names, ranges written out, each once."""
    named: dict[int, None] = {}
    for part in _RANGE.finditer(marker["numbers"]):
        low, high = sorted((int(part["low"] or part["one"]), int(part["high"] or part["one"])))
        named.update(dict.fromkeys(range(low, high + 1)))
    return tuple(named)


def _replace(text: str, found: Sequence[re.Match[str]], by: Sequence[str]) -> tuple[str, list[int]]:
    """`text` with each marker replaced, and where in the result each of them stands.

    Where nothing takes a marker's place, the white space that set it off goes too.
    """
    pieces: list[str] = []
    places: list[int] = []
    size, at, leading = 0, 0, False
    for marker, new in zip(found, by, strict=True):
        start, end = marker.span()
        gap = at + len(text[at:start].rstrip(_BLANK))
        leading = text[max(0, gap - 1) : gap] in ("", "\n") or (leading and gap == at)
        if not new and leading:
            end += len(text[end:]) - len(text[end:].lstrip(_BLANK))
        elif not new and not text[end : end + 1].isalnum():
            start = gap
        pieces += [text[at:start], new]
        places.append(size + start - at)
        size, at = places[-1] + len(new), end
    return "".join([*pieces, text[at:]]), places


def _spans(text: str, split: Splitter, edges: Sequence[int]) -> list[tuple[int, int, int]]:
    """Start, end and block of each sentence, bullets left out; blocks begin at 0 and at each edge."""
    spans = []
    for block, (start, end) in enumerate(pairwise([0, *edges, len(text)])):
        lead = _LEAD.match(text, start, end)
        first = lead.end() if lead else start
        if first < end:
            spans += [(first + low, first + high, block) for low, high in split(text[first:end])]
    return [span for span in spans if any(map(str.isalnum, text[span[0] : span[1]]))]


def _owner(place: int, spans: Sequence[tuple[int, int, int]], edges: Sequence[int]) -> int:
    """Which sentence a marker belongs to: the one it stands in or behind, if possible in its own block."""
    block = bisect_right(edges, place)
    before = bisect_left(spans, (place,)) - 1
    if before >= 0 and spans[before][2] == block:
        return before
    if before + 1 < len(spans) and spans[before + 1][2] == block:
        return before + 1
    return max(before, 0)
