"""The articles a report cites, for reference managers: BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from rag.answer import Citation

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "&%$#_{}"},
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def as_bibtex(sources: Sequence[Citation]) -> str:
    """One @article an article, in UTF-8 with LaTeX's special characters escaped."""
    return "\n".join(_entry(key, source) for key, source in _keyed(sources))


def as_csl(sources: Sequence[Citation]) -> str:
    """CSL-JSON 1.0: an array of items of the type article-newspaper."""
    return json.dumps([_item(key, one) for key, one in _keyed(sources)], ensure_ascii=False, indent=2) + "\n"


def _entry(key: str, source: Citation) -> str:
    fields = [("title", f"{{{_latex(source.title)}}}")]
    if source.outlet:
        fields.append(("journal", _latex(source.outlet)))
    lines = [f"  {name} = {{{value}}}," for name, value in fields]
    if source.published:
        year, month, day = source.published.split("-")
        lines += [f"  year = {{{year}}},", f"  month = {_MONTHS[int(month) - 1]},", f"  day = {{{int(day)}}},"]
    lines += [f"  langid = {{{source.language}}},", f"  note = {{{_latex(source.source)}}},"]
    return "\n".join([f"@article{{{key},", *lines, "}", ""])


def _item(key: str, source: Citation) -> dict[str, Any]:
    item: dict[str, Any] = {"id": key, "type": "article-newspaper", "title": source.title, "language": source.language}
    if source.outlet:
        item["container-title"] = source.outlet
    if source.published:
        item["issued"] = {"date-parts": [[int(part) for part in source.published.split("-")]]}
    return {**item, "note": source.source}


def _keyed(sources: Sequence[Citation]) -> Iterator[tuple[str, Citation]]:
    """Each source with a key of its own in plain letters: its file's name, and a number where that is taken."""
    taken: set[str] = set()
    for number, source in enumerate(sources, start=1):
        letters = unicodedata.normalize("NFKD", source.source).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^a-z0-9]+", "-", letters.rsplit(".", 1)[0].lower()).strip("-") or "source"
        key = f"{stem}-{number}" if stem in taken or stem == "source" else stem
        taken.add(key)
        yield key, source


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in " ".join(text.split()))
