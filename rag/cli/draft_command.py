"""`byline eval draft`: propose questions from the indexed articles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.common import with_index, with_model

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.evaluate.propose.drafts import Drafted
    from rag.settings import Settings


@click.command()
@click.argument("places", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[FOLDER]…")
@click.option("-n", "count", type=click.IntRange(1), default=50, show_default=True, help="How many questions.")
@click.option("-o", "out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="QUESTIONS.jsonl")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other passages.")
@with_model
@with_index
def command(places: tuple[Path, ...], count: int, out: Path, seed: int, llm: str | None, index: Path) -> None:
    """Propose questions from the indexed articles in FOLDER (from all without one), as drafts for a person to accept.

    A model writes them where there is one; without, they are sentences with a gap. Only those are kept that retrieve
    the passage they were made from. To accept a draft, mend it and take its "draft": true away.
    """
    from rag.assistant import Assistant
    from rag.evaluate.propose.keep import add_questions, new_file
    from rag.settings import load_settings

    new_file(out)
    settings = load_settings(llm=llm)
    with Assistant.open(index, settings) as assistant:
        drafted = _draft(assistant, settings, places, count, seed)
    add_questions(out, ((question, None) for question in drafted.questions))
    lost = f"; {drafted.lost} more did not find their own passage" if drafted.lost else ""
    click.echo(f"{len(drafted.questions)} drafts from {drafted.passages} passages written to {out}{lost}")
    if len(drafted.questions) < count:
        click.echo(f"fewer than {count}: the index holds no more passages to ask about", err=True)


def _draft(assistant: Assistant, settings: Settings, places: tuple[Path, ...], count: int, seed: int) -> Drafted:
    from rich.console import Console
    from rich.progress import Progress

    from index.sentences import Morphology
    from rag.evaluate.propose.drafts import by_cloze, by_model, draft, languages_of, spread
    from rag.model import open_model

    passages = spread(assistant, places, seed)
    model = open_model(settings, settings.llm)
    languages = tuple(languages_of(passages))
    propose = by_model(model, settings, languages) if model else by_cloze(Morphology())
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("drafting", total=count)
        return draft(passages, propose, assistant.search, count, lambda done: bar.update(task, completed=done))
