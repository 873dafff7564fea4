"""The book of the index, in SQLite: files, articles, passages, and the sums that ranking standardises scores with.

What the catalog says is in the index; Chroma and the lexical index hold the same passages in other forms.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.article import Article, Passage
from index.errors import BylineError
from index.features import Features
from index.lexicon import Words
from index.meaning import DIMENSIONS
from index.names import keys
from index.rows import (
    Counts,
    Encoded,
    FileRecord,
    chunks,
    marks,
    pack,
    read_article,
    read_encoded,
    read_passage,
    sound,
    unpack,
    write_passage,
)
from index.schema import FORMAT, SCHEMA

if TYPE_CHECKING:
    from index.document import Document

_FILE = "source, root, size, mtime_ns, digest, skipped, faults"
_ARTICLE = "a.source, a.start, a.end, a.title, a.outlet, a.published, a.language"
_PASSAGES = (
    f"SELECT {_ARTICLE}, p.id, p.start, p.end, p.language, p.text, p.kept, p.sentences, p.pages"
    " FROM passages p JOIN articles a ON a.id = p.article"
)
_FEATURES = (
    "SELECT p.id, p.language, p.article, a.outlet, a.published, p.sketch, p.meaning, p.codes"
    " FROM passages p JOIN articles a ON a.id = p.article"
)
_WRITING = 32_768  # kB of the file that are kept in memory while it is written


class Catalog:
    """One catalog file. Reading is safe from any thread; writing is for the one writer."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        # Nobody closes a generation that was replaced: another thread may be reading it to the end.
        weakref.finalize(self, connection.close).atexit = False

    @classmethod
    def create(cls, path: Path) -> Catalog:
        """A new, empty catalog at `path`."""
        catalog = cls(_connect(path))
        catalog.make_room()
        catalog._connection.executescript(SCHEMA)
        catalog.remember("format", str(FORMAT))
        return catalog

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """The catalog at `path`.

        Raises:
            BylineError: it is missing, broken, or of another format.
        """
        if not path.is_file():
            raise BylineError(f"{path.parent}: the index is incomplete; build it again with `byline index`")
        try:
            catalog = cls(_connect(path))
            found = catalog.recall("format")
        except (sqlite3.DatabaseError, BylineError) as error:
            why = error.__cause__ or error
            raise BylineError(
                f"{path}: the index cannot be read ({why}); mend it with `byline doctor --fix`"
            ) from error
        if found != str(FORMAT):
            raise BylineError(
                f"{path.parent}: the index has format {found}, this byline reads {FORMAT};"
                " build it anew with `byline index FOLDER --rebuild`"
            )
        return catalog

    def make_room(self) -> None:
        """Keep more of the file in memory, for writing: passages and their keys come in no order of the indexes."""
        self._connection.execute(f"PRAGMA cache_size = -{_WRITING}")

    def close(self) -> None:
        """Close the file; the catalog is of no use afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Writes inside are kept together or not at all."""
        with self._lock, self._connection:
            yield

    # --- settings -------------------------------------------------------------------------------------------------

    def recall(self, key: str) -> str | None:
        """The setting kept under `key`."""
        rows = self._rows("SELECT value FROM settings WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def remember(self, key: str, value: str) -> None:
        """Keep `value` under `key`."""
        with self.transaction():
            self._connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    # --- files ----------------------------------------------------------------------------------------------------

    def files(self) -> dict[str, FileRecord]:
        """Every file the index knows, by its source name, skipped ones too."""
        rows = self._rows(f"SELECT {_FILE} FROM files ORDER BY source")
        return {row[0]: _read_file(row) for row in rows}

    def faulty_files(self) -> dict[str, FileRecord]:
        """The files that are skipped, or could not be read in part, by source name."""
        rows = self._rows(f"SELECT {_FILE} FROM files WHERE skipped IS NOT NULL OR faults != '[]' ORDER BY source")
        return {row[0]: _read_file(row) for row in rows}

    def file(self, source: str) -> FileRecord | None:
        """What is known of one file; None where the index does not know it."""
        rows = self._rows(f"SELECT {_FILE} FROM files WHERE source = ?", (source,))
        return _read_file(rows[0]) if rows else None

    def text(self, source: str) -> str | None:
        """The text of a file as it was indexed, decoded or extracted; None for a file that is not in the index."""
        rows = self._rows("SELECT text FROM files WHERE source = ? AND text IS NOT NULL", (source,))
        return unpack(rows[0][0]) if rows else None

    def put_file(self, record: FileRecord, document: Document | None, encoded: Sequence[Encoded] = ()) -> None:
        """Keep a file in place of what was known of it.

        Args:
            record: what is known of the file.
            document: what was read of it; None for a skipped file.
            encoded: what was made of each passage of the document.
        """
        self.drop_file(record.source)
        encoding, text = (document.encoding, pack(document.text)) if document else (None, None)
        row = (
            record.source,
            record.root,
            record.size,
            record.mtime_ns,
            record.digest,
            encoding,
            text,
            record.skipped,
            json.dumps(record.faults),
        )
        self._connection.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        if document:
            self._put_passages(document, encoded)

    def touch_file(self, record: FileRecord) -> None:
        """Keep the new size and time of a file whose content is what it was."""
        self._connection.execute(
            "UPDATE files SET root = ?, size = ?, mtime_ns = ? WHERE source = ?",
            (record.root, record.size, record.mtime_ns, record.source),
        )

    def drop_file(self, source: str) -> None:
        """Forget a file, its articles and its passages."""
        self._connection.execute("DELETE FROM files WHERE source = ?", (source,))

    def _put_passages(self, document: Document, encoded: Sequence[Encoded]) -> None:
        numbers: dict[Article, int] = {}
        for article in document.articles:
            cursor = self._connection.execute(
                "INSERT INTO articles (source, start, end, title, outlet, published, language)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    article.source,
                    article.span.start,
                    article.span.end,
                    sound(article.title),
                    sound(article.outlet),
                    article.published,
                    article.language,
                ),
            )
            numbers[article] = int(cursor.lastrowid or 0)
        self._connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                write_passage(passage, numbers[passage.article], one)
                for passage, one in zip(document.passages, encoded, strict=True)
            ],
        )

    # --- passages -------------------------------------------------------------------------------------------------

    def articles(self) -> tuple[Article, ...]:
        """Every article in the index, by source and place."""
        rows = self._rows(f"SELECT {_ARTICLE} FROM articles a ORDER BY a.source, a.start")
        return tuple(read_article(row) for row in rows)

    def passage_counts(self) -> dict[tuple[str, int], int]:
        """How many passages each article has, by its source and where it begins there."""
        rows = self._rows(
            "SELECT a.source, a.start, count(p.id) FROM articles a LEFT JOIN passages p ON p.article = a.id"
            " GROUP BY a.id"
        )
        return {(str(row[0]), int(row[1])): int(row[2]) for row in rows}

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of those `ids` that are in the index, by id."""
        found: dict[str, Passage] = {}
        for some in chunks(ids):
            rows = self._rows(f"{_PASSAGES} WHERE p.id IN ({marks(some)})", some)
            found.update((str(row[7]), read_passage(row)) for row in rows)
        return found

    def passages_of(self, source: str) -> tuple[Passage, ...]:
        """The passages of a file, in order."""
        rows = self._rows(f"{_PASSAGES} WHERE a.source = ? ORDER BY p.start", (source,))
        return tuple(read_passage(row) for row in rows)

    def passage_languages(self, source: str) -> dict[str, str]:
        """The ids of a file's passages, with the language of each."""
        rows = self._rows(
            "SELECT p.id, p.language FROM passages p JOIN articles a ON a.id = p.article WHERE a.source = ?",
            (source,),
        )
        return {str(row[0]): str(row[1]) for row in rows}

    def features(self, ids: Sequence[str]) -> list[Features]:
        """What ranking reads of those passages of `ids` that are in the index, in no order."""
        found: list[Features] = []
        for some in chunks(ids):
            found.extend(map(Features._make, self._rows(f"{_FEATURES} WHERE p.id IN ({marks(some)})", some)))
        return found

    def encoded(self, ids: Sequence[str]) -> dict[str, Encoded]:
        """What was made of those passages of `ids` that are in the index, by id."""
        found: dict[str, Encoded] = {}
        for some in chunks(ids):
            rows = self._rows(
                "SELECT id, embedded, meaning, meanings, terms, sketch, title_terms, nouns FROM passages"
                f" WHERE id IN ({marks(some)})",
                some,
            )
            found.update((str(row[0]), read_encoded(row[1:])) for row in rows)
        return found

    def embedded_as(self, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
        """For those `keys` of embedded texts that the index has: the id and language of a passage with that vector."""
        found = {}
        for some in chunks(list(dict.fromkeys(keys))):
            rows = self._rows(f"SELECT embedded, id, language FROM passages WHERE embedded IN ({marks(some)})", some)
            found.update({str(row[0]): (str(row[1]), str(row[2])) for row in rows})
        return found

    def counts(self) -> Counts:
        """How much is in the index."""
        by_language = self._rows("SELECT language, count(*) FROM passages GROUP BY language ORDER BY language")
        return Counts(
            files=self._count("files WHERE skipped IS NULL"),
            articles=self._count("articles"),
            passages=sum(row[1] for row in by_language),
            by_language={str(row[0]): int(row[1]) for row in by_language},
            skipped=self._count("files WHERE skipped IS NOT NULL"),
        )

    def mean_lengths(self) -> dict[str, float]:
        """The mean number of terms of a passage, by language."""
        rows = self._rows("SELECT language, avg(length) FROM passages GROUP BY language")
        return {str(row[0]): float(row[1]) for row in rows}

    def sources_like(self, glob: str) -> tuple[str, ...]:
        """The indexed files whose path matches a glob (`*` also matches `/`, as in SQLite's GLOB)."""
        rows = self._rows("SELECT source FROM files WHERE skipped IS NULL AND source GLOB ?", (glob,))
        return tuple(str(row[0]) for row in rows)

    def sources_of(self, languages: Sequence[str], outlets: Sequence[str]) -> tuple[str, ...]:
        """The files that have an article in one of `languages` and of one of `outlets`; an empty list lets all pass."""
        lists = {"language": languages, "outlet": outlets}
        wanted = [(f"{column} IN ({marks(some)})", some) for column, some in lists.items() if some]
        clauses = " AND ".join(clause for clause, _ in wanted) or "TRUE"
        values = [value for _, some in wanted for value in some]
        rows = self._rows(f"SELECT DISTINCT source FROM articles WHERE {clauses} ORDER BY source", values)
        return tuple(str(row[0]) for row in rows)

    def languages_and_outlets(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Which languages and which outlets the articles are of, the most frequent first."""
        languages = self._rows("SELECT language FROM articles GROUP BY language ORDER BY count(*) DESC, language")
        outlets = self._rows(
            "SELECT outlet FROM articles WHERE outlet IS NOT NULL GROUP BY outlet ORDER BY count(*) DESC, outlet"
        )
        return tuple(str(row[0]) for row in languages), tuple(str(row[0]) for row in outlets)

    # --- moments --------------------------------------------------------------------------------------------------

    def moments(self) -> dict[str, tuple[int, bytes, bytes]]:
        """For each collection its n, and the bytes of its sum and its sum of outer products."""
        rows = self._rows("SELECT name, n, total, outer FROM moments")
        return {str(row[0]): (int(row[1]), row[2], row[3]) for row in rows}

    def put_moments(self, name: str, n: int, total: bytes, outer: bytes) -> None:
        """Keep the sums of one collection."""
        self._connection.execute("INSERT OR REPLACE INTO moments VALUES (?, ?, ?, ?)", (name, n, total, outer))

    # --- words ----------------------------------------------------------------------------------------------------

    def known_terms(self) -> dict[str, set[str]]:
        """The terms of each language that the lexicon has."""
        found: dict[str, set[str]] = defaultdict(set)
        for language, term in self._rows("SELECT language, term FROM words"):
            found[str(language)].add(str(term))
        return found

    def words(self) -> dict[str, Words]:
        """The lexicon's words by language, in the order of their terms."""
        languages = self._rows("SELECT DISTINCT language FROM words")
        return {str(row[0]): self._words(row[0]) for row in languages}

    def _words(self, language: str) -> Words:
        rows = self._rows("SELECT term, vector, hubness FROM words WHERE language = ? ORDER BY term", (language,))
        return Words(
            terms=tuple(str(row[0]) for row in rows),
            vectors=np.frombuffer(b"".join(row[1] for row in rows), np.float16).reshape(-1, DIMENSIONS),
            hubness=np.array([row[2] for row in rows], np.float32),
        )

    def put_words(self, language: str, words: Words) -> None:
        """Keep words of a language in place of those of the same terms."""
        rows = zip(words.terms, words.vectors, words.hubness, strict=True)
        self._connection.executemany(
            "INSERT OR REPLACE INTO words VALUES (?, ?, ?, ?)",
            [(language, term, vector.tobytes(), float(hub)) for term, vector, hub in rows],
        )
        self._connection.executemany(
            "INSERT OR IGNORE INTO sounds VALUES (?, ?, ?)",
            [(language, key, term) for term in words.terms for key in sorted(keys(term))],
        )

    def sounding(self, language: str, wanted: Iterable[str]) -> tuple[str, ...]:
        """The terms of a language that are found by one of the `wanted` keys (see `index.names.keys`)."""
        found: dict[str, None] = {}
        for some in chunks(list(wanted)):
            rows = self._rows(
                f"SELECT term FROM sounds WHERE language = ? AND key IN ({marks(some)})", (language, *some)
            )
            found.update((str(row[0]), None) for row in rows)
        return tuple(found)

    def _count(self, what: str) -> int:
        return int(self._rows(f"SELECT count(*) FROM {what}")[0][0])

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        try:
            with self._lock:
                return self._connection.execute(statement, tuple(values)).fetchall()
        except sqlite3.DatabaseError as error:
            raise BylineError(f"the index's catalog cannot be read ({error}); see `byline doctor`") from error


def _read_file(row: sqlite3.Row) -> FileRecord:
    source, root, size, mtime_ns, digest, skipped, faults = row
    return FileRecord(source, root, size, mtime_ns, digest, skipped, tuple(json.loads(faults)))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    # Only a generation that is not current yet is written: a killed run's is thrown away, a finished one synced whole.
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    return connection
