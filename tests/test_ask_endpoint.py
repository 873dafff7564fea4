"""What programs can call over HTTP: the contract's JSON, and one line for a wrong call."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.decode import decode
from rag.answer import Turn
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.web.conversation import turns_from_messages
from tests.browser import FERRY, PAGE_WARNINGS
from tests.test_wire import ANSWER

pytestmark = PAGE_WARNINGS


@pytest.fixture(scope="module")
def client(page_url: str) -> Iterator[Any]:
    from gradio_client import Client  # type: ignore[import-untyped]

    with_url = Client(page_url, verbose=False, analytics_enabled=False)
    yield with_url
    with_url.close()


def test_ask_and_search_are_all_that_programs_are_offered(client: Any) -> None:
    offered = client.view_api(return_format="dict", print_info=False)
    assert set(offered["named_endpoints"]) == {"/ask", "/search", "/sources", "/check"}
    assert not offered["unnamed_endpoints"]
    assert "citing for every sentence" in offered["named_endpoints"]["/ask"]["description"]


def test_the_ask_endpoint_gives_the_contracts_json(client: Any, assistant: Assistant, samples: Path) -> None:
    got = client.predict(FERRY, api_name="/ask")
    assert list(got) == ANSWER.split()
    assert got["answer"] == assistant.ask(FERRY).text
    for citation in got["citations"]:
        text = decode((samples / citation["source"]).read_bytes()).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_search_endpoint_filters(client: Any) -> None:
    found = client.predict(FERRY, k=3, source="*.ko.txt", api_name="/search")
    assert len(found) == 3
    assert all(one["source"].endswith(".ko.txt") for one in found)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"question": " "}, "the question is empty"),
        ({"question": "Why?", "k": 0}, "k is 0; it is a number of passages"),
        ({"question": "Why?", "since": "May"}, "not a date"),
        ({"question": "Why?", "history": [{"role": "user"}]}, "history: message 1 is not"),
    ],
)
def test_a_wrong_call_gets_one_line(client: Any, arguments: dict[str, Any], line: str) -> None:
    from gradio_client.exceptions import AppError  # type: ignore[import-untyped]

    with pytest.raises(AppError, match=line):
        client.predict(**arguments, api_name="/ask")


def test_history_is_read_as_text_and_as_blocks() -> None:
    plain: list[dict[str, Any]] = [{"role": "user", "content": "Q1"}, {"role": "assistant", "content": "A1"}]
    blocks: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "text", "text": "Q2"}, {"type": "file", "file": {"path": "x"}}]},
        {"role": "assistant", "content": [{"type": "text", "text": "A2"}, {"type": "text", "text": "more"}]},
    ]
    cut: list[dict[str, Any]] = [{"role": "user", "content": "never answered"}]
    assert turns_from_messages([*plain, *cut, *blocks]) == (Turn("Q1", "A1"), Turn("Q2", "A2\nmore"))
    with pytest.raises(BylineError, match="message 1"):
        turns_from_messages([{"role": "user", "content": 3}])


def test_calls_leave_no_sessions_behind(page_url: str) -> None:
    from gradio.state_holder import SessionState

    def sessions() -> int:
        gc.collect()
        return sum(isinstance(one, SessionState) for one in gc.get_objects())

    before = sessions()
    with httpx.Client(base_url=f"{page_url}/gradio_api", timeout=60) as client:
        for _ in range(3):
            called = client.post("/call/sources", json={"data": ["ferry", *[None] * 5, 1, 1]}).raise_for_status()
            told = client.get(f"/call/sources/{called.json()['event_id']}").raise_for_status().text
            assert "event: complete" in told
    assert sessions() == before
