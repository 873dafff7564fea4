"""A run for the terminal: the figures with their intervals and what changed, the cells, and what else to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.evaluate.compare import Comparison, Difference
from rag.evaluate.cost import spending
from rag.evaluate.metrics import JUDGED, JUDGED_PRECISION, JUDGED_RECALL
from rag.evaluate.record import Run
from rag.evaluate.result import PASSED
from rag.evaluate.scores import Score
from rag.evaluate.summary import CROSS, SAME, Cell

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

NOTHING = "\N{EN DASH}"
PLAIN_WIDTH, LEAST_WIDTH = 100, 80
SHOWN = 5
_LESS_IS_BETTER = frozenset({"uncited"})
_NEITHER = frozenset({"answer_characters"})
_ANSWER_COLUMNS = {"facts": "fact_recall", "abst F1": "abstention_f1"}
_SECTIONS = (
    (PASSED,),
    ("recall@1", "recall@5", "recall@{k}", "all_evidence@5", "precision@5", "mrr", "map", "ndcg@10"),
    (
        *("pointer_validity", "quote_verbatim", "citation_recall", "citation_precision"),
        *(JUDGED_RECALL, JUDGED_PRECISION, "uncited"),
        *("support_precision", "support_recall", "cited_source_precision", "cited_source_recall"),
    ),
    (
        *("fact_recall", "fact_recall_partial", "fact_recall_weighted", "exact_match", "token_f1", JUDGED),
        *("language_match", "answer_characters"),
    ),
    ("abstention_precision", "abstention_recall", "abstention_f1", "answer_rate"),
)


def print_run(run: Run, console: Console) -> None:
    """Print a run's tables and the lines under them.

    A terminal gets the tables at its own width, 80 columns at least; a pipe or a file gets plain columns in 100,
    without rules or colours.
    """
    from rich.segment import Segments

    plain = not console.is_terminal
    width = PLAIN_WIDTH if plain else max(console.width, LEAST_WIDTH)
    for table in (score_table(run, plain=plain), cell_table(run, plain=plain)):
        # `print` holds a table to the console's width and would cut numbers short; a terminal breaks lines.
        rendered = console.render(table, console.options.update(width=width))
        console.print(Segments(rendered), crop=False, end="")
        console.print()
    for line in _remarks(run):
        console.print(line, markup=False, highlight=False, soft_wrap=plain)


def score_table(run: Run, *, plain: bool = False) -> Table:
    """A row a metric: its value over all questions, the interval, the cases; with a baseline, the change."""
    from rich.text import Text

    table = _table(plain=plain)
    table.add_column("all questions", no_wrap=True)
    for head in ("", "95 % interval", "n", *(("change", "95 % interval") if run.comparison else ())):
        table.add_column(head, justify="right", no_wrap=True)
    scores = run.summary.overall.scores
    for names in _shown_sections(run):
        for name in names:
            score = scores[name]
            cells = [_number(name, score.value), _spread(name, score.low, score.high), str(score.n)]
            if run.comparison:
                cells += _change_cells(name, run.comparison.overall.get(name), plain=plain)
            table.add_row(Text(name), *cells, end_section=name == names[-1])
    return table


def cell_table(run: Run, *, plain: bool = False) -> Table:
    """Rows: overall, each type, each pair of question and evidence language. Columns: questions, mean scores.

    `plain` leaves the rule under the head and the styles out.
    """
    from rich.text import Text

    columns = _columns(run)
    table = _table(plain=plain)
    table.add_column("", overflow="fold", min_width=10)
    for name in ("n", *columns):
        table.add_column(name, justify="right", no_wrap=True)
    for label, cell, last in _rows(run):
        values = (_shown(cell.scores.get(metric)) for metric in columns.values())
        style = "bold" if cell is run.summary.overall and not plain else None
        table.add_row(Text(label), str(cell.questions), *values, style=style, end_section=last)
    return table


def _table(*, plain: bool) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=None if plain else box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.padding = (0, 2 if plain else 1, 0, 0)
    return table


def _shown_sections(run: Run) -> Iterator[list[str]]:
    """The metrics that this run has a figure for, in the order shown; one a section at least."""
    scores = run.summary.overall.scores
    for section in _SECTIONS:
        names = dict.fromkeys(name.format(k=run.setup.k) for name in section)
        if present := [name for name in names if name in scores and scores[name].value is not None]:
            yield present


def _change_cells(name: str, change: Difference | None, *, plain: bool) -> list[str]:
    if change is None:
        return [NOTHING] * 2
    sure = change.low is not None and change.high is not None and (change.low > 0 or change.high < 0)
    shown = _number(name, change.change, signed=True)
    if sure and not plain and name not in _NEITHER:
        better = (change.change > 0) != (name in _LESS_IS_BETTER)
        shown = f"[{'green' if better else 'red'}]{shown}[/]"
    return [shown, _spread(name, change.low, change.high, signed=True)]


def _number(name: str, value: float | None, *, signed: bool = False) -> str:
    digits = 0 if name in _NEITHER else 3
    return NOTHING if value is None else f"{value:{'+' if signed else ''}.{digits}f}"


def _spread(name: str, low: float | None, high: float | None, *, signed: bool = False) -> str:
    if low is None or high is None:
        return NOTHING
    return f"{_number(name, low, signed=signed)} … {_number(name, high, signed=signed)}"


def _columns(run: Run) -> dict[str, str]:
    """Column head to metric, in the order shown."""
    recalls = [name for name in run.summary.overall.scores if name.startswith("recall@")]
    heads = {name.replace("recall@", "R@"): name for name in recalls} | {"MRR": "mrr"}
    return heads | ({} if run.setup.retrieval_only else _ANSWER_COLUMNS) | {"passed": PASSED}


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
    """What a reader must know beside the tables, a line each; failures first."""
    summary = run.summary
    yield from _failures(run)
    if summary.unreachable:
        entries = "1 entry" if len(summary.unreachable) == 1 else f"{len(summary.unreachable)} entries"
        yield f"{entries} of evidence cannot be met by this index, such as"
        yield f"  {summary.unreachable[0]}"
    if run.comparison:
        yield from _turned(run.comparison)
    yield from _gap(run)
    cases = summary.overall.scores["mrr"].n
    yield f"R@k and recall@k are evidence recall, over the {cases} questions with evidence; – is no case."
    yield from _judge(run)
    total = summary.seconds["total"]
    if total.p50 is not None and total.p95 is not None:
        yield f"Seconds a question: median {total.p50:.3f}, 95th percentile {total.p95:.3f}."
    for stage, seconds in summary.seconds.items():
        if stage != "total":
            yield f"  {stage}: {seconds.p50:.3f}, {seconds.p95:.3f}"
    for one in spending(summary, run.cost):
        over = "1 question" if one.n == 1 else f"{one.n} questions"
        yield f"{one.label}: {one.each} a question, {one.whole} in all, over {over}{one.remark}."


def _failures(run: Run) -> Iterator[str]:
    failed = [row for row in run.rows if row.outcome.error is not None]
    if failed:
        yield f"{len(failed)} of {len(run.rows)} questions failed and count as 0:"
        yield from (f"  {row.question.id}: {row.outcome.error}" for row in failed[:SHOWN])
        if len(failed) > SHOWN:
            yield f"  and {len(failed) - SHOWN} more"


def _judge(run: Run) -> Iterator[str]:
    """What the judge left unjudged: a figure that it could have given is None, and the row says why."""
    told = [row for row in run.rows if row.judgement]
    for what, metric, beside in (
        ("no grade to", JUDGED, ("fact_recall", "exact_match")),
        ("no verdict on the citations of", JUDGED_RECALL, ("citation_recall",)),
    ):
        lacking = [row for row in told if row.metrics.get(metric) is None]
        without = [row for row in lacking if any(row.metrics.get(name) is not None for name in beside)]
        if without:
            yield f"{run.setup.judge} gave {what} {len(without)} answers, such as"
            yield f"  {without[0].question.id}: {without[0].judgement}"


def _gap(run: Run) -> Iterator[str]:
    """How much better questions do whose evidence is in their own language."""
    name = f"recall@{5 if run.setup.k >= 5 else run.setup.k}"
    gap, cells = run.summary.gap.get(name), run.summary.by_reach
    if gap is not None:
        same, cross = (cells[reach].scores[name].value for reach in (SAME, CROSS))
        spread = _spread(name, gap.low, gap.high, signed=True)
        yield (
            f"{name} is {_number(name, same)} where the evidence is in the question's language and"
            f" {_number(name, cross)} where it is not: {_number(name, gap.value, signed=True)} ({spread})."
        )


def _turned(comparison: Comparison) -> Iterator[str]:
    """What the baseline says beside the figures: which questions turned, and which could not be compared."""
    failing, passing = comparison.newly_failing, comparison.newly_passing
    yield f"Against the baseline, {comparison.paired} questions: {_listed(failing, 'newly failing')},"
    yield f"  {_listed(passing, 'newly passing')}; McNemar's exact p {comparison.p_value:.3f}."
    for ids, what in (
        (comparison.added, "not in the baseline"),
        (comparison.missing, "in the baseline alone"),
        (comparison.altered, "asked otherwise in the baseline"),
    ):
        if ids:
            yield f"Not compared: {_listed(ids, what)}."
    yield from (f"Run otherwise than the baseline: {line}." for line in comparison.settings)


def _listed(ids: Sequence[str], what: str) -> str:
    if not ids:
        return f"none {what}"
    rest = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"{len(ids)} {what} ({', '.join(ids[:SHOWN])}{rest})"
