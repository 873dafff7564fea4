"""The report files: what the view shows, laid out by the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import BylineError
from rag.evaluate.record import Run
from rag.evaluate.report import charts
from rag.evaluate.report.charts import Chart
from rag.evaluate.report.view import View, cell_name, view_of
from rag.evaluate.result import Row

HTML, MARKDOWN = "report.html", "report.md"
_MARKDOWN_MEANS_IT = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


def write_report(
    run: Run,
    folder: str | Path,
    *,
    before: Sequence[Row] = (),
    title: str,
    about: Mapping[str, str] | None = None,
) -> None:
    """Write `report.html` and `report.md` into `folder`.

    Args:
        run: what is reported.
        folder: there already.
        before: the rows of the baseline that `run.comparison` is with, to show beside each question.
        title: what the report is called.
        about: how the run was made, by label.

    Raises:
        BylineError: a file cannot be written.
    """
    folder = Path(folder)
    view = view_of(run, before, title=title, about=about)
    try:
        (folder / HTML).write_text(render_html(view, charts_of(run)), encoding="utf-8", errors="replace")
        (folder / MARKDOWN).write_text(render_markdown(view), encoding="utf-8", errors="replace")
    except OSError as error:
        reason = error.strerror or str(error)
        raise BylineError(f"{folder}: the report cannot be written ({reason}); give another --out") from error


def charts_of(run: Run) -> tuple[Chart, ...]:
    """The charts that a run has the numbers for."""
    summary, k = run.summary, min(5, run.setup.k)
    metrics = {f"evidence recall@{k}": f"recall@{k}"}
    if not run.setup.retrieval_only:
        metrics["fact recall"] = "fact_recall"
    languages = {cell_name(pair): cell for pair, cell in summary.by_language.items()}
    before = {name: one.before for name, one in run.comparison.overall.items()} if run.comparison else {}
    drawn = (
        charts.bars("By type of question", summary.by_type, metrics),
        charts.bars("By language of question → evidence", languages, metrics),
        charts.recall_curve(summary.overall.scores, before),
        charts.reliability(run.rows),
        charts.latency_histogram(run.rows),
    )
    return tuple(chart for chart in drawn if chart)


def render_html(view: View, drawn: Sequence[Chart]) -> str:
    """The report as one HTML page that needs nothing else; every text in it is escaped."""
    return str(_environment().get_template(f"{HTML}.j2").render(view=view, charts=drawn))


def render_markdown(view: View) -> str:
    """The report's numbers as GitHub's Markdown, for a pull request."""
    return str(_environment().get_template(f"{MARKDOWN}.j2").render(view=view))


def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("rag.evaluate.report"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": _number, "signed": _signed, "plain": _plain}
    return environment


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _plain(text: object) -> str:
    """Text for Markdown as it stands: on one line, every sign that Markdown takes for its own escaped."""
    return _MARKDOWN_MEANS_IT.sub(r"\\\1", " ".join(str(text).split()))
