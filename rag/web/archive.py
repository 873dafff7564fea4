"""Conversations on disk, in one SQLite file: each belongs to one visitor, and only that visitor gets at it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import BylineError
from rag.web.conversation import LONGEST_TITLE, Conversation, Exchange

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_FILE = "conversations.sqlite"
_FORMAT = 1
_SCHEMA = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, changed REAL NOT NULL
);
CREATE TABLE exchanges (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    turn INTEGER NOT NULL,
    exchange TEXT NOT NULL,
    PRIMARY KEY (conversation, turn)
);
CREATE INDEX conversations_owner ON conversations (owner, changed);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list: `changed` is when its last question was asked, in seconds since the epoch."""

    id: str
    title: str
    changed: float


class Archive:
    """The conversations of all visitors; safe to use from many threads, and beside another process."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> Archive:
        """The archive in `folder`, made where there is none.

        Raises:
            BylineError: it cannot be made or read, or another version of byline made it.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(folder / _FILE, check_same_thread=False, isolation_level=None)
            connection.executescript("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON")
            found = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if found == 0:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT")
        except (OSError, sqlite3.Error) as error:
            raise BylineError(f"{folder / _FILE}: conversations cannot be kept there ({error})") from error
        if found not in (0, _FORMAT):
            connection.close()
            raise BylineError(
                f"{folder / _FILE}: its format is {found}, this byline reads {_FORMAT}; move it away to begin anew"
            )
        return cls(connection)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def listed(self, owner: str) -> tuple[Entry, ...]:
        """The conversations of `owner`, the latest first."""
        rows = self._rows(
            "SELECT id, title, changed FROM conversations WHERE owner = ? ORDER BY changed DESC, rowid DESC", owner
        )
        return tuple(Entry(str(id), str(title), float(changed)) for id, title, changed in rows)

    def get(self, owner: str, id: str) -> Conversation | None:
        """The conversation `id`; None where there is none of `owner`. A question still unanswered in it is stopped.

        Raises:
            BylineError: another version of byline kept it, in a form that this one cannot read.
        """
        named = self._rows("SELECT title FROM conversations WHERE id = ? AND owner = ?", id, owner)
        if not named:
            return None
        rows = self._rows("SELECT exchange FROM exchanges WHERE conversation = ? ORDER BY turn", id)
        try:
            found = Conversation(id, named[0][0], tuple(_exchanges().validate_json(row[0]) for row in rows))
        except ValueError as error:
            raise BylineError(
                f"“{named[0][0]}” was kept by another version of byline; this one cannot show it"
            ) from error
        return found.with_last(stopped=True) if found.unfinished else found

    def put(self, owner: str, conversation: Conversation) -> None:
        """Keep a conversation of `owner` with its last exchange as it is; the ones before it are kept already.

        A conversation that was deleted meanwhile stays so, unless this is its first question.
        """
        turn = len(conversation.exchanges) - 1
        exchange = _exchanges().dump_json(conversation.exchanges[turn]).decode()
        with self._writing() as connection:
            if turn == 0 and conversation.exchanges[0].open:
                connection.execute(
                    "INSERT OR IGNORE INTO conversations VALUES (?, ?, ?, ?)",
                    (conversation.id, owner, conversation.title, time.time()),
                )
            changed = connection.execute(
                "UPDATE conversations SET changed = ? WHERE id = ? AND owner = ?", (time.time(), conversation.id, owner)
            )
            if changed.rowcount:
                connection.execute(
                    "DELETE FROM exchanges WHERE conversation = ? AND turn >= ?", (conversation.id, turn)
                )
                connection.execute("INSERT INTO exchanges VALUES (?, ?, ?)", (conversation.id, turn, exchange))

    def rename(self, owner: str, id: str, title: str) -> None:
        """Give a conversation of `owner` another title, cut to a line; nothing happens where the title is blank."""
        flat = " ".join(title.split())[:LONGEST_TITLE]
        if flat:
            with self._writing() as connection:
                connection.execute("UPDATE conversations SET title = ? WHERE id = ? AND owner = ?", (flat, id, owner))

    def delete(self, owner: str, id: str) -> None:
        """Forget a conversation of `owner`."""
        with self._writing() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ? AND owner = ?", (id, owner))

    def _rows(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


@cache
def _exchanges() -> TypeAdapter[Exchange]:
    """Writes exchanges as JSON, and reads them: whole answers, with verdicts, citations and passages."""
    from pydantic import TypeAdapter

    return TypeAdapter(Exchange)
