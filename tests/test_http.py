"""Whatever is asked of the server over HTTP, it answers: no route fails, none gives a file that is not the page's."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import httpx
import pytest

from rag.assistant import Assistant
from rag.settings import Settings
from rag.web.receiving import PATH
from rag.web.tools import PATH as TOOLS
from tests.browser import serving

pytestmark = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:.*HTTP_422_UNPROCESSABLE_ENTITY.*:DeprecationWarning"),
]

ODD = ("../../../../etc/passwd", "%00", "a%09", "a" * 3000, "가" * 90, "file:///etc/passwd")
BODIES = (
    b"{",
    b'{"data": null}',
    b'{"data": [], "fn_index": 99999, "session_hash": "x"}',
    b'{"data": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}], "fn_index": 0, "session_hash": "../x"}',
    b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": 1}}}',
    b'[{"jsonrpc": "2.0", "method": null}]',
    b"\xff\xfe" * 50,
)
UPLOAD = f"{PATH}?to={{to}}&name={{name}}"
SECONDS = 1.0  # streams of events have no end


@pytest.fixture(scope="module")
def url(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(assistant, Settings(llm="none"), tmp_path_factory.mktemp("page"), tools=True) as address:
        yield address


def routes() -> list[tuple[str, str]]:
    """Method and path of every route that Gradio has, and of those beside it."""
    from gradio import routes

    found = re.findall(r'@(?:router|app)\.(get|post|put|delete|head)\(\s*"([^"]*)"', inspect.getsource(routes))
    prefixes = ("", "/gradio_api")
    beside = [(method, path) for method in ("GET", "POST", "DELETE") for path in (TOOLS, f"{TOOLS}/", UPLOAD)]
    return sorted({(method.upper(), prefix + path) for (method, path), prefix in product(found, prefixes)} | {*beside})


def filled(path: str) -> list[str]:
    """The path with its parameters set to what nobody should send."""
    if "{" not in path:
        return [path]
    return [re.sub(r"\{[^}]*\}", quote(odd, safe="/%"), path) for odd in ODD]


def status(http: httpx.Client, method: str, url: str, body: bytes | None) -> tuple[int, bytes]:
    """The status of a response and the first of its bytes; 0 where it waits, or the request itself is none."""
    headers = {"accept": "application/json, text/event-stream"}
    if body is not None:
        headers["content-type"] = "application/json"
    try:
        with http.stream(method, url, content=body, headers=headers) as response:
            for chunk in response.iter_bytes(4096):
                return response.status_code, chunk
            return response.status_code, b""
    except (httpx.TransportError, httpx.InvalidURL):
        return 0, b""


def test_no_route_fails_and_none_gives_a_file_of_this_machine(url: str) -> None:
    assert len(routes()) > 40
    failed = []
    with httpx.Client(timeout=SECONDS) as http:
        for method, path in routes():
            for filled_in in filled(path):
                for body in BODIES if method in ("POST", "PUT") else (None,):
                    code, content = status(http, method, url + filled_in, body)
                    if code >= 500 or b"root:" in content:
                        failed.append((code, method, filled_in[:60], (body or b"")[:40]))
        for page in ("%1f", "nowhere", "..%2f.."):
            assert http.get(f"{url}/?page={page}&deep_link=x", timeout=30).status_code == 404
        assert http.get(url, timeout=30).status_code == 200  # it still stands
    assert failed == []
