"""A run's summary as a table for the terminal: overall, by type, by language, and what else to know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.evaluate.record import Run
from rag.evaluate.scores import Score
from rag.evaluate.summary import Cell

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

NOTHING = "\N{EN DASH}"
PLAIN_WIDTH, LEAST_WIDTH = 100, 80
ERRORS_SHOWN = 5
_ANSWER_COLUMNS = {"facts": "fact_recall", "abst F1": "abstention_f1", "answered": "answer_rate"}


def print_run(run: Run, console: Console) -> None:
    """Print a run's table and the lines under it.

    A terminal gets the table at its own width, 80 columns at least; a pipe or a file gets plain columns in
    100, without rules or colours.
    """
    from rich.segment import Segments

    plain = not console.is_terminal
    width = PLAIN_WIDTH if plain else max(console.width, LEAST_WIDTH)
    # `print` holds a table to the console's width and would cut numbers short; a terminal breaks lines.
    table = console.render(summary_table(run, plain=plain), console.options.update(width=width))
    console.print(Segments(table), crop=False, end="")
    for line in _remarks(run):
        console.print(line, markup=False, highlight=False, soft_wrap=plain)


def summary_table(run: Run, *, plain: bool = False) -> Table:
    """Rows: overall, each type, each pair of question and evidence language. Columns: questions, mean scores.

    `plain` leaves the rule under the head and the styles out.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    columns = _columns(run)
    table = Table(box=None if plain else box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.padding = (0, 2 if plain else 1, 0, 0)
    table.add_column("", overflow="fold", min_width=10)
    for name in ("n", *columns):
        table.add_column(name, justify="right", no_wrap=True)
    for label, cell, last in _rows(run):
        values = (_shown(cell.scores.get(metric)) for metric in columns.values())
        style = "bold" if cell is run.summary.overall and not plain else None
        table.add_row(Text(label), str(cell.questions), *values, style=style, end_section=last)
    return table


def _columns(run: Run) -> dict[str, str]:
    """Column head to metric, in the order shown."""
    recalls = [name for name in run.summary.overall.scores if name.startswith("recall@")]
    heads = {name.replace("recall@", "R@"): name for name in recalls} | {"MRR": "mrr"}
    return heads if run.setup.retrieval_only else heads | _ANSWER_COLUMNS


def _rows(run: Run) -> Iterator[tuple[str, Cell, bool]]:
    """Label and cell of each row, and whether it is the last of its section."""
    summary = run.summary
    yield "all", summary.overall, True
    for at, (name, cell) in enumerate(summary.by_type.items(), 1):
        yield name, cell, at == len(summary.by_type)
    for (asked, written), cell in summary.by_language.items():
        yield f"{asked} → {written or NOTHING}", cell, False


def _shown(score: Score | None) -> str:
    return NOTHING if score is None or score.value is None else f"{score.value:.3f}"


def _remarks(run: Run) -> Iterator[str]:
    """What a reader must know beside the table, a line each; failures first."""
    summary, scores = run.summary, run.summary.overall.scores
    failed = [row for row in run.rows if row.outcome.error is not None]
    if failed:
        yield f"{len(failed)} of {len(run.rows)} questions failed and count as 0:"
        yield from (f"  {row.question.id}: {row.outcome.error}" for row in failed[:ERRORS_SHOWN])
        if len(failed) > ERRORS_SHOWN:
            yield f"  and {len(failed) - ERRORS_SHOWN} more"
    if summary.unreachable:
        entries = "1 entry" if len(summary.unreachable) == 1 else f"{len(summary.unreachable)} entries"
        yield f"{entries} of evidence cannot be met by this index, such as"
        yield f"  {summary.unreachable[0]}"
    yield f"R@k is evidence recall; it and MRR are over the {scores['mrr'].n} questions with evidence."
    if not run.setup.retrieval_only:
        yield _answer_remark(run)
    total = summary.seconds["total"]
    if total.p50 is not None and total.p95 is not None:
        yield f"Seconds a question: median {total.p50:.3f}, 95th percentile {total.p95:.3f}."


def _answer_remark(run: Run) -> str:
    scores = run.summary.overall.scores
    parts = {
        "Abstention precision": "abstention_precision",
        "recall": "abstention_recall",
        "F1": "abstention_f1",
        "facts": "fact_recall",
        "citations verbatim": "quote_verbatim",
    }
    return ", ".join(f"{label} {_shown(scores[name])} (n {scores[name].n})" for label, name in parts.items())
