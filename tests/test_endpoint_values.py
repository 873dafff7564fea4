"""Whatever values an endpoint is called with, it answers or says in a line what is wrong with them."""

from __future__ import annotations

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
            endpoint(*values)
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
    ("name", "body", "status", "line"),
    [
        ("search", {"data": ["", None, None, None, None]}, 400, "the question is empty"),
        ("search", {"data": [FERRY, "x", None, None, None]}, 400, "k is 'x'; it is a number of passages, 1 to 200"),
        ("search", {"data": [FERRY]}, 422, 'search takes {"data": [question, k, since, until, source]}, null for'),
        ("check", {"data": None}, 422, 'check takes {"data": [draft]}, null for what is left out'),
        ("check", [[]], 422, 'check takes {"data": [draft]}'),
        ("check", {"data": ["a"], "fn_index": 99_999}, 422, "fn_index: what a call of check holds is data"),
        ("check", {"data": ["a"], "session_hash": 5}, 422, "session_hash is a text"),
        ("nothing", {"data": []}, 404, "there is no endpoint nothing; call ask, search, sources, check"),
    ],
)
@pytest.mark.parametrize("route", ["run", "api"])
def test_a_wrong_plain_post_is_told_what_is_wrong(
    url: str, route: str, name: str, body: object, status: int, line: str
) -> None:
    got = httpx.post(f"{url}/gradio_api/{route}/{name}", json=body, timeout=60)

    assert (got.status_code, got.json()["error"][: len(line)]) == (status, line)


def test_a_body_that_is_no_json(url: str) -> None:
    got = httpx.post(f"{url}/gradio_api/run/ask", content=b"{", timeout=60)
    assert (got.status_code, got.json()) == (400, {"error": "the body is no JSON"})
