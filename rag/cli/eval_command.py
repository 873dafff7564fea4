"""`byline eval`: put a question set to the index, measure the answers, write the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.common import with_index, with_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.evaluate.result import Row


@click.command()
@click.argument("questions", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="QUESTIONS.jsonl")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write the run to DIR.")
@click.option("-k", type=click.IntRange(1, 200), help="How many passages to retrieve.  [default: 10]")
@click.option("--retrieval-only", is_flag=True, help="Retrieve, and answer nothing.")
@with_model
@with_index
def command(
    questions: Path, out: Path | None, k: int | None, retrieval_only: bool, llm: str | None, index: Path
) -> None:
    """Ask every question of QUESTIONS.jsonl and print how well the passages and answers were.

    With --out, DIR gets results.jsonl (a row a question) and summary.json.
    """
    from rich.console import Console

    from rag.assistant import Assistant, open_tools
    from rag.evaluate.questions import load_questions
    from rag.evaluate.reading import open_reading
    from rag.evaluate.record import Setup, write
    from rag.evaluate.run import evaluate
    from rag.evaluate.table import print_run
    from rag.settings import load_settings

    asked = load_questions(questions)
    settings = load_settings()
    tools = open_tools(settings)
    reading = open_reading(tools.encoder, tools.splitter.morphology)
    with Assistant.open(index, settings) as assistant, _progress(len(asked)) as on_progress:
        run = evaluate(
            assistant,
            asked,
            reading,
            setup=Setup(k or settings.k, llm, retrieval_only),
            on_progress=on_progress,
        )
    print_run(run, Console())
    if out is not None:
        write(run, out)
        click.echo(f"written to {out}")


@contextmanager
def _progress(questions: int) -> Iterator[Callable[[Row], None]]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking", total=questions)
        yield lambda _: bar.advance(task)
