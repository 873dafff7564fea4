"""The chat's door: open an index, build the page over it, serve it until Ctrl-C.

    ui.serve(Path(".byline"), load_settings(), Address(), None)

Its rooms are in `rag/web/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from index.memory import set_aside
from rag.settings import Settings
from rag.web.login import Login
from rag.web.serving import STATE, Address, refuse_open_door, start, wait

if TYPE_CHECKING:
    from rag.assistant import Assistant


@contextmanager
def served(
    index: Path,
    settings: Settings,
    address: Address,
    login: Login | None = None,
    *,
    language: str = "en",
    tools: bool = False,
) -> Iterator[str]:
    """The page over an index, served as long as the context lasts; yields its address.

    With `settings.processes`, a process may be started that imports the main module anew, as `multiprocessing` does: a
    script that calls this does so under `if __name__ == "__main__"`.

    Args:
        index: the folder that holds the index.
        settings: with which parts and which model to answer.
        address: where to listen.
        login: who may come in; needed where other machines can reach the address.
        language: of the page itself, `en` or `ko`.
        tools: whether its endpoints are MCP tools too.

    Raises:
        BylineError: there is no index, the model cannot be asked, or the address is refused or taken.
    """
    refuse_open_door(address, login)  # before seconds go into opening the index
    from rag.assistant import Assistant
    from rag.web.page import Site, build
    from rag.web.phrases.both import page_language

    with (
        Assistant.open(index, settings) as assistant,
        closing(Site.over(assistant, settings, index / STATE, settings.processes)) as site,
    ):
        with _warming(assistant):
            stop = start(build(site, page_language(language)), address, login, routes=site.routes(), tools=tools)
        try:
            yield address.url
        finally:
            stop()


@contextmanager
def _warming(assistant: Assistant) -> Iterator[None]:
    """Warm it up meanwhile."""
    from rag.web.colleague import warm

    thread = Thread(target=warm, args=(assistant,), name="byline-warming")
    thread.start()
    try:
        yield
    finally:
        thread.join()


def serve(
    index: Path,
    settings: Settings,
    address: Address,
    login: Login | None = None,
    *,
    language: str = "en",
    tools: bool = False,
    ready: Callable[[str], None] = print,
) -> None:
    """Serve the page until Ctrl-C; `ready` is told its address. The rest is as in `served`."""
    with served(index, settings, address, login, language=language, tools=tools) as url:
        set_aside()
        ready(url)
        wait()
