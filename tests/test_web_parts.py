"""What the page is made of, without a browser: escaping, answers, sources, and the colours they are shown in."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Passage, Span
from rag.answer import SIGNS, Answer, Citation, Place, Retrieved, Sentence, Verdict
from rag.errors import BylineError
from rag.web.answers import thread
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import escaped, tag
from rag.web.phrases import LANGUAGES, phrases_in
from rag.web.reader import around, pieces
from rag.web.resources import style
from rag.web.sources import Texts, in_context, opened, pane

EN = phrases_in("en")


class Reading(HTMLParser):
    """What a browser would make of some HTML: its tags, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("<>&\"'`=/\n\r")).filter(bool)


@given(TEXT)
def test_any_text_stays_text(text: str) -> None:
    read = Reading(tag("p", text, title=text))
    assert (read.tags, read.attributes, read.text) == (["p"], [("title", text)], text)
    assert not re.search(r"[\n\r]", escaped(text))


def test_what_cannot_be_sent_is_replaced() -> None:
    assert escaped("a\ud800b\0c") == "a\ufffdb\ufffdc"


@given(st.data())
def test_a_quote_stands_whole_and_once_in_its_context(data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from("ab \n가"), min_size=1, max_size=200))
    start = data.draw(st.integers(0, len(text) - 1))
    quote = Span(start, data.draw(st.integers(start + 1, len(text))))
    spans = st.integers(0, len(text) - 1).flatmap(lambda at: st.builds(Span, st.just(at), st.integers(at, len(text))))
    others = data.draw(st.lists(spans, max_size=3))
    pieces = list(in_context(text, quote, others, around=data.draw(st.integers(0, 60))))
    assert [piece.text for piece in pieces if piece.kind == "quote"] == [quote.of(text)]
    shown = "".join(piece.text for piece in pieces if piece.text not in ("… ", " …"))
    before = sum(len(piece.text) for piece in pieces[: [p.kind for p in pieces].index("quote")] if piece.text != "… ")
    assert text[quote.start - before :].startswith(shown)


def test_other_quotes_are_marked_in_the_context() -> None:
    text = "One said yes. Two said no. Three said nothing."
    pieces = list(in_context(text, Span(14, 26), [Span(0, 13), Span(20, 30)]))
    assert [(piece.text, piece.kind) for piece in pieces] == [
        ("One said yes.", "cited"),
        (" ", "plain"),
        ("Two said no.", "quote"),
        (" Thr", "cited"),
        ("ee said nothing.", "plain"),
    ]


def test_a_context_ends_at_words() -> None:
    text = "alpha beta gamma delta epsilon"
    assert [piece.text for piece in in_context(text, Span(11, 16), [], around=8)] == [
        "… ",
        "beta ",
        "gamma",
        " delta",
        " …",
    ]


TEXT_OF_FILE = "The mayor came. The minister left."


def no_passages(_: str) -> tuple[Passage, ...]:
    return ()


WHOLE = Texts(lambda _: TEXT_OF_FILE, no_passages)


def _answer(verdict: Verdict = "supported", **changes: Any) -> Answer:
    citation = Citation(
        1, "a.txt", 0, 15, "The mayor came.", "Visits", "2024-05-01", "en", "Daily", (Place("b.txt", 4, 19),)
    )
    citations = () if verdict == "uncited" else (citation,)
    numbers = tuple(one.number for one in citations)
    sentence = Sentence("The mayor came.", numbers, verdict, ("the number differs",) if verdict != "supported" else ())
    values: dict[str, Any] = {
        "question": "Who came?",
        "text": "The mayor came. [1]",
        "abstained": False,
        "language": "en",
        "sentences": (sentence,),
        "citations": citations,
        "retrieved": (),
        "model": "tiny",
    }
    return Answer(**(values | changes))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", sorted(SIGNS))
def test_a_verdict_is_told_by_colour_sign_and_word(verdict: Verdict, language: str) -> None:
    words = phrases_in(language)
    answered = Exchange("Who came?", answer=_answer(verdict))
    shown = thread(Conversation("id", "Visits", (answered,)), words, "host:1")
    assert "\n" not in shown
    assert f"byline-chip byline-{verdict}" in shown
    read = Reading(shown).text
    assert SIGNS[verdict] in read
    assert words.answers.verdict(verdict) in read
    assert ("the number differs" in read) == (verdict != "supported")


