"""Some of what `python -m tests.trust.crowd` asks a thousand of: asked together, they are answered as alone."""

from __future__ import annotations

import random

import pytest

from rag.assistant import Assistant
from tests.loop import in_a_loop
from tests.trust.crowd import Wanted, by_coroutines, by_threads, differing, drawn, one_by_one

QUESTIONS = 4


@pytest.fixture(scope="module")
def wanted() -> list[Wanted]:
    return drawn(QUESTIONS, random.Random(8))


@pytest.fixture(scope="module")
def alone(assistant: Assistant, wanted: list[Wanted]) -> dict[Wanted, str]:
    return one_by_one(assistant, wanted)


def test_sixteen_threads_get_what_one_gets(
    assistant: Assistant, wanted: list[Wanted], alone: dict[Wanted, str]
) -> None:
    assert differing(alone, wanted * 3, by_threads(assistant, wanted * 3, 16)) == []


def test_coroutines_of_one_loop_get_what_one_gets(
    assistant: Assistant, wanted: list[Wanted], alone: dict[Wanted, str]
) -> None:
    assert differing(alone, wanted, in_a_loop(by_coroutines(assistant, wanted))) == []
