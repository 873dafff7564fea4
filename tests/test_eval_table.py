"""A run as it is printed."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from rag.evaluate.questions import Evidence
from rag.evaluate.record import Run, against
from rag.evaluate.table import print_run
from tests.scripted import CROSS, LOST, MULTI, NOTHING, Scripted, run_of


def printed(run: Run, *, terminal: bool = False, width: int | None = None) -> str:
    out = io.StringIO()
    print_run(run, Console(file=out, force_terminal=terminal, width=width, color_system=None))
    return out.getvalue()


def squeezed(shown: str) -> list[str]:
    return [" ".join(line.split()) for line in shown.splitlines()]


def test_the_tables_when_piped(system: Scripted) -> None:
    shown = printed(run_of(system))
    lines = squeezed(shown)
    assert lines[0] == "all questions 95 % interval n"
    assert "recall@5 0.667 0.000 … 1.000 3" in lines
    assert "abstention_precision 1.000 1.000 … 1.000 1" in lines
    start = lines.index("n R@1 R@3 R@5 R@10 MRR facts abst F1 passed")
    assert lines[start + 1 : start + 9] == [
        "all 4 0.000 0.667 0.667 0.667 0.333 0.500 1.000 0.500",
        "cross 1 0.000 1.000 1.000 1.000 0.500 0.500 – 0.000",
        "single 2 0.000 0.500 0.500 0.500 0.250 0.500 – 0.500",
        "null 1 – – – – – – 1.000 1.000",
        "en → ko 1 0.000 1.000 1.000 1.000 0.500 0.500 – 0.000",
        "en → en+ko 1 0.000 1.000 1.000 1.000 0.500 1.000 – 1.000",
        "ko → – 1 – – – – – – 1.000 1.000",
        "en → en 1 0.000 0.000 0.000 0.000 0.000 0.000 – 0.000",
    ]
    assert all(len(line) <= 100 for line in shown.splitlines()[: start + 9])
    assert not set("─━│┃╭") & set(shown)
    assert "1 of 4 questions failed and count as 0:" in lines
    assert "lost: model at host: no [2J answer" in lines
    assert "Seconds a question: median 1.000, 95th percentile 1.000." in lines


def test_the_gap_between_languages_is_told(system: Scripted) -> None:
    gap = "recall@5 is 0.000 where the evidence is in the question's language and 1.000 where it is not: -1.000"
    assert gap in printed(run_of(system))


def test_a_long_label_has_a_hundred_columns_when_piped(system: Scripted) -> None:
    label = "a type of questions of 34 letters!"
    shown = printed(run_of(system, [replace(CROSS, type=label)])).splitlines()
    (row,) = [line for line in shown if line.startswith(label)]
    assert row.startswith(f"{label} ")
    assert row.endswith("0.000")


def test_a_retrieval_run_has_no_figures_of_answers(system: Scripted) -> None:
    lines = squeezed(printed(run_of(system, retrieval_only=True, k=20)))
    assert "n R@1 R@3 R@5 R@10 R@20 MRR passed" in lines
    assert any(line.startswith("recall@20 ") for line in lines)
    assert not any(line.startswith(("fact_recall", "citation_", "abstention_")) for line in lines)


@pytest.mark.parametrize("width", [80, 100])
def test_the_tables_fit_a_terminal_and_show_labels_as_they_are(system: Scripted, width: int) -> None:
    odd = replace(CROSS, type="[b]odd[/b] " + "type " * 12)
    run = run_of(system, [odd, NOTHING])
    shown = printed(against(run, run), terminal=True, width=width)
    assert all(len(line) <= width for line in shown.splitlines())
    assert "[b]odd" in shown
    assert "─" in shown
    assert shown.count("0.500") >= 4


def test_a_terminal_too_narrow_loses_no_number(system: Scripted) -> None:
    lines = squeezed(printed(run_of(system), terminal=True, width=40))
    assert "all 4 0.000 0.667 0.667 0.667 0.333 0.500 1.000 0.500" in lines


def test_what_changed_stands_beside_the_figures(system: Scripted) -> None:
    worse = Scripted(rankings=system.rankings, answers=dict(system.answers) | {"multi?": system.answers["lost?"]})
    lines = squeezed(printed(against(run_of(worse, k=5), run_of(system))))
    assert lines[0] == "all questions 95 % interval n change 95 % interval"
    assert "answer_rate 0.333 0.000 … 1.000 3 -0.333 -1.000 … +0.000" in lines
    assert "Against the baseline, 4 questions: 1 newly failing (multi)," in lines
    assert "none newly passing; McNemar's exact p 1.000." in lines
    assert "Run otherwise than the baseline: k 5, was 10." in lines


def test_questions_that_only_one_run_asked_are_named(system: Scripted) -> None:
    shown = printed(against(run_of(system, [CROSS, replace(MULTI, answer="new")]), run_of(system, [MULTI, NOTHING])))
    assert "Not compared: 1 not in the baseline (cross)." in shown
    assert "Not compared: 1 in the baseline alone (null)." in shown
    assert "Not compared: 1 asked otherwise in the baseline (multi)." in shown


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
