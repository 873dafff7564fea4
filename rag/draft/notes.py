"""The list of sources of a draft, told from its prose: footnotes, `[1] …` lines, a numbered list under "Sources"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.draft.manuscript import Block, Note

_HEADING = re.compile(
    r"\W*(?:sources?|references?|bibliography|works cited|(?:foot|end)?notes|citations"
    r"|출처|참고\s*(?:문헌|자료|기사)|인용\s*(?:문헌|자료|기사)|자료|각주|미주|주)\W*",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"^[^\S\n]*[\[［【](?P<label>\^?[^\[\]［］【】\s^]{1,40})[\]］】](?P<colon>[:：]?)[^\S\n]*", re.MULTILINE
)
_NAMES_FILE = re.compile(r"https?://|\.(?:txt|md|markdown|html?|pdf|docx?|rtf|csv|json)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading or a paragraph of a draft; `number` is the one it has in an ordered list."""

    block: Block
    heading: bool = False
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The prose of a draft, and its notes by label, in lower case, that of a footnote with its caret."""

    prose: tuple[Block, ...]
    notes: dict[str, Note]


def sort_out(parts: Iterable[Part]) -> Outline:
    """Tell prose from the list of sources.

    What stands under a heading such as "Sources" is the list of sources. Elsewhere a line is an entry that begins
    with a label and a colon, or with a label and names a file; or when nothing but such lines follows.
    """
    prose: list[Part] = []
    notes: dict[str, Note] = {}
    listing, heading = False, ""
    for part in parts:
        if part.heading or _HEADING.fullmatch(part.block.text.split("\n", 1)[0]):
            listing = bool(_HEADING.fullmatch(part.block.text.split("\n", 1)[0]))
        if part.heading:
            heading = part.block.text
            continue
        if listing or _is_entries(part.block):
            notes |= _numbered(part) if part.number is not None else {}
            notes |= dict(_entries(part.block))
        else:
            prose.append(replace(part, block=replace(part.block, heading=heading)))
    while prose and _ENTRY.match(prose[-1].block.text):
        notes = dict(_entries(prose.pop().block)) | notes
    return Outline(tuple(part.block for part in prose if _is_prose(part.block)), notes)


def _is_entries(block: Block) -> bool:
    first = _ENTRY.match(block.text)
    if not first:
        return False
    line = block.text.split("\n", 1)[0]
    return bool(first["colon"] or _NAMES_FILE.search(line) or not _SENTENCE_END.search(line))


def _is_prose(block: Block) -> bool:
    """Whether there is a sentence in a block: a short line or list item that has no full stop is a label."""
    return bool(_SENTENCE_END.search(block.text) or "]" in block.text or block.links or "\n" in block.text.strip())


def _numbered(part: Part) -> dict[str, Note]:
    return {str(part.number): _note(part.block, 0, len(part.block.text))}


def _entries(block: Block) -> Iterator[tuple[str, Note]]:
    starts: Sequence[re.Match[str]] = list(_ENTRY.finditer(block.text))
    for at, found in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(block.text)
        yield found["label"].lower(), _note(block, found.end(), end)


def _note(block: Block, start: int, end: int) -> Note:
    targets = tuple(link.target for link in block.links if start <= link.start < end)
    return Note(" ".join(block.text[start:end].split()), targets)
