"""Word documents as a manuscript: their text extracted, with footnotes and links where they stand."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from index.errors import BylineError
from rag.draft.manuscript import Block, Link, Manuscript, Note
from rag.draft.notes import Part, sort_out

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADINGS = ("Heading", "Title", "Subtitle", "Caption", "TOC")
_NOTES = {"footnote": "", "endnote": "e"}  # by kind, what is put before a note's number to tell the two apart
_GAP = "\n\n"


def read_word(name: str, data: bytes) -> Manuscript:
    """The manuscript of a .docx file; paragraphs inside tables are left out.

    Raises:
        BylineError: it is no Word document.
    """
    import docx
    from docx.opc.exceptions import OpcError

    try:
        document = docx.Document(BytesIO(data))
        notes = dict(_notes(document))
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise BylineError(f"{name}: it is no Word document (.docx); save it as one") from error
    parts, text = [], ""
    for part in _parts(document):
        if part.block.text.strip():
            block, length = part.block, len(text)
            origin = tuple(range(length, length + len(block.text)))
            parts.append(Part(Block(block.text, origin, block.links, block.item), part.heading, part.number))
            text += block.text + _GAP
    outline = sort_out(parts)
    return Manuscript(name, text, outline.prose, {**outline.notes, **notes})


def _parts(document: Document) -> Iterator[Part]:
    number = 0
    for paragraph in document.paragraphs:
        style = paragraph.style.name if paragraph.style and paragraph.style.name else ""
        item = style.startswith("List") or bool(paragraph._p.findall(f"{_W}pPr/{_W}numPr"))
        number = number + 1 if item and "Bullet" not in style else 0
        yield Part(_block(paragraph, item=item), style.startswith(_HEADINGS), number or None)


def _block(paragraph: Paragraph, *, item: bool) -> Block:
    text, links = "", []
    for part in paragraph.iter_inner_content():
        start = len(text)
        text += _text(part._element)
        if address := getattr(part, "address", ""):
            links.append(Link(start, len(text), address))
    return Block(text, (), tuple(links), item)


def _text(element: Any) -> str:
    """The text of a run or link; the sign of a footnote as `[^2]`, of an endnote as `[^e2]`."""
    pieces = []
    for child in element.iter():
        kind = child.tag.removeprefix(_W) if isinstance(child.tag, str) else ""
        if kind == "t":
            pieces.append(child.text or "")
        elif kind in ("br", "cr"):
            pieces.append("\n")
        elif kind == "tab":
            pieces.append("\t")
        elif kind.endswith("Reference") and kind.removesuffix("Reference") in _NOTES:
            pieces.append(f"[^{_NOTES[kind.removesuffix('Reference')]}{child.get(f'{_W}id')}]")
    return "".join(pieces)


def _notes(document: Document) -> Iterator[tuple[str, Note]]:
    """The footnotes and endnotes by the label that `_text` gives them."""
    from lxml import etree

    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1].removesuffix("s")
        if kind not in _NOTES:
            continue
        # A document is somebody else's: it may name no entity and reach no network.
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        for note in etree.fromstring(relation.target_part.blob, parser).iter(f"{_W}{kind}"):
            if words := " ".join("".join(part.text or "" for part in note.iter(f"{_W}t")).split()):
                yield f"^{_NOTES[kind]}{note.get(f'{_W}id')}", Note(words)
