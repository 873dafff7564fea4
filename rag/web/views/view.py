"""What a view is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.settings import Settings
from rag.web.acts import AnswerAct
from rag.web.answering import Answering
from rag.web.archive import Archive
from rag.web.desk import Desk
from rag.web.phrases import Language, Phrases
from rag.web.setup import Reach
from rag.web.shelf import Shelf

if TYPE_CHECKING:
    import gradio as gr

# What the page does by itself is not offered to programs, and puts no spinner over what is being read.
QUIET: MappingProxyType[str, Any] = MappingProxyType({"api_visibility": "private", "show_progress": "hidden"})
# These take no time: no turn to wait for.
AT_ONCE: MappingProxyType[str, Any] = MappingProxyType({**QUIET, "concurrency_limit": None})
# Gradio drops what a reader does while the act before it is under way, unless it is told not to.
EACH: MappingProxyType[str, Any] = MappingProxyType({**AT_ONCE, "trigger_mode": "multiple"})
# One after the other: what was set last is what is shown.
IN_ORDER: MappingProxyType[str, Any] = MappingProxyType({**EACH, "concurrency_limit": 1})


@dataclass(frozen=True, slots=True)
class Given:
    """What all views are built over.

    `answering` gives the assistant's answers; `state` is the folder in which the page keeps what has to outlive the
    server, `archive` the conversations in it; `desk` is what the views beside the chat share, `acts` what they offer to
    do with an answer; `home` is the language of the page at /. Who asks is told by `rag.web.events`.
    """

    assistant: Assistant
    answering: Answering
    settings: Settings
    reach: Reach
    state: Path
    archive: Archive
    desk: Desk
    acts: tuple[AnswerAct, ...]
    phrases: Phrases
    home: Language

    @property
    def shelf(self) -> Shelf:
        """The articles as all readers share them."""
        return self.desk.shelf

    def address(self, language: Language) -> str:
        """Where the page stands in a language."""
        return "/" if language == self.home else f"/{language}"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a view stands: its tab, and the states by whose changes the parts of a page tell each other something.

    `indexed` is how many runs of indexing the page has seen end; `only` is a source that its reader wants to ask alone,
    and when they said so, in nanoseconds; None before.
    """

    tab: gr.Tab
    indexed: gr.State
    only: gr.State


@dataclass(frozen=True, slots=True)
class View:
    """A tab of the page: its name in the address and in element ids, its title, and what fills it.

    `build` makes Gradio components and connects them; it is called inside the view's `gr.Tab`.
    """

    name: str
    title: Callable[[Phrases], str]
    build: Callable[[Given, Frame], None]
