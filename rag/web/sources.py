"""The pane beside the chat: the sources of an answer, each quote in its context, or one of them in its article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.article import Passage, Span
from rag.answer import Answer, Place
from rag.errors import BylineError
from rag.web.answers import NEAREST
from rag.web.markup import Html, spoken, tag
from rag.web.narrowing import only_button
from rag.web.phrases import Phrases
from rag.web.phrases.answers import AnswerPhrases
from rag.web.reader import Piece, around, pieces, written

AROUND = 160  # characters of context on either side of a quote
_WORD = 40  # how far the edge of a context may be moved to the edge of a word


@dataclass(frozen=True, slots=True)
class Texts:
    """What the pane reads of the index: the text of a source, and its passages, both by path.

    `text` raises BylineError where the index has no such source.
    """

    text: Callable[[str], str]
    passages: Callable[[str], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Source:
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


def pane(answer: Answer | None, turn: int, texts: Texts, page: Phrases) -> Html:
    """The sources of an answer: its citations, or where it abstained the nearest passages.

    Args:
        answer: None where there is none yet.
        turn: the answer's place in the conversation, for the buttons.
        texts: the index.
        page: the page's own words.
    """
    found = () if answer is None else sources_of(answer)
    if answer is None or not found:
        return _aside(
            page.language, _head(page.chat.sources, page), tag("p", page.chat.no_sources, class_="byline-hint")
        )
    said = page.answers
    cards = [_card(one, found, turn, texts, said, quoted=not answer.abstained) for one in found]
    if answer.abstained:
        hint = tag("p", said.nearest_of, class_="byline-hint")
        return _aside(page.language, _head(said.nearest, page), hint, *cards)
    return _aside(page.language, _head(said.sources, page), *cards)


def opened(answer: Answer, turn: int, number: int, texts: Texts, page: Phrases) -> Html:
    """The whole article that source `number` of an answer stands in; all sources where there is no such number."""
    found = sources_of(answer)
    chosen = next((one for one in found if one.number == number), None)
    if chosen is None:
        return pane(answer, turn, texts, page)
    said = page.answers
    article, trouble = _article(chosen, found, texts, said)
    return _aside(
        page.language,
        _head(
            chosen.title or chosen.source,
            page,
            *_about(chosen, said),
            _others(found, number, turn, said),
            *([] if trouble else [tag("p", only_button(chosen.source, page.filters), class_="byline-acts")]),
            above=said.source_number.format(number=number),
        ),
        *([tag("p", trouble, class_="byline-trouble")] if trouble else []),
        tag(
            "div",
            *(written(piece, quoted=not answer.abstained) for piece in article),
            class_="byline-article",
            lang=chosen.language,
            dir="auto",
            tabindex=0,
            role="region",
            aria_label=chosen.title or chosen.source,
        ),
        opened=chosen,
    )


def sources_of(answer: Answer) -> tuple[Source, ...]:
    """The citations of an answer; the passages nearest to the question where it abstained."""
    return _nearest(answer) if answer.abstained else _cited(answer)


def _cited(answer: Answer) -> tuple[Source, ...]:
    return tuple(
        Source(
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


def _nearest(answer: Answer) -> tuple[Source, ...]:
    return tuple(
        Source(
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


def _aside(language: str, head: Html, *children: Html, opened: Source | None = None) -> Html:
    if opened is None:
        return tag("aside", head, *children, lang=language, class_="byline-listing")
    return tag(
        "aside",
        head,
        *children,
        lang=language,
        class_="byline-reader",
        data_source=opened.source,
        data_start=opened.span.start,
        data_end=opened.span.end,
    )


def _head(title: str, words: Phrases, *below: Html, above: str = "") -> Html:
    label = [tag("p", above, class_="byline-eyebrow")] if above else []
    close = tag("button", words.chat.close, type="button", class_="byline-close", data_act="close")
    return tag("header", tag("div", *label, tag("h2", title, tabindex=-1, dir="auto"), *below), close)


def _others(found: Sequence[Source], number: int, turn: int, words: AnswerPhrases) -> Html:
    """Buttons for the other sources, and for all of them."""
    buttons = [
        tag(
            "button",
            tag("span", f"[{one.number}]", aria_hidden="true"),
            tag("span", words.source_number.format(number=one.number), class_="byline-spoken"),
            type="button",
            class_="byline-tool",
            data_act="select",
            data_turn=turn,
            data_number=one.number,
            aria_current="true" if one.number == number else None,
        )
        for one in found
    ]
    every = tag("button", words.all_sources, type="button", class_="byline-tool", data_act="sources", data_turn=turn)
    return tag("nav", every, *buttons, class_="byline-turner", aria_label=words.sources)


def _about(one: Source, words: AnswerPhrases) -> list[Html]:
    about = " · ".join(part for part in (one.outlet, one.published, words.name(one.language)) if part)
    characters = words.characters.format(start=f"{one.span.start:,}", end=f"{one.span.end:,}")
    place = characters if one.page is None else f"{words.on_page.format(page=one.page)}, {characters}"
    return [
        tag("p", about, class_="byline-about"),
        tag("p", tag("code", one.source), f" {place}", class_="byline-place"),
    ]


def _card(one: Source, found: Sequence[Source], turn: int, texts: Texts, words: AnswerPhrases, *, quoted: bool) -> Html:
    context, trouble = _context(one, found, texts, words)
    also = [
        tag("li", words.also_in.format(source=place.source, start=f"{place.start:,}", end=f"{place.end:,}"))
        for place in one.also_in
    ]
    number = tag("span", f"[{one.number}]", class_="byline-number")
    return tag(
        "section",
        tag("h3", number, " ", tag("span", one.title or one.source, lang=one.language), dir="auto"),
        *_about(one, words),
        *([tag("p", trouble, class_="byline-trouble")] if trouble else []),
        tag("blockquote", *(written(piece, quoted=quoted) for piece in context), lang=one.language, dir="auto"),
        *([tag("ul", *also, class_="byline-also")] if also else []),
        tag(
            "button",
            words.whole_article,
            spoken(words.source_number.format(number=one.number)),
            type="button",
            class_="byline-tool",
            data_act="select",
            data_turn=turn,
            data_number=one.number,
        ),
        class_="byline-source",
        data_start=one.span.start,
        data_end=one.span.end,
        data_source=one.source,
    )


def _read(one: Source, texts: Texts, words: AnswerPhrases) -> tuple[str, str]:
    """The text of a source, and what is to be said where the index no longer has its quote."""
    try:
        text = texts.text(one.source)
    except BylineError:
        return "", words.file_gone
    return text, "" if one.span.of(text) == one.quote else words.file_changed


def _context(one: Source, found: Sequence[Source], texts: Texts, words: AnswerPhrases) -> tuple[list[Piece], str]:
    """The quote with a few words around it."""
    text, trouble = _read(one, texts, words)
    if trouble:
        return [Piece(one.quote, "quote")], trouble
    return list(in_context(text, one.span, _beside(one, found))), ""


def _article(one: Source, found: Sequence[Source], texts: Texts, words: AnswerPhrases) -> tuple[list[Piece], str]:
    """The quote in its article."""
    text, trouble = _read(one, texts, words)
    if trouble:
        return [Piece(one.quote, "quote")], trouble
    shown = around(one.span, len(text))
    kept = [span for passage in texts.passages(one.source) for span in passage.kept]
    article = list(pieces(text, shown, one.span, _beside(one, found), kept))
    return article, words.cut.format(n=f"{len(text) - len(shown):,}") if len(shown) < len(text) else ""


def _beside(one: Source, found: Sequence[Source]) -> list[Span]:
    return [other.span for other in found if other.source == one.source and other.number != one.number]


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
    yield from pieces(text, Span(start, end), quote, others)
    if end < len(text):
        yield Piece(" …", "plain")


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
