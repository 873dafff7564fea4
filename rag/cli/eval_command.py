"""`byline eval`: put a question set to the index, measure the answers, write the run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.common import with_index, with_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.evaluate.gate import Rule
    from rag.evaluate.judge import Judge
    from rag.evaluate.questions import Question
    from rag.evaluate.record import Run, Setup
    from rag.evaluate.result import Row
    from rag.settings import Settings

FELL_SHORT = 3


@click.command()
@click.argument("questions", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="QUESTIONS.jsonl")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write the run to DIR.")
@click.option("--brief", is_flag=True, help="Leave passages and answers out of --out: enough for a baseline.")
@click.option("-k", type=click.IntRange(1, 200), help="How many passages to retrieve.  [default: 10]")
@click.option("--retrieval-only", is_flag=True, help="Retrieve, and answer nothing.")
@click.option("--judge", metavar="MODEL", help="A model that grades the answers too, beside the other figures.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Questions put at a time.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Compare with the run in DIR.",
)
@click.option(
    "--fail-on",
    "rules",
    multiple=True,
    metavar="RULE",
    callback=lambda _, __, written: _rules(written),
    help='Exit with 3 where RULE holds, such as "recall@5<-0.02" or "newly-failing>3"; may be given again.',
)
@with_model
@with_index
def command(
    questions: Path,
    out: Path | None,
    brief: bool,
    k: int | None,
    retrieval_only: bool,
    judge: str | None,
    jobs: int,
    baseline: Path | None,
    rules: tuple[Rule, ...],
    llm: str | None,
    index: Path,
) -> None:
    """Ask every question of QUESTIONS.jsonl and print how well the passages and answers were.

    With --out, DIR gets results.jsonl (a row a question) and summary.json.

    A RULE is METRIC<NUMBER or METRIC>NUMBER: with a sign the number is a change against the baseline, without one the
    value itself. METRIC/CELL looks at the questions of a type, or of a language pair such as en-ko. newly-failing,
    newly-passing, missing and failed are numbers of questions.
    """
    from rich.console import Console

    from rag.evaluate.gate import broken
    from rag.evaluate.questions import load_questions
    from rag.evaluate.record import Setup, against, load_run, write
    from rag.evaluate.table import print_run
    from rag.settings import load_settings

    if judge and retrieval_only:
        raise click.UsageError("--judge grades answers, and --retrieval-only has none; leave one out")
    if baseline is None and any(rule.needs_baseline for rule in rules):
        raise click.UsageError("a rule compares with a baseline; give --baseline DIR")
    asked = load_questions(questions)
    before = load_run(baseline) if baseline else None
    settings = load_settings()
    run = _run(asked, index, settings, Setup(k or settings.k, llm, retrieval_only, judge), jobs)
    if before is not None:
        run = against(run, before)
    print_run(run, Console())
    if out is not None:
        write(run, out, brief=brief)
        click.echo(f"written to {out}")
    if reasons := broken(rules, run):
        click.echo("byline: the gate fell short", err=True)
        for reason in reasons:
            click.echo(f"  {reason}", err=True)
        sys.exit(FELL_SHORT)


def _rules(written: Sequence[str]) -> tuple[Rule, ...]:
    from rag.evaluate.gate import BadRule, parse_rule

    try:
        return tuple(parse_rule(one) for one in written)
    except BadRule as error:
        raise click.UsageError(str(error)) from error


def _run(questions: Sequence[Question], index: Path, settings: Settings, setup: Setup, jobs: int) -> Run:
    """The questions put to the index, with a progress bar on a terminal."""
    from index.store import IndexFolder
    from rag.assistant import Assistant, open_tools
    from rag.evaluate.ahead import EmbeddedAhead
    from rag.evaluate.reading import open_reading
    from rag.evaluate.run import evaluate

    tools = open_tools(settings)
    reading = open_reading(tools)
    with Assistant(IndexFolder(index), settings, tools) as assistant:
        assistant.generation()  # an index that cannot be read is told before anything is embedded
    ahead = replace(tools, embedder=EmbeddedAhead(tools.embedder, [one.question for one in questions]))
    with Assistant(IndexFolder(index), settings, ahead) as assistant, _progress(len(questions)) as on_progress:
        return evaluate(
            assistant,
            questions,
            reading,
            setup=setup,
            judge=_judge(settings, setup.judge),
            jobs=jobs,
            on_progress=on_progress,
        )


def _judge(settings: Settings, name: str | None) -> Judge | None:
    from rag.evaluate.judge import Judge
    from rag.model import open_model

    model = open_model(settings, name) if name else None
    return Judge(model, settings) if model else None


@contextmanager
def _progress(questions: int) -> Iterator[Callable[[Row], None]]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking", total=questions)
        yield lambda _: bar.advance(task)
