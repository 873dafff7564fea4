"""Whatever values an endpoint is called with, it answers or says in a line what is wrong with them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.settings import Settings, load_settings
from rag.web.answering import Answering
from rag.web.endpoints import Endpoints
from tests.browser import FERRY, PAGE_WARNINGS, serving

pytestmark = PAGE_WARNINGS

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        [FERRY, "2024-02-30", "2024-05-01", "*", "[", "indexed", "q" * 5000, "\x00", "[1]", "# a\n\nb [a.txt]."]
    )
)
ODD = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content", "x"]), inner),
    max_leaves=4,
)
TAKEN = {"ask": 6, "search": 5, "sources": 8, "check": 1}


@pytest.mark.parametrize("name", TAKEN)
def test_odd_values_are_answered_or_refused_in_a_line(assistant: Assistant, name: str) -> None:
    import gradio as gr

    endpoint = getattr(Endpoints(Answering(assistant, load_settings(llm="none")), 1), name)

    @settings(max_examples=30)
    @given(st.tuples(*[ODD] * TAKEN[name]))
    def called(values: tuple[Any, ...]) -> None:
        line = ""
        try:
            asyncio.run(endpoint(*values))
        except gr.Error as refused:
            line = refused.message
        assert len(line) < 300
        assert "\n" not in line

    called()


@pytest.fixture(scope="module")
def url(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(assistant, Settings(llm="none"), tmp_path_factory.mktemp("page")) as address:
        yield address


def test_a_plain_post_is_answered(url: str) -> None:
    got = httpx.post(f"{url}/gradio_api/run/search", json={"data": [FERRY, 1, None, None, None]}, timeout=60)
    assert got.json()["data"][0][0]["source"] == "island-ferry-timetable.txt"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (["", None, None, None, None], "the question is empty"),
        ([FERRY, "x", None, None, None], "k is 'x'; it is a number of passages, 1 to 200"),
    ],
)
@pytest.mark.parametrize("route", ["run", "api"])
def test_what_an_endpoint_refuses_is_no_failure_of_the_server(
    url: str, route: str, data: list[object], line: str
) -> None:
    got = httpx.post(f"{url}/gradio_api/{route}/search", json={"data": data}, timeout=60)

    assert (got.status_code, got.json()["error"][: len(line)]) == (400, line)


@pytest.mark.parametrize(
    ("name", "body", "status", "line"),
    [
        ("search", {"data": [FERRY]}, 422, 'search takes {"data": [question, k, since, until, source]}, null for'),
        ("check", {"data": None}, 422, 'check takes {"data": [draft]}, null for what is left out'),
        ("check", [[]], 422, 'check takes {"data": [draft]}'),
        ("check", {"data": ["a"], "fn_index": 99_999}, 422, "fn_index: what a call of check holds is data"),
        ("check", {"data": ["a"], "session_hash": 5}, 422, "session_hash is a text"),
        ("check", {"data": ["a"], "session_hash": ""}, 422, "session_hash is a text"),
        ("nothing", {"data": []}, 404, "there is no endpoint nothing; call ask, search, sources, check"),
    ],
)
@pytest.mark.parametrize("route", ["run", "api", "call"])
def test_a_wrong_plain_post_is_told_what_is_wrong(
    url: str, route: str, name: str, body: object, status: int, line: str
) -> None:
    got = httpx.post(f"{url}/gradio_api/{route}/{name}", json=body, timeout=60)

    assert (got.status_code, got.json()["error"][: len(line)]) == (status, line)


@pytest.mark.parametrize(
    ("name", "body", "status", "line"),
    [
        ("search", {"k": 3}, 422, "search takes an object of question, k, since, until, source; question has to be"),
        ("check", {"draft": "a", "question": "b"}, 422, "check takes an object of draft; draft has to be there"),
        ("check", ["a"], 422, "check takes an object of draft; draft has to be there"),
        ("0", {}, 404, "there is no endpoint 0; call ask, search, sources, check"),
    ],
)
def test_a_wrong_call_by_name_is_told_what_is_wrong(url: str, name: str, body: object, status: int, line: str) -> None:
    got = httpx.post(f"{url}/gradio_api/call/v2/{name}", json=body, timeout=60)

    assert (got.status_code, got.json()["error"][: len(line)]) == (status, line)


def test_a_call_by_name_is_answered(url: str) -> None:
    with httpx.Client(base_url=url, timeout=60) as http:
        queued = http.post("/gradio_api/call/v2/search", json={"question": FERRY, "k": 1})
        told = http.get(f"/gradio_api/call/search/{queued.json()['event_id']}").text

    assert "event: complete" in told
    assert "island-ferry-timetable.txt" in told


def test_a_call_without_a_session_does_not_fail_those_behind_it(url: str) -> None:
    with httpx.Client(base_url=f"{url}/gradio_api", timeout=60) as http:
        for _ in range(20):  # more than are answered at once
            poison = http.post("/queue/join", json={"data": [FERRY], "fn_index": 0, "session_hash": ""})
            assert (poison.status_code, poison.json()) == (422, {"error": "session_hash is a text"})
        queued = http.post("/call/search", json={"data": [FERRY, 1, None, None, None]})
        assert "event: complete" in http.get(f"/call/search/{queued.json()['event_id']}").text


@pytest.mark.parametrize("body", [{"data": [], "fn_index": 25_574, "session_hash": "a"}, {"data": []}, []])
def test_a_function_that_is_not_there_cannot_be_queued(url: str, body: object) -> None:
    got = httpx.post(f"{url}/gradio_api/queue/join", json=body, timeout=60)

    assert (got.status_code, got.json()["error"]) == (404, "fn_index is the number of none of the page's functions")


def test_a_body_that_is_no_json(url: str) -> None:
    got = httpx.post(f"{url}/gradio_api/run/ask", content=b"{", timeout=60)
    assert (got.status_code, got.json()) == (400, {"error": "the body is no JSON"})
