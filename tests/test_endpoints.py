"""What programs and models call: the endpoints by Gradio's own client, and as tools by an MCP client."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.settings import Settings, load_settings
from rag.web.login import Login
from rag.web.tools import PATH, refuse_without_package
from rag.wire import answer_json
from tests.browser import FERRY, PAGE_WARNINGS, serving
from tests.loop import in_a_loop

pytestmark = PAGE_WARNINGS

LOGIN = ("ann", "pass:wörd")
DRAFT = "A single ticket costs 9,400 won. [1]\n\nThe boat is painted green. [1]\n\n[1]: island-ferry-timetable.txt\n"


@pytest.fixture(scope="module")
def no_model() -> Settings:
    return load_settings(llm="none")


@pytest.fixture(scope="module")
def url(assistant: Assistant, no_model: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(assistant, no_model, tmp_path_factory.mktemp("page"), tools=True) as address:
        yield address


@pytest.fixture(scope="module")
def locked_url(assistant: Assistant, no_model: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(assistant, no_model, tmp_path_factory.mktemp("page"), login=Login.of(*LOGIN), tools=True) as address:
        yield address


def open_client(url: str, **rest: Any) -> Any:
    from gradio_client import Client  # type: ignore[import-untyped]

    return Client(url, verbose=False, analytics_enabled=False, **rest)


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Any]:
    opened = open_client(url)
    yield opened
    opened.close()


# --- over HTTP ---------------------------------------------------------------------------------------------------


def test_the_articles_are_listed_as_they_are_in_the_index(client: Any, assistant: Assistant) -> None:
    got = client.predict(api_name="/sources")

    assert got["matching"] == len(got["articles"]) == len(assistant.articles())
    assert sum(one["passages"] for one in got["articles"]) == assistant.counts().passages
    assert {one["state"] for one in got["articles"]} == {"indexed"}
    assert got["languages"] == ["en", "ko"]
    assert got["skipped"] == []


def test_articles_are_looked_for_and_listed_in_part(client: Any, assistant: Assistant) -> None:
    korean = client.predict(language="ko", limit=2, first=2, api_name="/sources")
    assert korean["matching"] == sum(one.language == "ko" for one in assistant.articles())
    assert [one["language"] for one in korean["articles"]] == ["ko", "ko"]
    ferry = client.predict(words="TIMETABLE ferry", api_name="/sources")
    assert [one["source"] for one in ferry["articles"]] == ["island-ferry-timetable.txt"]
    dated = client.predict(since="2024-11-01", until="2024-11-30", api_name="/sources")
    assert dated["articles"]
    assert all("2024-11-01" <= one["published"] <= "2024-11-30" for one in dated["articles"])


def test_a_draft_is_checked_against_what_it_cites(client: Any) -> None:
    got = client.predict(DRAFT, api_name="/check")

    first, second = got["sentences"]
    assert (first["verdict"], second["verdict"] == "supported") == ("supported", False)
    assert got["citations"][0]["source"] == "island-ferry-timetable.txt"
    assert DRAFT[first["start"] : first["end"]].startswith("A single ticket")


@pytest.mark.parametrize(
    ("endpoint", "arguments", "line"),
    [
        ("/sources", {"limit": 501}, "limit is 501; it is a number of articles, 1 to 500"),
        ("/sources", {"since": "May"}, "not a date"),
        ("/sources", {"state": "lost"}, "state is 'lost'; it is one of indexed, in part, changed, gone"),
        ("/check", {"draft": "# Heading\n"}, "there is no sentence in it to check"),
        ("/check", {"draft": "a" * 100_001}, "the draft has 100,001 characters"),
        ("/search", {"question": ["why"]}, r"question is \['why'\]; it is a text"),
    ],
)
def test_a_wrong_call_gets_one_line(client: Any, endpoint: str, arguments: dict[str, Any], line: str) -> None:
    from gradio_client.exceptions import AppError  # type: ignore[import-untyped]

    with pytest.raises(AppError, match=line) as failure:
        client.predict(**arguments, api_name=endpoint)
    assert "\n" not in str(failure.value)


def test_a_program_logs_in_by_name_and_password(locked_url: str) -> None:
    opened = open_client(locked_url, auth=LOGIN)
    try:
        assert opened.predict(FERRY, k=1, api_name="/search")[0]["source"] == "island-ferry-timetable.txt"
    finally:
        opened.close()


# --- as tools ----------------------------------------------------------------------------------------------------


def use(
    url: str, *calls: tuple[str, dict[str, Any]], login: tuple[str, str] | None = None
) -> tuple[list[Any], list[Any]]:
    """The tools that an MCP client is offered at the page, and what comes of calling some of them."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def session() -> tuple[list[Any], list[Any]]:
        async with (
            httpx.AsyncClient(headers=_basic(login), timeout=60) as http,
            streamable_http_client(f"{url}{PATH}/", http_client=http) as (read, write, _),
            ClientSession(read, write) as opened,
        ):
            await opened.initialize()
            tools = (await opened.list_tools()).tools
            return tools, [await opened.call_tool(name, arguments) for name, arguments in calls]

    return in_a_loop(session())


