"""`byline index`: build the index of some folders, or bring it up to date."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import BylineError
from rag.cli.common import with_index

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.sync import Indexer, Progress, Summary
    from rag.settings import Settings

_SHOWN = 20  # files that are named of each kind


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--rebuild", is_flag=True, help="Start from nothing, also with other folders or another embedder.")
@click.option(
    "--explain",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Print FILE with what would be kept, and what dropped and why; index nothing.",
)
@click.option("--watch", is_flag=True, help="Stay, and bring the index up to date whenever a file changes.")
@click.option(
    "--chroma",
    metavar="URL",
    help="Keep the vectors in this Chroma server, for many processes; the index remembers it.",
)
@with_index
def command(
    paths: tuple[Path, ...], rebuild: bool, explain: Path | None, watch: bool, chroma: str | None, index: Path
) -> None:
    """Index the text, Markdown, HTML, PDF, Word and JSON Lines files under PATH…, or bring their index up to date.

    Without PATH, the folders that were indexed the last time.
    """
    from rag.settings import load_settings

    settings = load_settings()
    if explain is not None:
        _explain(explain, settings)
        return
    indexer = _indexer(index, settings, chroma)
    with _told_to_stop() as stop:
        _run(indexer, index, paths, stop, rebuild=rebuild)
        if watch:
            _stay(indexer, index, stop)


def bring_up_to_date(index: Path, settings: Settings, paths: Sequence[Path]) -> bool:
    """What `byline index PATH…` does; whether it came to its end before it was told to stop.

    Raises:
        BylineError: as `Indexer.run`.
    """
    with _told_to_stop() as stop:
        return not _run(_indexer(index, settings, None), index, paths, stop).interrupted


def _run(
    indexer: Indexer, index: Path, paths: Sequence[Path], stop: Callable[[], bool], *, rebuild: bool = False
) -> Summary:
    with _progress() as on_progress:
        summary = indexer.run(paths, rebuild=rebuild, on_progress=on_progress, stop=stop, tell=_tell)
    _report(summary, index)
    return summary


def _stay(indexer: Indexer, index: Path, stop: Callable[[], bool]) -> None:
    """Index whenever something has changed; a run that fails is named, and the next change tried."""
    from rag.cli.watch import changes

    paths = indexer.paths()
    for number, _ in enumerate(changes(paths, index, stop)):
        if number == 0:
            click.echo(f"watching {', '.join(map(str, paths))}; Ctrl-C ends it")
        try:
            summary = indexer.run((), stop=stop, tell=_tell)
        except BylineError as error:
            click.echo(f"byline: {error}", err=True)
        else:
            if summary.read or summary.removed:
                _report(summary, index)


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _indexer(index: Path, settings: Settings, chroma: str | None) -> Indexer:
    from rag.indexing import open_indexer
    from rag.tools import open_tools

    return open_indexer(index, settings, open_tools(settings, progress=_tell), chroma)


def _explain(path: Path, settings: Settings) -> None:
    from index.decode import Unreadable
    from index.document import Reader
    from index.language import ArticleLanguages
    from index.sentences import Morphology, SentenceSplitter

    reader = Reader(SentenceSplitter(Morphology()), ArticleLanguages(), target=settings.passage_chars)
    try:
        document = reader.read(path.read_bytes(), path.name)
    except (Unreadable, OSError) as error:
        raise BylineError(f"{path}: {error}") from error
    for text in document.left_out:
        click.echo(f"{'left out (running head or foot)':<48} {text}")
    for line in document.lines:
        why = f" ({line.why})" if line.why else ""
        click.echo(f"{line.fate.value + why:<48} {line.text}")
    click.echo()
    for article in document.articles:
        about = " · ".join(part for part in (article.outlet, article.published, article.language) if part)
        click.echo(f"article {article.span.start}–{article.span.end}: {article.title} ({about})")
    for fault in document.faults:
        click.echo(f"in part: {fault}")
    click.echo(f"{document.encoding}, {len(document.passages)} passages")


@contextmanager
def _told_to_stop() -> Iterator[Callable[[], bool]]:
    """Turns the first Ctrl-C, or being terminated, into a polite request; the second is what it usually is."""
    asked = False

    def ask(number: int, _frame: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(number, before[signal.Signals(number)])
        _tell("\nstopping; what has been read is kept (Ctrl-C again to drop it)")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """A bar with rate and time left on a terminal; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("indexing"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[passages]} passages, {task.fields[rate]:.0f}/s,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, passages=0, rate=0.0)

        def show(progress: Progress) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = progress.passages / elapsed if elapsed else 0.0
            bar.update(
                task,
                total=progress.all_bytes,
                completed=progress.done_bytes,
                passages=progress.passages,
                rate=rate,
            )

        yield show


def _name_first(what: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Print the first of many files, each with what there is to say of it."""
    for name, why in pairs[:_SHOWN]:
        click.echo(f"{what} {name}: {why}", err=True)
    if len(pairs) > _SHOWN:
        click.echo(f"{what}: {len(pairs) - _SHOWN} more", err=True)


def _report(summary: Summary, index: Path) -> None:
    _name_first("skipped", summary.skipped)
    _name_first("in part", summary.faults)
    counts = summary.counts
    languages = ", ".join(f"{n} {language}" for language, n in counts.by_language.items())
    click.echo(
        f"{index}: {counts.files} files, {counts.articles} articles, {counts.passages} passages"
        f"{f' ({languages})' if languages else ''}"
    )
    did = [f"{summary.read} read", f"{summary.unchanged} unchanged", f"{summary.removed} removed"]
    did.append(f"{len(summary.skipped)} skipped")
    if summary.other_kinds:
        did.append(f"{summary.other_kinds} of other kinds")
    click.echo(f"{', '.join(did)}, {summary.seconds:.1f} s")
    if summary.interrupted:
        click.echo("interrupted: run it again for the rest", err=True)
