"""`byline ask`: one cited, checked answer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from rag.cli.common import with_filters, with_index, with_model


@click.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent to the model, and send nothing.")
@with_model
@with_filters
@with_index
def command(
    question: str,
    as_json: bool,
    dry_run: bool,
    llm: str | None,
    k: int | None,
    since: str | None,
    until: str | None,
    source: str | None,
    index: Path,
) -> None:
    """Answer QUESTION from the indexed articles; every sentence names the words it rests on."""
    from index.names import is_hangul
    from rag.answer import Answer
    from rag.assistant import Assistant
    from rag.filters import Filters

    filters = Filters(since, until, source)
    with Assistant.open(index, ahead=is_hangul(question)) as assistant:
        if dry_run:
            from rag.cli.show import show_outgoing

            show_outgoing(assistant.preview(question, k=k, llm=llm, filters=filters), as_json=as_json)
            return
        events = assistant.stream(question, k=k, llm=llm, filters=filters)
        streamed = False
        answer: Answer | None = None
        for event in events:
            if isinstance(event, Answer):
                answer = event
            elif sys.stderr.isatty() and not as_json:
                # What a model writes is shown while it comes; the checked answer follows on stdout.
                click.echo(event, nl=False, err=True)
                streamed = True
        if streamed:
            click.echo("\n", err=True)
        assert answer is not None  # the last thing a stream yields
        if as_json:
            from rag.wire import answer_json

            click.echo(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
        else:
            from rag.cli.show import show_answer

            show_answer(answer)
