"""Text files: their text is the file's own, character by character."""

from __future__ import annotations

from index.decode import decode
from index.formats.extracted import Extracted


def read_plain_text(data: bytes) -> Extracted:
    """The decoded text of a file, nothing moved or changed.

    Raises:
        Unreadable: empty, binary, or in no encoding that can be told.
    """
    decoded = decode(data)
    return Extracted(decoded.text, decoded.encoding)
