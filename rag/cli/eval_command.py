"""`byline eval`: put a question set to the index, measure the answers, write the run."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.cli.common import with_index, with_model

if TYPE_CHECKING:
    from rag.evaluate.cost import Tariff
    from rag.evaluate.gate import Rule
    from rag.evaluate.record import Run
    from rag.evaluate.sweep import Plan
    from rag.settings import Settings

FELL_SHORT = 3
_FOR_ONE = "--baseline, --fail-on, --brief, --judge and --prices"

_WORDS = {
    "draft": "Propose questions from the indexed articles.",
    "add": "Add questions from the chat's feedback file.",
    "unpack": "Save the articles that come with a question set.",
}


class _Eval(click.Command):
    """`byline eval QUESTIONS`; but where the first word is one of `_WORDS`, the command of that name."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click's own, of the command that the first word names."""
        if not args or args[0] not in _WORDS:
            return super().make_context(info_name, args, parent, **extra)
        module = importlib.import_module(f"rag.cli.{args[0]}_command")
        named: click.Command = module.command
        return named.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the words without importing their commands."""
        with formatter.section("Making a question set"):
            formatter.write_dl([(f"{ctx.command_path} {word}", what) for word, what in _WORDS.items()])


@click.command(cls=_Eval)
@click.argument("questions", type=click.Path(path_type=Path, exists=True), metavar="QUESTIONS")
@click.option(
    "--format", "form", metavar="FORMAT", help="jsonl, csv, squad, beir, multihop or trec, if not told by name."
)
@click.option("--drafts", is_flag=True, help="Ask the drafts too, which are left out otherwise.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write the run to DIR.")
@click.option("--brief", is_flag=True, help="Leave passages and answers out of --out: enough for a baseline.")
@click.option("-k", type=click.IntRange(1, 200), help="How many passages to retrieve.  [default: 10]")
@click.option("--retrieval-only", is_flag=True, help="Retrieve, and answer nothing.")
@click.option("--judge", metavar="MODEL", help="A model that judges answers and citations too.")
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
@click.option(
    "--prices",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Say what the models cost, by a TOML table of prices.",
)
@click.option(
    "--vary",
    "varied",
    multiple=True,
    metavar="NAME=VALUE,…",
    help="Run with each value of a setting, such as k=3,5,8; every combination where given again.",
)
@click.option("--by", default="passed", show_default=True, metavar="METRIC", help="What decides which of them is best.")
@with_model
@with_index
def command(
    questions: Path,
    form: str | None,
    drafts: bool,
    out: Path | None,
    brief: bool,
    k: int | None,
    retrieval_only: bool,
    judge: str | None,
    jobs: int,
    baseline: Path | None,
    rules: tuple[Rule, ...],
    prices: Path | None,
    varied: tuple[str, ...],
    by: str,
    llm: str | None,
    index: Path,
) -> None:
    """Ask every question of QUESTIONS and print how well the passages and answers were.

    QUESTIONS is JSON Lines, CSV or TSV with a header, SQuAD or KorQuAD, the folder of a BEIR or TREC set, or
    MultiHop-RAG. With --out, DIR gets results.jsonl (a row a question), summary.json, report.html and report.md.

    A RULE is METRIC<NUMBER or METRIC>NUMBER: with a sign the number is a change against the baseline, without one the
    value itself. METRIC/CELL looks at the questions of a type, or of a language pair such as en-ko. newly-failing,
    newly-passing, missing and failed are numbers of questions.

    FILE has currency = "USD", and a table ["MODEL"] with input = 0.25 and output = 2.0, per million tokens.

    A run that was killed goes on where it was when it is started again with the same --out.
    """
    from rich.console import Console

    from rag.cli.watching import watching
    from rag.evaluate.bench import open_bench
    from rag.evaluate.cost import cost_of
    from rag.evaluate.formats.load import accepted, load_set
    from rag.evaluate.gate import broken
    from rag.evaluate.journal import finish
    from rag.evaluate.record import Setup, against, load_run, write
    from rag.evaluate.report.render import write_report
    from rag.evaluate.sweep import Plan
    from rag.evaluate.table import print_run
    from rag.settings import load_settings

    if varied and (baseline or rules or brief or judge or prices):
        raise click.UsageError(f"--vary runs many settings; {_FOR_ONE} are for one")
    if retrieval_only and judge:
        raise click.UsageError("--judge grades answers, and --retrieval-only has none; leave one out")
    if baseline is None and any(rule.needs_baseline for rule in rules):
        raise click.UsageError("a rule compares with a baseline; give --baseline DIR")
    asked = accepted(load_set(questions, form), questions, drafts=drafts)
    before = load_run(baseline) if baseline else None
    settings = load_settings(k=k)
    charged = _charged(prices, settings, None if retrieval_only else llm or settings.llm, judge)
    bench = open_bench(index, settings, asked)
    if varied:
        _sweep(Plan(bench, asked, {"k": k, "llm": llm}, retrieval_only, jobs, out), varied, by)
        return
    with watching(len(asked)) as watch:
        setup = Setup(settings.k, llm, retrieval_only, judge)
        run = bench.run(asked, setup, settings, jobs=jobs, folder=out, watch=watch("asking"))
    if before is not None:
        run = against(run, before)
    run = replace(run, cost=cost_of(run.rows, charged) if charged else None)
    print_run(run, Console())
    if out is not None:
        write(run, out, brief=brief)
        finish(out)
        if not brief:
            earlier = before.rows if before else ()
            write_report(run, out, before=earlier, title=f"Evaluation on {questions.name}", about=_about(run, index))
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


def _charged(prices: Path | None, settings: Settings, llm: str | None, judge: str | None) -> Tariff | None:
    """What a run is charged by: the prices of what answers, if anything, and of its judge."""
    from rag.evaluate.cost import load_prices, tariff
    from rag.model import model_name

    if prices is None:
        return None
    return tariff(load_prices(prices), model_name(settings, llm) if llm else None, judge)


def _sweep(plan: Plan, varied: Sequence[str], by: str) -> None:
    """Run a sweep, print its table, and write it where the plan keeps its runs."""
    from rich.console import Console

    from rag.cli.watching import watching
    from rag.evaluate.sweep import parse_points, sweep, write_table
    from rag.evaluate.sweep_table import print_sweep, sweep_markdown, table_of

    points = parse_points(varied)
    with watching(len(plan.questions)) as watch:
        tried = sweep(plan, points, lambda point: watch(point.name))
    table = table_of(tried, by)
    print_sweep(table, Console())
    if plan.folder is not None:
        write_table(plan.folder, sweep_markdown(table))
        click.echo(f"written to {plan.folder}")


def _about(run: Run, index: Path) -> dict[str, str]:
    """How a run was made, as its report says it."""
    return {
        "index": str(index),
        "questions": str(len(run.rows)),
        "passages retrieved": str(run.setup.k),
        "answers by": "nothing: retrieval alone" if run.setup.retrieval_only else ", ".join(run.summary.models),
    }
