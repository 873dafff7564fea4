"""What earlier runs made of texts, so that no text is embedded twice, though a run is killed or an index built anew.

A text's vectors are found by its key (see `index.writer`) and the embedder's name. The index itself is where they are
kept; only what no index holds yet is kept beside it, in a journal that goes when the run is done.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.embed import Vectors
from index.rows import chunks, marks, read_meanings
from index.store import Generation

_SCHEMA = """
CREATE TABLE IF NOT EXISTS made (
    engine TEXT NOT NULL, key TEXT NOT NULL, vector BLOB NOT NULL, meanings BLOB NOT NULL, PRIMARY KEY (engine, key));
"""


@dataclass(frozen=True, slots=True)
class Made:
    """The vectors of a passage: the embedder's, shape (d,), and the second encoder's, shape (1 + sentences, 512)."""

    vector: Vectors
    meanings: Vectors


class Journal:
    """The vectors that an unfinished run has made, in SQLite, in a file that outlives a killed process."""

    def __init__(self, path: Path, engine: str) -> None:
        """Go on with the journal at `path`, or begin one; one that is damaged is begun anew."""
        self._path, self._engine = path, engine
        self._lock = threading.Lock()
        try:
            self._connection = _opened(path)
        except sqlite3.DatabaseError:
            self._delete()
            self._connection = _opened(path)

    def find(self, keys: Collection[str]) -> dict[str, Made]:
        """What the journal has of `keys`."""
        found = {}
        for some in chunks(list(keys)):
            with self._lock:
                rows = self._connection.execute(
                    f"SELECT key, vector, meanings FROM made WHERE engine = ? AND key IN ({marks(some)})",
                    (self._engine, *some),
                ).fetchall()
            found.update({str(row[0]): Made(np.frombuffer(row[1], np.float32), read_meanings(row[2])) for row in rows})
        return found

    def add(self, made: Mapping[str, Made]) -> None:
        """Keep what was made, by key."""
        rows = [
            (self._engine, key, one.vector.tobytes(), one.meanings.astype(np.float16).tobytes())
            for key, one in made.items()
        ]
        with self._lock, self._connection:
            self._connection.executemany("INSERT OR IGNORE INTO made VALUES (?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Let go of the file, which stays."""
        self._connection.close()

    def finish(self) -> None:
        """Delete the journal: an index holds what it held."""
        self.close()
        self._delete()

    def _delete(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(_SCHEMA)
    return connection


def made_before(generation: Generation, keys: Collection[str]) -> dict[str, Made]:
    """What a generation has of `keys`; where it is being written, what is dropped meanwhile may be missing."""
    passages = {id: (key, language) for key, (id, language) in generation.catalog.embedded_as(keys).items()}
    encoded = generation.catalog.encoded(list(passages))
    of_language: dict[str, list[str]] = defaultdict(list)
    for id, (_, language) in passages.items():
        of_language[language].append(id)
    found: dict[str, Made] = {}
    for language, ids in of_language.items():
        vectors = generation.vectors.vectors(language, ids)
        found |= {passages[id][0]: Made(row, encoded[id].meanings) for id, row in vectors.items() if id in encoded}
    return found


class Earlier:
    """All that was made before this run: in the journal, and in the generation that a rebuild takes the place of."""

    def __init__(self, journal: Journal, replaced: Generation | None, tell: Callable[[str], None]) -> None:
        """`replaced` must be of the same embedder; `tell` is given a line when it cannot be read."""
        self._journal, self._replaced, self._tell = journal, replaced, tell

    def find(self, keys: Collection[str]) -> dict[str, Made]:
        """What is known of `keys`."""
        found = self._journal.find(keys)
        missing = [key for key in keys if key not in found]
        return found | self._of_replaced(missing) if missing else found

    def add(self, made: Mapping[str, Made]) -> None:
        """Keep what was made, should the run be killed."""
        self._journal.add(made)

    def _of_replaced(self, keys: Collection[str]) -> dict[str, Made]:
        if self._replaced is None:
            return {}
        try:
            return made_before(self._replaced, keys)
        except Exception as error:  # whatever a damaged store raises: a rebuild is what mends it
            self._tell(f"{self._replaced.path}: cannot be read ({error}); its texts are embedded anew")
            self._replaced = None
            return {}
