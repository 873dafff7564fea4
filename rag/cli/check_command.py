"""`byline check`: judge every sentence of a draft by the sources it cites."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rag.cli.common import GATE, with_index, write_or_print

_FORMATS = ("text", "md", "html", "json")


@click.command()
@click.argument("draft", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False), metavar="DRAFT")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="How to print the verdicts.  [default: text]")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "-o",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write them to FILE instead, in the format that its name ends in.",
)
@click.option("--allow", type=click.Choice(["uncited"]), help="Let sentences pass that cite nothing.")
@click.option(
    "--llm",
    metavar="auto|none|MODEL",
    help="A model that judges too what the checks let stand; it can only lower a verdict.  [default: none, or the one"
    ' that answers where the settings have judge = "model"]',
)
@with_index
def command(
    draft: Path,
    form: str | None,
    as_json: bool,
    out: Path | None,
    allow: str | None,
    llm: str | None,
    index: Path,
) -> None:
    """Check every sentence of DRAFT (.md, .txt, .docx, or - for standard input) against the sources it cites.

    A draft cites by [1] with a list of sources, by footnotes, by [file.txt], or by links to the files. Where a sentence
    is not borne out, or cites nothing, an article that bears it out is named. Exit status 3 when a sentence is
    unsupported, contradicted or uncited.
    """
    from rag.assistant import Assistant
    from rag.draft import show
    from rag.draft.read import read_manuscript

    manuscript = read_manuscript(draft)
    with Assistant.open(index) as assistant:
        checked = assistant.check(manuscript, llm=llm)
    chosen = "json" if as_json else form or _ending(out) or "text"
    written = {"text": show.as_text, "md": show.as_markdown, "html": show.as_html, "json": show.as_json}
    write_or_print(written[chosen](checked), out)
    if any(one.failing and one.sentence.verdict != allow for one in checked.claims):
        sys.exit(GATE)


def _ending(out: Path | None) -> str | None:
    ending = out.suffix.removeprefix(".").lower() if out else ""
    return ending if ending in _FORMATS else None
