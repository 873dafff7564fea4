"""An open article with its passages, each where it stands in the file, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.article import Passage, Span
from rag.library import Listed
from rag.web.library import PASSAGES, Looking, state_name
from rag.web.markup import Html, tag
from rag.web.narrowing import only_button
from rag.web.phrases import Phrases
from rag.web.phrases.library import LibraryPhrases
from rag.web.phrases.messages import told
from rag.words import words_in


def article(
    listed: Listed | None, passages: Sequence[Passage], looking: Looking, page: Phrases, *, uploaded: bool
) -> Html:
    """An open article with its passages marked, or what stands there while none is open.

    Args:
        listed: the article; None where none is open, or the open one has left the index.
        passages: those of the article, in order.
        looking: which of them are shown, and whether the reader has been asked about removing it.
        page: the page's words.
        uploaded: whether its file came in by the page.
    """
    words = page.library
    if listed is None:
        said = words.choose if looking.opened is None else words.gone_now
        return tag("aside", tag("p", said, class_="byline-hint"), aria_label=words.article, lang=page.language)
    newest = looking.shown - PASSAGES + 1  # the first of those that were asked for last
    shown = [
        _passage(one, number, words, new=number == newest > 1)
        for number, one in enumerate(passages[: looking.shown], start=1)
    ]
    further = tag("button", words.further, type="button", class_="byline-button", data_act="further")
    return tag(
        "aside",
        *_head(listed, looking, page, uploaded=uploaded),
        *(tag("p", words.fault, " ", told(fault, page.language), class_="byline-trouble") for fault in listed.faults),
        *shown,
        *([further] if len(passages) > looking.shown else []),
        aria_label=words.article,
        lang=page.language,
        class_="byline-opened",
    )


def _head(listed: Listed, looking: Looking, page: Phrases, *, uploaded: bool) -> Iterator[Html]:
    one, words = listed.article, page.library
    language = words_in(page.language).name(one.language)
    about = (one.outlet, one.published or words.undated, language, state_name(listed.state, words))
    first = None if looking.leaving or looking.shown > PASSAGES else ""
    span = words.whole_file.format(start=f"{one.span.start:,}", end=f"{one.span.end:,}")
    yield tag("h2", one.title or one.source, dir="auto", lang=one.language, tabindex=-1, data_focus=first)
    yield tag("p", " · ".join(part for part in about if part), class_="byline-about")
    yield tag("p", tag("code", one.source), f" {span}", class_="byline-place")
    if not looking.leaving:
        only = only_button(one.source, page.filters)
        yield tag("p", only, button(words.close, "close"), button(words.remove, "remove"), class_="byline-acts")
        return
    question = words.remove_upload if uploaded else words.remove_file
    yield tag(
        "div",
        tag("p", question.format(source=one.source)),
        tag("p", button(words.remove_yes, "remove-yes", "byline-danger"), _keep(words)),
        class_="byline-sure",
        role="alertdialog",
        aria_label=words.remove,
    )


def button(text: str, act: str, kind: str = "") -> Html:
    """A button that `desk.js` tells as the reader's act."""
    return tag("button", text, type="button", class_=f"byline-button {kind}".rstrip(), data_act=act)


def _keep(words: LibraryPhrases) -> Html:
    """The answer that does no harm, which the reader's next key press would give."""
    return tag("button", words.remove_no, type="button", class_="byline-button", data_act="remove-no", data_focus="")


def _passage(passage: Passage, number: int, words: LibraryPhrases, *, new: bool) -> Html:
    span = passage.span
    place = words.passage.format(n=number, start=f"{span.start:,}", end=f"{span.end:,}")
    on = passage.page(span)
    return tag(
        "section",
        tag(
            "h3",
            place if on is None else f"{place} · {words.on_page.format(page=on)}",
            tabindex=-1 if new else None,
            data_focus="" if new else None,
        ),
        tag("div", *_written(passage, words), class_="byline-passage-text", lang=passage.language, dir="auto"),
        class_="byline-passage-card",
    )


def _written(passage: Passage, words: LibraryPhrases) -> Iterator[Html]:
    """The text of a passage, the page furniture inside it set apart."""
    at = passage.span.start
    for kept in (*passage.kept, Span(passage.span.end, passage.span.end)):
        if between := passage.quote(Span(at, kept.start)):
            yield tag("span", between) if between.isspace() else tag("del", between, title=words.furniture)
        yield tag("span", passage.quote(kept))
        at = kept.end
