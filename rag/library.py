"""What is in an index, article by article: how much of each, and how it stands with the file that it came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from index.article import Article
from index.catalog import Catalog
from index.rows import FileRecord

State = Literal["indexed", "in part", "changed", "gone"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of the index, its number of passages, and its state.

    It is `in part` where some of its file could not be read, for the reasons in `faults`; `changed` or `gone` where the
    file is another than the one that was indexed, by size and time.
    """

    article: Article
    passages: int
    state: State
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """The articles of an index, by source and place, and the files that were skipped, each with the reason."""

    articles: tuple[Listed, ...]
    skipped: tuple[tuple[str, str], ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that articles are in, as ISO 639-1 codes, in order."""
        return tuple(sorted({one.article.language for one in self.articles}))

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets that articles name, in order."""
        return tuple(sorted({one.article.outlet for one in self.articles if one.article.outlet}))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles of a library are looked for; what is empty or None lets every article pass.

    `words` are looked for in title, source and outlet, all of them, in any case; `since` and `until` are ISO dates.
    """

    words: str = ""
    language: str | None = None
    outlet: str | None = None
    since: str | None = None
    until: str | None = None
    state: str | None = None

    def admits(self, one: Listed) -> bool:
        """Whether an article is among them; one without a date is outside of every range of dates."""
        article = one.article
        published = article.published or ""
        return (
            self.language in (None, article.language)
            and self.outlet in (None, article.outlet)
            and self.state in (None, one.state)
            and (self.since is None or published >= self.since)
            and (self.until is None or "" < published <= self.until)
            and self.mentioned((article.title, article.source, article.outlet or ""))
        )

    def mentioned(self, texts: Iterable[str]) -> bool:
        """Whether all of the words stand in the texts taken together."""
        text = normalised(" ".join(texts))
        return all(word in text for word in normalised(self.words).split())


EVERYTHING = Wanted()


def library(catalog: Catalog) -> Library:
    """Everything that the index knows, with the state of its files now.

    Raises:
        BylineError: the index cannot be read.
    """
    files, counts = catalog.files(), catalog.passage_counts()
    states = {source: _state(record) for source, record in files.items() if not record.skipped}
    articles = tuple(_listed(article, files, counts, states) for article in catalog.articles())
    return Library(articles, tuple((name, one.skipped) for name, one in files.items() if one.skipped))


def normalised(text: str) -> str:
    """Text for looking words up in: composed, and without case."""
    return unicodedata.normalize("NFC", text).casefold()


def _listed(
    article: Article,
    files: Mapping[str, FileRecord],
    counts: Mapping[tuple[str, int], int],
    states: Mapping[str, State],
) -> Listed:
    source = article.source
    return Listed(article, counts[source, article.span.start], states[source], files[source].faults)


def _state(record: FileRecord) -> State:
    try:
        now = (Path(record.root) / record.source).stat()
    except OSError:
        return "gone"
    if (now.st_size, now.st_mtime_ns) != (record.size, record.mtime_ns):
        return "changed"
    return "in part" if record.faults else "indexed"
