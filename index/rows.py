"""Rows of the catalog as the data they hold, and back; and lists of values as SQL takes them."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from index.article import Article, Page, Passage, Span
from index.embed import Vectors
from index.features import encode_terms
from index.halves import widened
from index.meaning import DIMENSIONS
from index.sketch import Sketch
from index.terms import Noun

_MOST_VARIABLES = 500  # SQLite's bound on the variables of a statement, with room to spare
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is known of an indexed or skipped file; `skipped` is the reason, None for a file that is in the index.

    `faults` are the parts of an indexed file that could not be read, a line each.
    """

    source: str
    root: str
    size: int
    mtime_ns: int
    digest: str
    skipped: str | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in the index: files, articles, passages, passages by language, and skipped files."""

    files: int
    articles: int
    passages: int
    by_language: dict[str, int]
    skipped: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """What was made of a passage, besides its vector.

    `key` names what it was made of; `meanings` are the second encoder's vectors, shape (1 + sentences, 512),
    row 0 the passage's; `terms` are the search terms, repeats kept: first the heading's, then each sentence's; `sketch`
    is of the passage's own words. `title_terms` are the search terms of the article's title, in the heading or not, and
    `nouns` the Korean nouns of the embedded text: what an answer would otherwise have to analyse Korean for.
    """

    key: str
    meanings: Vectors
    terms: tuple[tuple[str, ...], ...]
    sketch: Sketch
    title_terms: tuple[str, ...] = ()
    nouns: tuple[Noun, ...] = ()

    @property
    def all_terms(self) -> tuple[str, ...]:
        """The search terms of heading and passage together."""
        return tuple(chain.from_iterable(self.terms))


def read_terms(written: str) -> tuple[tuple[str, ...], ...]:
    """The terms as `write_passage` wrote them: a line for the heading and for each sentence."""
    return tuple(tuple(line.split(" ")) if line else () for line in written.split("\n"))


def read_encoded(row: Sequence[Any]) -> Encoded:
    """What was made of a passage, from the columns key, meaning, meanings, terms, sketch, title_terms and nouns."""
    key, meaning, meanings, terms, sketch, title, nouns = row
    return Encoded(
        str(key),
        read_meanings(meaning + meanings),
        read_terms(terms),
        Sketch.from_bytes(sketch),
        tuple(title.split()),
        read_nouns(nouns),
    )


def read_nouns(data: bytes) -> tuple[Noun, ...]:
    """The nouns as `write_nouns` wrote them."""
    return tuple(Noun(*row) for row in json.loads(unpack(data))) if data else ()


def write_nouns(nouns: Sequence[Noun]) -> bytes:
    """Nouns as they are kept, nothing for none."""
    if not nouns:
        return b""
    return pack(json.dumps([(one.form, one.start, one.end, one.proper) for one in nouns], ensure_ascii=False))


def read_meanings(data: bytes) -> Vectors:
    """The second encoder's vectors as `write_passage` wrote them, shape (1 + sentences, 512)."""
    return widened(np.frombuffer(data, np.float16)).reshape(-1, DIMENSIONS)


def pack(text: str) -> bytes:
    """Text as it is kept, compressed; lone surrogates survive."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), level=3)


def unpack(data: bytes) -> str:
    """The text that `pack` kept."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def sound(text: str | None) -> str | None:
    """Text that SQLite can keep: a lone surrogate becomes the replacement character."""
    return _SURROGATE.sub("\ufffd", text) if text else text


def write_passage(passage: Passage, article: int, encoded: Encoded) -> tuple[object, ...]:
    """The columns of a passage, in the order of the table."""
    meanings = encoded.meanings.astype(np.float16)
    return (
        passage.id,
        article,
        passage.language,
        len(encoded.all_terms),
        encoded.sketch.to_bytes(),
        meanings[:1].tobytes(),
        encode_terms(encoded.terms),
        encoded.key,
        passage.span.start,
        passage.span.end,
        json.dumps([[page.number, page.start] for page in passage.pages]),
        _write_spans(passage.kept),
        _write_spans(passage.sentences),
        passage.text.encode("utf-8", "surrogatepass"),
        "\n".join(" ".join(some) for some in encoded.terms),
        meanings[1:].tobytes(),
        " ".join(encoded.title_terms),
        write_nouns(encoded.nouns),
    )


def read_article(row: Sequence[object]) -> Article:
    """The article in the first seven columns of a row."""
    source, start, end, title, outlet, published, language = row[:7]
    return Article(
        source=str(source),
        span=Span(int(str(start)), int(str(end))),
        title=str(title),
        outlet=None if outlet is None else str(outlet),
        published=None if published is None else str(published),
        language=str(language),
    )


def read_passage(row: sqlite3.Row) -> Passage:
    """The passage in a row of an article's seven columns, the id, and seven of the passage."""
    _, start, end, language, text, kept, sentences, pages = row[7:15]
    return Passage(
        article=read_article(row),
        span=Span(start, end),
        text=text.decode("utf-8", "surrogatepass"),
        kept=_read_spans(kept),
        sentences=_read_spans(sentences),
        language=language,
        pages=tuple(Page(number, start) for number, start in json.loads(pages)),
    )


def _write_spans(spans: Sequence[Span]) -> str:
    return f"[{','.join([f'[{span.start},{span.end}]' for span in spans])}]"  # JSON


def _read_spans(written: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(written))


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Parts of `values` that one statement can take."""
    for start in range(0, len(values), _MOST_VARIABLES):
        yield values[start : start + _MOST_VARIABLES]


def marks(values: Sequence[str]) -> str:
    """A question mark for each of `values`, as SQL lists them."""
    return ",".join("?" * len(values))
