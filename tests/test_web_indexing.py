"""Indexing while the page is served: one run at a time, readers see what is new, and what fails is told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from index.rows import Counts
from index.store import IndexFolder
from index.sync import Progress, Summary
from index.uploads import Uploads
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.indexing import open_indexer
from rag.settings import load_settings
from rag.tools import Tools
from rag.web.indexing import BROKEN, Indexing

SUMMARY = Summary(1, 0, 0, (), 0, Counts(1, 1, 1, {"en": 1}, 0), 0.1)


class Paced:
    """A run that waits to be let go, and remembers how often it was begun."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.runs = 0

    def __call__(self, *, on_progress: Callable[[Progress], None], stop: Callable[[], bool]) -> Summary:
        self.runs += 1
        on_progress(Progress(10, 40, self.runs))
        self.begun.release()
        assert self.go.acquire(timeout=20)
        return SUMMARY


def test_an_uploaded_article_is_found_by_a_reader_who_is_there_already(tmp_path: Path, tools: Tools) -> None:
    folder, index = tmp_path / "articles", tmp_path / ".byline"
    folder.mkdir()
    (folder / "a.txt").write_text("The library of Haemil opens at nine.", encoding="utf-8")
    settings = load_settings(llm="none")
    indexer = open_indexer(index, settings, tools)
    indexer.run([folder])
    brought = tmp_path / "brought"
    brought.write_text("The lighthouse of Norang was painted red on Friday.", encoding="utf-8")

    with Assistant(IndexFolder(index), settings, tools) as assistant:
        indexing = Indexing(lambda **watch: indexer.run([], **watch))
        assert [one.article.source for one in assistant.library().articles] == ["a.txt"]
        Uploads(index, 1_000_000).take(brought, "lighthouse.txt")
        indexing.start()
        status = indexing.wait()

        assert status.summary is not None
        assert (status.running, status.summary.read, status.error) == (False, 1, None)
        assert assistant.search("Who painted the lighthouse?")[0].passage.source == "uploads/lighthouse.txt"


def test_a_run_asked_for_while_another_is_under_way_follows_it() -> None:
    run = Paced()
    indexing = Indexing(run)
    indexing.start()
    assert run.begun.acquire(timeout=20)
    assert indexing.status.progress == Progress(10, 40, 1)
    indexing.start()
    indexing.start()
    run.go.release(2)

    status = indexing.wait()
    assert (run.runs, status.finished, status.summary) == (2, 2, SUMMARY)


def test_stopping_leaves_out_what_was_to_follow() -> None:
    run = Paced()
    indexing = Indexing(run)
    indexing.start()
    assert run.begun.acquire(timeout=20)
    indexing.start()
    indexing.stop()
    run.go.release()

    assert indexing.wait().finished == run.runs == 1


@pytest.mark.parametrize(
    ("failure", "told", "logged"),
    [(BylineError("the disk is full"), "the disk is full", 0), (ZeroDivisionError("x"), BROKEN, 1)],
)
def test_what_fails_is_told_and_the_next_run_begins_afresh(
    failure: Exception, told: str, logged: int, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes: list[Exception | None] = [failure, None]

    def run(*, on_progress: Callable[[Progress], None], stop: Callable[[], bool]) -> Summary:
        if outcome := outcomes.pop(0):
            raise outcome
        return SUMMARY

    indexing = Indexing(run)
    with caplog.at_level(logging.ERROR):
        indexing.start()
        assert indexing.wait().error == told
    assert len(caplog.records) == logged
    indexing.start()
    assert (indexing.wait().error, indexing.status.summary) == (None, SUMMARY)
