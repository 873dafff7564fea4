"""The command line: what it prints where, its exit status, and what it does not load."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rag.cli import byline
from tests.test_wire import ANSWER, CITATION, PASSAGE, SENTENCE

ROOT = Path(__file__).parent.parent
BARGE = "By how many decibels did the noise at night fall when every ship in Yeomjin took shore power?"
FERRY = "When does the Route No. 3 ferry leave Mokpo?"
LATE = (
    "trafilatura",
    "docx",
    "lxml",
    "chromadb",
    "llama_index",
    "gradio",
    "openai",
    "kiwipiepy",
    "numpy",
    "onnxruntime",
    "rich",
)
COMMANDS = ("index", "ask", "search", "ui", "check", "report", "verify", "eval", "status", "doctor")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working folder, and no setting or key in the environment."""
    for name in list(os.environ):
        if name.upper().startswith(("BYLINE_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(byline, [str(arg) for arg in args], catch_exceptions=False)


def process(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """`python -m rag` in a process of its own, from the working folder of the test."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "rag", *map(str, args)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


# --- what it costs to ask for help ------------------------------------------------------------------------------------


def test_help_loads_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys\nfrom rag.cli import byline\n"
        "byline(['--help'], standalone_mode=False)\n"
        f"print(sorted(set({LATE!r}) & set(sys.modules)), file=sys.stderr)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"
    assert "Commands:" in done.stdout


def test_the_package_runs_as_a_module() -> None:
    done = process("--help")

    assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stderr == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_takes_an_index(command: str) -> None:
    done = run(command, "--help")

    assert done.exit_code == 0
    assert "--index" in done.output
    assert "--debug" in done.output


def test_the_version_is_the_packages() -> None:
    done = run("--version")

    assert done.exit_code == 0
    assert done.output.startswith("byline 0.")


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args", [("ask", FERRY), ("search", FERRY), ("status",), ("index",)], ids=["ask", "search", "status", "index"]
)
def test_without_an_index_there_is_one_line_that_says_what_to_do(args: tuple[str, ...]) -> None:
    done = run(*args)

    assert done.exit_code == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("byline: ")
    assert "byline index" in line


def test_a_traceback_is_shown_to_whoever_asks_for_it() -> None:
    plain, debugged = process("status"), process("status", "--debug")

    assert (plain.returncode, debugged.returncode) == (1, 1)
    assert "Traceback" not in plain.stderr
    assert "Traceback (most recent call last)" in debugged.stderr
    assert debugged.stderr.splitlines()[-1] == plain.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "args",
    [
        ("ask",),
        ("ask", FERRY, "--answer-quickly"),
        ("ask", FERRY, "-k", "0"),
        ("ask", FERRY, "-k", "many"),
        ("search", FERRY, "-k", "201"),
        ("eval", "missing.jsonl"),
        ("ui", "--port", "0"),
        ("check", "missing.md", "--format", "pdf"),
        ("report", "missing.txt", "-o", "r.md"),
        ("verify", "missing.json"),
        ("sing",),
    ],
)
def test_wrong_usage_is_exit_status_2(args: tuple[str, ...]) -> None:
    done = run(*args)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("--since", "soon"), "byline: --since soon: not a date; write it as 2024-05-31"),
        (("--until", "2024-02-30"), "byline: --until 2024-02-30: not a date; write it as 2024-05-31"),
    ],
)
def test_a_bad_date_is_one_line(samples_index: Path, args: tuple[str, ...], line: str) -> None:
    done = run("search", FERRY, "--index", samples_index, *args)

    assert (done.exit_code, done.stderr.strip()) == (1, line)


def test_a_bad_setting_is_one_line(samples_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_KK", "3")

    done = run("ask", FERRY, "--index", samples_index)

    assert done.exit_code == 1
    assert done.stderr.startswith("byline: environment: BYLINE_KK is no setting of byline")
    assert len(done.stderr.splitlines()) == 1


# --- over the samples -------------------------------------------------------------------------------------------------


def test_an_answer_is_shown_with_the_words_it_rests_on(samples_index: Path) -> None:
    done = run("ask", FERRY, "--llm", "none", "--index", samples_index)

    assert done.exit_code == 0
    assert done.stderr == ""
    assert "6:40 a.m." in done.stdout
    assert "[1] island-ferry-timetable.txt, characters " in done.stdout
    assert "Mokpo Coast Herald" in done.stdout
    assert "answered by extractive" in done.stdout


def test_a_korean_answer_is_labelled_in_korean(samples_index: Path) -> None:
    done = run("ask", "밤 기차 '달마중'의 첫 운행일은?", "--llm", "none", "--index", samples_index)

    assert re.search(r"문장 \d개 중 \d개 확인됨", done.stdout)
    assert re.search(r"\[1\] \S+, \d+–\d+자", done.stdout)
    assert re.search(r"답한 쪽: 발췌 · [\d.]+초", done.stdout)
    assert "알림: 검색된 구절: " in done.stdout


def test_a_citation_into_a_pdf_names_its_page(samples_index: Path) -> None:
    done = run("ask", BARGE, "--llm", "none", "--index", samples_index)
    written = json.loads(run("ask", BARGE, "--llm", "none", "--json", "--index", samples_index).stdout)

    assert "[1] shore-power-barge.pdf, page 2, characters " in done.stdout
    assert (written["citations"][0]["source"], written["citations"][0]["page"]) == ("shore-power-barge.pdf", 2)
    assert written["retrieved"][0]["page"] in (1, 2)


def test_an_answer_as_json_is_the_contracts(samples_index: Path) -> None:
    done = process("ask", FERRY, "--llm", "none", "--json", "-k", "4", "--index", samples_index)

    assert done.returncode == 0
    assert done.stderr == ""
    written: dict[str, Any] = json.loads(done.stdout)
    assert set(written) == set(ANSWER.split())
    assert all(set(one) == set(SENTENCE.split()) for one in written["sentences"])
    assert all(set(one) == set(CITATION.split()) for one in written["citations"])
    assert all(set(one) == set(PASSAGE.split()) for one in written["retrieved"])
    assert (written["question"], written["language"], written["abstained"]) == (FERRY, "en", False)
    assert len(written["retrieved"]) == 4


def test_the_passages_as_json_are_the_retrieved_list(samples_index: Path) -> None:
    filters = ("--source", "*.ko.txt", "--since", "2024-11-01", "--until", "2024-11-30", "-k", "3")
    done = run("search", "물빛선", "--json", "--index", samples_index, *filters)

    assert done.exit_code == 0
    written: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(written) == 3
    assert all(set(one) == set(PASSAGE.split()) for one in written)
    assert all(one["source"].endswith(".ko.txt") and one["published"] >= "2024-11-01" for one in written)
    assert "물빛선" in done.stdout  # as it is, not as an escape


def test_the_passages_are_shown_with_their_places(samples_index: Path) -> None:
    done = run("search", FERRY, "-k", "2", "--index", samples_index)

    assert done.exit_code == 0
    assert done.stdout.startswith("1. island-ferry-timetable.txt:")
    assert "\n2. " in done.stdout
    assert "\n3. " not in done.stdout


def test_status_says_what_is_indexed_and_with_what(samples_index: Path, samples: Path) -> None:
    done = run("status", "--index", samples_index)

    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert done.exit_code == 0
    assert rows["folders"] == str(samples)
    assert rows["files"] == f"{len(list(samples.iterdir()))}, and 0 skipped"
    assert "e5" in rows["embedder"]
    assert " en" in rows["passages"]
    assert " ko" in rows["passages"]


def test_a_question_set_is_run_and_written(samples_index: Path, tmp_path: Path) -> None:
    rows = (ROOT / "samples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = [row for row in rows if json.loads(row)["id"] in ("s-06", "s-20", "s-44")]
    (tmp_path / "few.jsonl").write_text("\n".join(chosen), encoding="utf-8")

    done = run("eval", "few.jsonl", "--out", "run", "--llm", "none", "-k", "5", "--index", samples_index)

    assert done.exit_code == 0
    assert "written to run" in done.stdout
    results = [json.loads(line) for line in (tmp_path / "run" / "results.jsonl").read_text("utf-8").splitlines()]
    assert [one["id"] for one in results] == ["s-06", "s-20", "s-44"]
    assert set(ANSWER.split()) | {"id", "metrics"} <= set(results[0])
    assert all(len(one["retrieved"]) == 5 and one["error"] is None for one in results)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text("utf-8"))
    assert summary["overall"]["questions"] == 3
    assert summary["overall"]["scores"]["recall@5"] == {"value": 1.0, "n": 2, "low": 1.0, "high": 1.0}


def test_a_question_set_with_a_fault_is_told_by_line(samples_index: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")

    done = run("eval", "bad.jsonl", "--index", samples_index)

    assert done.exit_code == 1
    assert "bad.jsonl:1: " in done.stderr
    assert "Traceback" not in done.stderr


# --- indexing ---------------------------------------------------------------------------------------------------------


def test_a_folder_is_indexed_kept_up_and_answers(tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    harbour = (
        "Harbour reopens after storm\n\nThe port of Dunmore reopened on Monday after nine days, its master said.\n"
    )
    (news / "harbour.txt").write_text(harbour, encoding="utf-8")
    (news / "empty.txt").write_bytes(b"")
    (news / "photo.jpg").write_bytes(b"\xff\xd8")

    first = run("index", news)
    assert first.exit_code == 0
    assert "1 files, 1 articles, 1 passages (1 en)" in first.stdout
    assert "0 unchanged, 0 removed, 1 skipped, 1 of other kinds" in first.stdout
    assert "skipped empty.txt: " in first.stderr

    second = run("index")  # the folders of the last time
    assert "0 read" in second.stdout
    assert "0 removed" in second.stdout

    answered = run("ask", "When did the port of Dunmore reopen?", "--llm", "none", "--json")
    assert json.loads(answered.stdout)["retrieved"][0]["source"] == "harbour.txt"


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = run("index", tmp_path / "nowhere")

    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert "nowhere" in line
    assert not (tmp_path / ".byline" / "CURRENT").exists()


def test_explaining_a_file_says_what_becomes_of_each_line(samples: Path, tmp_path: Path) -> None:
    path = samples / "steel-quota-talks.ko.txt"

    done = run("index", "--explain", path)

    shown = done.stdout.splitlines()
    assert done.exit_code == 0
    for line in path.read_text(encoding="utf-8").splitlines():
        assert any(row.endswith(line.strip()) for row in shown)
    assert any(row.startswith("kept") and "제47조" in row for row in shown)
    assert any(not row.startswith("kept") and "주메뉴 바로가기" in row for row in shown)
    assert "2024-11-14" in done.stdout
    assert not (tmp_path / ".byline").exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("lighthouse-keeper.ko.html", ("furniture (a notice) ", "갯바람신문 · 2024-11-06 · ko")),
        ("shore-power-barge.pdf", ("left out (running head or foot) ", "Quay & Container Review", "page 2")),
        ("village-school-homes.ko.docx", ("느티면 | 41채 | 58가구", "2024-11-12")),
        ("estuary-wire.jsonl", ("Baran school gets salt-proof piano (Estuary Wire · 2024-11-13 · en)", "3 passages")),
    ],
)
def test_a_file_of_every_format_is_explained(samples: Path, name: str, shown: tuple[str, ...]) -> None:
    done = run("index", "--explain", samples / name)

    assert (done.exit_code, done.stderr) == (0, "")
    assert all(text in done.stdout for text in shown)


def test_the_lines_of_a_file_that_hold_no_article_are_told(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    path.write_text('{"title": "Harbour", "body": "The harbour reopened on Monday."}\n[]\n', encoding="utf-8")

    done = run("index", "--explain", path)

    assert "in part: line 2 is left out: it is a list, not an object" in done.stdout


def test_explaining_what_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")

    done = process("index", "--explain", "empty.txt")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip() == "byline: empty.txt: it is empty"


def few(samples_index: Path, *args: str) -> Result:
    """A retrieval run of three of the samples' questions."""
    rows = (ROOT / "samples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = [row for row in rows if json.loads(row)["id"] in ("s-06", "s-20", "s-44")]
    Path("few.jsonl").write_text("\n".join(chosen), encoding="utf-8")
    return run("eval", "few.jsonl", "--retrieval-only", "--index", samples_index, *args)


def test_a_run_passes_or_falls_against_a_baseline(samples_index: Path) -> None:
    assert few(samples_index, "--out", "base", "--brief").exit_code == 0

    passed = few(samples_index, "--baseline", "base", "--fail-on", "recall@5<-0.02", "--fail-on", "newly-failing>0")
    fell = few(samples_index, "--baseline", "base", "--fail-on", "recall@5>-0.02", "--fail-on", "mrr<1.5")

    assert (passed.exit_code, passed.stderr) == (0, "")
    assert "none newly failing" in passed.stdout
    assert fell.exit_code == 3
    lines = fell.stderr.splitlines()
    assert lines[0] == "byline: the gate fell short"
    assert lines[1].startswith("  recall@5>-0.02: 1.000 → 1.000, +0.000")
    assert lines[2].startswith("  mrr<1.5: ")


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        (("--fail-on", "recall"), '--fail-on "recall": not a rule; write one like "recall@5<-0.02"'),
        (("--fail-on", "recall@5<-0.02"), "a rule compares with a baseline; give --baseline DIR"),
        (("--judge", "m"), "--judge grades answers, and --retrieval-only has none; leave one out"),
    ],
)
def test_a_gate_that_cannot_be_kept_is_wrong_usage(samples_index: Path, args: tuple[str, ...], fault: str) -> None:
    done = few(samples_index, *args)
    assert done.exit_code == 2
    assert fault in " ".join(done.stderr.split())


def test_a_baseline_that_is_no_run_is_named(samples_index: Path, tmp_path: Path) -> None:
    done = few(samples_index, "--baseline", str(tmp_path))
    assert done.exit_code == 1
    assert "summary.json: cannot be read" in done.stderr
