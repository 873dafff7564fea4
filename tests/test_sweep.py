"""Sweeps over settings, and runs that go on where they were killed."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from index.store import IndexFolder
from rag.cli import byline
from rag.errors import BylineError
from rag.evaluate.bench import Bench, Watch
from rag.evaluate.journal import UNFINISHED, Journal, finish, made_with
from rag.evaluate.questions import Question, load_questions
from rag.evaluate.reading import open_reading
from rag.evaluate.record import Setup, load_run
from rag.evaluate.result import Outcome, Row
from rag.evaluate.sweep import Plan, Point, Tried, best, not_told_apart, parse_points, sweep
from rag.evaluate.sweep_table import print_sweep, sweep_markdown, table_of
from rag.settings import Settings
from rag.tools import Tools
from tests.openai_server import Exchange, OpenAIServer, answer

ROOT = Path(__file__).parent.parent
_PATIENCE = 300  # seconds
RETRIEVAL = Setup(5, "none", retrieval_only=True)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working folder, and no setting or key in the environment."""
    for name in list(os.environ):
        if name.upper().startswith(("BYLINE_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bench(samples_index: Path, tools: Tools) -> Bench:
    """The samples, with the tools that are open already."""
    return Bench(IndexFolder(samples_index), tools, open_reading(tools))


@pytest.fixture
def questions() -> tuple[Question, ...]:
    """Six of the samples' questions."""
    return load_questions(ROOT / "samples" / "questions.jsonl")[:6]


@pytest.fixture
def question_file(questions: tuple[Question, ...], tmp_path: Path) -> Path:
    lines = (ROOT / "samples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(lines[: len(questions)]), encoding="utf-8")
    return path


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(byline, ["eval", *map(str, args)], catch_exceptions=False)


# --- the grid ---------------------------------------------------------------------------------------------------------


def test_every_combination_is_a_point() -> None:
    points = parse_points(["k=3, 5", "llm=none,org/model"])
    assert [point.name for point in points] == [
        "k=3 llm=none",
        "k=3 llm=org/model",
        "k=5 llm=none",
        "k=5 llm=org/model",
    ]
    assert points[1].folder == "k=3,llm=org%2Fmodel"


@pytest.mark.parametrize(
    ("varied", "fault"),
    [
        (["kk=3"], "kk cannot vary over one index; these can: k, llm, model"),
        (["passage_chars=300,500"], "passage_chars cannot vary over one index"),
        (["api_key=a,b"], "api_key cannot vary"),
        (["k"], "write each setting once, with its values, as k=3,5,8"),
        (["k="], "write each setting once"),
        (["k=3", "k=5"], "write each setting once"),
    ],
)
def test_what_cannot_vary_is_refused(varied: list[str], fault: str) -> None:
    with pytest.raises(BylineError, match=fault):
        parse_points(varied)


def test_a_value_that_does_not_fit_is_told_before_anything_is_run(
    bench: Bench, questions: tuple[Question, ...], tmp_path: Path
) -> None:
    plan = Plan(bench, questions, {}, retrieval_only=True, jobs=1, folder=tmp_path / "out")
    with pytest.raises(BylineError, match="setting k: "):
        sweep(plan, parse_points(["k=3,many"]), lambda _: Watch())
    assert not (tmp_path / "out").exists()


def scored(tried: Tried, metric: str, value: float) -> Tried:
    """The same run with one metric of every row set."""
    rows = tuple(replace(row, metrics={**row.metrics, metric: value}) for row in tried.run.rows)
    return replace(tried, run=replace(tried.run, rows=rows))


# --- which is best ----------------------------------------------------------------------------------------------------


def test_the_best_point_is_marked_with_those_that_noise_cannot_tell_from_it(
    bench: Bench, questions: tuple[Question, ...]
) -> None:
    plan = Plan(bench, questions, {"llm": "none"}, retrieval_only=True, jobs=2)
    one, five, six = sweep(plan, parse_points(["k=1,5,6"]), lambda _: Watch())
    by = "all_evidence@1"
    assert best([one, five, six], by) is one
    assert not_told_apart(one, [one, five, six], by) == (five, six)
    worse, certain = scored(five, by, 0.0), scored(one, by, 1.0)
    assert not_told_apart(certain, [certain, worse], by) == ()
    assert best([one, five], "fact_recall") is None
    table = table_of([one, five, six], "recall@1")
    assert [row[1] for row in table.rows] == ["★", "≈", "≈"]
    assert table.verdict.startswith("Best by evidence recall@1: k=1, ")
    assert table.verdict.endswith("; not told apart from it: k=5, k=6.")
    assert "applies to none" in table_of([one, five], "fact_recall").verdict


def test_the_table_loses_no_number(bench: Bench, questions: tuple[Question, ...]) -> None:
    plan = Plan(bench, questions, {"llm": "none"}, retrieval_only=True, jobs=2)
    table = table_of(sweep(plan, parse_points(["k=1,5"]), lambda _: Watch()), "recall@1")
    out = io.StringIO()
    print_sweep(table, Console(file=out, width=40))
    head, first, second, *_ = out.getvalue().splitlines()
    assert head.split() == " ".join(table.heads).split()
    assert "…" not in out.getvalue()
    assert [first.split(), second.split()] == [" ".join(row).split() for row in table.rows]
    lines = sweep_markdown(table).splitlines()
    assert {line.count("|") for line in lines[:4]} == {len(table.heads) + 1}


# --- on the command line ----------------------------------------------------------------------------------------------


def test_a_finished_sweep_asks_nothing_twice(samples_index: Path, question_file: Path, tmp_path: Path) -> None:
    args = (question_file, "--retrieval-only", "--index", samples_index, "--out", tmp_path / "out")
    first = run(*args, "--vary", "k=3,5", "--by", "recall@3")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "Best by evidence recall@3: k=" in first.stdout
    rows = (tmp_path / "out" / "k=3" / "results.jsonl").read_bytes()
    again = run(*args, "--vary", "k=3,5,7", "--by", "recall@3")
    assert again.stderr.splitlines() == [
        f"k={k}: 6 of 6 questions were asked before; going on from there" for k in (3, 5)
    ]
    assert (tmp_path / "out" / "k=3" / "results.jsonl").read_bytes() == rows
    assert load_run(tmp_path / "out" / "k=7").setup.k == 7
    assert "| 7 |" in (tmp_path / "out" / "sweep.md").read_text(encoding="utf-8")
    assert not list((tmp_path / "out").rglob(UNFINISHED))


def test_a_sweep_takes_no_gate(samples_index: Path, question_file: Path) -> None:
    done = run(question_file, "--vary", "k=3", "--fail-on", "recall@3<0.5", "--index", samples_index)
    assert done.exit_code == 2
    assert "--fail-on" in done.stderr


@pytest.mark.timeout(3 * _PATIENCE)  # two processes from nothing, on a machine that may be busy
def test_a_killed_run_goes_on_where_it_was(
    openai_server: OpenAIServer, samples_index: Path, question_file: Path, tmp_path: Path
) -> None:
    asked = [question.question for question in load_questions(question_file)]
    reached = threading.Event()

    def hang_at_the_fourth(exchange: Exchange) -> None:
        if asked[3] in exchange.request.text:  # of the one before it no model is asked: the evidence is too thin
            reached.set()
            exchange.wait()
        else:
            answer("Before [1].")(exchange)

    openai_server.fallback = hang_at_the_fourth
    out = tmp_path / "out"
    command = ["eval", question_file, "--llm", "writer", "--jobs", "1", "--index", samples_index, "--out", out]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "OPENAI_BASE_URL": openai_server.url,
        "OPENAI_API_KEY": "key",
        "BYLINE_RETRIES": "0",
        "BYLINE_REWRITE": "false",
        "BYLINE_REPAIR": "false",
    }
    with subprocess.Popen([sys.executable, "-m", "rag", *map(str, command)], env=environment) as running:
        there = reached.wait(_PATIENCE)
        running.send_signal(signal.SIGKILL)
    assert there
    kept = len((out / UNFINISHED).read_text(encoding="utf-8").splitlines()) - 1  # the first says what made the rows
    assert kept in (2, 3)  # the third may have been on its way to the disk
    before = len(openai_server.requests)
    openai_server.fallback = answer("After [1].")
    done = subprocess.run(
        [sys.executable, "-m", "rag", *map(str, command)], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == f"asking: {kept} of 6 questions were asked before; going on from there\n"
    again = "\n".join(request.text for request in openai_server.requests[before:])
    assert [question in again for question in (*asked[:kept], asked[3])] == [*[False] * kept, True]
    rows = load_run(out).rows
    said = [row.outcome.answer.text for row in rows[:4] if row.outcome.answer]
    assert said[0].startswith("Before")
    assert said[3].startswith("After")
    assert len(rows) == 6
    assert not (out / UNFINISHED).exists()


# --- the journal ------------------------------------------------------------------------------------------------------


def row(id: str, **changes: Any) -> Row:
    question = Question(id, "Who?", "en", "single", answerable=True)
    return replace(Row(question, {"mrr": 1.0}, None, Outcome(0.5)), **changes)


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Journal]:
    return lambda key="a": Journal(tmp_path / "run", key)


def test_rows_are_taken_up_again_where_key_and_question_are_the_same(opened: Callable[..., Journal]) -> None:
    rows = [row("one"), row("two"), row("failed", outcome=Outcome(0.1, error="no"))]
    with opened() as journal:
        for one in rows:
            journal.add(one)
    asked = [rows[0].question, replace(rows[1].question, answer="Lee"), rows[2].question]
    with opened() as journal:
        assert journal.known(asked) == {"one": rows[0]}
    with opened("another") as journal:
        assert journal.known(asked) == {}


def test_a_line_that_was_cut_off_is_left_out(opened: Callable[..., Journal], tmp_path: Path) -> None:
    with opened() as journal:
        journal.add(row("one"))
        journal.add(row("two"))
    path = tmp_path / "run" / UNFINISHED
    path.write_bytes(path.read_bytes()[:-20])
    with opened() as journal:
        assert set(journal.known([row("one").question, row("two").question])) == {"one"}
        journal.add(row("two"))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line).get("id") for line in lines] == [None, "one", "two"]
    finish(tmp_path / "run")
    assert not path.exists()


def test_what_makes_a_row_is_setup_settings_and_index() -> None:
    names = {
        made_with(RETRIEVAL, Settings(), "index/1"),
        made_with(RETRIEVAL, Settings(), "index/2"),
        made_with(replace(RETRIEVAL, k=6), Settings(), "index/1"),
        made_with(RETRIEVAL, Settings(answer_timeout=5), "index/1"),
    }
    assert len(names) == 4
    assert made_with(RETRIEVAL, Settings(cache=Path("x")), "index/1") in names


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file", encoding="utf-8")
    with pytest.raises(BylineError, match=r"run.unfinished\.jsonl: cannot be written"):
        Journal(tmp_path / "run", "a")


def test_a_point_is_named_by_its_values() -> None:
    assert Point({"k": "3"}).name == "k=3"
