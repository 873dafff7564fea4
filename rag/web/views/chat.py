"""The chat: a question goes in, an answer streams out, its sources stand beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.answer import Answer
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.web.answers import Message, messages
from rag.web.conversation import Conversation, Exchange, turns, unfinished, with_last
from rag.web.live import live
from rag.web.markup import Html, tag
from rag.web.phrases import Phrases
from rag.web.resources import resource
from rag.web.setup import Reach
from rag.web.sources import pane
from rag.web.views.view import AT_ONCE, QUIET, Given, View

if TYPE_CHECKING:
    import gradio as gr

_LONGEST = 4000  # characters of a question

Update = dict[str, Any]
Shown = tuple[list[Message], Conversation, Html | Update]


@dataclass(frozen=True, slots=True)
class Chat:
    """What happens on the page; the conversation is the session's and is passed in and out."""

    assistant: Assistant
    reach: Reach
    page: Phrases

    def begin(self, question: str, conversation: Conversation) -> tuple[list[Message], Conversation, Update]:
        """Take the question out of the box into the conversation.

        Raises:
            gradio.Error: there is none, or another is being answered; it is not shown, and nothing follows.
        """
        import gradio as gr

        if not question.strip() or unfinished(conversation):
            raise gr.Error(visible=False, print_exception=False)
        asked = (*conversation, Exchange(question.strip()))
        return self._messages(asked), asked, gr.update(value="", submit_btn=False, stop_btn=self.page.chat.stop)

    async def reply(self, conversation: Conversation) -> AsyncIterator[Shown]:
        """Answer the last question, a model's text first as it comes and then the checked answer in its place."""
        import gradio as gr

        question, history = conversation[-1].question, turns(conversation)
        try:
            async for event in live(lambda: self.assistant.stream(question, history=history)):
                if isinstance(event, Answer):
                    conversation = with_last(conversation, answer=event)
                    yield self._messages(conversation), conversation, self._pane(conversation, len(conversation) - 1)
                else:
                    conversation = with_last(conversation, partial=conversation[-1].partial + event)
                    yield self._messages(conversation), conversation, gr.skip()
        except BylineError as error:
            conversation = with_last(conversation, error=str(error))
            yield self._messages(conversation), conversation, gr.skip()
        except Exception:
            conversation = with_last(conversation, error=self.page.chat.broken)
            yield self._messages(conversation), conversation, gr.skip()
            raise

    def settle(self, conversation: Conversation) -> tuple[list[Message], Conversation, Update]:
        """After the answer, or after Stop: mark what was cut short, and let the next question in."""
        import gradio as gr

        if unfinished(conversation):
            conversation = with_last(conversation, stopped=True)
        return self._messages(conversation), conversation, gr.update(submit_btn=self.page.chat.ask, stop_btn=False)

    def clear(self) -> tuple[Conversation, Html, Update]:
        """A new conversation."""
        import gradio as gr

        return (), self._pane((), 0), gr.update(submit_btn=self.page.chat.ask, stop_btn=False)

    def pick(self, conversation: Conversation, event: gr.EventData) -> Html | Update:
        """The sources of the answer whose chip was clicked."""
        import gradio as gr

        turn = event._data.get("turn") if isinstance(event._data, dict) else None
        if isinstance(turn, int) and 0 <= turn < len(conversation):
            return self._pane(conversation, turn)
        unchanged: Update = gr.skip()
        return unchanged

    def empty_pane(self) -> Html:
        """The sources pane before the first answer."""
        return self._pane((), 0)

    def _messages(self, conversation: Conversation) -> list[Message]:
        return messages(conversation, self.page, self.reach.model_host)

    def _pane(self, conversation: Conversation, turn: int) -> Html:
        answer = conversation[turn].answer if turn < len(conversation) else None
        return pane(answer, turn, self.assistant.text, self.page)


def _build(given: Given) -> None:
    import gradio as gr

    chat = Chat(given.assistant, given.reach, given.phrases)
    with gr.Row(elem_id="byline-columns", equal_height=False):
        with gr.Column(scale=3, min_width=320, elem_id="byline-left"):
            transcript, box = _transcript(given.phrases), _box(given.phrases)
        with gr.Column(scale=2, min_width=320, elem_id="byline-right"):
            sources = _sources(chat, given.phrases)
    _wire(chat, transcript, box, sources)


def _transcript(page: Phrases) -> gr.Chatbot:
    import gradio as gr

    return gr.Chatbot(
        label=page.frame.chat,
        show_label=False,
        container=False,
        elem_id="byline-chat",
        height="100%",
        placeholder=tag("p", page.chat.welcome, class_="byline-welcome"),
        allow_tags=False,
        sanitize_html=True,
        latex_delimiters=[],
        buttons=[],
        allow_file_downloads=False,
        layout="bubble",
    )


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


def _sources(chat: Chat, page: Phrases) -> gr.HTML:
    import gradio as gr

    return gr.HTML(
        chat.empty_pane(),
        elem_id="byline-sources",
        apply_default_css=False,
        js_on_load=resource("page.js"),
        language=page.language,
    )


def _wire(chat: Chat, transcript: gr.Chatbot, box: gr.Textbox, sources: gr.HTML) -> None:
    """Connect what the reader does with what happens."""
    import gradio as gr

    conversation = gr.State(())
    begun = box.submit(chat.begin, [box, conversation], [transcript, conversation, box], **AT_ONCE)
    replied = begun.success(chat.reply, [conversation], [transcript, conversation, sources], **QUIET)
    replied.then(chat.settle, [conversation], [transcript, conversation, box], **AT_ONCE)
    box.stop(None, cancels=[replied], **QUIET)
    transcript.clear(chat.clear, None, [conversation, sources, box], cancels=[replied], **AT_ONCE)

    def pick(conversation: Conversation, event: gr.EventData) -> Html | Update:
        return chat.pick(conversation, event)

    # Gradio knows the parameter by its type, and looks for that among the names of a module.
    pick.__annotations__["event"] = gr.EventData
    sources.click(pick, [conversation], [sources], **AT_ONCE)


VIEW = View("chat", lambda phrases: phrases.frame.chat, _build)
