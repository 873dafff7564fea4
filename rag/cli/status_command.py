"""`byline status`: what is indexed, and with what."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rag.cli.common import with_index


@click.command()
@with_index
def command(index: Path) -> None:
    """Say what is indexed, of which folders, and which embedder made the vectors."""
    from index.store import IndexFolder

    generation = IndexFolder(index).open()
    catalog = generation.catalog
    try:
        counts = catalog.counts()
        languages = ", ".join(f"{n} {language}" for language, n in counts.by_language.items())
        rows = {
            "index": f"{index} ({generation.path.name})",
            "folders": ", ".join(json.loads(catalog.recall("paths") or "[]")),
            "files": f"{counts.files}, and {counts.skipped} skipped",
            "articles": str(counts.articles),
            "passages": f"{counts.passages} ({languages})",
            "embedder": catalog.recall("embedder") or "",
            "passage length": f"{catalog.recall('passage_chars')} characters",
        }
        for key, value in rows.items():
            click.echo(f"{key:<16}{value}")
        for name, record in catalog.files().items():
            if record.skipped:
                click.echo(f"{'skipped':<16}{name}: {record.skipped}")
            for fault in record.faults:
                click.echo(f"{'in part':<16}{name}: {fault}")
    finally:
        generation.close()