def test_signs_and_words_tell_the_verdicts_apart() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS)
    assert all(
        len({phrases_in(language).answers.verdict(verdict) for verdict in SIGNS}) == len(SIGNS)
        for language in LANGUAGES
    )


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_colour_of_text_stands_out_from_its_ground(mode: str) -> None:
    light, dark = (dict(re.findall(r"--bl-([\w-]+): (#\w{6});", part)) for part in style().split(".dark {")[:2])
    colours = light if mode == "light" else light | dark
    pairs: list[tuple[str, str]] = [(verdict, f"{verdict}-ground") for verdict in SIGNS]
    pairs += [(text, "card") for text in ("soft", "link", "partly", "supported", "unsupported")]
    pairs += [("quote-text", "quote")]
    for text, ground in pairs:
        low, high = sorted(_luminance(colours[name]) for name in (text, ground))
        assert (high + 0.05) / (low + 0.05) >= 4.5, f"{text} on {ground}"


def test_a_source_that_is_gone_or_changed_shows_its_quote_and_says_so() -> None:
    def gone(source: str) -> str:
        raise BylineError(f"{source}: no such file in the index")

    assert EN.answers.file_gone in Reading(pane(_answer(), 0, Texts(gone, no_passages), EN)).text
    changed = Reading(pane(_answer(), 0, Texts(lambda _: "Another text altogether.", no_passages), EN)).text
    assert EN.answers.file_changed in changed
    assert "The mayor came." in changed
    whole = Reading(pane(_answer(), 0, WHOLE, EN)).text
    assert TEXT_OF_FILE in whole
    assert "also in b.txt, characters 4–19" in whole


@pytest.mark.parametrize(("language", "place"), [("en", "page 7, characters 0–15"), ("ko", "7쪽, 0–15자")])
def test_the_page_of_a_paginated_source_is_named(language: str, place: str) -> None:
    (citation,) = _answer().citations
    answered = _answer(citations=(replace(citation, page=7),))

    assert place in Reading(pane(answered, 0, WHOLE, phrases_in(language))).text


def test_nearest_passages_are_shown_without_a_claim() -> None:
    article = Article("a.txt", Span(0, 34), "Visits", None, None, "en")
    passage = Passage(article, Span(16, 34), "The minister left.", (Span(16, 34),), (Span(16, 34),), "en")
    abstained = _answer(abstained=True, sentences=(), citations=(), retrieved=(Retrieved(passage, 1.0),))
    shown = pane(abstained, 0, WHOLE, EN)
    assert "byline-quote" not in shown
    assert '<mark class="byline-passage">The minister left.</mark>' in shown
    assert EN.answers.nearest_of in Reading(shown).text


def test_an_article_is_shown_whole_with_its_furniture_set_apart() -> None:
    text = "Share this! The mayor came. The minister left. Comments"
    found = list(pieces(text, Span(0, len(text)), Span(12, 27), [Span(28, 46)], [Span(12, 27), Span(28, 46)]))
    assert "".join(piece.text for piece in found) == text
    assert [(piece.text, piece.kind) for piece in found if piece.text.strip()] == [
        ("Share this! ", "furniture"),
        ("The mayor came.", "quote"),
        ("The minister left.", "cited"),
        (" Comments", "furniture"),
    ]


@given(st.integers(0, 3000), st.integers(1, 200), st.integers(1, 900))
def test_of_a_long_file_the_part_around_the_quote_is_shown(start: int, size: int, most: int) -> None:
    length = 3200
    shown = around(Span(start, start + size), length, most)
    assert 0 <= shown.start <= start
    assert start + size <= shown.end <= length
    assert len(shown) <= max(most, size + most // 2)


def test_an_opened_source_names_its_place_and_leads_to_the_others() -> None:
    second = replace(_answer().citations[0], number=2, start=16, end=34, quote="The minister left.")
    answered = _answer(citations=(_answer().citations[0], second))
    shown = opened(answered, 3, 2, WHOLE, EN)
    assert 'data-source="a.txt" data-start="16" data-end="34"' in shown
    assert '<mark class="byline-quote">The minister left.</mark>' in shown
    assert '<mark class="byline-cited">The mayor came.</mark>' in shown
    assert 'data-turn="3" data-number="1"' in shown
    assert "byline-listing" in opened(answered, 3, 9, WHOLE, EN)


def test_a_file_of_one_endless_line_is_shown_in_part() -> None:
    line = "x" * 1_000_000
    text = f"The mayor came. {line}"
    shown = opened(_answer(), 0, 1, Texts(lambda _: text, no_passages), EN)
    assert len(shown) < 210_000
    assert "800,016 characters of this file are left out here." in Reading(shown).text
    assert '<mark class="byline-quote">The mayor came.</mark>' in shown
