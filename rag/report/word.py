"""A report as a Word document, with real footnotes.

python-docx writes no footnotes; the part of the document that holds them (ECMA-376 part 1, 17.11) is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from rag.report.build import Report, Section
from rag.report.labels import Labels, labels_in
from rag.report.why import why

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell, _Row
    from docx.text.paragraph import Paragraph

_PART = "/word/footnotes.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_REFERENCE, _TEXT = "Footnote Reference", "Footnote Text"
_SEPARATORS = (("-1", "separator"), ("0", "continuationSeparator"))  # the lines that Word draws above footnotes
_WIDTHS = (2.0, 6.5, 2.4, 2.7, 1.6)  # centimetres, of the table's columns
_TABLE_POINTS = 9
_CELL_POINTS = 2  # above and below the text of a cell
_KOREAN_FONT = "Malgun Gothic"
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")
_NOT_XML |= dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


class Footnotes:
    """The footnotes of one document; call `close` when the last one is in."""

    def __init__(self, document: Document) -> None:
        """Give `document` the styles of footnotes."""
        from docx.enum.style import WD_STYLE_TYPE
        from docx.oxml import OxmlElement
        from docx.shared import Pt

        self._document = document
        styles = document.styles
        reference = styles.add_style(_REFERENCE, WD_STYLE_TYPE.CHARACTER)
        reference.font.superscript = True
        text = styles.add_style(_TEXT, WD_STYLE_TYPE.PARAGRAPH)
        text.base_style = styles["Normal"]
        text.font.size, text.paragraph_format.space_after = Pt(9), Pt(0)
        self._reference, self._text = reference.style_id, text.style_id
        self._root = OxmlElement("w:footnotes")
        for number, kind in _SEPARATORS:
            self._root.append(_footnote(number, _run(OxmlElement(f"w:{kind}")), kind=kind))
        self._count = 0

    def add(self, paragraph: Paragraph, text: str) -> None:
        """Put a footnote that says `text` at the end of `paragraph`."""
        from docx.oxml import OxmlElement

        self._count += 1
        sign = OxmlElement("w:footnoteReference")
        _set(sign, id=str(self._count))
        paragraph._p.append(_run(sign, style=self._reference))
        words = OxmlElement("w:t")
        words.text = f" {sound(text)}"
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        number = _run(OxmlElement("w:footnoteRef"), style=self._reference)
        self._root.append(_footnote(str(self._count), number, _run(words), style=self._text))

    def close(self) -> None:
        """Write the footnotes into the document."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from lxml import etree

        data = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        package = self._document.part.package
        self._document.part.relate_to(Part(PackURI(_PART), _TYPE, data, package), _RELATION)


def as_word(report: Report) -> bytes:
    """One section a question, a footnote at each citation, the table of verdicts, the sources."""
    import docx

    labels = labels_in(report.language)
    document = docx.Document()
    _set_korean_font(document)
    footnotes = Footnotes(document)
    document.core_properties.title = sound(report.title)[:255]
    document.add_heading(sound(report.title), 0)
    document.add_paragraph(sound(labels.summary(report)))
    for section in report.sections:
        document.add_heading(sound(section.answer.question), 1)
        _add_prose(document, report, section, footnotes, labels)
    document.add_heading(labels.verification, 1)
    _add_table(document, report, labels)
    if report.notes:
        document.add_heading(labels.sources, 1)
    for source in report.sources:
        document.add_paragraph(sound(labels.about(source)), style="List Bullet")
    footnotes.close()
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def sound(text: str) -> str:
    """`text` with the replacement character for what XML cannot hold."""
    return text.translate(_NOT_XML)


def _add_prose(document: Document, report: Report, section: Section, footnotes: Footnotes, labels: Labels) -> None:
    if section.answer.abstained or not section.lines:
        document.add_paragraph(sound(section.answer.text))
    for lines in section.paragraphs:
        paragraph = document.add_paragraph()
        for at, line in enumerate(lines):
            paragraph.add_run(f"{' ' if at else ''}{sound(line.sentence.text)}")
            for number in line.notes:
                footnotes.add(paragraph, labels.note(report.notes[number - 1]))


def _add_table(document: Document, report: Report, labels: Labels) -> None:
    """The table of verdicts, a row a sentence, with the numbers that `_add_prose` gave its footnotes."""
    footnote = count(1)
    rows: list[Sequence[str]] = [(labels.question, labels.sentence, labels.verdict, labels.why, labels.notes)]
    for number, section in enumerate(report.sections, start=1):
        for line in section.lines:
            sentence = line.sentence
            notes = ", ".join(str(next(footnote)) for _ in line.notes)
            verdict = labels.signed(sentence.verdict)
            rows.append((str(number), sentence.text, verdict, why(line, report, labels), notes))
    table = document.add_table(rows=len(rows), cols=len(_WIDTHS), style="Table Grid")
    for at, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        _hold_together(row, head=at == 0)
        for cell, text in zip(row.cells, texts, strict=True):
            _fill(cell, sound(text), bold=at == 0)
    _set_widths(table)


def _fill(cell: _Cell, text: str, *, bold: bool) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    spacing = paragraph.paragraph_format
    spacing.space_before = spacing.space_after = Pt(_CELL_POINTS)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(_TABLE_POINTS)


def _hold_together(row: _Row, *, head: bool) -> None:
    """Keep a row on one page; the head comes again on each."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def _set_widths(table: Table) -> None:
    """Give the columns their widths: Word goes by the cells', LibreOffice by the grid's."""
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _set_korean_font(document: Document) -> None:
    from docx.oxml.ns import qn

    normal = document.styles["Normal"]
    normal.font.name = "Calibri"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _KOREAN_FONT)


def _footnote(number: str, *runs: Any, style: str | None = None, kind: str | None = None) -> Any:
    from docx.oxml import OxmlElement

    footnote, paragraph = OxmlElement("w:footnote"), OxmlElement("w:p")
    _set(footnote, **({"type": kind} if kind else {}), id=number)
    if style:
        properties, named = OxmlElement("w:pPr"), OxmlElement("w:pStyle")
        _set(named, val=style)
        properties.append(named)
        paragraph.append(properties)
    paragraph.extend(runs)
    footnote.append(paragraph)
    return footnote


def _run(content: Any, style: str | None = None) -> Any:
    from docx.oxml import OxmlElement

    run = OxmlElement("w:r")
    if style:
        properties, named = OxmlElement("w:rPr"), OxmlElement("w:rStyle")
        _set(named, val=style)
        properties.append(named)
        run.append(properties)
    run.append(content)
    return run


def _set(element: Any, **attributes: str) -> None:
    from docx.oxml.ns import qn

    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
