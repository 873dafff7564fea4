"""Vectors in a Chroma server, for many byline processes over one index.

One collection a language serves all generations of an index, since a server's collections are not copied for an update.
A passage's id is a digest of what it is, so readers never meet another text under an id they know: what an update adds
is put in before its generation becomes current, which no reader asks the catalog for, and what it drops goes after.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.article import Passage
from index.embed import Vectors
from index.errors import BylineError
from index.vectors import GRAPH, VectorStore, arrived, told

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_TIMEOUT = 60.0  # seconds to wait for an answer
_HEARTBEAT = 10.0  # seconds to wait for the first
_ALIVE = "/api/v2/heartbeat"
_KEPT = 2  # makings of an index that a server keeps: readers may still ask the one before


def new_name() -> str:
    """A name for the collections of an index on a server that others use too."""
    return f"byline-{uuid.uuid4().hex[:12]}-1"


def next_name(name: str) -> str:
    """The name for the same index made anew."""
    index, _, making = name.rpartition("-")
    return f"{index}-{int(making) + 1}"


class ServedVectors(VectorStore):
    """Vectors in the collections `name` of a Chroma server."""

    def __init__(self, url: str, name: str) -> None:
        """`url` is the server's address, such as http://chroma.internal:8000; it is not asked yet.

        Raises:
            BylineError: that is no address. Every method raises it when the server does not answer, or refuses.
        """
        super().__init__(Path())
        self._url, self._collections_name = url, name
        self._address = _address(url)
        self._put: dict[str, dict[str, None]] = defaultdict(dict)
        self._dropped: dict[str, dict[str, None]] = defaultdict(dict)

    def trouble(self, said: str) -> str:
        """See `VectorStore`."""
        return f"the Chroma server at {self._url} failed ({said[:200]}); see that it runs, and try again"

    @told
    def put(self, language: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        """See `VectorStore`."""
        ids = [one.id for one in passages]
        known = self._present(language, ids)
        for some in self._batches(len(passages)):
            self._upsert(self._created(language, GRAPH), arrived(passages[some], vectors[some]))
        self._put[language] |= dict.fromkeys(id for id in ids if id not in known)
        for id in ids:
            self._dropped[language].pop(id, None)

    def drop(self, language: str, ids: Sequence[str]) -> None:
        """Forget vectors once the generation is current: until then readers need them."""
        self._dropped[language] |= dict.fromkeys(ids)

    def count(self, language: str) -> int:
        """How many vectors a language will have when the generation is current."""
        return len(self.ids(language))

    def ids(self, language: str) -> list[str]:
        """The ids of the vectors that a language will have."""
        return [id for id in super().ids(language) if id not in self._dropped[language]]

    def seal(self) -> None:
        """Nothing is kept in files."""

    def lacks_flat(self, _language: str) -> bool:
        """No: none is there to be had."""
        return False

    @told
    def committed(self) -> None:
        """Take out what the generation has dropped, and the collections of makings long past."""
        for language, ids in self._dropped.items():
            self._delete(self._collection(language), list(ids))
        index, _, making = self._collections_name.rpartition("-")
        for name in self._names():
            owner, _, number = name.rpartition("-")[0].rpartition("-")
            if owner == index and int(number) <= int(making) - _KEPT:
                self._client.delete_collection(name)
        self.close()

    @told
    def abandoned(self) -> None:
        """Take out what was put in for a generation that never became current."""
        for language, ids in self._put.items():
            self._delete(self._collection(language), list(ids))
        self.close()

    def close(self) -> None:
        """Let go of the connection; what is asked next opens another."""
        super().close()
        self.__dict__.pop("_opened", None)
        self._collections.clear()

    @staticmethod
    def _let_go(client: Any) -> None:
        close_client(client)

    def _present(self, language: str, ids: Sequence[str]) -> set[str]:
        """Which of `ids` the server has."""
        if language not in self.languages():
            return set()
        collection = self._collection(language)
        return {id for some in self._batches(len(ids)) for id in collection.get(list(ids[some]), include=[])["ids"]}

    def _open(self) -> ClientAPI:
        import chromadb
        import httpx
        from chromadb.config import Settings

        host, port, ssl = self._address
        try:  # Chroma would wait for ever while it opens a client too
            httpx.get(f"{'https' if ssl else 'http'}://{_bracketed(host)}:{port}{_ALIVE}", timeout=_HEARTBEAT)
            client = chromadb.HttpClient(host, port, ssl, settings=Settings(anonymized_telemetry=False))
        except (ValueError, httpx.HTTPError) as error:  # Chroma raises the first where nobody answers
            raise BylineError(self.trouble(" ".join(str(error).split()))) from error
        client._server._session.timeout = _TIMEOUT  # type: ignore[attr-defined]  # Chroma would wait for ever
        return client

    def _name(self, language: str) -> str:
        return f"{self._collections_name}-{language}"

    def _exact(self, _language: str) -> None:
        return None

    def _searched(self, _language: str) -> None:
        return None


def close_client(client: Any) -> None:
    """Close a client of a server with its connections, which Chroma leaves open: its own and its inner client's."""
    sessions = [one._server._session for one in (client, client._admin_client)]
    client.close()
    for session in sessions:
        session.close()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _address(url: str) -> tuple[str, int, bool]:
    """Host, port, and whether the wire is encrypted."""
    try:
        parts = urlsplit(url)
        ssl = parts.scheme == "https"
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.hostname, parts.port or (443 if ssl else 8000), ssl
    except ValueError as error:
        raise BylineError(f"{url}: no address of a Chroma server ({error}); write http://HOST:PORT") from error
    raise BylineError(f"{url}: no address of a Chroma server; write http://HOST:PORT")
