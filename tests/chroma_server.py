"""A Chroma server in a process of its own, and what is in it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import chromadb
import pytest
from chromadb.config import Settings

from index.served import close_client


@contextmanager
def running(data: Path) -> Iterator[str]:
    """The address of a server that keeps its data in the folder `data`."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = (str(Path(sys.executable).parent / "chroma"), "run", "--path", str(data), "--port", str(port))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            if not any("listening on address" in line for line in process.stdout):
                pytest.fail("chroma run has ended")
            Thread(target=process.stdout.read).start()  # it stops when nobody reads what it logs
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


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
    with running(tmp_path_factory.mktemp("chroma-server")) as url:
        yield url
