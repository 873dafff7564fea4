"""The articles: a table to look through, one to read with its passages, files to add and to take out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from index.formats import SUFFIXES
from rag.errors import BylineError
from rag.web.article import article
from rag.web.events import Data, by_visitor_with_data
from rag.web.library import PASSAGES, Looking, aside, drop_zone, filters, find, table, taken, wanted_from
from rag.web.markup import Html
from rag.web.narrowing import only_of
from rag.web.phrases import Phrases
from rag.web.phrases.messages import trouble
from rag.web.progress import progress
from rag.web.setup import shown_folder
from rag.web.shelf import Shelf
from rag.web.views.pane import came, pane
from rag.web.views.view import AT_ONCE, IN_ORDER, Frame, Given, View

if TYPE_CHECKING:
    import gradio as gr

_EVERY = 1.0  # seconds between looks at how indexing goes
Update = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panes:
    """The parts of the view, as HTML."""

    filters: Html
    table: Html
    aside: Html
    article: Html


@dataclass(frozen=True, slots=True)
class LibraryView:
    """What happens in the view; what a reader looks at is the session's and is passed in and out."""

    shelf: Shelf
    page: Phrases

    def panes(self, looking: Looking) -> Panes:
        """Everything that a reader sees of the articles."""
        library = self.shelf.assistant.library()
        listed = find(library, looking.opened)
        passages = []
        if listed is not None:
            every = self.shelf.assistant.generation().catalog.passages_of(listed.article.source)
            passages = [one for one in every if one.article == listed.article]
        uploaded = listed is not None and self.shelf.uploads.holds(listed.article.source)
        return Panes(
            filters(library, looking, self.page),
            table(library, looking, self.page),
            aside(library, self.shelf.left_out.sources(), self.page),
            article(listed, passages, looking, self.page, uploaded=uploaded),
        )

    def progress(self) -> Html:
        """How indexing goes."""
        folders = ", ".join(shown_folder(folder) for folder in self.shelf.folders)
        return progress(self.shelf.indexing.status, folders, self.page)

    def after(self, looking: Looking, said: Data) -> Looking:
        """What the reader looks at after an act; what an act does to the index is done here too.

        Raises:
            BylineError: the act cannot be done.
        """
        match said.get("act"):
            case "fill":
                return Looking(wanted_from(said))
            case "clear":
                return Looking()
            case "page":
                return replace(looking, page=max(1, _number(said.get("page"))))
            case "open":
                return replace(looking, opened=_opened(said), shown=PASSAGES, leaving=False)
            case "close":
                return replace(looking, opened=None)
            case "further":
                return replace(looking, shown=looking.shown + PASSAGES)
            case "remove" | "remove-no" as asked:
                return replace(looking, leaving=asked == "remove")
            case act:
                return self._changed(looking, str(act), str(said.get("source", "")))

    def _changed(self, looking: Looking, act: str, source: str) -> Looking:
        if act == "remove-yes" and looking.opened is not None and looking.leaving:
            self.shelf.take_out(looking.opened[0])
            return replace(looking, opened=None, leaving=False)
        if act == "put-back":
            self.shelf.put_back(source)
        elif act == "refresh":
            self.shelf.indexing.start()
        elif act == "stop":
            self.shelf.indexing.stop()
        return looking


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the view."""

    looking: gr.State
    filters: gr.HTML
    drop: gr.HTML
    taken: gr.HTML
    progress: gr.HTML
    table: gr.HTML
    aside: gr.HTML
    article: gr.HTML
    timer: gr.Timer


def _build(given: Given, frame: Frame) -> None:
    import gradio as gr

    view = LibraryView(given.shelf, given.phrases)
    words, most = given.phrases.library, given.shelf.uploads.max_bytes
    dropped = drop_zone(words.add, SUFFIXES, most, given.phrases)
    looking = gr.State(Looking())
    with gr.Row(elem_classes="byline-columns byline-second-first", equal_height=False):
        with gr.Column(scale=3, min_width=320):
            form = pane("byline-shelf-filters")
            listed, out = pane("byline-shelf-table"), pane("byline-shelf-aside")
        with gr.Column(scale=2, min_width=320):
            drop = pane("byline-shelf-drop", dropped, to="articles", sending=words.sending, most=most)
            came, going = pane("byline-shelf-taken"), pane("byline-shelf-progress")
            opened = pane("byline-shelf-article")
    timer = gr.Timer(_EVERY, active=False)
    _wire(view, frame, Parts(looking, form, drop, came, going, listed, out, opened, timer))


def _wire(view: LibraryView, frame: Frame, parts: Parts) -> None:
    """Connect what the reader does with what happens."""
    import gradio as gr

    shown = [parts.looking, parts.table, parts.aside, parts.article, parts.progress, parts.timer]

    def act(_: str, said: Data, looking: Looking) -> list[Any]:
        try:
            looking = view.after(looking, said)
            panes = view.panes(looking)
        except BylineError as error:
            return [looking, trouble(error, view.page.language), gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()]
        filled = gr.skip() if said.get("act") == "fill" else panes.filters
        running = gr.Timer(active=view.shelf.indexing.status.running)
        return [looking, panes.table, panes.aside, panes.article, view.progress(), running, filled]

    def take(_: str, said: Data) -> list[Any]:
        names, refused = came(said)
        if names:
            view.shelf.indexing.start()
        fate = taken(names, refused, view.shelf.uploads.max_bytes, view.page)
        return [fate, view.progress(), gr.Timer(active=view.shelf.indexing.status.running)]

    def look(looking: Looking, seen: int) -> list[Any]:
        status = view.shelf.indexing.status
        timer = gr.Timer(active=status.running)
        if status.finished == seen:
            return [seen, *[gr.skip()] * 4, view.progress(), timer]
        try:
            panes = view.panes(looking)
        except BylineError as error:
            return [seen, gr.skip(), trouble(error, view.page.language), gr.skip(), gr.skip(), view.progress(), timer]
        return [status.finished, panes.filters, panes.table, panes.aside, panes.article, view.progress(), timer]

    acts = [parts.filters.submit, *(one.click for one in (parts.filters, parts.progress, parts.table))]
    gr.on(
        [*acts, parts.aside.click, parts.article.click],
        by_visitor_with_data(act),
        [parts.looking],
        [*shown, parts.filters],
        **IN_ORDER,
    )
    parts.drop.upload(by_visitor_with_data(take), None, [parts.taken, parts.progress, parts.timer], **AT_ONCE)
    whole = [frame.indexed, parts.filters, parts.table, parts.aside, parts.article, parts.progress, parts.timer]
    parts.timer.tick(look, [parts.looking, frame.indexed], whole, **AT_ONCE)
    parts.article.apply(by_visitor_with_data(only_of), None, [frame.only], **AT_ONCE)
    gr.on(None, lambda looking: look(looking, -1), [parts.looking], whole, **AT_ONCE)


def _opened(said: Data) -> tuple[str, int]:
    return str(said.get("source", "")), _number(said.get("start"))


def _number(written: object) -> int:
    text = str(written)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


VIEW = View("articles", lambda phrases: phrases.frame.library, _build)
