"""A draft as it is checked: its prose in blocks, its list of sources, and where each character stands in the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a block: the half-open span of its visible text there, and where it leads."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item or quotation as its reader sees it, without markup.

    `origin[i]` is the offset of `text[i]` in the draft's text; `item` says that it stands in a list; `heading` is the
    one that it stands under, empty without one.
    """

    text: str
    origin: tuple[int, ...]
    links: tuple[Link, ...] = ()
    item: bool = False
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """An entry of the list of sources, or a footnote: its words, and where its links lead."""

    text: str
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A draft taken apart.

    `text` is what offsets count in: the decoded text of a text file, the extracted one of a Word file; `blocks` are
    its prose, in order; `notes` are its sources by the label that cites them, in lower case: `1`, and `^1` for a
    footnote.
    """

    name: str
    text: str
    blocks: tuple[Block, ...]
    notes: Mapping[str, Note]
