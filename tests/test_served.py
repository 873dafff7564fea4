"""Vectors in a Chroma server: the same index as with files, for many processes at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.served import running_chroma
from index.errors import BylineError
from index.store import COLLECTIONS, IndexFolder
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools
from tests.chroma_server import counts
from tests.desk import ENGLISH, KOREAN, TRAM, Desk, HashedWords, assert_in_step

ROOT = Path(__file__).parent.parent


@pytest.fixture
def served(desk: Desk, chroma_server: str) -> Desk:
    """Two articles, indexed with a server."""
    with_server = replace(desk, chroma=chroma_server)
    with_server.write("port.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
    with_server.write("ko/항구.txt", f"항구, 폭풍 뒤 다시 문 열어\n\n{KOREAN}\n")
    with_server.run()
    return with_server


def collections(desk: Desk) -> str:
    """What the collections of the index begin with."""
    generation = desk.folder.open()
    try:
        return generation.catalog.recall(COLLECTIONS) or ""
    finally:
        generation.close()


def own_counts(desk: Desk, url: str) -> dict[str, int]:
    prefix = collections(desk).rpartition("-")[0]
    return {name.removeprefix(prefix): n for name, n in counts(url).items() if name.startswith(prefix)}


def test_an_index_with_a_server_is_in_step(served: Desk, chroma_server: str) -> None:
    assert_in_step(served)
    name = served.folder.current()
    assert name is not None
    assert not (served.folder.path / name / "chroma").exists()

    served.write("port.txt", f"Harbour closes for good\n\n{TRAM}\n")
    (served.articles / "ko" / "항구.txt").unlink()
    replace(served, chroma=None).run()  # the index remembers its server

    assert_in_step(served)
    assert own_counts(served, chroma_server) == {"-1-en": 1, "-1-ko": 0}


def test_a_reader_keeps_what_its_generation_had_until_the_next_is_current(served: Desk) -> None:
    reader = served.folder.open()
    query = HashedWords().embed_queries([ENGLISH])[0]
    before = reader.vectors.nearest("en", query, 5)
    served.write("port.txt", f"Harbour closes for good\n\n{TRAM}\n")
    served.embedder.calls_left = 0

    with pytest.raises(BylineError, match="went away"):
        served.run()

    assert reader.vectors.nearest("en", query, 5) == before
    reader.close()


def test_a_run_that_fails_leaves_nothing_in_the_server(
    served: Desk, chroma_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync._BATCH", 1)
    monkeypatch.setattr("index.sync._WRITTEN", 1)
    before = own_counts(served, chroma_server)
    for number in range(4):
        served.write(f"new{number}.txt", f"Notice number {number} of the port\n\n{ENGLISH} It is the {number}th.\n")
    served.embedder.calls_left = 3

    with pytest.raises(BylineError, match="went away"):
        served.run()

    assert own_counts(served, chroma_server) == before
    served.embedder.calls_left = None
    served.run()
    assert_in_step(served)


def test_a_rebuild_goes_beside_and_then_takes_the_place(served: Desk, chroma_server: str) -> None:
    reader = served.folder.open()
    query = HashedWords().embed_queries([ENGLISH])[0]

    served.indexer().run([served.articles], rebuild=True)

    assert len(reader.vectors.nearest("en", query, 5)) == 1  # a question that was being answered
    reader.close()
    assert_in_step(served)
    served.indexer().run([served.articles], rebuild=True)
    assert own_counts(served, chroma_server) == {"-2-en": 1, "-2-ko": 1, "-3-en": 1, "-3-ko": 1}


def test_another_server_than_before_is_refused(served: Desk) -> None:
    with pytest.raises(
        BylineError, match=r"its vectors in http://localhost:\d+, not http://other:8000; leave --chroma"
    ):
        replace(served, chroma="http://other:8000").run()


def test_an_index_of_files_moves_to_a_server_by_a_rebuild(indexed: Desk, chroma_server: str) -> None:
    moved = replace(indexed, chroma=chroma_server)
    with pytest.raises(BylineError, match=r"has its vectors in its own files, not http"):
        moved.run()

    moved.indexer().run([moved.articles], rebuild=True)

    assert indexed.embedder.seen == []
    assert_in_step(moved)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost", "http://", "http://localhost:port"])
def test_what_is_no_address_is_named(desk: Desk, url: str) -> None:
    desk.write("port.txt", ENGLISH)
    with pytest.raises(BylineError, match="no address of a Chroma server"):
        replace(desk, chroma=url).run()


def test_a_server_that_is_gone_is_one_clear_line(desk: Desk, tmp_path: Path) -> None:
    with running_chroma(tmp_path / "server") as url:
        own = replace(desk, chroma=url)
        own.write("port.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
        own.run()
        reader = own.folder.open()
        query = HashedWords().embed_queries([ENGLISH])[0]
        assert len(reader.vectors.nearest("en", query, 5)) == 1

    with pytest.raises(BylineError, match=f"the Chroma server at {url} failed .*; see that it runs, and try again"):
        reader.vectors.nearest("en", query, 5)
    reader.close()
    own.write("tram.txt", f"Seventeen stops for the tram\n\n{TRAM}\n")
    with pytest.raises(BylineError, match=f"the Chroma server at {url} failed .*; see that it runs, and try again"):
        own.run()


def test_a_server_that_takes_calls_and_never_answers_is_one_clear_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.served._HEARTBEAT", 0.2)
    desk.write("port.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
    with socket.socket() as silent:
        silent.bind(("localhost", 0))
        silent.listen()
        url = f"http://localhost:{silent.getsockname()[1]}"
        with pytest.raises(BylineError, match=f"the Chroma server at {url} failed .*timed out.*; see that it runs"):
            replace(desk, chroma=url).run()
    assert desk.folder.current() is None


def test_one_process_indexes_and_another_finds_the_new_article(
    tmp_path: Path, chroma_server: str, tools: Tools
) -> None:
    articles, index = tmp_path / "articles", tmp_path / ".byline"
    articles.mkdir()
    (articles / "port.txt").write_text(f"Harbour reopens after the storm\n\n{ENGLISH}\n", encoding="utf-8")

    def run_index(*arguments: str) -> None:
        command = (sys.executable, "-m", "rag", "index", *arguments, "--index", str(index))
        subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)

    run_index(str(articles), "--chroma", chroma_server)
    with Assistant(IndexFolder(index), Settings(llm="none"), tools) as reader:
        assert [one.passage.source for one in reader.search("How many stops will the tram have?")] == ["port.txt"]

        (articles / "tram.txt").write_text(f"Seventeen stops for the tram\n\n{TRAM}\n", encoding="utf-8")
        run_index()

        assert reader.search("How many stops will the tram have?")[0].passage.source == "tram.txt"
