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
from tests.browser import serving

pytestmark = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:.*HTTP_422_UNPROCESSABLE_ENTITY.*:DeprecationWarning"),
]

ODD = ("", "../../../../etc/passwd", "%00", "a" * 3000, "항구", "-1", "{{7*7}}", "\u202e", "file:///etc/passwd")
BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"data": null}',
    b'{"data": [], "fn_index": -1, "session_hash": "x", "event_data": 7}',
    b'{"data": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}], "fn_index": 0, "session_hash": "../x"}',
    b"\xff\xfe" * 50,
)
SECONDS = 2.0  # streams of events have no end


@pytest.fixture(scope="module")
def url(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(assistant, Settings(llm="none"), tmp_path_factory.mktemp("page")) as address:
        yield address


def routes() -> list[tuple[str, str]]:
    """Method and path of every route that Gradio has."""
    from gradio import routes

    found = re.findall(r'@(?:router|app)\.(get|post|put|delete|head)\(\s*"([^"]*)"', inspect.getsource(routes))
    prefixes = ("", "/gradio_api")
    return sorted({(method.upper(), prefix + path) for (method, path), prefix in product(found, prefixes)})


def filled(path: str) -> list[str]:
    """The path with its parameters set to what nobody should send."""
    if "{" not in path:
        return [path]
    return [re.sub(r"\{[^}]*\}", quote(odd, safe="/%"), path) for odd in ODD]


def status(http: httpx.Client, method: str, url: str, body: bytes | None) -> tuple[int, bytes]:
    """The status of a response and the first of its bytes; 0 where it is a stream that waits."""
    headers = {"content-type": "application/json"} if body is not None else {}
    try:
        with http.stream(method, url, content=body, headers=headers) as response:
            for chunk in response.iter_bytes(4096):
                return response.status_code, chunk
            return response.status_code, b""
    except (httpx.TimeoutException, httpx.InvalidURL, httpx.RemoteProtocolError):
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
    assert failed == []
