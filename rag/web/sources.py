"""The pane beside the chat: each citation of an answer, with its words highlighted where they stand in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.article import Span
from rag.answer import Answer, Place
from rag.errors import BylineError
from rag.web.answers import NEAREST
from rag.web.markup import Html, tag
from rag.web.phrases import Phrases, phrases_in
from rag.web.phrases.answers import AnswerPhrases

AROUND = 320  # characters of context on either side of a quote
_WORD = 40  # how far the edge of a context may be moved to the edge of a word
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")

TextOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Card:
    """A place in a file as the pane shows it; `quote` are its words when the question was answered."""

    number: int
    source: str
    span: Span
    quote: str
    title: str
    outlet: str | None
    published: str | None
    language: str
    also_in: tuple[Place, ...]
    page: int | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a file's text: the quote itself, words that another citation quotes, or what stands around them."""

    text: str
    kind: Literal["quote", "cited", "plain"]


def pane(answer: Answer | None, turn: int, text_of: TextOf, page: Phrases) -> Html:
    """The pane for an answer: its citations, or where it abstained the nearest passages.

    Args:
        answer: None where there is none yet.
        turn: the answer's place in the conversation, for the links.
        text_of: the decoded text of a source as indexed; raises BylineError where it is gone.
        page: the page's own words, where there is no answer to take the language of.
    """
    cards = () if answer is None else _nearest(answer) if answer.abstained else _cited(answer)
    if answer is None or not cards:
        return _aside(page.language, page.chat.sources, tag("p", page.chat.no_sources, class_="byline-hint"))
    words = phrases_in(answer.language).answers
    shown = [_card(card, cards, turn, text_of, words, quoted=not answer.abstained) for card in cards]
    if answer.abstained:
        return _aside(words.language, words.nearest, tag("p", words.nearest_of, class_="byline-hint"), *shown)
    return _aside(words.language, words.sources, *shown)


def _aside(language: str, title: str, *children: Html) -> Html:
    return tag("aside", tag("h2", title), *children, aria_label=title, lang=language)


def _cited(answer: Answer) -> tuple[Card, ...]:
    return tuple(
        Card(
            number=one.number,
            source=one.source,
            span=Span(one.start, one.end),
            quote=one.quote,
            title=one.title,
            outlet=one.outlet,
            published=one.published,
            language=one.language,
            also_in=one.also_in,
            page=one.page,
        )
        for one in answer.citations
    )


def _nearest(answer: Answer) -> tuple[Card, ...]:
    return tuple(
        Card(
            number=number,
            source=one.passage.source,
            span=one.passage.span,
            quote=one.passage.text,
            title=one.passage.article.title,
            outlet=one.passage.article.outlet,
            published=one.passage.article.published,
            language=one.passage.language,
            also_in=one.also_in,
            page=one.passage.page(one.passage.span),
        )
        for number, one in enumerate(answer.retrieved[:NEAREST], start=1)
    )


def _card(
    card: Card, all_cards: Sequence[Card], turn: int, text_of: TextOf, words: AnswerPhrases, *, quoted: bool
) -> Html:
    about = " · ".join(part for part in (card.outlet, card.published, words.name(card.language)) if part)
    characters = words.characters.format(start=f"{card.span.start:,}", end=f"{card.span.end:,}")
    place = characters if card.page is None else f"{words.on_page.format(page=card.page)}, {characters}"
    pieces, trouble = _pieces(card, all_cards, text_of, words)
    also = [
        tag("li", words.also_in.format(source=one.source, start=f"{one.start:,}", end=f"{one.end:,}"))
        for one in card.also_in
    ]
    return tag(
        "section",
        tag("h3", tag("span", f"[{card.number}]", class_="byline-number"), " ", card.title or card.source, dir="auto"),
        tag("p", about, class_="byline-about"),
        tag("p", tag("code", card.source), f" {place}", class_="byline-place"),
        *([tag("p", trouble, class_="byline-trouble")] if trouble else []),
        tag("blockquote", *(_written(piece, quoted=quoted) for piece in pieces), lang=card.language, dir="auto"),
        *([tag("ul", *also, class_="byline-also")] if also else []),
        tag("a", words.back, href=f"#answer-{turn}", class_="byline-back"),
        class_="byline-source",
        id=f"cite-{turn}-{card.number}",
        tabindex=-1,
        data_start=card.span.start,
        data_end=card.span.end,
        data_source=card.source,
    )


def _pieces(card: Card, all_cards: Sequence[Card], text_of: TextOf, words: AnswerPhrases) -> tuple[list[Piece], str]:
    """The quote in its context, and what is to be said where the index no longer has it so."""
    alone = [Piece(card.quote, "quote")]
    try:
        text = text_of(card.source)
    except BylineError:
        return alone, words.file_gone
    if card.span.of(text) != card.quote:
        return alone, words.file_changed
    others = [one.span for one in all_cards if one.source == card.source and one.number != card.number]
    return list(in_context(text, card.span, others)), ""


def in_context(text: str, quote: Span, others: Sequence[Span], around: int = AROUND) -> Iterator[Piece]:
    """The words of `quote` whole, with up to `around` characters of the file on either side.

    Args:
        text: the file's decoded text.
        quote: the span that is shown whole, in code points of `text`.
        others: spans that are marked as cited where the context meets them.
        around: characters; the edges are moved inwards to the edge of a word.
    """
    start = _word_start(text, max(0, quote.start - around), quote.start)
    end = _word_end(text, min(len(text), quote.end + around), quote.end)
    if start > 0:
        yield Piece("… ", "plain")
    yield from _marked(text, Span(start, quote.start), others)
    yield Piece(quote.of(text), "quote")
    yield from _marked(text, Span(quote.end, end), others)
    if end < len(text):
        yield Piece(" …", "plain")


def _marked(text: str, stretch: Span, others: Sequence[Span]) -> Iterator[Piece]:
    """A stretch of context cut where other citations begin and end."""
    inside = [one for one in others if one.start < stretch.end and one.end > stretch.start]
    edges = {stretch.start, stretch.end, *(edge for one in inside for edge in (one.start, one.end))}
    cuts = sorted(edge for edge in edges if stretch.start <= edge <= stretch.end)
    for start, end in pairwise(cuts):
        cited = any(one.start <= start and end <= one.end for one in inside)
        yield Piece(text[start:end], "cited" if cited else "plain")


def _word_start(text: str, at: int, limit: int) -> int:
    """The beginning of the word after `at`, where there is one near and before `limit`."""
    if at == 0 or at == limit:
        return at
    near = re.compile(r"\s\S").search(text, at - 1, min(at + _WORD, limit))
    return near.end() - 1 if near else at


def _word_end(text: str, at: int, limit: int) -> int:
    """The end of the word before `at`, where there is one near and behind `limit`."""
    if at in (len(text), limit):
        return at
    for place in range(at, max(at - _WORD, limit), -1):
        if text[place].isspace() and not text[place - 1].isspace():
            return place
    return at


def _written(piece: Piece, *, quoted: bool) -> Html:
    if piece.kind == "plain":
        # Web captures are full of empty lines; the quote itself is left as it is.
        return tag("span", _BLANK_LINES.sub("\n", piece.text))
    if piece.kind == "cited":
        return tag("mark", piece.text, class_="byline-cited")
    return tag("mark", piece.text, class_="byline-quote" if quoted else "byline-passage")
