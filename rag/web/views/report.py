"""The report: answers that were pinned in the chat, put in order and taken along; and drafts, checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.draft.check import CheckedDraft
from rag.draft.markdown import read_markdown
from rag.draft.show import as_html
from rag.errors import BylineError
from rag.web.acts import AnswerAct
from rag.web.conversation import Conversation
from rag.web.endpoints import LONGEST_DRAFT
from rag.web.markup import Html, tag, trouble
from rag.web.parcel import Parcel, handed_over
from rag.web.report import checked, draft_form, export_form, exported, pinned
from rag.web.views.pane import Told, pane, told, typed
from rag.web.views.view import AT_ONCE, QUIET, Given, View
from rag.web.visitor import visitor

if TYPE_CHECKING:
    import gradio as gr

_KINDS = ("docx", "html", "md")


@dataclass(frozen=True, slots=True)
class ReportView:
    """What happens in the view; pins are kept by visitor."""

    given: Given

    def pins(self, owner: str, said: Told) -> Html:
        """The pinned answers, after a button of theirs was pressed, if any was."""
        act, id = str(said.get("act", "")), str(said.get("id", ""))
        try:
            if act == "off":
                self.given.pins.remove(owner, id)
            elif act in ("up", "down"):
                self.given.pins.move(owner, id, -1 if act == "up" else 1)
            return pinned(self.given.pins.listed(owner), (id, act), self.given.phrases)
        except BylineError as error:
            return trouble(str(error))

    def export(self, owner: str, said: Told) -> Html:
        """The report of what is pinned, as a download."""
        kind = str(said.get("kind", ""))
        try:
            answers = [pin.answer for pin in self.given.pins.listed(owner)]
        except BylineError as error:
            return trouble(str(error))
        if not answers or kind not in _KINDS:
            return tag("p", self.given.phrases.report.none, class_="byline-hint", role="status")
        return handed_over(exported(answers, str(said.get("title", "")), kind, date.today()))

    def check(self, said: Told) -> Iterator[tuple[Html, CheckedDraft | None]]:
        """That a draft is being checked, then the verdicts."""
        words = self.given.phrases.report
        yield tag("p", words.checking, class_="byline-hint", role="status"), None
        try:
            text = str(said.get("draft", ""))[:LONGEST_DRAFT]
            draft = self.given.assistant.check(read_markdown(words.check, text))
        except BylineError as error:
            yield trouble(str(error)), None
        else:
            yield checked(draft, self.given.phrases), draft


def _build(given: Given) -> None:
    import gradio as gr

    with gr.Row(elem_classes="byline-columns", equal_height=False):
        with gr.Column(scale=1, min_width=320):
            listed = pane("byline-pins")
            form, parcel = pane("byline-export", export_form(given.phrases)), pane("byline-parcel")
        with gr.Column(scale=1, min_width=320):
            draft = pane("byline-draft", draft_form(given.phrases))
            verdicts, saved = pane("byline-verdicts"), pane("byline-saved")
    view = ReportView(given)
    _wire_pins(view, given.tab, listed, form, parcel)
    _wire_draft(view, draft, verdicts, saved)


def _wire_pins(view: ReportView, tab: gr.Tab | None, listed: gr.HTML, form: gr.HTML, parcel: gr.HTML) -> None:
    import gradio as gr

    def show(request: gr.Request) -> str:
        return view.pins(visitor(request), {})

    def act(event: gr.EventData, request: gr.Request) -> str:
        return view.pins(visitor(request), told(event))

    def export(event: gr.EventData, request: gr.Request) -> str:
        return view.export(visitor(request), told(event))

    gr.on([tab.select] if tab else None, typed(show), None, [listed], **AT_ONCE)
    listed.click(typed(act), None, [listed], **AT_ONCE)
    form.submit(typed(export), None, [parcel], **QUIET)


def _wire_draft(view: ReportView, draft: gr.HTML, verdicts: gr.HTML, saved: gr.HTML) -> None:
    import gradio as gr

    last = gr.State(None)

    def check(event: gr.EventData) -> Any:
        yield from view.check(told(event))

    def save(draft: Any) -> str:
        return handed_over(Parcel("byline-check.html", "text/html", as_html(draft).encode("utf-8", "replace")))

    draft.submit(typed(check), None, [verdicts, last], **QUIET)
    verdicts.click(save, [last], [saved], **AT_ONCE)


def _pin(given: Given, visitor: str, conversation: Conversation, turn: int) -> str:
    words, answer = given.phrases.report, conversation.exchanges[turn].answer
    assert answer is not None  # only those that there are have buttons
    return words.pinned if given.pins.add(visitor, answer) else words.pinned_before


VIEW = View("report", lambda phrases: phrases.frame.report, _build)
PIN = AnswerAct("pin", lambda phrases: phrases.report.pin, _pin)
