"""Calls of the endpoints have their turns in the order in which they came, and hold no thread until then."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.settings import load_settings
from rag.web.answering import Answering
from rag.web.endpoints import MOST_CALLS, Endpoints
from tests.loop import in_a_loop

WAITING = 60  # more than the threads that Gradio has


@pytest.fixture
def endpoints(assistant: Assistant) -> Endpoints:
    return Endpoints(Answering(assistant, load_settings(llm="none")), at_once=1)


def test_those_who_wait_hold_no_thread_and_go_in_order(endpoints: Endpoints) -> None:
    had: list[int] = []

    async def crowd() -> int:
        begun, late = threading.Event(), threading.Event()

        def hold() -> None:
            begun.set()
            late.wait()

        held = asyncio.create_task(endpoints._in_turn(hold))
        await asyncio.to_thread(begun.wait)
        before = threading.active_count()
        waiting = [asyncio.create_task(endpoints._in_turn(partial(had.append, n))) for n in range(WAITING)]
        await asyncio.sleep(0)
        more = threading.active_count() - before
        late.set()
        await asyncio.gather(held, *waiting)
        return more

    assert in_a_loop(crowd()) <= 0  # threads of other tests may end meanwhile
    assert had == list(range(WAITING))


def test_one_too_many_is_refused_in_a_line_and_a_failure_ends_a_turn(endpoints: Endpoints) -> None:
    import gradio as gr

    def fail() -> None:
        raise BylineError("no such thing")

    async def crowd() -> list[str]:
        calls = (endpoints._in_turn(fail) for _ in range(MOST_CALLS + 1))
        told = await asyncio.gather(*calls, return_exceptions=True)
        return [one.message for one in told if isinstance(one, gr.Error)]

    *failed, last = sorted(in_a_loop(crowd()), key=lambda line: "wait" in line)
    assert failed == ["no such thing"] * MOST_CALLS
    assert last == f"{MOST_CALLS} calls wait for their turn already; call again later"
