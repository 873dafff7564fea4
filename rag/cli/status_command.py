"""`byline status`: what is indexed, and with what."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rag.cli.common import with_index


@click.command()
@with_index
def command(index: Path) -> None:
    """Say what is indexed, of which folders, which embedder made the vectors, and what runs it on this machine."""
    from index.store import SERVER, IndexFolder

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
            "engine here": _engine(),
            "vectors": f"in the Chroma server at {server}" if (server := catalog.recall(SERVER)) else "in the index",
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


def _engine() -> str:
    """What embeds on this machine as it is set up, and why that."""
    from index.e5 import open_e5
    from rag.settings import load_settings

    settings = load_settings()
    if settings.embedder != "e5":
        return f"the server of {settings.embedder}"
    choice = open_e5(settings.precision, cache=settings.cache, progress=lambda line: click.echo(line, err=True)).choice
    return f"{choice.engine} ({choice.reason})"
