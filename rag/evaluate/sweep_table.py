"""A sweep as one table, for the terminal and as Markdown: a row a point, the best one marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.evaluate.report.view import label
from rag.evaluate.scores import Score
from rag.evaluate.sweep import Tried, best, not_told_apart

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = ("fact_recall", "recall@5", "mrr", "abstention_f1", "answer_rate", "citation_recall")
_WIDEST = 1000  # columns
_BEST, _LIKE_BEST = "★", "≈"


@dataclass(frozen=True, slots=True)
class SweepTable:
    """Heads and rows of cells, and a line on which row is best."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    verdict: str


def table_of(tried: Sequence[Tried], by: str) -> SweepTable:
    """The table of a sweep; `by` is the metric that decides, shown with its interval."""
    first = best(tried, by)
    alike = not_told_apart(first, tried, by) if first else ()
    metrics = [name for name in _COLUMNS if name != by and any(name in one.run.summary.overall.scores for one in tried)]
    heads = (*tried[0].point.values, "", label(by), *(label(name) for name in metrics), "median s")
    rows = tuple(
        (
            *one.point.values.values(),
            _BEST if one is first else _LIKE_BEST if one in alike else "",
            _with_interval(one.run.summary.overall.scores.get(by)),
            *(_plain(one.run.summary.overall.scores.get(name)) for name in metrics),
            f"{one.run.summary.seconds['total'].p50 or 0:.2f}",
        )
        for one in tried
    )
    return SweepTable(heads, rows, _verdict(first, alike, by))


def print_sweep(table: SweepTable, console: Console) -> None:
    """Print the table at the width that it needs."""
    from rich import box
    from rich.segment import Segments
    from rich.table import Table
    from rich.text import Text

    shown = Table(*table.heads, box=box.SIMPLE_HEAD if console.is_terminal else None, show_edge=False, pad_edge=False)
    for column in shown.columns:
        column.no_wrap = True
    for row in table.rows:
        shown.add_row(*map(Text, row))
    # `print` would hold the table to the console's width and cut numbers short; a terminal breaks lines.
    width = max(console.width, console.measure(shown, options=console.options.update(width=_WIDEST)).maximum)
    console.print(Segments(console.render(shown, console.options.update(width=width))), crop=False, end="")
    console.print(table.verdict, markup=False, highlight=False, soft_wrap=True)


def sweep_markdown(table: SweepTable) -> str:
    """The table as GitHub's Markdown."""
    return "\n".join((*_lines(table), "", table.verdict, ""))


def _lines(table: SweepTable) -> Iterator[str]:
    yield _line(table.heads)
    yield _line(["---"] * len(table.heads))
    yield from map(_line, table.rows)


def _line(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _verdict(first: Tried | None, alike: Sequence[Tried], by: str) -> str:
    if first is None:
        return f"{by} applies to none of these runs; name another metric with --by"
    score = _with_interval(first.run.summary.overall.scores[by])
    rest = f"; not told apart from it: {', '.join(one.point.name for one in alike)}" if alike else ""
    return f"Best by {label(by)}: {first.point.name}, {score}{rest}."


def _plain(score: Score | None) -> str:
    return "–" if score is None or score.value is None else f"{score.value:.3f}"


def _with_interval(score: Score | None) -> str:
    if score is None or score.low is None or score.high is None:
        return _plain(score)
    return f"{_plain(score)} ({score.low:.3f}–{score.high:.3f})"
