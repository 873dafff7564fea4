"""The chat: a question goes in, an answer streams out, its sources stand beside it, and the conversation is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.web.answers import thread
from rag.web.chatting import Chat, Parts
from rag.web.conversation import Conversation
from rag.web.events import by_visitor, by_visitor_with_data, streamed
from rag.web.markup import Html, tag
from rag.web.narrowing import Narrowing, alone, narrowing, offered, only_of
from rag.web.phrases import Phrases
from rag.web.rail import rail
from rag.web.resources import script
from rag.web.sources import Texts, pane
from rag.web.views.view import AT_ONCE, EACH, QUIET, Frame, Given, View

if TYPE_CHECKING:
    import gradio as gr

_LONGEST = 4000  # characters of a question


def _build(given: Given, frame: Frame) -> None:
    import gradio as gr

    page = given.phrases
    conversation, editing = gr.State(Conversation()), gr.State(None)
    with gr.Row(elem_id="byline-columns", equal_height=False):
        with gr.Column(scale=0, min_width=240, elem_id="byline-left"):
            listed, file = _html(rail((), None, page), "byline-rail", "rail"), _download()
        with gr.Column(scale=3, min_width=320, elem_id="byline-middle"):
            _html(_bar(page), "byline-bar")
            with gr.Column(elem_id="byline-scroll"):
                told = _html(thread(Conversation(), page, None), "byline-thread", "thread")
                arriving = _html(Html(""), "byline-arriving")
            note = _html(Html(""), "byline-note", "note")
            box = _box(page)
            with gr.Accordion(page.filters.title, open=False, elem_id="byline-filters") as filters:
                narrowed = narrowing(page.filters)
                cleared = gr.Button(page.filters.clear, size="sm", elem_id="byline-clear-filters")
        with gr.Column(scale=2, min_width=320, elem_id="byline-right"):
            sources = _html(pane(None, 0, Texts(given.assistant.text, lambda _: ()), page), "byline-sources", "pane")
    chat = Chat(given, Parts(conversation, editing, listed, told, arriving, note, box, sources))
    _asking(chat, narrowed)
    _reading(chat, frame)
    _keeping(chat, file)
    _narrowing(given, frame, narrowed, filters, cleared)


def _html(value: Html, id: str, run: str | None = None) -> gr.HTML:
    import gradio as gr

    return gr.HTML(value, elem_id=id, apply_default_css=False, js_on_load=script(run) if run else None)


def _download() -> gr.HTML:
    """Nothing to see: its script gives the browser each file that it is sent, `{"name": …, "text": …}`."""
    import gradio as gr

    return gr.HTML(None, html_template=" ", elem_id="byline-download", js_on_load=script("download"))


def _bar(page: Phrases) -> Html:
    """On narrow screens: what opens the list of conversations."""
    button = tag("button", page.rail.title, type="button", class_="byline-tool", data_act="rail", aria_expanded="false")
    return tag("div", button, class_="byline-bar")


def _box(page: Phrases) -> gr.Textbox:
    import gradio as gr

    return gr.Textbox(
        label=page.chat.box,
        show_label=False,
        container=False,
        placeholder=page.chat.box_hint,
        elem_id="byline-box",
        lines=1,
        max_lines=6,
        max_length=_LONGEST,
        autofocus=True,
        submit_btn=page.chat.ask,
        stop_btn=False,
    )


def _asking(chat: Chat, narrowed: Narrowing) -> None:
    """Questions: from the box, and once more from an answer; Stop, and every change of conversation, ends an answer."""
    parts = chat.parts
    begun = (
        parts.box.submit(
            by_visitor(chat.begin), [parts.box, parts.conversation, parts.editing, *narrowed.all], parts.all, **EACH
        ),
        parts.thread.retry(by_visitor_with_data(chat.again), [parts.conversation], parts.all, **EACH),
    )
    replies = []
    for one in begun:
        replied = one.success(streamed(chat.reply), [parts.conversation], parts.all, **QUIET)
        replied.then(chat.settle, [parts.conversation], parts.all, **AT_ONCE)
        replies.append(replied)
    parts.box.stop(None, cancels=replies, **QUIET)
    _leaving(chat, replies)


def _leaving(chat: Chat, replies: list[Any]) -> None:
    parts = chat.parts
    parts.rail.select(by_visitor_with_data(chat.open), None, parts.all, cancels=replies, **EACH)
    parts.rail.clear(by_visitor(chat.new), None, parts.all, cancels=replies, **EACH)
    parts.rail.delete(by_visitor_with_data(chat.delete), [parts.conversation], parts.all, cancels=replies, **EACH)


def _reading(chat: Chat, frame: Frame) -> None:
    """What is done with an answer that is there."""
    parts = chat.parts
    for component in (parts.thread, parts.pane):
        component.select(by_visitor_with_data(chat.choose), [parts.conversation], [parts.pane], **EACH)
    parts.pane.apply(by_visitor_with_data(only_of), None, [frame.only], **EACH)
    parts.thread.like(by_visitor_with_data(chat.act), [parts.conversation], None, **EACH)
    parts.thread.edit(by_visitor_with_data(chat.edit), [parts.conversation], parts.all, **EACH)
    parts.note.clear(chat.keep, None, parts.all, **EACH)


def _keeping(chat: Chat, file: gr.HTML) -> None:
    """The list of conversations, and the one that was shown before a reload."""
    parts = chat.parts
    parts.thread.load(by_visitor_with_data(chat.restore), None, parts.all, **EACH)
    parts.rail.edit(by_visitor_with_data(chat.rename), [parts.conversation], [parts.rail], **EACH)
    parts.rail.download(by_visitor_with_data(chat.save), None, [file], **EACH)


def _narrowing(given: Given, frame: Frame, narrowed: Narrowing, filters: gr.Accordion, cleared: gr.Button) -> None:
    """What the filters offer, and how many of them are set."""
    import gradio as gr

    words = given.phrases.filters

    choices = [narrowed.languages, narrowed.outlets, narrowed.articles]

    def offer(*values: list[str]) -> tuple[dict[str, Any], ...]:
        return offered(given.assistant, given.phrases, *values)

    def only(wish: tuple[str, int]) -> tuple[Any, ...]:
        return *alone(given.assistant, wish[0]), gr.update(open=True)

    def count(*values: Any) -> dict[str, Any]:
        n = sum(bool(value) for value in values)
        return gr.update(label=words.active.format(n=n) if n else words.title)

    def clear() -> tuple[Any, ...]:
        return "", "", [], [], []

    gr.on(None, offer, choices, choices, **AT_ONCE)
    frame.indexed.change(offer, choices, choices, **AT_ONCE)
    asked_alone = frame.only.change(only, [frame.only], [*narrowed.all, filters], **AT_ONCE)
    asked_alone.then(None, js=script("box"), **AT_ONCE)
    gr.on(narrowed.changes, count, narrowed.all, [filters], **AT_ONCE)
    cleared.click(clear, None, narrowed.all, **AT_ONCE)


VIEW = View("chat", lambda phrases: phrases.frame.chat, _build)
