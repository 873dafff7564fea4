"""`byline ui`: the chat in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.common import with_index, with_model


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH…]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; other machines need --auth.")
@click.option("--port", type=click.IntRange(1, 65535), default=7860, show_default=True, help="The port to listen on.")
@click.option("--auth", metavar="USER:PASSWORD", help="Ask for this name and password.")
@click.option(
    "--language",
    type=click.Choice(["en", "ko"]),
    default="en",
    show_default=True,
    help="The page's own language; an answer is in the question's.",
)
@click.option("--mcp", is_flag=True, help="Offer ask, search, sources and check to models as MCP tools as well.")
@with_model
@with_index
def command(
    paths: tuple[Path, ...],
    host: str,
    port: int,
    auth: str | None,
    language: str,
    mcp: bool,
    llm: str | None,
    index: Path,
) -> None:
    """Open a chat over the indexed articles at http://127.0.0.1:7860, until Ctrl-C.

    With PATH…, those folders are indexed first, as `byline index` does it.
    """
    import ui
    from rag.cli.index_command import bring_up_to_date
    from rag.settings import load_settings
    from rag.web.login import read_login
    from rag.web.serving import Address, refuse_open_door
    from rag.web.tools import PATH

    def ready(url: str) -> None:
        tools = f", its tools for models at {url}{PATH}/" if mcp else ""
        click.echo(f"byline is at {url}{tools} (Ctrl-C ends it)")

    login = read_login(auth) if auth is not None else None
    settings, address = load_settings(llm=llm), Address(host, port)
    refuse_open_door(address, login)  # before time goes into indexing
    if paths and not bring_up_to_date(index, settings, paths):
        return
    ui.serve(
        index,
        settings,
        address,
        login,
        language=language,
        tools=mcp,
        ready=ready,
    )
