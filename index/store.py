"""The index on disk: a folder of generations, of which one is current.

A generation is a whole index (catalog, vectors, lexical index). An update is made in a copy, and becomes current by
replacing one small file at the end; a run that fails or is killed leaves the last good generation as it was. The one
before the current generation is kept, for readers that have it open.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from index.catalog import Catalog
from index.errors import BylineError
from index.lexical import LexicalStore
from index.lexicon import Lexicon
from index.memory import trim
from index.moments import Moments
from index.names import ALIKE, is_hangul, keys, name_likeness
from index.served import ServedVectors
from index.vectors import VectorStore

SERVER, COLLECTIONS = "chroma", "chroma_collections"  # what the catalog remembers of a Chroma server
_CURRENT = "CURRENT"
_LOCK = "lock"
_GENERATION = "generation-"


class Generation:
    """One whole index, open. `catalog` is open from the start, the stores are opened when first asked for."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        """Take the generation in the directory `path`, whose catalog is open already."""
        self.path = path
        self.catalog = catalog

    @cached_property
    def _stores(self) -> Path:
        """Where the stores are opened: Chroma and tantivy write locks where they read, so elsewhere if they may not."""
        if os.access(self.path, os.W_OK):
            return self.path
        copy = Path(tempfile.mkdtemp(prefix="byline-"))
        weakref.finalize(self, shutil.rmtree, copy, ignore_errors=True)
        for file in self.path.rglob("*"):
            if file.is_file() and file.name != "catalog.sqlite":
                to = copy / file.relative_to(self.path)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, to)
        return copy

    @cached_property
    def vectors(self) -> VectorStore:
        """The vectors of the passages: in the generation's own files, or in the server that the catalog names."""
        server = self.catalog.recall(SERVER)
        if server is None:
            return VectorStore(self._stores / "chroma")
        return ServedVectors(server, self.catalog.recall(COLLECTIONS) or "")

    @cached_property
    def lexical(self) -> LexicalStore:
        """The terms of the passages."""
        return LexicalStore(self._stores / "lexical")

    @cached_property
    def moments(self) -> dict[str, Moments]:
        """The kept sums of each language's vectors, as they were when first asked for."""
        return {name: Moments.from_bytes(*sums) for name, sums in self.catalog.moments().items()}

    @cached_property
    def mean_lengths(self) -> dict[str, float]:
        """The mean number of terms of a passage, by language."""
        return self.catalog.mean_lengths()

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of all languages, as they were when first asked for."""
        lexicon = Lexicon(self.catalog.words())
        trim()
        return lexicon

    def sounding(self, language: str, word: str) -> dict[str, float]:
        """The terms of a language, of another script than `word`, that can be the same name, with how alike."""
        hangul = is_hangul(word)
        terms = [term for term in self.catalog.sounding(language, keys(word)) if is_hangul(term) != hangul]
        likeness = {term: name_likeness(word, term) for term in terms}
        return {term: strength for term, strength in likeness.items() if strength >= ALIKE}

    def close(self) -> None:
        """Let go of the files."""
        if "vectors" in self.__dict__:
            self.vectors.close()
        if "lexical" in self.__dict__:
            self.lexical.close()
        self.catalog.close()


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """The folder that holds an index, `.byline` by default."""

    path: Path

    def current(self) -> str | None:
        """The name of the current generation; None where nothing has been indexed."""
        try:
            return (self.path / _CURRENT).read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise BylineError(f"{self.path / _CURRENT}: cannot be read ({error})") from error

    def open(self) -> Generation:
        """The current generation, for reading.

        Raises:
            BylineError: there is no index, or it cannot be read.
        """
        while (name := self.current()) is not None:
            path = self.path / name
            try:
                return Generation(path, Catalog.open(path / "catalog.sqlite"))
            except BylineError:
                if name == self.current():  # otherwise it was replaced, and swept away, meanwhile
                    raise
        raise BylineError(f"there is no index in {self.path}; make one with `byline index FOLDER`")

    def readable(self) -> Generation | None:
        """The current generation, for reading; None where there is none, or none that can be read."""
        try:
            return self.open()
        except BylineError:
            return None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer of this folder.

        Raises:
            BylineError: another process is writing, or the folder cannot be written, also later, inside.
        """
        from filelock import FileLock, Timeout

        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / _LOCK, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise BylineError(f"{self.path}: another `byline index` is writing this index; wait for it") from error
        except OSError as error:
            raise BylineError(f"{self.path}: cannot be written ({error.strerror or error})") from error
        try:
            yield
        except (OSError, sqlite3.OperationalError) as error:
            raise BylineError(f"{self.path}: cannot be written ({_reason(error)}); the index is as it was") from error
        finally:
            lock.release()

    def begin(self, *, afresh: bool = False) -> Generation:
        """A new generation to write into: a copy of the current one; empty if there is none or `afresh` is set.

        Only inside `writing`.
        """
        current = self.current()
        self._sweep(keep={current})
        number = int(current.removeprefix(_GENERATION)) + 1 if current else 1
        path = self.path / f"{_GENERATION}{number:06d}"
        if current is None or afresh:
            path.mkdir()
            return Generation(path, Catalog.create(path / "catalog.sqlite"))
        shutil.copytree(self.path / current, path)
        generation = Generation(path, Catalog.open(path / "catalog.sqlite"))
        generation.catalog.make_room()
        return generation

    def commit(self, generation: Generation) -> None:
        """Make a written generation the current one, at once and whole; it is closed."""
        before = self.current()
        vectors = generation.vectors
        generation.lexical.seal()
        generation.catalog.close()
        trim()  # Chroma needs room for all the vectors of a language
        vectors.seal()
        generation.close()
        _write_through(generation.path)
        self.point_to(generation.path.name)
        vectors.committed()
        self._sweep(keep={before, generation.path.name})

    def point_to(self, name: str) -> None:
        """Make the generation of that name the current one, at once. Only inside `writing`."""
        pointer = self.path / f"{_CURRENT}.new"
        pointer.write_text(f"{name}\n", encoding="ascii")
        _sync(pointer)
        os.replace(pointer, self.path / _CURRENT)
        _sync(self.path)

    def generations(self) -> tuple[str, ...]:
        """The names of all generations that lie in the folder, the newest first; not all of them may be whole."""
        return tuple(sorted((path.name for path in self.path.glob(f"{_GENERATION}*")), reverse=True))

    def abandon(self, generation: Generation) -> None:
        """Throw a generation away that will not become current."""
        vectors = generation.vectors
        generation.close()
        shutil.rmtree(generation.path, ignore_errors=True)
        vectors.abandoned()

    def _sweep(self, keep: set[str | None]) -> None:
        """Remove generations that nobody needs: older ones, and what a killed run left half made."""
        for name in self.generations():
            if name not in keep:
                shutil.rmtree(self.path / name, ignore_errors=True)


def _reason(error: OSError | sqlite3.OperationalError) -> str:
    """What the system says, also where `shutil` has put it into a list of files with theirs."""
    if isinstance(error, shutil.Error):
        return str(error.args[0][0][2]).partition(":")[0]
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _write_through(folder: Path) -> None:
    """Have the disk hold every file of a folder before anything points to it."""
    for path in [folder, *folder.rglob("*")]:
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
