"""`byline eval unpack`: save the articles that come with a question set, under the names its evidence uses."""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.common import with_debug


@click.command()
@click.argument("questions", type=click.Path(path_type=Path, exists=True), metavar="QUESTIONS")
@click.option("-o", "out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="FOLDER")
@click.option("--format", "form", metavar="FORMAT", help="The format of the set, if its name does not tell.")
@with_debug
def command(questions: Path, out: Path, form: str | None) -> None:
    """Save the articles of a BEIR, SQuAD or MultiHop-RAG set to FOLDER, ready for `byline index FOLDER`."""
    from rag.errors import BylineError
    from rag.evaluate.formats.load import set_documents

    count = 0
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in set_documents(questions, form):
            (out / name).write_text(text, encoding="utf-8", newline="")
            count += 1
    except OSError as error:
        raise BylineError(f"{error.filename}: cannot be written ({error.strerror}); give another -o") from error
    click.echo(f"{count} articles written to {out}")
