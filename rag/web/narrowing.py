"""The filters of the chat: what can be chosen, and what was."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.filters import Filters
from rag.web.events import Data
from rag.web.markup import Html, tag
from rag.web.phrases import Phrases
from rag.web.phrases.filters import FilterPhrases

if TYPE_CHECKING:
    import gradio as gr
    from gradio.components import Component

_MOST = 5000  # articles to choose from, the latest first; a source's own button takes any

Choices = list[tuple[str, str]]


def chosen(
    words: FilterPhrases,
    since: str | None,
    until: str | None,
    languages: list[str] | None,
    outlets: list[str] | None,
    articles: list[str] | None,
) -> Filters:
    """The filters as they stand on the page.

    Raises:
        BylineError: what was written for a date is none.
    """
    for written in (since, until):
        try:
            Filters(since=(written or "").strip() or None)
        except BylineError as error:
            raise BylineError(words.no_date.format(written=written)) from error
    return Filters(
        since=(since or "").strip() or None,
        until=(until or "").strip() or None,
        languages=tuple(languages or ()),
        outlets=tuple(outlets or ()),
        articles=tuple(articles or ()),
    )


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filters' components, in the order in which `chosen` takes their values."""

    since: gr.Textbox
    until: gr.Textbox
    languages: gr.Dropdown
    outlets: gr.Dropdown
    articles: gr.Dropdown

    @property
    def all(self) -> list[Component]:
        """All of them, as inputs."""
        return [getattr(self, field.name) for field in fields(self)]

    @property
    def changes(self) -> list[Any]:
        """When one of them changes."""
        return [getattr(self, field.name).change for field in fields(self)]


def narrowing(words: FilterPhrases) -> Narrowing:
    """The components, with nothing to choose from yet."""
    import gradio as gr

    with gr.Row():
        since = gr.Textbox(label=words.since, placeholder=words.date_hint, max_length=10, min_width=130)
        until = gr.Textbox(label=words.until, placeholder=words.date_hint, max_length=10, min_width=130)
        languages = gr.Dropdown(label=words.languages, multiselect=True, value=[], min_width=120)
        outlets = gr.Dropdown(label=words.outlets, multiselect=True, value=[], min_width=120)
    articles = gr.Dropdown(label=words.articles, multiselect=True, value=[])
    return Narrowing(since, until, languages, outlets, articles)


def offered(
    assistant: Assistant, page: Phrases, languages: list[str], outlets: list[str], articles: list[str]
) -> tuple[dict[str, Any], ...]:
    """What the index has to choose from, as updates of the last three components.

    What is chosen there and no longer in the index is dropped.
    """
    import gradio as gr

    spoken, publishing = assistant.generation().catalog.languages_and_outlets()
    offers: tuple[Choices, ...] = (
        [(page.answers.name(code), code) for code in spoken],
        [(outlet, outlet) for outlet in publishing],
        _articles(assistant, articles),
    )
    updates = []
    for offer, chosen in zip(offers, (languages, outlets, articles), strict=True):
        update: dict[str, Any] = {"choices": offer}
        there = [value for _, value in offer if value in chosen]
        if len(there) < len(chosen):  # values that stay are not sent: the reader may have chosen others meanwhile
            update["value"] = there
        updates.append(gr.update(**update))
    return tuple(updates)


def alone(assistant: Assistant, source: str) -> tuple[Any, ...]:
    """All components set so that one article is asked alone."""
    import gradio as gr

    return "", "", [], [], gr.update(choices=_articles(assistant, [source]), value=[source])


def only_button(source: str, words: FilterPhrases) -> Html:
    """The button of an open article that puts the next questions to it alone; `only_of` takes it from there."""
    return tag("button", words.only_this, type="button", class_="byline-button", data_act="only", data_source=source)


def only_of(_: str, said: Data) -> tuple[str, int]:
    """The article whose button "ask only this" a visitor has pressed, and when, as `Frame.only` takes it."""
    return str(said.get("source", "")), time.monotonic_ns()


def _articles(assistant: Assistant, wanted: Collection[str]) -> Choices:
    """The latest articles, and those that are `wanted`, however old."""
    latest = sorted(assistant.articles(), key=lambda one: one.published or "", reverse=True)
    titles = {one.source: one for one in reversed(latest)}
    return [
        (" · ".join(part for part in (one.title, one.outlet, one.published) if part) or source, source)
        for rank, (source, one) in enumerate(reversed(titles.items()))
        if rank < _MOST or source in wanted
    ]
