"""Every way a model can fail: each ends in time, in an answer that rests on the articles, with one honest line.

What becomes of a fault on the wire, in detail, is in test_generate.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from index.store import IndexFolder
from rag.answer import Answer
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools
from rag.wire import answer_json
from tests.openai_server import OpenAIServer, Reply, answer, cut, drop, hang, huge, junk, page, refusal, stream

KEY = "sk-trust-4f9a01c7"
QUESTION = "At what time does the first ferry leave Haemil?"
FALSE = ("The ferry is free [1]. ", "The tram costs 90 billion won [2]. ")
SECONDS = 4.0
REACH = 20  # seconds beside the deadline: a busy machine searches, embeds and checks meanwhile


@dataclass(frozen=True)
class Case:
    """A fault, what the one line about it says, and who answers."""

    name: str
    replies: tuple[Reply, ...]
    line: str
    by: str = "extractive"
    settings: tuple[tuple[str, Any], ...] = ()


CASES = (
    Case("refused", (), "cannot be reached (", settings=(("base_url", "http://127.0.0.1:9/v1"),)),
    Case("DNS", (), "cannot be reached (", settings=(("base_url", "http://nowhere.invalid/v1"),)),
    Case("401", (refusal(401, f"wrong key {KEY}"),), "refused the key (401)"),
    Case("404 model", (refusal(404, "no model"),), "has no model tiny at that address (404)"),
    Case("429", (refusal(429),), "is over its rate limit (429)"),
    Case("429 with Retry-After", (refusal(429, retry_after="30"),), "ask again in 30 s"),
    Case("500", (refusal(500, f"at key {KEY}"),), "failed (500: at key …)"),
    Case("hang before", (hang(),), "gave no answer within 4 s"),
    Case("hang within", (hang("The ferry "),), "did not finish its answer within 4 s"),
    Case("cut stream", (cut("The ferry "),), "broke off in the middle of its answer"),
    Case("closed at once", (drop(),), "cannot be reached (Server disconnected"),
    Case("empty answer", (answer(""),), "gave an empty answer"),
    Case("white space", (answer(" \n\n "),), "gave an empty answer"),
    Case("thinking alone", (answer("<think>The first ferry, hm.</think>"),), "gave an empty answer"),
    Case("thinking without end", (stream("<think>", *["hm. "] * 50),), "gave an empty answer"),
    Case("a megabyte", (huge(1_000_000),), "cut at 20,000 characters", by="tiny"),
    Case("wrong JSON", (junk(),), "sent something that is no chat completion"),
    Case("a web page", (page(),), "sent no chat completion"),
    Case("repeated text", (answer("The ferry leaves at 6:40 a.m. [1]. " * 200),), "repeated itself: 199", by="tiny"),
    Case("markers out of range", (answer("It leaves at 6:40 a.m. [1][77]."),), "dropped: [77]", by="tiny"),
    Case("context length", (refusal(400, "x", code="context_length_exceeded"),), "has no context that holds"),
    Case(
        "refusal", (answer("I'm sorry, but I can't help with that request."),), "wrote nothing that rests on a passage"
    ),
    Case("거절", (answer("죄송합니다. 해당 요청은 도와드릴 수 없습니다."),), "wrote nothing that rests on a passage"),
    Case("content filter", (stream(finish="content_filter"),), "withheld the answer (content filter)"),
    Case("false throughout", (answer("".join(FALSE)), refusal(500)), "", by="tiny"),
)


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load what the first question to a model loads, so that no deadline of a test pays for it."""
    from llama_index.core.utils import get_tokenizer

    from rag.model import open_model

    get_tokenizer()("warm")
    open_model(Settings(base_url="http://127.0.0.1:9/v1"), "tiny")


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture(scope="module")
def ask(samples_index: Path, tools: Tools, server: OpenAIServer) -> Iterator[Callable[[Case], Answer]]:
    """Asks a model that fails as the case has it; one assistant for all that are of the same settings."""
    common = {"api_key": SecretStr(KEY), "model": "tiny", "retries": 0, "rewrite": False, "answer_timeout": SECONDS}

    def opened(**changes: Any) -> Assistant:
        given: dict[str, Any] = {"base_url": server.url, **common, **changes}
        return Assistant(IndexFolder(samples_index), Settings(**given), tools)

    with opened() as usual:

        def asked(case: Case) -> Answer:
            *first, last = case.replies or (drop(),)
            server.script(*first)
            server.fallback = last
            if not case.settings:
                return usual.ask(QUESTION)
            with opened(**dict(case.settings)) as other:
                return other.ask(QUESTION)

        yield asked


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_model_that_fails_costs_neither_the_answer_nor_honesty(
    ask: Callable[[Case], Answer], assistant: Assistant, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    began = time.monotonic()

    answered = ask(case)

    assert time.monotonic() - began < SECONDS + REACH
    assert answered.model == case.by
    assert answered.sentences or answered.abstained
    assert all(one.quote == assistant.text(one.source)[one.start : one.end] for one in answered.citations)
    if case.line:
        assert len([notice for notice in answered.notices if case.line in notice]) == 1, answered.notices
    assert KEY not in json.dumps(answer_json(answered)) + repr(answered) + caplog.text
