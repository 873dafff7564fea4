"""What a model's answers cost in tokens: asked for, summed over every request, unknown where a server does not say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from index.store import IndexFolder
from rag import Assistant
from rag.answer import Answer
from rag.settings import Settings
from rag.tools import Tools
from rag.usage import Usage
from rag.wire import answer_json
from tests.openai_server import OpenAIServer, Reply, answer, cut, refusal

QUESTION = "When does the Route No. 3 ferry leave Mokpo?"
SAID = "The ferry leaves at 6:40 a.m. [1]."
VERBATIM = "Route No. 3 leaves the passenger terminal at 6:40 a.m."
REWRITTEN = json.dumps({"ko": "3번 여객선은 목포에서 몇 시에 떠나나?"}, ensure_ascii=False)

Ask = Callable[..., Answer]


@pytest.fixture
def ask(samples_index: Path, tools: Tools, openai_server: OpenAIServer) -> Iterator[Ask]:
    """Asks a model, as scripted, without rewriting or repair unless they are switched on."""
    opened: dict[str, Assistant] = {}

    def asked(*replies: Reply, **changes: Any) -> Answer:
        openai_server.script(*replies)
        given: dict[str, Any] = {"base_url": openai_server.url, "api_key": SecretStr("key-1"), "model": "tiny"}
        settings = Settings(**given | {"retries": 0, "repair": False, "rewrite": False} | changes)
        key = settings.model_dump_json()
        opened.setdefault(key, Assistant(IndexFolder(samples_index), settings, tools))
        return opened[key].ask(QUESTION)

    yield asked
    for assistant in opened.values():
        assistant.close()


def asked_for_usage(server: OpenAIServer) -> list[bool]:
    """Of each request, whether it asked for the usage."""
    return [request.body.get("stream_options") == {"include_usage": True} for request in server.requests]


def test_a_stream_is_asked_for_its_usage(ask: Ask, openai_server: OpenAIServer) -> None:
    answered = ask(answer(SAID, usage=(900, 12)))

    assert asked_for_usage(openai_server) == [True]
    assert answered.usage == Usage(900, 12, 1)
    assert answer_json(answered)["usage"] == {"prompt_tokens": 900, "completion_tokens": 12, "requests": 1}
    assert answered.text.startswith("The ferry leaves at 6:40 a.m. [1]")


def test_every_request_of_a_question_is_summed(ask: Ask) -> None:
    answered = ask(
        answer(REWRITTEN, usage=(100, 30)),
        answer(json.dumps({"order": [1, 2]}), usage=(700, 8)),
        answer("The ferry leaves at 9:15 a.m. [1].", usage=(900, 12)),
        answer(json.dumps({"sentences": [{"number": 1, "text": f"{VERBATIM} [1]"}]}), usage=(400, 20)),
        answer(json.dumps({"verdicts": [{"claim": 1, "verdict": "supported", "reason": ""}]}), usage=(300, 5)),
        rewrite=True,
        rerank="model",
        repair=True,
        judge="model",
    )

    assert answered.usage == Usage(2400, 75, 5)


def test_a_rewriting_that_is_remembered_costs_nothing(ask: Ask) -> None:
    ask(answer(REWRITTEN, usage=(100, 30)), answer(SAID, usage=(900, 12)), rewrite=True)

    assert ask(answer(SAID, usage=(900, 12)), rewrite=True).usage == Usage(900, 12, 1)


def test_what_a_server_does_not_tell_is_unknown(ask: Ask) -> None:
    assert ask(answer(SAID)).usage == Usage(None, None, 1)


def test_part_of_a_sum_is_no_sum(ask: Ask) -> None:
    answered = ask(answer(REWRITTEN, usage=(100, 30)), answer(SAID), rewrite=True)

    assert answered.usage == Usage(None, None, 2)


def test_counts_in_every_event_are_not_added_up(ask: Ask) -> None:
    def running(exchange: Any) -> None:
        exchange.open_stream()
        for count, word in enumerate(SAID.split(), 1):
            exchange.event(f"{word} ")
            exchange.usage(900, count)
        exchange.event(None, "stop")
        exchange.close_stream()

    assert ask(running).usage == Usage(900, len(SAID.split()), 1)


@pytest.mark.parametrize(
    "counts",
    [None, {}, {"prompt_tokens": "9", "completion_tokens": None}, {"prompt_tokens": -1, "completion_tokens": 2}],
)
def test_counts_that_are_none_are_unknown(ask: Ask, counts: object) -> None:
    def odd(exchange: Any) -> None:
        exchange.open_stream()
        exchange.event(SAID)
        exchange.event(None, "stop")
        exchange.write(b"data: " + json.dumps({"choices": [], "usage": counts}).encode() + b"\n\n")
        exchange.close_stream()

    answered = ask(odd)
    assert answered.usage == Usage(None, None, 1)
    assert answered.text.startswith("The ferry leaves")


@pytest.mark.parametrize(
    "refused",
    [
        refusal(400, "Unrecognized request argument supplied: stream_options"),
        refusal(400, "bad request"),
        refusal(422, "Extra inputs are not permitted", param="stream_options"),
    ],
    ids=["named", "not named", "validation"],
)
def test_a_server_that_refuses_is_asked_without_and_remembered(
    ask: Ask, openai_server: OpenAIServer, refused: Reply
) -> None:
    first = ask(refused, answer(SAID))
    second = ask(answer(SAID))

    assert asked_for_usage(openai_server) == [True, False, False]
    for answered in (first, second):
        assert answered.usage == Usage(None, None, 1)
        assert answered.text.startswith("The ferry leaves")


def test_a_server_that_once_took_it_is_not_asked_without(ask: Ask, openai_server: OpenAIServer) -> None:
    ask(answer(SAID, usage=(900, 12)))
    failed = ask(refusal(400, "bad request"))

    assert asked_for_usage(openai_server) == [True, True]
    assert failed.model == "extractive"
    assert failed.usage == Usage(0, 0, 0)


def test_a_fault_of_another_field_is_not_laid_on_the_usage(ask: Ask, openai_server: OpenAIServer) -> None:
    ask(refusal(400, "only the default is supported", param="temperature"), answer(SAID, usage=(900, 12)))

    assert asked_for_usage(openai_server) == [True, True]


def test_a_reply_that_breaks_off_is_counted_as_unknown(ask: Ask) -> None:
    answered = ask(cut("The ferry"))

    assert answered.model == "extractive"
    assert answered.usage == Usage(None, None, 1)


def test_without_a_model_there_is_no_usage(ask: Ask) -> None:
    answered = ask(llm="none")

    assert answered.usage is None
    assert answer_json(answered)["usage"] is None
