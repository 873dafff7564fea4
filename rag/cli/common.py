"""What the commands share: the options every one of them takes, and how a failure is told."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from index.errors import BylineError

Command = TypeVar("Command", bound=Callable[..., Any])
FAILED = 1
GATE = 3  # what was to be shown is not so


def with_index(command: Command) -> Command:
    """Add `--index` to what `with_debug` adds."""
    folder = click.option(
        "--index",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(".byline"),
        show_default=True,
        help="The folder that holds the index.",
    )
    return folder(with_debug(command))


def with_debug(command: Command) -> Command:
    """Add `--debug`, and turn a failure into one line on stderr and exit status 1."""

    @functools.wraps(command)
    def run(*args: Any, debug: bool, **options: Any) -> None:
        try:
            _start_log()
            command(*args, **options)
        except BylineError as error:
            if debug:
                traceback.print_exc()
            click.echo(f"byline: {error}", err=True)
            sys.exit(FAILED)
        except BrokenPipeError:  # the reader of our output went away: `byline search … | head -1`
            sys.stderr.close()
            sys.exit(FAILED)

    return click.option("--debug", is_flag=True, help="Show a traceback when something fails.")(run)  # type: ignore[return-value]


def _start_log() -> None:
    """Begin the log that the settings ask for."""
    from rag.log import start_log
    from rag.settings import load_settings

    start_log(load_settings())


def with_filters(command: Command) -> Command:
    """Add `-k`, `--since`, `--until` and `--source`."""
    for option in (
        click.option("--source", metavar="GLOB", help="Only files whose path matches, such as '2024/*.txt'."),
        click.option("--until", metavar="DATE", help="Only articles published on or before DATE (2024-05-31)."),
        click.option("--since", metavar="DATE", help="Only articles published on or after DATE (2024-05-01)."),
        click.option("-k", type=click.IntRange(1, 200), help="How many passages to retrieve.  [default: 10]"),
    ):
        command = option(command)
    return command


def with_model(command: Command) -> Command:
    """Add `--llm`."""
    return click.option(
        "--llm",
        metavar="auto|none|MODEL",
        help="The model that writes the answer. auto: the one OPENAI_API_KEY and BYLINE_MODEL name, none without"
        " a key; none: verbatim sentences of the articles, and nothing leaves this machine.  [default: auto]",
    )(command)


def write_or_print(content: str | bytes, out: Path | None) -> None:
    """Write `content` to the file `out`, and say so on stderr; print it where that is None.

    Raises:
        BylineError: the file cannot be written.
    """
    if out is None:
        click.echo(content, nl=False)
        return
    try:
        out.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
    except OSError as error:
        raise BylineError(f"{out}: cannot be written ({error.strerror or error})") from error
    click.echo(f"written to {out}", err=True)
