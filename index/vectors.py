"""The vectors of the passages, in Chroma: one collection a language, cosine space, vectors always ours."""

from __future__ import annotations

import functools
import sqlite3
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from index.article import Passage
from index.dates import as_number
from index.embed import Vectors
from index.errors import BylineError
from index.scope import Scope

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

Params = ParamSpec("Params")
Result = TypeVar("Result")

_PREFIX = "passages-"
# ef_search above the number of neighbours ever asked for: Chroma returns fewer than asked otherwise.
_HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,
    "max_neighbors": 32,
}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A passage near a query: its id and the cosine of the two vectors."""

    id: str
    cosine: float


def _readable(method: Callable[Concatenate[VectorStore, Params], Result]) -> Callable[..., Result]:
    """Turn what Chroma raises over files that are damaged or gone into one line."""

    @functools.wraps(method)
    def run(self: VectorStore, *args: Params.args, **options: Params.kwargs) -> Result:
        from chromadb.errors import ChromaError

        try:
            return method(self, *args, **options)
        except (ChromaError, sqlite3.DatabaseError) as error:
            said = " ".join(str(error).split())
            raise BylineError(f"{self.path}: the vectors cannot be used ({said}); see `byline doctor`") from error

    return run


class VectorStore:
    """Chroma on disk. One process writes a directory, and nobody else has it open while it does."""

    @_readable
    def __init__(self, path: Path) -> None:
        """Open, or create, the store in the directory `path`, which Chroma writes in wherever it reads.

        Raises:
            BylineError: what lies there cannot be read; the same of every method.
        """
        import chromadb
        from chromadb.config import Settings

        self.path = path
        self._client: ClientAPI = chromadb.PersistentClient(str(path), Settings(anonymized_telemetry=False))
        self._collections: dict[str, Collection] = {}
        self._let_go = weakref.finalize(self, self._client.close)  # type: ignore[attr-defined]  # all local clients have it

    def close(self) -> None:
        """Let go of the directory."""
        self._let_go()

    @_readable
    def languages(self) -> tuple[str, ...]:
        """The languages that have a collection."""
        return tuple(sorted(name.removeprefix(_PREFIX) for name in self._names()))

    @_readable
    def count(self, language: str) -> int:
        """How many vectors a language has."""
        return self._collection(language).count()

    @_readable
    def ids(self, language: str) -> list[str]:
        """The ids of a language's vectors, none where it has no collection."""
        if language not in self.languages():
            return []
        collection = self._collection(language)
        size = self._client.get_max_batch_size()
        pages = range(0, collection.count(), size)
        return [id for start in pages for id in collection.get(include=[], limit=size, offset=start)["ids"]]

    @_readable
    def put(self, language: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Keep the vectors of `passages`, all of one language; row i of `vectors` belongs to passage i."""
        collection = self._client.get_or_create_collection(
            f"{_PREFIX}{language}", embedding_function=None, configuration={"hnsw": _HNSW}
        )
        for some in self._batches(len(passages)):
            collection.upsert(
                ids=[passage.id for passage in passages[some]],
                embeddings=vectors[some],
                metadatas=[_metadata(passage) for passage in passages[some]],
            )

    @_readable
    def drop(self, language: str, ids: Sequence[str]) -> None:
        """Forget vectors; ids that are not there are passed over."""
        for some in self._batches(len(ids)):
            self._collection(language).delete(ids=list(ids[some]))

    @_readable
    def vectors(self, language: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those `ids` that the language has, by id, each of shape (dimensions,)."""
        if not ids:
            return {}
        found: dict[str, Vectors] = {}
        for some in self._batches(len(ids)):
            got = self._collection(language).get(ids=list(ids[some]), include=["embeddings"])
            rows = np.asarray(got["embeddings"], np.float32)
            found.update(zip(got["ids"], rows, strict=True))
        return found

    @_readable
    def nearest(self, language: str, query: Vectors, n: int, scope: Scope | None = None) -> list[Neighbour]:
        """The `n` passages of a language, inside `scope`, nearest to `query` (shape (dimensions,)), nearest first."""
        answer = self._collection(language).query(
            query_embeddings=query[np.newaxis, :],
            n_results=n,
            where=_where(scope) if scope else None,
            include=["distances"],
        )
        distances = answer["distances"]
        assert distances is not None  # asked for in `include`
        return [Neighbour(id, 1.0 - distance) for id, distance in zip(answer["ids"][0], distances[0], strict=True)]

    def _names(self) -> list[str]:
        return [collection.name for collection in self._client.list_collections()]

    def _collection(self, language: str) -> Collection:
        if language not in self._collections:
            self._collections[language] = self._client.get_collection(f"{_PREFIX}{language}", embedding_function=None)
        return self._collections[language]

    def _batches(self, n: int) -> list[slice]:
        size = self._client.get_max_batch_size()
        return [slice(start, start + size) for start in range(0, n, size)]


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


def _metadata(passage: Passage) -> dict[str, str | int]:
    return {"source": passage.source, "published": as_number(passage.article.published)}
