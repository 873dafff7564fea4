"""The page: a header over the views, one tab each, in every language, and the endpoints for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.settings import Settings
from rag.web.answer_acts import answer_acts
from rag.web.answering import Answering
from rag.web.archive import Archive
from rag.web.desk import Desk
from rag.web.endpoints import offer
from rag.web.markup import Html, tag
from rag.web.phrases import LANGUAGES, Language, phrases_in
from rag.web.resources import script
from rag.web.setup import header, reach
from rag.web.views import chat, evaluation, library, report, settings
from rag.web.views.view import AT_ONCE, Frame, Given, View

if TYPE_CHECKING:
    import gradio as gr
    from starlette.routing import BaseRoute

VIEWS: tuple[View, ...] = (chat.VIEW, library.VIEW, report.VIEW, evaluation.VIEW, settings.VIEW)

_BY_MODEL = 8  # answers that wait for a model at the same time; further questions wait for their turn
_WAITING = 64  # questions that may wait


@dataclass(frozen=True, slots=True)
class Site:
    """What the page is over: who answers with which settings, the folder for what the page keeps, what is in it."""

    answering: Answering
    settings: Settings
    state: Path
    archive: Archive
    desk: Desk

    @classmethod
    def over(cls, assistant: Assistant, settings: Settings, state: Path, processes: int = 0) -> Site:
        """The page over an assistant; close it when it is served no more.

        Up to `processes` more answer like it where no model does, each over the same index with the same settings.

        Raises:
            BylineError: nothing can be kept in `state`.
        """
        answering = Answering(assistant, settings, 0 if reach(settings).model else processes)
        return cls(answering, settings, state, Archive.open(state), Desk.of(assistant, settings, state))

    def close(self) -> None:
        """End what goes on in the background."""
        self.desk.close()
        self.archive.close()
        self.answering.close()

    def routes(self) -> list[BaseRoute]:
        """What the page's server takes beside what Gradio does."""
        return self.desk.routes()

    def given(self, language: Language, home: Language) -> Given:
        """What the views of one language are built over; `home` is the language of the page at /.

        Raises:
            BylineError: the settings name a model that cannot be asked.
        """
        words = phrases_in(language)
        return Given(
            self.answering.assistant,
            self.answering,
            self.settings,
            reach(self.settings),
            self.state,
            self.archive,
            self.desk,
            answer_acts(self.desk, words),
            words,
            home,
        )


def build(site: Site, language: Language = "en") -> gr.Blocks:
    """The page in `language`, at /CODE in each other one, and its endpoints; launch it with `rag.web.serving`.

    Raises:
        BylineError: the settings name a model that cannot be asked.
    """
    import gradio as gr

    answers = _BY_MODEL if reach(site.settings).model else site.answering.at_once
    blocks = gr.Blocks(title="byline", analytics_enabled=False, fill_height=True, fill_width=True)
    with blocks:
        offer(site.answering, answers)  # first: a view's own handler of such a name would take it
        _fill(site.given(language, language), VIEWS)
    for other in LANGUAGES:
        if other != language:
            with blocks.route(other, other, show_in_navbar=False):
                _fill(site.given(other, language), VIEWS)
    blocks.queue(default_concurrency_limit=answers, max_size=_WAITING, api_open=False)
    return blocks


def _fill(given: Given, views: tuple[View, ...]) -> None:
    """Put header and views where the caller is; the header is shown anew to each visitor and after each indexing."""
    import gradio as gr

    def top() -> Html:
        return _top(given)

    def to_chat() -> gr.Tabs:
        return gr.Tabs(selected=chat.VIEW.name)

    shown = gr.HTML(
        top(),
        elem_id="byline-top",
        apply_default_css=False,
        js_on_load=script("frame"),
        language=given.phrases.language,
        close=given.phrases.frame.close,
    )
    indexed, only = gr.State(0), gr.State(None)
    with gr.Tabs(elem_id="byline-views", selected=views[0].name) as tabs:
        for view in views:
            with gr.Tab(view.title(given.phrases), id=view.name, elem_id=f"byline-{view.name}-view") as tab:
                view.build(given, Frame(tab, indexed, only))
    gr.on(None, top, None, [shown], **AT_ONCE)
    indexed.change(top, None, [shown], **AT_ONCE)
    only.change(to_chat, None, [tabs], **AT_ONCE)


def _top(given: Given) -> Html:
    """The page's header, as the index is when the page is opened."""
    try:
        return header(given.assistant, given.reach, given.phrases, given.home)
    except BylineError as error:
        return tag("p", str(error), class_="byline-error", role="alert")
