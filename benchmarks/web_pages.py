"""How much of news pages is read as it should be: shares of titles, dates and paragraphs, against hand-made answers.

    .venv/bin/python -m benchmarks.web_pages FOLDER

FOLDER holds pages and what they should give as the fundus project lays its test resources out: `NAME.json`, whose
values have `title`, `publishing_date` and `body`, beside `NAME_date.html.gz`, one page for each of them in order.
Words are compared without case, white space and punctuation.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.clean import Fate
from index.decode import Unreadable
from index.document import Document, Reader
from index.language import ArticleLanguages
from index.sentences import Morphology, SentenceSplitter


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the names of the pages that fell short."""

    name: str
    good: int
    all: int
    short: tuple[str, ...] = ()


def main(arguments: Sequence[str]) -> None:
    if len(arguments) != 1:
        raise SystemExit("usage: web_pages.py FOLDER")
    reader = Reader(SentenceSplitter(Morphology()), ArticleLanguages(), target=500)
    pages = [(path.name, wanted, read(reader, path)) for path, wanted in cases(Path(arguments[0]))]
    for share in shares(pages):
        print(
            f"{share.name:<44}{share.good:>5} of {share.all:<5}{share.good / share.all:>7.3f}  {', '.join(share.short)}"
        )


def cases(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each page with what it should give."""
    for answers in sorted(folder.rglob("*.json")):
        pages = sorted(answers.parent.glob(f"{answers.stem}_*.html.gz"))
        yield from zip(pages, json.loads(answers.read_text(encoding="utf-8")).values(), strict=True)


def read(reader: Reader, path: Path) -> Document | None:
    try:
        return reader.read(gzip.decompress(path.read_bytes()), path.stem)
    except Unreadable:
        return None


def shares(pages: Sequence[tuple[str, dict[str, Any], Document | None]]) -> Iterator[Share]:
    found = [(name, wanted, document) for name, wanted, document in pages if document]
    titled = {name for name, wanted, page in found if letters(page.articles[0].title) == letters(wanted["title"])}
    dated = {name for name, wanted, page in found if page.articles[0].published == wanted["publishing_date"][:10]}
    names = [name for name, _, _ in pages]
    for what, good in (
        ("pages with article text", {name for name, _, _ in found}),
        ("titles", titled),
        ("dates", dated),
    ):
        yield Share(what, len(good), len(names), tuple(name for name in names if name not in good))
    yield Share("pages taken for one article", sum(len(page.articles) == 1 for _, _, page in found), len(found))
    bodies = [(paragraphs(wanted), kept(page) if page else "") for _, wanted, page in pages]
    yield Share("paragraphs kept", *count((text, words in text) for some, text in bodies for words in some))
    there = [(some, text) for some, text in bodies if text]
    yield Share("paragraphs kept, of pages with article text", *count((t, w in t) for some, t in there for w in some))
    yield Share("kept letters that are the article's", *precision(found))


def count(judged: Iterator[tuple[str, bool]]) -> tuple[int, int]:
    verdicts = [verdict for _, verdict in judged]
    return sum(verdicts), len(verdicts)


def precision(pages: Sequence[tuple[str, dict[str, Any], Document]]) -> tuple[int, int]:
    """Letters of kept lines that the wanted title, summary, headings or body hold, and letters of kept lines."""
    good = everything = 0
    for _, wanted, page in pages:
        body = wanted["body"]
        parts = [wanted["title"], *body["summary"]]
        parts += [text for section in body["sections"] for text in (*section["headline"], *section["paragraphs"])]
        whole = letters(" ".join(parts))
        lines = [letters(line.text) for line in page.lines if line.fate is Fate.KEPT]
        good += sum(len(line) for line in lines if line in whole)
        everything += sum(map(len, lines))
    return good, everything


def paragraphs(wanted: dict[str, Any]) -> list[str]:
    return [letters(text) for section in wanted["body"]["sections"] for text in section["paragraphs"]]


def kept(page: Document) -> str:
    return letters("".join(line.text for line in page.lines if line.fate is Fate.KEPT))


def letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


if __name__ == "__main__":
    main(sys.argv[1:])
