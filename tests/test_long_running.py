"""What a process that stays up holds on to: nothing of indexes that were replaced."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest

from index.sentences import SentenceSplitter
from index.terms import Terms
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools
from tests.desk import ENGLISH, Desk

PROC = Path("/proc/self/fd")
QUESTION = "When did the harbour reopen?"


def open_files(below: Path) -> list[str]:
    """The files under a folder that this process has open, those that are deleted already too."""
    found = []
    for entry in PROC.iterdir():
        try:
            found.append(str(entry.readlink()))
        except FileNotFoundError:  # the folder's own descriptor
            continue
    return [name for name in found if name.startswith(str(below))]


@pytest.fixture
def assistant(indexed: Desk, splitter: SentenceSplitter, terms: Terms) -> Assistant:
    tools = Tools(indexed.embedder, indexed.encoder, terms, splitter)
    return Assistant(indexed.folder, Settings(llm="none"), tools)


@pytest.mark.skipif(not PROC.is_dir(), reason="open files are counted in /proc")
def test_replaced_indexes_are_let_go_of(indexed: Desk, assistant: Assistant) -> None:
    with assistant:
        assistant.search(QUESTION)
        before = len(open_files(indexed.home))
        for day in range(4):
            indexed.write("port.txt", f"Harbour reopens, day {day}\n\n{ENGLISH}\n")
            indexed.run()
            assert assistant.search(QUESTION)
        gc.collect()

        assert 0 < len(open_files(indexed.home)) <= before
        assert not [name for name in open_files(indexed.home) if name.endswith("(deleted)")]
    gc.collect()
    assert open_files(indexed.home) == []


def test_readers_never_see_less_than_an_index_while_it_is_replaced(indexed: Desk, assistant: Assistant) -> None:
    done = threading.Event()
    broken: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                found = {one.passage.source for one in assistant.search(QUESTION)}
            except Exception as error:
                broken.append(error)
                return
            if not {"port.txt", "tram.md"} <= found:
                broken.append(found)

    with assistant:
        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for day in range(5):
            indexed.write("port.txt", f"Harbour reopens, day {day}\n\n{ENGLISH}\n")
            indexed.run()
        done.set()
        for reader in readers:
            reader.join()
    assert broken == []
