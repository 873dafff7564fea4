"""Settings: who gets which text, what a visitor may choose for their own questions, and what is the server's."""

from __future__ import annotations

from rag.errors import BylineError
from rag.web.events import Data, by_visitor, by_visitor_with_data
from rag.web.markup import tag
from rag.web.phrases import LANGUAGES
from rag.web.phrases.messages import trouble
from rag.web.preferences import preferences_from
from rag.web.settings import languages, own_form, servers_table, who_gets_text
from rag.web.views.pane import pane
from rag.web.views.view import AT_ONCE, Frame, Given, View


def _build(given: Given, frame: Frame) -> None:
    import gradio as gr

    page, book = given.phrases, given.desk.preferences
    addresses: dict[str, str] = {code: given.address(code) for code in LANGUAGES}
    with gr.Row(elem_classes="byline-columns", equal_height=False):
        with gr.Column(scale=1, min_width=320):
            pane("byline-reach", who_gets_text(given.reach, page))
            form, said = pane("byline-own"), pane("byline-own-said")
            pane("byline-page-language", languages(addresses, page))
        with gr.Column(scale=1, min_width=320):
            pane("byline-servers", servers_table(given.settings, page))

    def show(owner: str) -> str:
        return own_form(book.of(owner), page)

    def save(owner: str, said: Data) -> str:
        try:
            book.keep(owner, preferences_from(said))
        except BylineError as error:
            return trouble(error, page.language)
        return tag("p", page.settings.saved, class_="byline-hint", role="status")

    frame.tab.select(by_visitor(show), None, [form], **AT_ONCE)
    form.submit(by_visitor_with_data(save), None, [said], **AT_ONCE)


VIEW = View("settings", lambda phrases: phrases.frame.settings, _build)
