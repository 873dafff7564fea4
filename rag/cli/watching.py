"""How a run gets on, on stderr: a bar on a terminal, and a line where an earlier run is gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rag.evaluate.bench import Watch


@contextmanager
def watching(questions: int) -> Iterator[Callable[[str], Watch]]:
    """As long as it lasts, gives the watch of each run of so many questions, by what the run is called."""
    from rich.console import Console
    from rich.progress import Progress

    from rag.evaluate.bench import Watch

    console = Console(stderr=True)

    def watch(name: str) -> Watch:
        task = bar.add_task(name, total=questions)

        def resumed(rows: int) -> None:
            click.echo(f"{name}: {rows} of {questions} questions were asked before; going on from there", err=True)

        return Watch(resumed, lambda _: bar.advance(task))

    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        yield watch
