"""Runs as they are written and read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import BylineError
from rag.evaluate.record import load_run, write
from tests.scripted import CROSS, NOTHING, TEXTS, Scripted, answer, run_of


def test_results_are_the_contracts_rows(system: Scripted, tmp_path: Path) -> None:
    run = run_of(system)
    write(run, tmp_path / "new" / "run")
    lines = (tmp_path / "new" / "run" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert "철강" in lines[0]
    cross, _, null, lost = (json.loads(line) for line in lines)
    contract = {"question", "answer", "abstained", "language", "sentences", "citations", "retrieved"}
    assert contract | {"id", "metrics", "model", "notices", "timings"} <= set(cross)
    assert cross["metrics"] == dict(run.rows[0].metrics)
    assert [found["source"] for found in cross["retrieved"]] == ["en.txt", "ko.txt", "en.txt"]
    assert TEXTS["ko.txt"][cross["citations"][0]["start"] : cross["citations"][0]["end"]] == "철강 쿼터는 유지된다."
    assert cross["expected"]["evidence"] == [[{"source": "ko.txt", "quote": "철강쿼터"}]]
    assert cross["expected"]["evidence_language"] == "ko"
    assert null["abstained"] is True
    assert null["metrics"]["recall@5"] is None
    assert lost["error"] == "model at host: no [2J answer"
    assert (lost["id"], lost["question"]) == ("lost", "lost?")


def test_the_summary_is_written_with_the_cases_beside_each_mean(system: Scripted, tmp_path: Path) -> None:
    write(run_of(system, k=5, llm="none"), tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert (summary["k"], summary["llm"], summary["models"]) == (5, "none", ["extractive"])
    assert summary["overall"]["questions"] == 4
    assert summary["overall"]["failed"] == 1
    assert summary["overall"]["scores"]["recall@3"] == {"value": pytest.approx(2 / 3), "n": 3, "low": 0.0, "high": 1.0}
    assert summary["by_type"]["null"]["scores"]["mrr"] == {"value": None, "n": 0, "low": None, "high": None}
    cells = [(cell["question"], cell["evidence"]) for cell in summary["by_language"]]
    assert cells == [("en", "ko"), ("en", "en+ko"), ("ko", None), ("en", "en")]
    assert summary["seconds"]["total"] == {"p50": 1.0, "p95": 1.0, "n": 3}


def test_a_retrieval_run_is_written_with_its_passages(system: Scripted, tmp_path: Path) -> None:
    write(run_of(system, retrieval_only=True), tmp_path)
    first = json.loads((tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["retrieved"][1]["text"] == "철강 쿼터는 유지된다."
    assert first["question"] == "cross?"
    assert "answer" not in first


@pytest.mark.parametrize("retrieval_only", [True, False])
def test_a_run_reads_back_the_same(system: Scripted, tmp_path: Path, retrieval_only: bool) -> None:
    run = run_of(system, retrieval_only=retrieval_only)
    write(run, tmp_path)
    assert load_run(tmp_path) == run


def test_a_brief_run_reads_back_without_its_passages(system: Scripted, tmp_path: Path) -> None:
    run = run_of(system)
    write(run, tmp_path, brief=True)
    read = load_run(tmp_path)
    assert (read.summary.overall, read.summary.by_type) == (run.summary.overall, run.summary.by_type)
    assert [row.met for row in read.rows] == [row.met for row in run.rows]
    assert not any(row.outcome.retrieved for row in read.rows)


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("summary.json", "{", r"summary\.json: not what `byline eval --out` writes \(Expecting property name"),
        ("summary.json", "{}", r"summary\.json: not what `byline eval --out` writes \('k' is missing\); run it again"),
        ("results.jsonl", "", r"results\.jsonl: no result in it"),
        (
            "results.jsonl",
            '{"id": "a"}\n',
            r"results\.jsonl:1: not what .* writes \('expected' is missing",
        ),
        ("results.jsonl", "7\n", r"results\.jsonl:1: not what"),
    ],
)
def test_what_is_no_run_is_named(system: Scripted, tmp_path: Path, file: str, text: str, fault: str) -> None:
    write(run_of(system), tmp_path)
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(BylineError, match=fault):
        load_run(tmp_path)


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(BylineError, match=r"summary\.json: cannot be read \(No such file or directory\)"):
        load_run(tmp_path)


def test_half_a_surrogate_pair_reads_back_as_itself(tmp_path: Path) -> None:
    odd = answer("null?", "broken \udc80 text \\udc80", abstained=True)
    write(run_of(Scripted(answers={"null?": odd}), [NOTHING]), tmp_path)
    row = json.loads((tmp_path / "results.jsonl").read_text(encoding="utf-8"))
    assert row["answer"] == odd.text


def test_a_second_run_replaces_the_first_and_leaves_nothing_beside(system: Scripted, tmp_path: Path) -> None:
    write(run_of(system), tmp_path)
    write(run_of(system, [CROSS]), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.jsonl", "summary.json"]
    assert len((tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_a_row_that_cannot_be_written_leaves_the_earlier_results(system: Scripted, tmp_path: Path) -> None:
    write(run_of(system), tmp_path)
    before = (tmp_path / "results.jsonl").read_bytes()
    endless = answer("cross?", "text", timings={"retrieve": float("nan")})
    with pytest.raises(ValueError, match="JSON compliant"):
        write(run_of(Scripted(answers={"cross?": endless}), [CROSS]), tmp_path)
    assert (tmp_path / "results.jsonl").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.jsonl", "summary.json"]


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside(system: Scripted, tmp_path: Path) -> None:
    (tmp_path / "results.jsonl" / "in the way").mkdir(parents=True)
    with pytest.raises(BylineError, match="the results cannot be written"):
        write(run_of(system), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["results.jsonl"]


def test_a_folder_that_cannot_be_written_is_named(system: Scripted, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    with pytest.raises(BylineError, match="taken: the results cannot be written"):
        write(run_of(system), taken)
