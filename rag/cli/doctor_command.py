"""`byline doctor`: whether the index can be relied on; `--fix` mends it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.common import FAILED, with_index

if TYPE_CHECKING:
    from rag.doctor import Finding

_SIGNS = {"good": "✓", "note": "!", "bad": "✗"}


@click.command()
@click.option("--fix", is_flag=True, help="Mend the index from what is good in it, then examine it.")
@with_index
def command(fix: bool, index: Path) -> None:
    """Examine the index, what it was made of, the disk, the packages and the model server.

    One line a finding: ✓ good, ! worth knowing, ✗ bad, with what to do. The exit status is 1 where anything is bad.
    """
    from index.store import IndexFolder
    from rag.doctor import examine
    from rag.settings import load_settings
    from rag.tools import open_tools

    settings = load_settings()
    folder, embedder = IndexFolder(index), open_tools(settings).embedder
    if fix:
        from index.repair import repair

        for line in repair(folder, embedder) or ("nothing to mend",):
            click.echo(f"fix: {line}", err=True)
    findings = []
    for finding in examine(folder, settings, embedder):
        _show(finding)
        findings.append(finding)
    if any(finding.state == "bad" for finding in findings):
        sys.exit(FAILED)


def _show(finding: Finding) -> None:
    remedy = f"; {finding.remedy}" if finding.remedy else ""
    click.echo(f"{_SIGNS[finding.state]} {finding.subject:<10}{finding.what}{remedy}")
