"""The claims of a draft: each sentence of its prose with what it cites, located in the draft."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.draft.manuscript import Block, Link, Manuscript, Note
from rag.markers import find_markers, with_one_stop

Splitter = Callable[[str], Sequence[tuple[int, int]]]

# A footnote by name, or a file: what rag.markers does not take for a marker.
_BRACKET = re.compile(r"[\[［【](?P<inside>[^\[\]［］【】\n]{1,200})[\]］】]")
_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,9}(?:#\S*)?$")
_SEVERAL = re.compile(r"\s*[;；,，]\s*")
_LABEL = re.compile(r"[\[［【]?(?P<label>\^?[^\[\]\s^]{1,40}?)[\]］】]?")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK = " \t\u00a0\u3000\n"


@dataclass(frozen=True, slots=True)
class Reference:
    """One citation as the draft has it.

    `written` is for the reader; `targets` are file names and addresses that it gives, `words` those of its entry in
    the list of sources; both are empty where the draft has no such entry.
    """

    written: str
    targets: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence without its citations, its half-open span in the draft's text and the line it begins on (from 1).

    `question` is the heading that it stands under where that is one, None elsewhere.
    """

    text: str
    start: int
    end: int
    line: int
    references: tuple[Reference, ...]
    question: str | None = None


@dataclass(frozen=True, slots=True)
class _Cited:
    """A place of a block where something is cited; what lies between `start` and `end` is no part of the sentence."""

    start: int
    end: int
    references: tuple[Reference, ...]


def claims(manuscript: Manuscript, split: Splitter) -> list[Claim]:
    """The sentences of the draft's prose, in order.

    A citation belongs to the sentence it stands in or behind; one in front of a block's first sentence to that.

    Args:
        manuscript: the draft.
        split: gives the spans of the sentences of a paragraph, in order, half-open.
    """
    line_ends = [found.end() for found in _LINE_END.finditer(manuscript.text)]
    return [claim for block in manuscript.blocks for claim in _claims(block, manuscript.notes, split, line_ends)]


def _claims(block: Block, notes: Mapping[str, Note], split: Splitter, line_ends: Sequence[int]) -> Iterator[Claim]:
    cited = sorted(_cited(block, notes), key=lambda one: (one.start, one.end))
    kept = _kept(block.text, cited)
    clean = "".join(" " if block.text[at] == "\n" else block.text[at] for at in kept)
    spans = [(start, end) for start, end in split(clean) if any(map(str.isalnum, clean[start:end]))]
    starts = [kept[start] for start, _ in spans]
    references: list[dict[Reference, None]] = [{} for _ in spans]
    for one in cited:
        if spans:
            references[max(0, bisect_right(starts, max(one.start, one.end - 1)) - 1)] |= dict.fromkeys(one.references)
    question = block.heading if block.heading.rstrip().endswith("?") else None
    for (start, end), found in zip(spans, references, strict=True):
        first, last = block.origin[kept[start]], block.origin[kept[end - 1]] + 1
        text = with_one_stop(" ".join(clean[start:end].split()))
        yield Claim(text, first, last, bisect_right(line_ends, first) + 1, tuple(found), question)


def _cited(block: Block, notes: Mapping[str, Note]) -> Iterator[_Cited]:
    text, taken = block.text, [(link.start, link.end) for link in block.links]
    for link in block.links:
        yield _by_link(text, link, notes)
    for marker in find_markers(text):
        if not _within(marker.start, taken):
            taken.append((marker.start, marker.end))
            caret = "^" * ("^" in text[marker.start : marker.end])
            found = tuple(_labelled(f"{caret}{one}", notes) for one in marker.numbers)
            yield _Cited(marker.start, marker.end, found)
    for bracket in _BRACKET.finditer(text):
        if _within(bracket.start(), taken):
            continue
        if found := _in_bracket(bracket["inside"].strip(), notes):
            yield _Cited(*bracket.span(), found)
        elif text[bracket.end() : bracket.end() + 1] == "[":  # [words][label]: the words are the sentence's
            yield _Cited(bracket.start(), bracket.start() + 1, ())
            yield _Cited(bracket.end() - 1, bracket.end(), ())


def _by_link(text: str, link: Link, notes: Mapping[str, Note]) -> _Cited:
    """A link whose words are a label, or stand in parentheses, is taken out of its sentence; other words stay."""
    label = _LABEL.fullmatch(text[link.start : link.end])
    if label and (label["label"].lstrip("^").isdigit() or _entry(label["label"], notes)):
        entry = _entry(label["label"], notes) or Note("")
        reference = Reference(f"[{label['label']}]", (link.target, *entry.targets), entry.text)
        return _Cited(link.start, link.end, (reference,))
    reference = Reference(f"[{link.target}]", (link.target,))
    if text[link.start - 1 : link.start] == "(" and text[link.end : link.end + 1] == ")":
        return _Cited(link.start - 1, link.end + 1, (reference,))
    return _Cited(link.end, link.end, (reference,))


def _labelled(label: str, notes: Mapping[str, Note]) -> Reference:
    entry = _entry(label, notes) or Note("")
    return Reference(f"[{label}]", entry.targets, entry.text)


def _entry(label: str, notes: Mapping[str, Note]) -> Note | None:
    """What a label stands for; a draft may cite by [1] what it lists as [^1], and the other way round."""
    exact = label.lower()
    return notes.get(exact) or notes.get(exact.removeprefix("^")) or notes.get(f"^{exact}")


def _in_bracket(inside: str, notes: Mapping[str, Note]) -> tuple[Reference, ...]:
    """What a bracket cites: a footnote by name or one file or more; nothing where it is text, such as [sic]."""
    if inside.startswith("^") or _entry(inside, notes):
        return (_labelled(inside, notes),)
    if not _FILE.search(inside):
        return ()
    several = _SEVERAL.split(inside)
    names = several if all(_FILE.search(name) for name in several) else [inside]
    return tuple(Reference(f"[{name}]", (name,)) for name in names)


def _within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _kept(text: str, cited: Sequence[_Cited]) -> list[int]:
    """The characters of `text` outside of citations, and without the white space that set those off."""
    kept: list[int] = []
    at = 0
    for one in cited:
        kept += range(at, max(at, one.start))
        if one.end > one.start and not text[one.end : one.end + 1].isalnum():
            while kept and text[kept[-1]] in _BLANK:
                kept.pop()
        at = max(at, one.end)
    return [*kept, *range(at, len(text))]
