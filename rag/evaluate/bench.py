"""An index and the language tools, opened once, to run question sets on with one setting after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.store import IndexFolder
from rag.answerer import Tools
from rag.assistant import Assistant, open_tools
from rag.evaluate.journal import Journal, made_with
from rag.evaluate.questions import Question
from rag.evaluate.reading import Reading, open_reading
from rag.evaluate.record import Run, Setup
from rag.evaluate.result import Row
from rag.evaluate.run import evaluate
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how a run gets on: `resumed` of how many rows were there already, `done` of each row."""

    resumed: Callable[[int], None] = lambda _: None
    done: Callable[[Row], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Bench:
    """An index, and what reads questions and answers; the tools must be those that made the index."""

    index: IndexFolder
    tools: Tools
    reading: Reading

    def key(self, setup: Setup, settings: Settings) -> str:
        """A name for all that a run of this index depends on (`made_with`).

        Raises:
            BylineError: there is no index.
        """
        return made_with(setup, settings, f"{self.index.path.resolve()}/{self.index.current()}")

    def run(
        self,
        questions: Sequence[Question],
        setup: Setup,
        settings: Settings,
        *,
        jobs: int = 1,
        folder: Path | None = None,
        watch: Watch = Watch(),
    ) -> Run:
        """Run a set, as `evaluate`; with a `folder`, go on where a run that was killed has left its journal there."""
        with Assistant(self.index, settings, self.tools) as assistant:
            if folder is None:
                return evaluate(assistant, questions, self.reading, setup=setup, jobs=jobs, on_progress=watch.done)
            with Journal(folder, self.key(setup, settings)) as journal:
                known = journal.known(questions)
                if known:
                    watch.resumed(len(known))

                def keep(row: Row) -> None:
                    journal.add(row)
                    watch.done(row)

                return evaluate(
                    assistant, questions, self.reading, setup=setup, jobs=jobs, known=known, on_progress=keep
                )


def open_bench(index: Path, settings: Settings) -> Bench:
    """The bench over the index in a folder.

    Raises:
        BylineError: no embedder has the name that is set.
    """
    tools = open_tools(settings)
    return Bench(IndexFolder(index), tools, open_reading(tools.encoder, tools.splitter.morphology))
