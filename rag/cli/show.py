"""Answers and passages as a person reads them in a terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from rag.answer import SIGNS, held
from rag.compose import EXTRACTIVE
from rag.web.phrases import Phrases, phrases_in
from rag.web.phrases.messages import retold

if TYPE_CHECKING:
    from rich.console import Console

    from rag.answer import Answer, Citation, Retrieved, Sentence
    from rag.preview import Outgoing

_WIDTH = 100
_NEAREST = 3  # passages shown with an abstention
_EXCERPT = 220
_COLOURS = {
    "supported": "green",
    "partly": "yellow",
    "unsupported": "red",
    "uncited": "magenta",
    "contradicted": "red",
    "silent": "dim",
}


def show_answer(answer: Answer) -> None:
    """Print an answer: its sentences with their verdicts, the words each rests on, and what else there is to know."""
    console = _console()
    phrases = phrases_in(answer.language)
    languages = {citation.number: citation.language for citation in answer.citations}
    if answer.abstained:
        console.print(answer.text, style="bold", markup=False)
    if answer.sentences:
        console.print(phrases.answers.supported(*held(answer.sentences)), style="dim", highlight=False)
    for sentence in answer.sentences:
        _show_sentence(console, sentence, phrases, languages)
    for citation in answer.citations:
        console.print()
        _show_citation(console, citation, phrases)
    if answer.abstained and answer.retrieved:
        console.print(f"\n{phrases.terminal.nearest}", style="dim")
        show_passages(answer.retrieved[:_NEAREST], answer.language)
    console.print()
    console.print(_summary(answer, phrases), style="dim", markup=False, highlight=False)
    for notice in answer.notices:
        note = phrases.terminal.note.format(notice=_told(notice, phrases))
        console.print(note, style="dim", markup=False, highlight=False)


def show_passages(found: Sequence[Retrieved], language: str) -> None:
    """Print passages, best first: where each stands, what it is of, and how it begins; labelled in `language`."""
    console = _console()
    phrases = phrases_in(language)
    for rank, one in enumerate(found, start=1):
        passage = one.passage
        page = _on(passage.page(passage.span), phrases)
        place = f"{rank}. {passage.source}:{passage.span.start}–{passage.span.end}{page}"
        score = phrases.terminal.score.format(score=f"{one.score:.1f}")
        about = (passage.article.title, passage.article.published, passage.language, score)
        console.print(place, style="bold", markup=False, highlight=False)
        console.print("   " + " · ".join(part for part in about if part), style="dim", markup=False, highlight=False)
        console.print("   " + _shortened(passage.own_words), markup=False, highlight=False)
        for too in one.also_in:
            also = phrases.answers.also_in.format(source=too.source, start=too.start, end=too.end)
            console.print(f"   {also}", style="dim", markup=False, highlight=False)


def _console() -> Console:
    from rich.console import Console

    console = Console(soft_wrap=False)
    if console.width > _WIDTH or not console.is_terminal:
        console = Console(width=_WIDTH)
    return console


def _show_sentence(console: Console, sentence: Sentence, phrases: Phrases, languages: dict[int, str]) -> None:
    from rich.text import Text

    foreign = {languages[number] for number in sentence.citations} - {phrases.language}
    line = Text()
    line.append(f"{SIGNS[sentence.verdict]} ", style=_COLOURS[sentence.verdict])
    line.append(" ".join(sentence.text.split()))
    line.append("".join(f" [{number}]" for number in sentence.citations), style="bold")
    if foreign:
        names = ", ".join(phrases.answers.name(code) for code in sorted(foreign))
        line.append(f"  ({names})", style="dim")
    console.print(line)
    verdict = phrases.answers.verdict(sentence.verdict)
    for reason in sentence.reasons:
        console.print(f"    {verdict}: {_told(reason, phrases)}", style="dim", markup=False, highlight=False)


def _show_citation(console: Console, citation: Citation, phrases: Phrases) -> None:
    characters = phrases.answers.characters.format(start=citation.start, end=citation.end)
    place = f"[{citation.number}] {citation.source}{_on(citation.page, phrases)}, {characters}"
    about = (citation.title, citation.outlet, citation.published, phrases.answers.name(citation.language))
    console.print(place, style="bold", markup=False, highlight=False)
    console.print("    " + " · ".join(part for part in about if part), style="dim", markup=False, highlight=False)
    console.print(f"    “{citation.quote}”", markup=False, highlight=False)


def _on(page: int | None, phrases: Phrases) -> str:
    return "" if page is None else f", {phrases.answers.on_page.format(page=page)}"


def _summary(answer: Answer, phrases: Phrases) -> str:
    model = phrases.terminal.extractive if answer.model == EXTRACTIVE else answer.model
    return phrases.terminal.answered_by.format(model=model, seconds=f"{sum(answer.timings.values()):.2f}")


def _told(message: str, phrases: Phrases) -> str:
    """A message of another part of byline in the answer's language; as it is where it has no other words."""
    return retold(message, phrases.language) or message


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else flat[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def show_outgoing(outgoing: Outgoing | None, *, as_json: bool) -> None:
    """What would be sent to a model; one line where nothing would be."""
    if as_json:
        click.echo(json.dumps(asdict(outgoing) if outgoing else None, ensure_ascii=False, indent=2))
    elif outgoing is None:
        click.echo("nothing would be sent: no model is asked")
    elif not outgoing.messages:
        click.echo(f"no passage would be sent to {outgoing.model} at {outgoing.host}: none answers the question")
    else:
        click.echo(f"to {outgoing.model} at {outgoing.host}, with {outgoing.passages} passages; nothing was sent")
        for role, text in outgoing.messages:
            click.echo(f"\n[{role}]\n{text}")
