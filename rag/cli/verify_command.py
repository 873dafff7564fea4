"""`byline verify`: whether the quotes of a saved report or answer still stand in the articles."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rag.cli.common import GATE, with_index


@click.command()
@click.argument("saved", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="REPORT.json")
@with_index
def command(saved: Path, index: Path) -> None:
    """Hold every quote of REPORT.json (or of a saved `ask --json`) against its file, character by character.

    Exit status 3 when one no longer stands where it did.
    """
    from rag.assistant import Assistant
    from rag.cite import Standing
    from rag.report.saved import load_citations, verify

    citations = load_citations(saved)
    with Assistant.open(index) as assistant:
        verified = list(verify(citations, assistant.read_now))
    broken = [one for one in verified if one.standing is not Standing.VERBATIM]
    for one in broken:
        citation = one.citation
        place = f"[{citation.number}] {citation.source}, characters {citation.start}–{citation.end}"
        moved = f"; the words now stand at {one.moved_to.start}–{one.moved_to.end}" if one.moved_to else ""
        click.echo(f"{one.standing}: {place}{moved}")
    click.echo(f"{len(verified) - len(broken)} of {len(verified)} quotes stand in their files, character by character")
    if broken:
        sys.exit(GATE)
