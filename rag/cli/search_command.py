"""`byline search`: the passages that a question retrieves, without an answer."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rag.cli.common import with_filters, with_index


@click.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print the passages as JSON.")
@with_filters
@with_index
def command(
    question: str,
    as_json: bool,
    k: int | None,
    since: str | None,
    until: str | None,
    source: str | None,
    index: Path,
) -> None:
    """Show the passages most likely to answer QUESTION, best first."""
    from index.language import script_language
    from index.names import is_hangul
    from rag.assistant import Assistant
    from rag.filters import Filters

    filters = Filters(since, until, source)
    with Assistant.open(index, ahead=is_hangul(question)) as assistant:
        found = assistant.search(question, k=k, filters=filters)
    if as_json:
        from rag.wire import retrieved_json

        click.echo(json.dumps([retrieved_json(one) for one in found], ensure_ascii=False, indent=2))
    else:
        from rag.cli.show import show_passages

        show_passages(found, script_language(question) or "en")
