"""A file of the index that is cut short while a process answers from it costs one line at most, never the process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from index.store import IndexFolder
from tests.desk import ENGLISH, KOREAN, TRAM, Counting, Desk, HashedWords
from tests.trust.hashed import HashedSentences

ROOT = Path(__file__).parent.parent
QUESTIONS = ("When did the harbour reopen?", "항구는 언제 다시 문을 열었나?", "How many stops will the tram have?")

Said = dict[str, str]


@pytest.fixture
def hashed(desk: Desk) -> Desk:
    """Four articles, indexed with encoders made of hashes."""
    desk = replace(desk, embedder=Counting(HashedWords()), encoder=HashedSentences())
    desk.write("port.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
    desk.write("ko.txt", f"항구, 폭풍 뒤 다시 문 열어\n\n{KOREAN}\n")
    desk.write("tram.txt", f"Seventeen stops for the tram\n\n{TRAM}\n")
    desk.run()
    return desk


@contextmanager
def standing(index: Path) -> Iterator[Callable[[str], Said]]:
    """A process that answers from the index; asked a question it gives what it says."""
    command = (sys.executable, "-m", "tests.trust.standing", str(index))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        into, out = process.stdin, process.stdout
        assert into is not None
        assert out is not None

        def ask(question: str) -> Said:
            print(question, file=into, flush=True)
            line = out.readline()
            assert line, f"the process ended with {process.wait()}"
            said: Said = json.loads(line)
            return said

        yield ask


def files(folder: IndexFolder) -> list[Path]:
    name = folder.current()
    assert name is not None
    paths = [path for path in (folder.path / name).rglob("*") if path.is_file() and path.stat().st_size]
    return sorted(paths, key=lambda path: (path.name == "catalog.sqlite", path))


def test_a_file_that_is_cut_under_a_process_is_no_end_of_it(hashed: Desk) -> None:
    with standing(hashed.folder.path) as ask:
        whole = {question: ask(question) for question in QUESTIONS}
        assert all("answer" in said for said in whole.values())
        for path in files(hashed.folder):
            data = path.read_bytes()
            for size in (0, len(data) // 2):
                with path.open("r+b") as file:
                    file.truncate(size)
                for question, before in whole.items():
                    said = ask(question)
                    if "error" in said:
                        assert path.suffix != ".npy"  # Chroma has all that is in it
                        assert "byline doctor" in said["error"], path
                    else:
                        assert said == before, path
                path.write_bytes(data)
