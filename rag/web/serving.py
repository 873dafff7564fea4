"""The page on a port: who may reach it, and what a browser may load for it."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from rag.errors import BylineError
from rag.web.direct import DirectCalls
from rag.web.endpoints import MOST_CALLS
from rag.web.guard import LOCAL_NAMES, Guard
from rag.web.login import Attempts, Login, LoginLimit, brings_login_form
from rag.web.malformed import Malformed
from rag.web.resources import style
from rag.web.tools import ToolDoor, brings_password, refuse_without_package, write_json

if TYPE_CHECKING:
    import gradio as gr
    from starlette.routing import BaseRoute
    from starlette.types import Scope

_PAGE_EVENTS = 40  # of pages that are under way at once beside all calls; Gradio's own number
_LOOK = 0.005  # seconds between looks into an empty queue
STATE = "page"  # the folder in the index folder for what the page keeps
FONTS = (
    "system-ui",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "NanumGothic",
    "sans-serif",
)
_MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served: a host name or IP address, and a port."""

    host: str = "127.0.0.1"
    port: int = 7860

    @property
    def bare(self) -> str:
        """The host without the brackets of an IPv6 address."""
        return self.host.removeprefix("[").removesuffix("]")

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.bare).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def url(self) -> str:
        """What to type into a browser."""
        host = f"[{self.bare}]" if ":" in self.bare else self.bare
        return f"http://{host}:{self.port}"


def refuse_open_door(address: Address, login: Login | None) -> None:
    """Refuse to serve other machines without a login.

    Raises:
        BylineError: the address is not this machine's own and there is no login.
    """
    if login is None and not address.local:
        raise BylineError(
            f"--host {address.host}: other machines could read the articles and use the model; add"
            " --auth USER:PASSWORD, or leave --host at 127.0.0.1"
        )


def start(
    blocks: gr.Blocks,
    address: Address,
    login: Login | None,
    *,
    routes: Sequence[BaseRoute] = (),
    tools: bool = False,
) -> Callable[[], None]:
    """Serve the page from a thread of its own, until the function that is returned is called.

    Args:
        blocks: the page.
        address: where.
        login: who may come in.
        routes: what is served beside it.
        tools: whether its endpoints are MCP tools too.

    Raises:
        BylineError: the address is refused (see `refuse_open_door`), cannot be had, or cannot be reached; or the
            package for MCP is missing.
    """
    refuse_open_door(address, login)
    if tools:
        refuse_without_package()
    from rag.web.sessions import keep_pages_only

    try:
        _probe(address)
        _launch(blocks, address, login, routes, tools=tools)
        keep_pages_only(blocks)
        _calm_queue(blocks)
        write_json(blocks)
    except OSError as error:
        why = error.strerror or "the port is taken"
        raise BylineError(f"{address.url} cannot be had ({why}); give another --port or --host") from error
    except ValueError as error:  # what Gradio raises where its own page does not answer
        raise BylineError(
            f"{address.url} does not answer; if HTTP_PROXY is set, set NO_PROXY=localhost,127.0.0.1 as well"
        ) from error
    return lambda: blocks.close(verbose=False)


def _launch(
    blocks: gr.Blocks, address: Address, login: Login | None, routes: Sequence[BaseRoute], *, tools: bool
) -> None:
    # Gradio announces its tools on standard output, however quiet it is told to be.
    with redirect_stdout(StringIO()):
        blocks.launch(
            server_name=f"[{address.bare}]" if ":" in address.bare else address.host,
            server_port=address.port,
            auth=login.admits if login else None,
            app_kwargs={
                "middleware": _middleware(login, blocks),
                "routes": list(routes),
                "docs_url": None,
                "redoc_url": None,
                "openapi_url": None,
            },
            theme=_theme(),
            css=style(),
            footer_links=[],
            max_file_size=1,  # a byte: Gradio's own route for uploads is always open; ours is `rag.web.receiving`
            share=False,
            inbrowser=False,
            inline=False,
            quiet=True,
            show_error=False,
            run_history=False,
            max_threads=MOST_CALLS + _PAGE_EVENTS,  # Gradio counts what waits for its turn as if it held a thread
            enable_monitoring=False,
            mcp_server=tools,
            ssr_mode=False,
            pwa=False,
            prevent_thread_lock=True,
        )


def _calm_queue(blocks: gr.Blocks) -> None:
    """Keep Gradio's queue from what nobody here asks for: it looks for events 1,000 times a second.

    After each event it sums up the last 10,000, with pandas, for a dashboard that is off.
    """
    blocks._queue.sleep_when_free = _LOOK
    blocks._queue.ANALYTICS_MAX_EVENTS = 1
    blocks._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize


def _probe(address: Address) -> None:
    """Take the address and let it go again: the system says why not, where Gradio would only try for seconds."""
    found = socket.getaddrinfo(address.bare, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, place = found[0]
    with socket.socket(family, kind, protocol) as probe:
        if os.name == "posix":  # elsewhere the option lets two programs have one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)


def wait() -> None:
    """Until Ctrl-C."""
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


def _theme() -> Any:
    import gradio as gr

    return gr.themes.Base(primary_hue="indigo", neutral_hue="slate", radius_size="md", font=FONTS, font_mono=_MONO).set(
        body_background_fill="*neutral_50", body_background_fill_dark="*neutral_950"
    )


def _middleware(login: Login | None, blocks: gr.Blocks) -> list[Any]:
    from starlette.middleware import Middleware

    calls = [
        Middleware(Malformed, pages=frozenset(name for name, *_ in blocks.pages)),
        Middleware(DirectCalls, functions=frozenset(blocks.fns)),
    ]
    if login is None:
        return [Middleware(Guard, names=LOCAL_NAMES), *calls]
    limit = Middleware(LoginLimit, is_try=_brings_password, attempts=Attempts())
    return [Middleware(Guard, names=None), limit, Middleware(ToolDoor, login=login), *calls]


def _brings_password(scope: Scope) -> bool:
    return brings_login_form(scope) or brings_password(scope)
