"""What the views beside the chat share: the articles, what visitors keep, the question sets and their runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.uploads import Uploads
from rag.assistant import Assistant
from rag.indexing import MEGABYTE
from rag.settings import Settings
from rag.web.evaluating import SUFFIXES, Evaluating
from rag.web.feedback import Feedback
from rag.web.pins import Pins
from rag.web.preferences import PreferenceBook
from rag.web.receiving import Receiver, upload_route
from rag.web.runs import Runs
from rag.web.shelf import Shelf

if TYPE_CHECKING:
    from starlette.routing import BaseRoute


@dataclass(frozen=True, slots=True)
class Desk:
    """What all readers of one page share; close it when the page is served no more."""

    shelf: Shelf
    pins: Pins
    feedback: Feedback
    preferences: PreferenceBook
    sets: Uploads
    runs: Runs
    evaluating: Evaluating

    @classmethod
    def of(cls, assistant: Assistant, settings: Settings, state: Path) -> Desk:
        """The desk over an assistant; `state` is the folder for what the page keeps."""
        runs = Runs(state / "runs")
        return cls(
            Shelf.of(assistant, settings),
            Pins(state / "pins"),
            Feedback(state / "feedback.jsonl"),
            PreferenceBook(state / "preferences", settings),
            Uploads(state, settings.max_file_mb * MEGABYTE, "questions", SUFFIXES),
            runs,
            Evaluating(assistant, settings, runs),
        )

    def routes(self) -> list[BaseRoute]:
        """What the page's server takes beside what Gradio does."""
        articles = Receiver(self.shelf.uploads, self.shelf.bring)
        return [upload_route({"articles": articles, "questions": Receiver(self.sets, self.sets.take)})]

    def close(self) -> None:
        """End what goes on in the background."""
        self.shelf.close()
        self.evaluating.close()
