"""A report as a page of HTML that stands by itself."""

from __future__ import annotations

from rag.pages import render
from rag.report.build import Report
from rag.report.labels import labels_in
from rag.report.why import why


def as_html(report: Report) -> str:
    """One section a question, the notes below, the table of verdicts, the sources."""
    labels = labels_in(report.language)
    return render("report.html", language=labels.language, title=report.title, report=report, labels=labels, why=why)
