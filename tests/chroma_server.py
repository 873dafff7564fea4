"""A Chroma server in a process of its own, and what is in it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import chromadb
import httpx
import pytest
from chromadb.config import Settings
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from index.served import close_client


@contextmanager
def running(data: Path) -> Iterator[str]:
    """The address of a server that keeps its data in the folder `data`."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    command = (str(Path(sys.executable).parent / "chroma"), "run", "--path", str(data), "--port", str(port))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_it_answers(url, process)
            yield url
        finally:
            process.terminate()


@retry(retry=retry_if_exception_type(httpx.ConnectError), wait=wait_fixed(0.1), stop=stop_after_delay(60), reraise=True)
def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        pytest.fail(f"chroma run has ended with {process.returncode}")
    httpx.get(f"{url}/api/v2/heartbeat").raise_for_status()


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
