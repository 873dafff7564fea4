"""Answers and passages as a person reads them in a terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from rag.answer import SIGNS
from rag.words import words_in

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
}


def show_answer(answer: Answer) -> None:
    """Print an answer: its sentences with their verdicts, the words each rests on, and what else there is to know."""
    console = _console()
    languages = {citation.number: citation.language for citation in answer.citations}
    if answer.abstained:
        console.print(answer.text, style="bold", markup=False)
    if answer.sentences:
        good = sum(sentence.verdict == "supported" for sentence in answer.sentences)
        console.print(f"{good} of {len(answer.sentences)} sentences supported", style="dim", highlight=False)
    for sentence in answer.sentences:
        _show_sentence(console, sentence, answer.language, languages)
    for citation in answer.citations:
        console.print()
        _show_citation(console, citation)
    if answer.abstained and answer.retrieved:
        console.print("\nnearest passages:", style="dim")
        show_passages(answer.retrieved[:_NEAREST])
    console.print()
    console.print(_summary(answer), style="dim", markup=False, highlight=False)
    for notice in answer.notices:
        console.print(f"note: {notice}", style="dim", markup=False, highlight=False)


def show_passages(found: Sequence[Retrieved]) -> None:
    """Print passages, best first: where each stands, what it is of, and how it begins."""
    console = _console()
    for rank, one in enumerate(found, start=1):
        passage = one.passage
        place = f"{rank}. {passage.source}:{passage.span.start}–{passage.span.end}{_on(passage.page(passage.span))}"
        about = (passage.article.title, passage.article.published, passage.language, f"score {one.score:.1f}")
        console.print(place, style="bold", markup=False, highlight=False)
        console.print("   " + " · ".join(part for part in about if part), style="dim", markup=False, highlight=False)
        console.print("   " + _shortened(passage.own_words), markup=False, highlight=False)
        for place_too in one.also_in:
            also = f"   also in {place_too.source}:{place_too.start}–{place_too.end}"
            console.print(also, style="dim", markup=False, highlight=False)


def _console() -> Console:
    from rich.console import Console

    console = Console(soft_wrap=False)
    if console.width > _WIDTH or not console.is_terminal:
        console = Console(width=_WIDTH)
    return console


def _show_sentence(console: Console, sentence: Sentence, language: str, languages: dict[int, str]) -> None:
    from rich.text import Text

    foreign = {languages[number] for number in sentence.citations} - {language}
    line = Text()
    line.append(f"{SIGNS[sentence.verdict]} ", style=_COLOURS[sentence.verdict])
    line.append(" ".join(sentence.text.split()))
    line.append("".join(f" [{number}]" for number in sentence.citations), style="bold")
    if foreign:
        names = ", ".join(words_in("en").name(code) for code in sorted(foreign))
        line.append(f"  ({names})", style="dim")
    console.print(line)
    for reason in sentence.reasons:
        console.print(f"    {sentence.verdict}: {reason}", style="dim", markup=False, highlight=False)


def _show_citation(console: Console, citation: Citation) -> None:
    characters = f"characters {citation.start}–{citation.end}"
    place = f"[{citation.number}] {citation.source}{_on(citation.page)}, {characters}"
    about = (citation.title, citation.outlet, citation.published, words_in("en").name(citation.language))
    console.print(place, style="bold", markup=False, highlight=False)
    console.print("    " + " · ".join(part for part in about if part), style="dim", markup=False, highlight=False)
    console.print(f"    “{citation.quote}”", markup=False, highlight=False)


def _on(page: int | None) -> str:
    return "" if page is None else f", page {page}"


def _summary(answer: Answer) -> str:
    return f"answered by {answer.model} · {sum(answer.timings.values()):.2f} s"


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
