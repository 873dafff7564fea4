"""Question sets that are run from the page: one at a time, kept as `byline eval` keeps them, listed and compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.evaluate.record import against
from rag.evaluate.result import Row
from rag.settings import load_settings
from rag.web.evaluating import Evaluating, Trial
from rag.web.evaluation import Shown, run_report, runs_table, standing
from rag.web.phrases import phrases_in
from rag.web.runs import Runs
from tests.conftest import ROOT
from tests.scripted import CROSS, MULTI, QUESTIONS, Scripted, run_of

MADE = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
EN = phrases_in("en")


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs", lambda: MADE)


@pytest.fixture
def evaluating(assistant: Assistant, runs: Runs) -> Evaluating:
    return Evaluating(assistant, load_settings(llm="none"), runs)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """The first four questions of the samples."""
    lines = (ROOT / "samples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()[:4]
    path = tmp_path / "four.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_runs_are_kept_whole_and_listed_the_latest_first(runs: Runs, system: Scripted) -> None:
    first = runs.keep(run_of(system), "news.jsonl")
    second = runs.keep(run_of(system, retrieval_only=True), "한국어.jsonl")

    latest, earlier = runs.listed()
    assert (first, second) == ("20240501-093000", "20240501-093000-2")
    assert (latest.id, latest.name, latest.questions, latest.models) == (second, "한국어.jsonl", 4, ())
    assert earlier.made == "2024-05-01T09:30:00+00:00"
    assert runs.load(first).summary == run_of(system).summary
    assert b"<svg" in runs.report(first)


def test_a_run_is_deleted_and_nothing_else(runs: Runs, system: Scripted, tmp_path: Path) -> None:
    id = runs.keep(run_of(system), "news.jsonl")
    for other in ("..", "../runs", "", ".", "20240501-093000-9", f"{id}/../{id}"):
        with pytest.raises(BylineError, match="there is no such run"):
            runs.remove(other)
    runs.remove(id)

    assert runs.listed() == ()
    assert tmp_path.exists()


def test_a_damaged_run_is_named(runs: Runs, system: Scripted) -> None:
    id = runs.keep(run_of(system), "news.jsonl")
    (runs.folder / id / "run.json").write_text("{}", encoding="utf-8")

    with pytest.raises(BylineError, match=f"{id}: the run is damaged .*; delete its folder"):
        runs.listed()


def test_a_set_is_run_in_the_background(evaluating: Evaluating, runs: Runs, questions: Path) -> None:
    assert evaluating.start(Trial(questions, k=5, retrieval_only=True))
    ended = evaluating.wait()

    assert (ended.running, ended.error, ended.finished) == (False, None, 1)
    (entry,) = runs.listed()
    assert (entry.id, entry.name, entry.questions, entry.k) == (ended.kept, "four.jsonl", 4, 5)
    assert len(json.loads((runs.folder / entry.id / "results.jsonl").read_text(encoding="utf-8").splitlines()[0]))


def test_a_set_that_is_none_is_refused_before_anything_runs(evaluating: Evaluating, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"question": 3}\n', encoding="utf-8")

    with pytest.raises(BylineError, match=r"bad\.jsonl"):
        evaluating.start(Trial(path, k=5, retrieval_only=True))
    assert not evaluating.standing.running


def test_a_run_is_stopped_and_nothing_of_it_is_kept(
    evaluating: Evaluating, runs: Runs, questions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[bool] = []
    tell: Callable[[Row], None] = evaluating._tell

    def stop_after_the_first(row: Row) -> None:
        refused.append(evaluating.start(Trial(questions, k=5, retrieval_only=True)))
        tell(row)
        evaluating.stop()

    monkeypatch.setattr(evaluating, "_tell", stop_after_the_first)
    evaluating.start(Trial(questions, k=5, retrieval_only=True))
    ended = evaluating.wait()

    assert refused == [False, False]  # one run at a time
    assert (ended.stopped, ended.kept, runs.listed()) == (True, None, ())
    assert EN.evaluation.stopped in standing(ended, EN)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_two_runs_are_shown_beside_each_other(runs: Runs, system: Scripted, language: str) -> None:
    before = run_of(system, [CROSS, MULTI])
    now = run_of(Scripted(system.rankings, dict(system.answers) | {"multi?": BylineError("no answer")}), QUESTIONS[:2])
    ids = [runs.keep(run, "news.jsonl") for run in (before, now)]
    later, earlier = runs.listed()
    page = phrases_in(language)

    shown = run_report(Shown(later, against(now, before)), Shown(earlier, before), page)

    assert page.evaluation.turned.format(paired=2, failing=1, passing=0, p="1") in shown
    assert f'{page.evaluation.newly_failing}</summary><ul><li dir="auto">{MULTI.question}</li>' in shown
    assert shown.count("<svg") >= 2
    table = runs_table(runs.listed(), ids[1], page)
    assert table.count('data-act="compare"') == 1
    assert table.count('data-act="delete"') == 2
