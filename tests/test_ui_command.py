"""`byline ui PATH…`: the folders are indexed, then the page is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from rag.cli import byline
from tests.browser import free_address
from tests.conftest import ROOT

HARBOUR = "The Haemil harbour reopened on Monday after three days of storm, the port authority said.\n"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    return folder


def test_the_folder_is_indexed_and_then_served(articles: Path, tmp_path: Path) -> None:
    address = free_address()
    command = (sys.executable, "-m", "rag", "ui", str(articles), "--llm", "none", "--port", str(address.port))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        told = [page.stdout.readline() for _ in range(3)]
        assert "1 files, 1 articles, 1 passages" in told[0]
        assert told[2].startswith(f"byline is at {address.url}")
        assert "1 files" in httpx.get(address.url, timeout=60).text
        page.terminate()


@pytest.mark.parametrize(
    ("arguments", "line"), [(["nowhere"], "nowhere"), (["articles", "--host", "0.0.0.0"], "--auth USER:PASSWORD")]
)
def test_what_cannot_be_served_is_refused_in_a_line(
    arguments: list[str], line: str, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(articles.parent)

    refused = CliRunner().invoke(byline, ["ui", *arguments], catch_exceptions=False)

    assert refused.exit_code == 1
    assert line in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not Path(".byline", "CURRENT").exists()
