"""An index and the language tools, opened once, to run question sets on with one setting after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index.store import IndexFolder
from rag.assistant import Assistant
from rag.evaluate.ahead import EmbeddedAhead
from rag.evaluate.journal import Journal, made_with
from rag.evaluate.judge import Judge
from rag.evaluate.questions import Question
from rag.evaluate.reading import Reading, open_reading
from rag.evaluate.record import Run, Setup
from rag.evaluate.result import Row
from rag.evaluate.run import evaluate
from rag.model import open_model
from rag.settings import Settings
from rag.tools import Tools, open_tools


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how a run gets on: `resumed` of how many rows were there already, `done` of each row."""

    resumed: Callable[[int], None] = lambda _: None
    done: Callable[[Row], None] = lambda _: None


UNWATCHED = Watch()


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
        watch: Watch = UNWATCHED,
    ) -> Run:
        """Run a set, as `evaluate`; with a `folder`, go on where a run that was killed has left its journal there."""
        put = partial(
            evaluate, questions=questions, reading=self.reading, setup=setup, judge=_judge(setup, settings), jobs=jobs
        )
        with Assistant(self.index, settings, self.tools) as assistant:
            if folder is None:
                return put(assistant, on_progress=watch.done)
            with Journal(folder, self.key(setup, settings)) as journal:
                known = journal.known(questions)
                if known:
                    watch.resumed(len(known))

                def keep(row: Row) -> None:
                    journal.add(row)
                    watch.done(row)

                return put(assistant, known=known, on_progress=keep)


def open_bench(index: Path, settings: Settings, questions: Sequence[Question]) -> Bench:
    """The bench over the index in a folder, for these questions.

    Raises:
        BylineError: the index cannot be read, or no embedder has the name that is set.
    """
    folder, tools = IndexFolder(index), open_tools(settings)
    with Assistant(folder, settings, tools) as assistant:
        assistant.generation()  # an index that cannot be read is told before anything is embedded
    return bench_with(folder, tools, questions)


def bench_with(index: IndexFolder, tools: Tools, questions: Sequence[Question]) -> Bench:
    """The bench over an index with language tools that are open.

    Raises:
        BylineError: an embedding server failed.
    """
    ahead = EmbeddedAhead(tools.embedder, [question.question for question in questions])
    return Bench(index, replace(tools, embedder=ahead), open_reading(tools))


def _judge(setup: Setup, settings: Settings) -> Judge | None:
    model = open_model(settings, setup.judge) if setup.judge else None
    return Judge(model, settings) if model else None
