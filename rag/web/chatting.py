"""What happens in the chat: each method answers to something the reader does, and gives what is to be shown then."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from rag.answer import Answer
from rag.errors import BylineError
from rag.filters import Filters
from rag.web.acts import AnswerAct
from rag.web.answers import arriving, thread
from rag.web.archive import Archive
from rag.web.colleague import Request
from rag.web.conversation import Conversation
from rag.web.events import Data, turn_of
from rag.web.live import live
from rag.web.markup import Html, escaped, tag
from rag.web.narrowing import chosen
from rag.web.phrases import Phrases
from rag.web.phrases.messages import retold, told
from rag.web.rail import as_file, rail, today
from rag.web.sources import Texts, opened, pane
from rag.web.views.view import Given

if TYPE_CHECKING:
    import gradio as gr
    from gradio.components import Component

Shown = dict["Component", Any]
_TOLD = 4.0  # seconds for which what came of an act is shown


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the chat that change; what a method leaves out of its result stays as it is."""

    conversation: gr.State
    editing: gr.State
    rail: gr.HTML
    thread: gr.HTML
    arriving: gr.HTML
    note: gr.HTML
    box: gr.Textbox
    pane: gr.HTML

    @property
    def all(self) -> list[Component]:
        """All of them, as outputs."""
        return [getattr(self, field.name) for field in fields(self)]


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat over an assistant. A conversation is its session's, passed in and out; `visitor` is whose it is."""

    given: Given
    parts: Parts

    @property
    def page(self) -> Phrases:
        """The page's own words."""
        return self.given.phrases

    @property
    def archive(self) -> Archive:
        """Where conversations are kept."""
        return self.given.archive

    def begin(
        self, visitor: str, question: str, conversation: Conversation, editing: int | None, *narrowing: Any
    ) -> Shown:
        """Take the question out of the box into the conversation, in place of the one that is being edited.

        Raises:
            gradio.Error: there is none, a filter is wrong, or another is being answered; it stays in the box then.
        """
        bare = question.strip()
        if not bare:
            raise _nothing()
        filters = self._filters(narrowing)
        turn = len(conversation.exchanges) if editing is None else editing
        return self._asked(visitor, conversation, bare, filters, turn)

    def again(self, visitor: str, data: Data, conversation: Conversation) -> Shown:
        """Put a question of the conversation once more."""
        turn = turn_of(data)
        if not 0 <= turn < len(conversation.exchanges):
            raise _nothing()
        before = conversation.exchanges[turn]
        return self._asked(visitor, conversation, before.question, before.filters, turn)

    def _asked(self, visitor: str, before: Conversation, question: str, filters: Filters, turn: int) -> Shown:
        import gradio as gr

        if before.unfinished:
            self._tell(self.page.chat.wait)
            raise _nothing()
        conversation = before.asked(question, filters, turn)
        self.archive.put(visitor, conversation)
        return {
            **self._showing(conversation),
            self.parts.rail: self._rail(visitor, conversation),
            self.parts.editing: None,
            self.parts.note: "",
            self.parts.box: gr.update(value="", submit_btn=False, stop_btn=self.page.chat.stop),
        }

    async def reply(self, visitor: str, conversation: Conversation) -> AsyncGenerator[Shown, None]:
        """Answer the last question, a model's text first as it comes and then the checked answer in its place."""
        last = conversation.exchanges[-1]
        chosen = self.given.desk.preferences.of(visitor)
        history = conversation.asked(last.question, last.filters, len(conversation.exchanges) - 1).turns()
        try:
            async for event in live(
                lambda: self.given.answering.stream(
                    Request(last.question, chosen.k, last.filters, history, chosen.unsupported)
                )
            ):
                if isinstance(event, Answer):
                    conversation = conversation.with_last(answer=event, partial="")
                    yield {**self._done(visitor, conversation), self.parts.pane: self._pane(conversation)}
                else:
                    conversation = conversation.with_last(partial=conversation.exchanges[-1].partial + event)
                    yield {self.parts.arriving: self._arriving(conversation), self.parts.conversation: conversation}
        except BylineError as error:
            conversation = conversation.with_last(error=str(error))
            yield self._done(visitor, conversation)
        except Exception:
            conversation = conversation.with_last(error=self.page.chat.broken)
            yield self._done(visitor, conversation)
            raise
        finally:  # Stop, or a reader who left
            if conversation.unfinished:
                self.archive.put(visitor, conversation.with_last(stopped=True))

    def settle(self, conversation: Conversation) -> Shown:
        """After the answer, or after Stop: mark what was cut short, and let the next question in."""
        import gradio as gr

        shown = self._showing(conversation.with_last(stopped=True)) if conversation.unfinished else {}
        return {**shown, self.parts.box: gr.update(submit_btn=self.page.chat.ask, stop_btn=False)}

    def edit(self, _: str, data: Data, conversation: Conversation) -> Shown:
        """Put a question back into the box."""
        turn = turn_of(data)
        if conversation.unfinished or not 0 <= turn < len(conversation.exchanges):
            return {self.parts.note: ""}
        import gradio as gr

        words = self.page.chat
        keep = tag("button", words.keep, type="button", class_="byline-tool", data_act="clear")
        return {
            self.parts.editing: turn,
            self.parts.note: tag("div", tag("span", words.editing), keep, class_="byline-editing", role="status"),
            self.parts.box: gr.update(value=conversation.exchanges[turn].question),
        }

    def keep(self) -> Shown:
        """Leave the question that was to be edited as it is."""
        import gradio as gr

        return {self.parts.editing: None, self.parts.note: "", self.parts.box: gr.update(value="")}

    def choose(self, _: str, data: Data, conversation: Conversation) -> Html:
        """The sources of an answer, or the article of the one whose number was chosen."""
        turn, number = turn_of(data), data.get("number")
        if not 0 <= turn < len(conversation.exchanges):
            return self._pane(conversation)
        answer = conversation.exchanges[turn].answer
        if answer is not None and isinstance(number, int):
            return opened(answer, turn, number, self._texts(), self.page)
        return pane(answer, turn, self._texts(), self.page)

    def act(self, visitor: str, data: Data, conversation: Conversation) -> None:
        """Do with an answer what another view offers, and tell what came of it."""
        turn, acts = turn_of(data), {one.name: one for one in self.given.acts}
        chosen_act: AnswerAct | None = acts.get(str(data.get("name")))
        if chosen_act and 0 <= turn < len(conversation.exchanges) and conversation.exchanges[turn].answer:
            self._tell(chosen_act.act(visitor, conversation, turn))

    def open(self, visitor: str, data: Data) -> Shown:
        """A conversation from the list."""
        found = self._kept(visitor, data)
        if found is None:
            self._tell(self.page.rail.gone)
            return {self.parts.rail: rail(self.archive.listed(visitor), None, self.page)}
        return self._opened(visitor, found)

    def restore(self, visitor: str, data: Data) -> Shown:
        """The list of conversations, and the one that the page showed before it was loaded anew, unless it is gone."""
        found = self._kept(visitor, data)
        return {self.parts.rail: self._rail(visitor, Conversation())} if found is None else self._opened(visitor, found)

    def new(self, visitor: str) -> Shown:
        """A new conversation."""
        return self._opened(visitor, Conversation())

    def rename(self, visitor: str, data: Data, conversation: Conversation) -> Html:
        """Give a conversation another title."""
        self.archive.rename(visitor, str(data.get("id")), str(data.get("title") or ""))
        return self._rail(visitor, conversation)

    def delete(self, visitor: str, data: Data, conversation: Conversation) -> Shown:
        """Forget a conversation; where it is the one that is shown, a new one takes its place."""
        self.archive.delete(visitor, str(data.get("id")))
        if data.get("id") == conversation.id:
            return self._opened(visitor, Conversation())
        return {self.parts.rail: self._rail(visitor, conversation)}

    def save(self, visitor: str, data: Data) -> dict[str, Any]:
        """A conversation as a file for the browser: `name`, `text`, and `at`, when it was made, in nanoseconds."""
        found = self._kept(visitor, data)
        if found is None:
            return {}
        name, text = as_file(found, str(data.get("form")), today())
        return {"name": name, "text": text, "at": time.monotonic_ns()}

    def _tell(self, line: str) -> None:
        import gradio as gr

        gr.Info(escaped(retold(line, self.page.language) or line), duration=_TOLD, title=self.page.chat.note)

    def _refusal(self, error: BylineError) -> Exception:
        import gradio as gr

        return gr.Error(told(str(error), self.page.language), title=self.page.chat.refused, print_exception=False)

    def _filters(self, narrowing: tuple[Any, ...]) -> Filters:
        try:
            return chosen(self.page.filters, *narrowing)
        except BylineError as error:
            raise self._refusal(error) from error

    def _kept(self, visitor: str, data: Data) -> Conversation | None:
        """The visitor's conversation of that id."""
        try:
            return self.archive.get(visitor, str(data.get("id")))
        except BylineError as error:
            raise self._refusal(error) from error

    def _opened(self, visitor: str, conversation: Conversation) -> Shown:
        import gradio as gr

        return {
            **self._showing(conversation),
            self.parts.rail: self._rail(visitor, conversation),
            self.parts.pane: self._pane(conversation),
            self.parts.editing: None,
            self.parts.note: "",
            self.parts.box: gr.update(submit_btn=self.page.chat.ask, stop_btn=False),
        }

    def _showing(self, conversation: Conversation) -> Shown:
        host = self.given.reach.model_host
        return {
            self.parts.conversation: conversation,
            self.parts.thread: thread(conversation, self.page, host, self.given.acts),
            self.parts.arriving: self._arriving(conversation),
        }

    def _done(self, visitor: str, conversation: Conversation) -> Shown:
        self.archive.put(visitor, conversation)
        return self._showing(conversation)

    def _arriving(self, conversation: Conversation) -> Html:
        return arriving(conversation, self.page, self.given.reach.model_host)

    def _rail(self, visitor: str, conversation: Conversation) -> Html:
        return rail(self.archive.listed(visitor), conversation.id, self.page)

    def _pane(self, conversation: Conversation) -> Html:
        """The sources of the last answer."""
        turn = len(conversation.exchanges) - 1
        answer = conversation.exchanges[turn].answer if conversation.exchanges else None
        return pane(answer, turn, self._texts(), self.page)

    def _texts(self) -> Texts:
        assistant = self.given.assistant
        return Texts(assistant.text, assistant.generation().catalog.passages_of)


def _nothing() -> Exception:
    """What keeps Gradio from going on to the answer, without a word."""
    import gradio as gr

    return gr.Error(visible=False, print_exception=False)
