"""The report: answers that were pinned in the chat, put in order and taken along; and drafts, checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rag.draft.check import CheckedDraft
from rag.draft.markdown import read_markdown
from rag.draft.show import as_html
from rag.errors import BylineError
from rag.web.endpoints import LONGEST_DRAFT
from rag.web.events import Data, by_visitor, by_visitor_with_data
from rag.web.markup import Html, tag
from rag.web.parcel import Parcel, handed_over
from rag.web.phrases.messages import trouble
from rag.web.report import checked, draft_form, export_form, exported, pinned
from rag.web.views.pane import pane
from rag.web.views.view import AT_ONCE, EACH, QUIET, Frame, Given, View

if TYPE_CHECKING:
    import gradio as gr

_KINDS = ("docx", "html", "md")


@dataclass(frozen=True, slots=True)
class ReportView:
    """What happens in the view; pins are kept by visitor."""

    given: Given

    def pins(self, owner: str, said: Data) -> Html:
        """The pinned answers, after a button of theirs was pressed, if any was."""
        act, id = str(said.get("act", "")), str(said.get("id", ""))
        try:
            if act == "off":
                self.given.desk.pins.remove(owner, id)
            elif act in ("up", "down"):
                self.given.desk.pins.move(owner, id, -1 if act == "up" else 1)
            return pinned(self.given.desk.pins.listed(owner), (id, act), self.given.phrases)
        except BylineError as error:
            return trouble(error, self.given.phrases.language)

    def export(self, owner: str, said: Data) -> Html:
        """The report of what is pinned, as a download."""
        kind = str(said.get("kind", ""))
        try:
            answers = [pin.answer for pin in self.given.desk.pins.listed(owner)]
        except BylineError as error:
            return trouble(error, self.given.phrases.language)
        if not answers or kind not in _KINDS:
            return tag("p", self.given.phrases.report.none, class_="byline-hint", role="status")
        return handed_over(exported(answers, str(said.get("title", "")), kind, date.today()))

    def check(self, text: str) -> tuple[Html, CheckedDraft | None]:
        """The verdicts on a draft, and what they are of."""
        try:
            draft = self.given.assistant.check(read_markdown(self.given.phrases.report.check, text))
        except BylineError as error:
            return trouble(error, self.given.phrases.language), None
        return checked(draft, self.given.phrases), draft


def _build(given: Given, frame: Frame) -> None:
    import gradio as gr

    with gr.Row(elem_classes="byline-columns", equal_height=False):
        with gr.Column(scale=1, min_width=320):
            listed = pane("byline-pins")
            form, parcel = pane("byline-export", export_form(given.phrases)), pane("byline-parcel")
        with gr.Column(scale=1, min_width=320):
            draft = pane("byline-draft", draft_form(given.phrases))
            verdicts, saved = pane("byline-verdicts"), pane("byline-saved")
    view = ReportView(given)
    _wire_pins(view, frame.tab, listed, form, parcel)
    _wire_draft(view, draft, verdicts, saved)


def _wire_pins(view: ReportView, tab: gr.Tab, listed: gr.HTML, form: gr.HTML, parcel: gr.HTML) -> None:
    def show(owner: str) -> str:
        return view.pins(owner, {})

    tab.select(by_visitor(show), None, [listed], **AT_ONCE)
    listed.click(by_visitor_with_data(view.pins), None, [listed], **EACH)
    form.submit(by_visitor_with_data(view.export), None, [parcel], **QUIET)


def _wire_draft(view: ReportView, draft: gr.HTML, verdicts: gr.HTML, saved: gr.HTML) -> None:
    import gradio as gr

    text, last = gr.State(""), gr.State(None)

    def begin(_: str, said: Data) -> tuple[str, str]:
        now = tag("p", view.given.phrases.report.checking, class_="byline-hint", role="status")
        return now, str(said.get("draft", ""))[:LONGEST_DRAFT]

    def save(draft: CheckedDraft | None) -> str:
        if draft is None:  # it could not be checked: the line that says why can be clicked too
            return ""
        return handed_over(Parcel("byline-check.html", "text/html", as_html(draft).encode("utf-8", "replace")))

    begun = draft.submit(by_visitor_with_data(begin), None, [verdicts, text], **AT_ONCE)
    begun.then(view.check, [text], [verdicts, last], **QUIET)
    verdicts.click(save, [last], [saved], **AT_ONCE)


VIEW = View("report", lambda phrases: phrases.frame.report, _build)
