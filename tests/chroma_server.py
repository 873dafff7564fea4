"""A Chroma server in a process of its own, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator

import chromadb
import pytest
from chromadb.config import Settings

from benchmarks.served import running_chroma
from index.served import close_client


def counts(url: str) -> dict[str, int]:
    """How many vectors each collection of a server has."""
    port = int(url.rpartition(":")[2])
    client = chromadb.HttpClient("localhost", port, settings=Settings(anonymized_telemetry=False))
    try:
        return {collection.name: collection.count() for collection in client.list_collections()}
    finally:
        close_client(client)


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that many tests share."""
    with running_chroma(tmp_path_factory.mktemp("chroma-server")) as url:
        yield url
