"""`byline eval add`: questions from what people said of the chat's answers."""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.common import with_debug


@click.command()
@click.argument("feedback", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FEEDBACK.jsonl")
@click.option("-o", "out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="QUESTIONS.jsonl")
@with_debug
def command(feedback: Path, out: Path) -> None:
    """Add the questions of the chat's feedback file to a question set.

    An answer that was called right gives a question with its evidence. One that was called wrong gives a draft: a
    person has to say what would have been right. Questions that the set has already are passed over.
    """
    from rag.evaluate.propose.feedback import read_feedback
    from rag.evaluate.propose.keep import add_questions

    judged = read_feedback(feedback)
    added = add_questions(out, ((one.question, one.note) for one in judged))
    drafts = sum(question.draft for question in added)
    known = len(judged) - len(added)
    click.echo(f"{len(added)} questions added to {out}, {drafts} of them drafts; {known} were there already")
