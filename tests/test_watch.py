"""`byline index --watch`, in a process of its own: it is in step again after every change, until it is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desk import ENGLISH, TRAM

ROOT = Path(__file__).parent.parent


@contextmanager
def watching(articles: Path, index: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, once it watches."""
    command = (sys.executable, "-m", "rag", "index", str(articles), "--index", str(index), "--watch")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert f"watching {articles}" in line_with(process, "watching")
            yield process
        finally:
            process.kill()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """The next line of output that has `words` in it; those before it are passed over."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    pytest.fail(f"ended without saying {words!r}")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "port.txt").write_text(f"Harbour reopens after the storm\n\n{ENGLISH}\n", encoding="utf-8")
    return folder


def test_every_change_is_taken_in(articles: Path, tmp_path: Path) -> None:
    with watching(articles, tmp_path / ".byline") as process:
        (articles / "tram.txt").write_text(f"Seventeen stops for the tram\n\n{TRAM}\n", encoding="utf-8")
        assert "1 read, 1 unchanged, 0 removed" in line_with(process, " read,")

        (articles / "port.txt").unlink()
        assert "0 read, 1 unchanged, 1 removed" in line_with(process, " read,")

        (articles / "tram.txt").rename(articles / "line.txt")
        assert "1 read, 0 unchanged, 1 removed" in line_with(process, " read,")

        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 0


def test_being_terminated_ends_it_well(articles: Path, tmp_path: Path) -> None:
    with watching(articles, tmp_path / ".byline") as process:
        process.terminate()
        assert process.wait(timeout=120) == 0


def test_a_folder_that_is_gone_is_named_and_it_goes_on(articles: Path, tmp_path: Path) -> None:
    with watching(tmp_path / "articles", tmp_path / ".byline") as process:
        elsewhere = articles.rename(tmp_path / "elsewhere")
        assert "there is no such file or folder" in line_with(process, "byline: ")
        elsewhere.rename(articles)
        process.terminate()
        assert process.wait(timeout=120) == 0


def test_an_index_inside_the_folder_does_not_wake_itself(articles: Path) -> None:
    with watching(articles, articles / ".index") as process:
        (articles / "tram.txt").write_text(f"Seventeen stops for the tram\n\n{TRAM}\n", encoding="utf-8")
        assert "1 read" in line_with(process, " read,")
        process.terminate()
        assert process.stdout is not None
        assert " read," not in process.stdout.read()
