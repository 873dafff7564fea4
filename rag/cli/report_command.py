"""`byline report`: answer a list of questions in one cited document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.common import with_index, with_model, write_or_print
from rag.errors import BylineError

if TYPE_CHECKING:
    from rag.report.build import Report

_FORMATS = (".md", ".html", ".docx")


@click.command()
@click.argument("questions", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="QUESTIONS")
@click.option(
    "-o",
    "out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write the report: a .md, .html or .docx file.",
)
@click.option("--title", help="The report's title.")
@click.option(
    "--bibtex", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The sources, as BibTeX."
)
@click.option(
    "--csl", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The sources, as CSL-JSON."
)
@click.option("-k", type=click.IntRange(1, 200), help="How many passages to retrieve.  [default: 10]")
@with_model
@with_index
def command(
    questions: Path,
    out: Path,
    title: str | None,
    bibtex: Path | None,
    csl: Path | None,
    k: int | None,
    llm: str | None,
    index: Path,
) -> None:
    """Answer QUESTIONS (.txt, one a line, or .jsonl) in one report with footnotes and a table of verdicts.

    Beside it goes the same as .json, which `byline verify` holds against the articles later.
    """
    from datetime import date

    from rag.assistant import Assistant
    from rag.report.bibliography import as_bibtex, as_csl
    from rag.report.build import build, read_questions
    from rag.report.saved import report_json

    if out.suffix.lower() not in _FORMATS:
        raise BylineError(f"{out}: a report is written as {', '.join(_FORMATS)}; name one of them")
    asked = read_questions(questions)
    with Assistant.open(index) as assistant, _progress(len(asked)) as on_progress:
        report = build(
            assistant, asked, title=title or questions.stem, made=date.today(), llm=llm, k=k, on_progress=on_progress
        )
    _write(report, out)
    write_or_print(json.dumps(report_json(report), ensure_ascii=False, indent=2) + "\n", out.with_suffix(".json"))
    for path, text in ((bibtex, as_bibtex), (csl, as_csl)):
        if path:
            write_or_print(text(report.sources), path)


def _write(report: Report, out: Path) -> None:
    match out.suffix.lower():
        case ".docx":
            from rag.report.word import as_word

            write_or_print(as_word(report), out)
        case ".html":
            from rag.report.html import as_html

            write_or_print(as_html(report), out)
        case _:
            from rag.report.markdown import as_markdown

            write_or_print(as_markdown(report), out)


@contextmanager
def _progress(questions: int) -> Iterator[Callable[[], None]]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking", total=questions)
        yield lambda: bar.advance(task)
