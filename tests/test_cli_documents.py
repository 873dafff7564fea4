"""`byline check`, `report` and `verify`: what they print and write, and their exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import ROOT, bare, process, run

__all__ = ["bare"]

FERRY = "island-ferry-timetable.txt"
GOOD = f"# Ferries\n\nA single ticket costs 9,400 won [{FERRY}].\n"
BAD = f"{GOOD}\nThe boats are painted by convicts from Mars [{FERRY}].\n"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return tmp_path / "draft.md"


@pytest.mark.parametrize(
    ("text", "options", "status"),
    [
        (GOOD, (), 0),
        (BAD, (), 3),
        (f"{GOOD}\nIslanders pay 2,000 won.\n", (), 3),
        (f"{GOOD}\nIslanders pay 2,000 won.\n", ("--allow", "uncited"), 0),
        (f"{GOOD}\nIt sank [7].\n", ("--allow", "uncited"), 3),
    ],
)
def test_the_exit_status_says_whether_the_draft_can_go_out(
    samples_index: Path, draft: Path, text: str, options: tuple[str, ...], status: int
) -> None:
    draft.write_text(text, encoding="utf-8")

    assert run("check", draft, "--index", samples_index, *options).exit_code == status


def test_the_verdicts_are_printed_with_the_words_they_rest_on(samples_index: Path, draft: Path) -> None:
    draft.write_text(BAD, encoding="utf-8")

    done = process("check", draft, "--index", samples_index)

    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (3, "")
    assert lines[0] == f"✓ 3: A single ticket costs 9,400 won. [{FERRY}]"
    assert lines[1].startswith(f"    {FERRY}:")
    assert lines[1].endswith("“A single ticket costs 9,400 won.”")
    assert lines[-1] == "1 of 2 sentences supported, 1 unsupported"


def test_verdicts_as_json_are_the_contracts(samples_index: Path, draft: Path) -> None:
    draft.write_text(GOOD, encoding="utf-8")

    written = json.loads(run("check", draft, "--json", "--index", samples_index).stdout)

    (sentence,) = written["sentences"]
    assert (sentence["text"], sentence["verdict"]) == ("A single ticket costs 9,400 won.", "supported")
    assert [one["source"] for one in written["citations"]] == [FERRY]


@pytest.mark.parametrize(
    ("name", "start"), [("v.html", "<!DOCTYPE html>"), ("v.md", "# Citations of "), ("v.json", "{")]
)
def test_verdicts_are_written_in_the_form_of_the_files_name(
    samples_index: Path, draft: Path, tmp_path: Path, name: str, start: str
) -> None:
    draft.write_text(GOOD, encoding="utf-8")

    done = run("check", draft, "-o", tmp_path / name, "--index", samples_index)

    assert done.stdout == ""
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_a_draft_comes_from_standard_input(samples_index: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "rag", "check", "-", "--index", str(samples_index)]

    done = subprocess.run(command, input=GOOD.encode(), env=environment, capture_output=True, check=False)

    assert done.returncode == 0
    assert "1 of 1 sentences supported" in done.stdout.decode()


def test_a_report_is_written_with_all_that_goes_beside_it_and_verified(
    samples_index: Path, samples: Path, tmp_path: Path
) -> None:
    (tmp_path / "q.txt").write_text("When does the Route No. 3 ferry leave Mokpo?\n", encoding="utf-8")
    options = ("--llm", "none", "--index", samples_index)

    done = run("report", "q.txt", "-o", "r.docx", "--bibtex", "r.bib", "--csl", "r.csl", "--title", "Boats", *options)

    assert done.exit_code == 0
    assert [path.name for path in sorted(tmp_path.glob("r.*"))] == ["r.bib", "r.csl", "r.docx", "r.json"]
    saved = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert saved["title"] == "Boats"
    assert saved["answers"][0]["question"] == "When does the Route No. 3 ferry leave Mokpo?"
    count = len(saved["citations"])
    verified = run("verify", "r.json", "--index", samples_index)
    assert (verified.exit_code, verified.stdout) == (
        0,
        f"{count} of {count} quotes stand in their files, character by character\n",
    )


def test_what_no_longer_stands_is_named(samples: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    text = (samples / FERRY).read_text(encoding="utf-8-sig")
    (news / FERRY).write_text(text, encoding="utf-8")
    assert run("index", news).exit_code == 0
    (tmp_path / "a.json").write_text(
        run("ask", "What does a ferry ticket cost?", "--json", "--llm", "none").stdout, "utf-8"
    )
    assert run("verify", "a.json").exit_code == 0

    (news / FERRY).write_text(f"Corrected.\n{text}", encoding="utf-8")
    moved = run("verify", "a.json")
    (news / FERRY).unlink()
    gone = run("verify", "a.json")

    assert (moved.exit_code, gone.exit_code) == (3, 3)
    assert moved.stdout.startswith(f"stale: [1] {FERRY}, characters ")
    assert "; the words now stand at " in moved.stdout
    assert gone.stdout.startswith(f"missing: [1] {FERRY}, characters ")


def test_a_report_in_a_form_that_there_is_not_is_one_line(samples_index: Path, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("Who?\n", encoding="utf-8")

    done = run("report", "q.txt", "-o", "r.pdf", "--index", samples_index)

    assert done.exit_code == 1
    assert done.stderr == "byline: r.pdf: a report is written as .md, .html, .docx; name one of them\n"
