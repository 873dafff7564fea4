"""Markdown and plain text as a manuscript: CommonMark by markdown-it, every visible character traced to the draft.

Headings, tables and code are no prose and make no block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rag.draft.manuscript import Block, Link, Manuscript
from rag.draft.notes import Part, sort_out

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_LINE_END = re.compile(r"\r\n|\r|\n")
_FILE_IN_ANGLES = re.compile(r"<[^<>=/]+\.\w+>")  # CommonMark's way to write a name with blanks
_END = "end"  # under which a token keeps where its link or image ends


def read_markdown(name: str, text: str) -> Manuscript:
    """The manuscript of a Markdown text."""
    return _read(_parser("commonmark", ("table",)), name, text)


def read_plain(name: str, text: str) -> Manuscript:
    """The manuscript of a plain text: paragraphs and lists; an indented line is no code, an asterisk no emphasis."""
    return _read(_parser("zero", ("list", "link")), name, text)


def _parser(preset: str, rules: Sequence[str]) -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import autolink, image, link

    parser = MarkdownIt(preset).enable(list(rules))
    if preset != "zero":
        # An escape stays a token of its own, with what stands for it in the text. A definition ([1]: file.txt) stays
        # text: it is an entry of the list of sources, and [1][2] is two citations.
        parser.disable(["text_join", "reference"])
        parser.inline.ruler.at("image", _located(image))
        parser.inline.ruler.at("autolink", _located(autolink))
    parser.inline.ruler.at("link", _located(link))
    return parser


def _located(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """`rule`, which also has its last token keep where in the paragraph it ended."""

    def located(state: StateInline, silent: bool) -> bool:
        found = rule(state, silent)
        if found and not silent:
            state.tokens[-1].meta[_END] = state.pos
        return found

    return located


def _read(parser: MarkdownIt, name: str, text: str) -> Manuscript:
    outline = sort_out(_parts(text, parser.parse(text)))
    return Manuscript(name, text, outline.prose, outline.notes)


def _parts(text: str, tokens: Sequence[Token]) -> Iterator[Part]:
    """The headings and the paragraphs, in order, each with the number it has in an ordered list."""
    lines = [0, *(found.end() for found in _LINE_END.finditer(text)), len(text)]
    numbers: list[int | None] = []
    place = ""
    for token in tokens:
        match token.type:
            case "list_item_open":
                numbers.append(int(token.info) if token.info else None)
            case "list_item_close":
                numbers.pop()
            case "heading_open" | "paragraph_open" | "th_open" | "td_open":
                place = token.type
            case "inline" if place in ("heading_open", "paragraph_open") and token.map:
                block = _block(text, lines[token.map[0]], token, item=bool(numbers))
                yield Part(block, heading=place == "heading_open", number=numbers[-1] if numbers else None)
            case _:
                pass


def _block(text: str, start: int, token: Token, *, item: bool) -> Block:
    origin = _origin(text, start, token.content)
    seen = _Seen(token.content)
    for child in token.children or ():
        seen.take(child)
    return Block(
        text="".join(seen.pieces),
        origin=tuple(origin[place] for place in seen.places),
        links=tuple(seen.links),
        item=item,
    )


def _origin(text: str, start: int, content: str) -> list[int]:
    """For each character of a paragraph's content (its lines without indentation or marks) its place in the draft."""
    origin: list[int] = []
    for line in content.split("\n"):
        start = max(text.find(line, start), start)
        origin += [*range(start, start + len(line)), start + len(line)]  # the last for the line's end
        start += len(line)
    return origin[:-1]


@dataclass(slots=True)
class _Seen:
    """What of a paragraph's content its reader sees, as the tokens come."""

    content: str
    pieces: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # of each visible character, in the content
    links: list[Link] = field(default_factory=list)
    _at: int = 0
    _opened: list[tuple[int, str]] = field(default_factory=list)

    def take(self, token: Token) -> None:
        match token.type:
            case "text" | "code_inline":
                self._show(token.content, token.content)
            case "text_special":
                self._show(token.content, token.markup)
            case "softbreak" | "hardbreak":
                self._show("\n", "\n")
            case "link_open":
                self._opened.append((len(self.places), unquote(str(token.attrs["href"]))))
            case "link_close":
                start, target = self._opened.pop()
                self.links.append(Link(start, len(self.places), target))
            case "html_inline" if _FILE_IN_ANGLES.fullmatch(token.content):
                self._show(token.content[1:-1], token.content[1:-1])
            case "html_inline":
                self._at = max(self.content.find(token.content, self._at), self._at) + len(token.content)
            case _:
                pass
        self._at = token.meta.get(_END, self._at)

    def _show(self, visible: str, written: str) -> None:
        place = max(self.content.find(written, self._at), self._at)
        self.pieces.append(visible)
        self.places += [min(place + at, len(self.content) - 1) for at in range(len(visible))]
        self._at = place + len(written)