def _basic(login: tuple[str, str] | None) -> dict[str, str]:
    if login is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(":".join(login).encode()).decode()}


def test_every_endpoint_is_a_tool_that_says_what_it_takes(url: str) -> None:
    tools, _ = use(url)

    assert [tool.name for tool in tools] == ["ask", "search", "sources", "check"]
    for tool in tools:
        assert len(tool.description) > 80
        assert all(one.get("description") for one in tool.inputSchema["properties"].values()), tool.name
    assert tools[0].inputSchema["required"] == ["question"]


def test_a_model_asks_and_gets_the_contracts_json(url: str, assistant: Assistant) -> None:
    _, (asked, listed) = use(url, ("ask", {"question": FERRY}), ("sources", {"words": "ferry timetable"}))

    got, expected = json.loads(asked.content[0].text), answer_json(assistant.ask(FERRY))
    assert {key: got[key] for key in ("answer", "citations")} == {key: expected[key] for key in ("answer", "citations")}
    assert json.loads(listed.content[0].text)["matching"] == 1


def test_a_tool_that_is_called_wrongly_says_so(url: str) -> None:
    _, (empty, missing) = use(url, ("ask", {"question": " "}), ("ask", {}))

    assert empty.isError
    assert "the question is empty" in empty.content[0].text
    assert missing.isError


def test_with_a_login_the_tools_ask_for_it(locked_url: str) -> None:
    _, (found,) = use(locked_url, ("search", {"question": FERRY, "k": 1}), login=LOGIN)
    assert json.loads(found.content[0].text)[0]["source"] == "island-ferry-timetable.txt"

    wrong: tuple[dict[str, str], ...] = (
        {},
        {"Authorization": "Basic x"},
        {"Authorization": "Bearer abc"},
    )
    for path in (PATH, f"{PATH}/", f"{PATH}/schema", f"{PATH}/sse", f"{PATH}/messages/"):
        for headers in wrong:
            refused = httpx.post(locked_url + path, headers=headers)
            assert (refused.status_code, refused.headers["www-authenticate"][:5]) == (401, "Basic"), path
            assert "--auth" in refused.text
    assert httpx.post(f"{locked_url}{PATH}/", headers=_basic(("ann", "secret"))).status_code == 401


def test_the_tools_answer_under_this_machines_names_only(url: str) -> None:
    assert httpx.post(f"{url}{PATH}/", headers={"Host": "evil.example"}).status_code == 421


def test_without_being_asked_for_there_are_no_tools(assistant: Assistant, no_model: Settings, tmp_path: Path) -> None:
    with serving(assistant, no_model, tmp_path) as address:
        assert httpx.post(f"{address}{PATH}/").status_code in (404, 405)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_without_package()
    monkeypatch.setitem(sys.modules, "mcp", None)  # as if it were not installed
    with pytest.raises(BylineError, match=r"pip install 'byline\[mcp\]'"):
        refuse_without_package()
