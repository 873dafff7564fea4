"""A run as it is printed."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from rag.evaluate.questions import Evidence
from rag.evaluate.record import Run
from rag.evaluate.table import print_run
from tests.scripted import CROSS, LOST, NOTHING, Scripted, run_of


def printed(run: Run, *, terminal: bool = False, width: int | None = None) -> str:
    out = io.StringIO()
    print_run(run, Console(file=out, force_terminal=terminal, width=width, color_system=None))
    return out.getvalue()


def test_the_table_when_piped(system: Scripted) -> None:
    shown = printed(run_of(system)).splitlines()
    lines = [" ".join(line.split()) for line in shown]
    assert lines[:9] == [
        "n R@1 R@3 R@5 R@10 MRR facts abst F1 answered",
        "all 4 0.000 0.667 0.667 0.667 0.333 0.500 1.000 0.667",
        "cross 1 0.000 1.000 1.000 1.000 0.500 0.500 – 1.000",
        "single 2 0.000 0.500 0.500 0.500 0.250 0.500 – 0.500",
        "null 1 – – – – – – 1.000 –",
        "en → ko 1 0.000 1.000 1.000 1.000 0.500 0.500 – 1.000",
        "en → en+ko 1 0.000 1.000 1.000 1.000 0.500 1.000 – 1.000",
        "ko → – 1 – – – – – – 1.000 –",
        "en → en 1 0.000 0.000 0.000 0.000 0.000 0.000 – 0.000",
    ]
    assert all(len(line) <= 100 for line in shown[:9])
    assert not set("─━│┃╭") & set("".join(shown))
    assert "1 of 4 questions failed and count as 0:" in lines
    assert "lost: model at host: no [2J answer" in lines
    assert "Seconds a question: median 1.000, 95th percentile 1.000." in lines


def test_a_long_label_has_a_hundred_columns_when_piped(system: Scripted) -> None:
    label = "a type of questions of 34 letters!"
    shown = printed(run_of(system, [replace(CROSS, type=label)])).splitlines()
    assert shown[2].startswith(f"{label} ")
    assert shown[2].endswith("1.000")


def test_the_table_of_a_retrieval_run_has_no_answer_columns(system: Scripted) -> None:
    head = printed(run_of(system, retrieval_only=True, k=20)).splitlines()[0]
    assert " ".join(head.split()) == "n R@1 R@3 R@5 R@10 R@20 MRR"


@pytest.mark.parametrize("width", [80, 100])
def test_the_table_fits_a_terminal_and_shows_labels_as_they_are(system: Scripted, width: int) -> None:
    odd = replace(CROSS, type="[b]odd[/b] " + "type " * 12)
    shown = printed(run_of(system, [odd, NOTHING]), terminal=True, width=width)
    assert all(len(line) <= width for line in shown.splitlines())
    assert "[b]odd" in shown
    assert "─" in shown
    assert shown.count("0.500") >= 4


def test_a_terminal_too_narrow_loses_no_number(system: Scripted) -> None:
    lines = [" ".join(line.split()) for line in printed(run_of(system), terminal=True, width=40).splitlines()]
    assert "all 4 0.000 0.667 0.667 0.667 0.333 0.500 1.000 0.667" in lines


def test_many_failures_are_counted_and_the_first_shown(system: Scripted) -> None:
    failing = [replace(LOST, id=f"lost {number}") for number in range(9)]
    shown = printed(run_of(system, failing))
    assert "9 of 9 questions failed and count as 0:" in shown
    assert "lost 4: model" in shown
    assert "lost 5" not in shown
    assert "and 4 more" in shown


def test_evidence_out_of_reach_is_shown(system: Scripted) -> None:
    shown = printed(run_of(system, [replace(CROSS, evidence=((Evidence("gone.txt"),),))]))
    assert "1 entry of evidence cannot be met by this index, such as\n  cross: gone.txt is not in the index" in shown
