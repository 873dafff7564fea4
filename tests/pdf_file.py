"""PDF files for the tests, written by hand: lines of text at given places, and the ways in which a file is amiss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
# Not embedded, in Adobe's Korean collection: what its codes mean is for the reader to know.
_KOREAN = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /HYSMyeongJo-Medium /Encoding /UniKS-UCS2-H /DescendantFonts ["
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HYSMyeongJo-Medium /DW 1000 /CIDSystemInfo"
    b" << /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >> >>] >>"
)
_LOCK = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"00" * 32, b"11" * 32)


@dataclass(frozen=True, slots=True)
class At:
    """A line of text, where it begins, and its size, in points from the page's lower left."""

    text: str
    top: float
    left: float = 50
    size: float = 10


def pdf_file(pages: Sequence[Sequence[At]], *, title: str = "", locked: bool = False) -> bytes:
    """A PDF of A5 pages with those lines; a locked one opens with no password."""
    first_page = 5
    kids = b" ".join(b"%d 0 R" % (first_page + 2 * at) for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /F1 %s /F2 %s >>" % (_HELVETICA, _KOREAN),
        b"<< /Title <feff%s> >>" % title.encode("utf-16-be").hex().encode(),
    ]
    for at, lines in enumerate(pages):
        content = b"\n".join(map(_shown, lines))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Resources << /Font 3 0 R >> /Contents %d 0 R >>"
            % (first_page + 2 * at + 1)
        )
        objects.append(stream(content))
    return written(objects, b"/Info 4 0 R" + (b" /ID [<00> <00>] /Encrypt " + _LOCK if locked else b""))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def written(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of those objects, numbered from 1, the first of them the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def _shown(line: At) -> bytes:
    korean = any("\uac00" <= char <= "\ud7a3" for char in line.text)
    words = line.text.encode("utf-16-be" if korean else "cp1252").hex().encode()
    font = b"F2" if korean else b"F1"
    return b"BT /%s %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET" % (font, line.size, line.left, line.top, words)
