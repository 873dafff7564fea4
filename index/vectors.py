"""The vectors of the passages, in Chroma: one collection a language, cosine space, vectors always ours.

Chroma on disk has a graph for every collection, and linking it is most of what writing costs. No search asks the graph
of a language that is compared exactly (see `index.exact`), so that one is given as few links as can be, and a real one
when the language has outgrown that.
"""

from __future__ import annotations

import functools
import shutil
import sqlite3
import sys
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from index.arrivals import Arrivals
from index.article import Passage
from index.dates import as_number
from index.embed import Vectors
from index.errors import BylineError
from index.exact import MOST, Exact, in_order, save
from index.scope import Scope

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

_PREFIX = "passages-"
_GIVEN = 2730  # vectors that Chroma is given at a time: of 100,000, twice as many took 60 MB more, fewer took longer
_READ = 2048  # vectors read from Chroma at a time: on the way they are Python's own numbers
# ef_search above the number of neighbours ever asked for: Chroma returns fewer than asked otherwise.
GRAPH: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,
    "max_neighbors": 32,
}
_BARE: CreateHNSWConfiguration = {**GRAPH, "ef_construction": 2, "max_neighbors": 2}  # the least that HNSW can do with
_LINKED = "linked-"  # what a collection is called while its vectors are put into a graph that can be searched
Store = TypeVar("Store", bound="VectorStore")
Params = ParamSpec("Params")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A passage near a query: its id and the cosine of the two vectors."""

    id: str
    cosine: float


def told(method: Callable[Concatenate[Store, Params], Result]) -> Callable[Concatenate[Store, Params], Result]:
    """Turn what Chroma raises into one line."""

    @functools.wraps(method)
    def run(self: Store, /, *args: Params.args, **options: Params.kwargs) -> Result:
        try:
            return method(self, *args, **options)
        except _refusals() as error:
            raise BylineError(self.trouble(" ".join(str(error).split()))) from error

    return run


def _refusals() -> tuple[type[Exception], ...]:
    """What Chroma raises; none of it before it has been imported."""
    chroma, http = sys.modules.get("chromadb.errors"), sys.modules.get("httpx")
    return (
        sqlite3.DatabaseError,
        *((chroma.ChromaError,) if chroma else ()),
        *((http.HTTPError,) if http else ()),
    )


class VectorStore:
    """Chroma on disk. One process writes a directory, and nobody else has it open while it does.

    All but very large languages are read from a flat file beside it (see `index.exact`), which `seal` writes.
    """

    def __init__(self, path: Path) -> None:
        """The store in the directory `path`, opened or created when it is first used.

        Raises:
            BylineError: what lies there cannot be read; every method raises that.
        """
        self.path = path
        self._collections: dict[str, Collection] = {}
        self._flat: dict[str, Exact | None] = {}
        self._arrivals: dict[str, Arrivals] = {}  # by language, since its flat file was true; Chroma gets them late
        self._before: dict[str, Exact | None] = {}  # the flat files of these, as they were
        self._lock = threading.RLock()

    @property
    def _client(self) -> ClientAPI:
        with self._lock:
            return self._opened

    @cached_property
    def _opened(self) -> ClientAPI:
        client = self._open()
        weakref.finalize(self, self._let_go, client).atexit = False
        return client

    def _open(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        return chromadb.PersistentClient(str(self.path), Settings(anonymized_telemetry=False))

    def trouble(self, said: str) -> str:
        """What to tell of a failure that Chroma says this of."""
        return f"{self.path}: the vectors cannot be read ({said}); mend them with `byline doctor --fix`"

    @told
    def seal(self) -> None:
        """The store is written: write the flat files that are missing, and link the graphs of languages too large."""
        self._flat.clear()  # what was made of Chroma, for want of a file, is no file
        for language in self.languages():
            if self.count(language) > MOST:
                self._link(language)
            elif self._exact(language) is None and self.count(language):
                self._write_flat(language)
                self._flat.pop(language)
        for language in list(self._arrivals):
            self._before.pop(language)
            self._arrivals.pop(language).close()
            shutil.rmtree(self._outdated_folder(language), ignore_errors=True)

    def committed(self) -> None:
        """Be told that the generation which these vectors are of has become current."""

    def abandoned(self) -> None:
        """Be told that it never will."""

    def close(self) -> None:
        """Let go of the directory."""
        for arrivals in self._arrivals.values():
            arrivals.close()
        if client := self.__dict__.get("_opened"):
            self._let_go(client)

    @staticmethod
    def _let_go(client: Any) -> None:
        client.close()

    @told
    def languages(self) -> tuple[str, ...]:
        """The languages that have a collection."""
        for language in self._arrivals:
            self._give(language)
        prefix = self._name("")
        return tuple(sorted(name.removeprefix(prefix) for name in self._names() if name.startswith(prefix)))

    @told
    def count(self, language: str) -> int:
        """How many vectors a language has."""
        return self._collection(language).count()

    @told
    def lacks_flat(self, language: str) -> bool:
        """Whether the flat file of a sealed language is gone or broken: searches then wait for all of Chroma."""
        sealed = language not in self._arrivals and 0 < self.count(language) <= MOST
        return sealed and self._load_flat(language) is None

    @told
    def ids(self, language: str) -> list[str]:
        """The ids of a language's vectors, none where it has no collection."""
        if language not in self.languages():
            return []
        collection = self._collection(language)
        size = self._client.get_max_batch_size()
        pages = range(0, collection.count(), size)
        return [id for start in pages for id in collection.get(include=[], limit=size, offset=start)["ids"]]

    @told
    def put(self, language: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Keep the vectors of `passages`, all of one language; row i of `vectors` belongs to passage i."""
        self._outdated(language).put(arrived(passages, vectors))

    @told
    def drop(self, language: str, ids: Sequence[str]) -> None:
        """Forget vectors; ids that are not there are passed over."""
        if ids:
            self._outdated(language).drop(ids)

    @told
    def vectors(self, language: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those `ids` that the language has, by id, each of shape (dimensions,)."""
        if exact := self._exact(language):
            return exact.vectors_of(ids)
        arrivals = self._arrivals.get(language)
        found = arrivals.vectors_of(ids) if arrivals else {}
        rest = [id for id in ids if not (arrivals and arrivals.has(id))]
        if not rest:
            return found
        if before := self._before.get(language):
            return found | before.vectors_of(rest)
        for some in self._batches(len(rest)):
            got = self._collection(language).get(ids=rest[some], include=["embeddings"])
            rows = np.asarray(got["embeddings"], np.float32)
            found.update(zip(got["ids"], rows, strict=True))
        return found

    @told
    def nearest(self, language: str, query: Vectors, n: int, scope: Scope | None = None) -> list[Neighbour]:
        """The `n` passages of a language, inside `scope`, nearest to `query` (shape (dimensions,)), nearest first."""
        if exact := self._searched(language):
            return [Neighbour(id, cosine) for id, cosine in exact.nearest(query, n, scope)]
        answer = self._collection(language).query(
            query_embeddings=query[np.newaxis, :],
            n_results=n,
            where=_where(scope) if scope else None,
            include=["distances"],
        )
        distances = answer["distances"]
        assert distances is not None  # asked for in `include`
        return [Neighbour(id, 1.0 - distance) for id, distance in zip(answer["ids"][0], distances[0], strict=True)]

    def _name(self, language: str) -> str:
        """What a language's collection is called."""
        return f"{_PREFIX}{language}"

    def _names(self) -> list[str]:
        return [collection.name for collection in self._client.list_collections()]

    def _collection(self, language: str) -> Collection:
        """A language's collection, with all that has come."""
        self._give(language)
        if language not in self._collections:
            self._collections[language] = self._client.get_collection(self._name(language), embedding_function=None)
        return self._collections[language]

    def _give(self, language: str) -> None:
        """Give Chroma what has come since it was last given some."""
        arrivals = self._arrivals.get(language)
        if arrivals and arrivals.waiting:
            collection = self._created(language, GRAPH if arrivals.count() > MOST else _BARE)
            for some in arrivals.given(_GIVEN):
                self._upsert(collection, some)
            self._delete(collection, arrivals.deleted())

    def _created(self, language: str, settings: CreateHNSWConfiguration) -> Collection:
        """A language's collection, with these settings if it is new."""
        return self._client.get_or_create_collection(
            self._name(language), embedding_function=None, configuration={"hnsw": settings}
        )

    @staticmethod
    def _upsert(collection: Collection, some: Exact) -> None:
        """Write vectors, at most a batch."""
        sources = some.files[some.file_of].tolist()
        collection.upsert(
            ids=some.ids.tolist(),
            embeddings=some.vectors,
            metadatas=[
                {"source": source, "published": day}
                for source, day in zip(sources, some.published.tolist(), strict=True)
            ],
        )

    def _delete(self, collection: Collection, ids: Sequence[str]) -> None:
        """Delete vectors; ids that are not there are passed over."""
        for some in self._batches(len(ids)):
            collection.delete(ids=list(ids[some]))

    def _batches(self, n: int) -> list[slice]:
        size = self._client.get_max_batch_size()
        return [slice(start, start + size) for start in range(0, n, size)]

    def _flat_folder(self, language: str) -> Path:
        return self.path / f"exact-{language}"

    def _archive(self, language: str) -> Path:
        """The flat file as it was before there was a folder for it."""
        return self.path / f"exact-{language}.npz"

    def _outdated_folder(self, language: str) -> Path:
        return self.path / f"outdated-{language}"

    def _outdated(self, language: str) -> Arrivals:
        """What keeps the vectors that come; the flat file is no longer true, but of use to `seal`."""
        self._flat.pop(language, None)
        if language not in self._arrivals:
            before = self._outdated_folder(language)
            shutil.rmtree(before, ignore_errors=True)  # a killed run may have left one
            if self._flat_folder(language).exists():
                self._flat_folder(language).replace(before)
            self._archive(language).unlink(missing_ok=True)
            self._before[language] = Exact.load(before)
            self._arrivals[language] = Arrivals(self.path / f"arrived-{language}")
        return self._arrivals[language]

    def _exact(self, language: str) -> Exact | None:
        """The vectors of a language in memory; None where they are too many, or being written."""
        with self._lock:
            known = self._flat.get(language)
            if language not in self._flat or (known is not None and not known.is_whole):
                self._flat[language] = self._load_flat(language)
            return self._flat[language]

    def _load_flat(self, language: str) -> Exact | None:
        return Exact.load(self._flat_folder(language)) or Exact.load_archive(self._archive(language))

    def _searched(self, language: str) -> Exact | None:
        """The vectors of a language in memory; None where a graph is there to be searched."""
        with self._lock:
            exact = self._exact(language)
            if exact is None and not self._is_linked(language):
                exact = self._flat[language] = self._exact_of(language, self.ids(language))
            return exact

    def _is_linked(self, language: str) -> bool:
        """Whether a language's graph has the links that a search follows."""
        return bool(self._collection(language).configuration_json["hnsw"]["max_neighbors"] > _BARE["max_neighbors"])

    def _link(self, language: str) -> None:
        """Give a language a graph that can be searched, unless it has one."""
        if self._is_linked(language):
            return
        bare, name = self._collection(language), self._name(language)
        linked = self._client.create_collection(
            f"{_LINKED}{name}", embedding_function=None, configuration={"hnsw": GRAPH}
        )
        ids = self.ids(language)
        for some in self._batches(len(ids)):
            kept = bare.get(ids=ids[some], include=["embeddings", "metadatas"])
            linked.add(ids=kept["ids"], embeddings=kept["embeddings"], metadatas=kept["metadatas"])
        self._client.delete_collection(name)
        linked.modify(name=name)
        self._collections[language] = linked

    def _write_flat(self, language: str) -> None:
        """Write a language's flat file, of the one before and what has come since where that is all that Chroma has."""
        n, arrivals = self.count(language), self._arrivals.get(language)
        sets = arrivals.now(self._before[language]) if arrivals else []
        if sum(len(rows) for _, rows in sets) == n:
            save(self._flat_folder(language), n, in_order(sets))
            return
        ids = sorted(self.ids(language))
        parts = (self._exact_of(language, ids[at : at + _READ]) for at in range(0, len(ids), _READ))
        try:
            save(self._flat_folder(language), len(ids), parts)
        except ValueError as error:
            raise BylineError(self.trouble(str(error))) from error

    def _exact_of(self, language: str, ids: Sequence[str]) -> Exact:
        """The vectors of those `ids` that Chroma has."""
        collection = self._collection(language)
        found: list[tuple[str, Mapping[str, Any]]] = []
        rows: list[Vectors] = []
        for at in range(0, len(ids), _READ):
            got = collection.get(ids=list(ids[at : at + _READ]), include=["embeddings", "metadatas"])
            about = got["metadatas"]
            assert about is not None  # asked for in `include`
            found += zip(got["ids"], about, strict=True)
            rows.append(np.asarray(got["embeddings"], np.float32))
        return Exact.of(
            [id for id, _ in found],
            np.concatenate(rows) if rows else np.zeros((0, 0), np.float32),
            [str(one["source"]) for _, one in found],
            [int(str(one["published"])) for _, one in found],
        )


def _where(scope: Scope) -> dict[str, Any] | None:
    """The scope in Chroma's words; None where it confines nothing."""
    clauses: list[dict[str, Any]] = []
    if scope.since is not None:
        clauses.append({"published": {"$gte": scope.since}})
    if scope.until is not None:
        clauses.append({"published": {"$gt": 0}})
        clauses.append({"published": {"$lte": scope.until}})
    if scope.sources is not None:
        # Chroma refuses an empty list; no file has an empty name.
        clauses.append({"source": {"$in": list(scope.sources) or [""]}})
    return {"$and": clauses} if len(clauses) > 1 else next(iter(clauses), None)


def arrived(passages: Sequence[Passage], vectors: Vectors) -> Exact:
    """What there is to keep of passages and their vectors, row i of passage i."""
    files, file_of = np.unique(np.array([one.source for one in passages], np.str_), return_inverse=True)
    return Exact(
        np.array([one.id for one in passages], np.str_),
        np.asarray(vectors, np.float32),
        files,
        file_of.astype(np.int32),
        np.array([as_number(one.article.published) for one in passages], np.int64),
    )
