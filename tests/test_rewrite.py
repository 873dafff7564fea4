"""Questions that a model writes anew: what is asked of it, what is made of its reply, and what a poor one costs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from index.document import Reader
from index.store import IndexFolder
from index.sync import Indexer
from rag import Assistant
from rag.answer import Answer, Turn
from rag.calls import Call
from rag.model import open_model
from rag.retrieve import Retriever
from rag.rewrite import Rewriter
from rag.settings import Settings
from rag.structured import Forms, first_object
from rag.tools import Tools
from rag.wire import answer_json
from tests.openai_server import OpenAIServer, Reply, answer, cut, drop, hang, refusal, stream

KEY = "sk-test-0123456789abcdef"
TODAY = date(2024, 11, 7)
SLEEPER = "At what hour does it leave the capital at night?"  # a ferry leaves at an hour, too
SLEEPER_KO = "밤에 서울역에서 몇 시에 출발하나?"
VERSIONS = {"en": SLEEPER, "ko": SLEEPER_KO}
FERRY = "When does the Route No. 3 ferry leave Mokpo?"
FERRY_KO = "3번 여객선은 목포에서 몇 시에 떠나나?"
SAID = "It leaves at 11:15 p.m. [1]."

Ask = Callable[..., Answer]


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load what the first question to a model loads, so that no deadline of a test pays for it."""
    from llama_index.core.utils import get_tokenizer

    get_tokenizer()("warm")
    open_model(Settings(base_url="http://127.0.0.1:9/v1"), "tiny")


@pytest.fixture
def opened(samples_index: Path, tools: Tools, openai_server: OpenAIServer) -> Iterator[Callable[..., Assistant]]:
    """Opens assistants with a model over the samples, on a Thursday."""
    assistants: list[Assistant] = []

    def open_one(path: Path = samples_index, today: Callable[[], date] = lambda: TODAY, **changes: Any) -> Assistant:
        assistants.append(Assistant(IndexFolder(path), settings_for(openai_server, **changes), tools, today=today))
        return assistants[-1]

    yield open_one
    for one in assistants:
        one.close()


@pytest.fixture
def ask(opened: Callable[..., Assistant], openai_server: OpenAIServer) -> Ask:
    """Asks a new assistant whose model replies as scripted."""

    def asked(question: str, *replies: Reply, history: tuple[Turn, ...] = (), **changes: Any) -> Answer:
        openai_server.script(*replies)
        return opened(**changes).ask(question, history=history)

    return asked


def settings_for(server: OpenAIServer, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "base_url": server.url,
        "api_key": SecretStr(KEY),
        "model": "tiny",
        "retries": 0,
        "repair": False,
    }
    return Settings(**given | changes)


def rewriting(**texts: str) -> Reply:
    return answer(json.dumps(texts or VERSIONS, ensure_ascii=False))


def forms_asked(server: OpenAIServer) -> list[str]:
    return [request.body.get("response_format", {}).get("type", "text") for request in server.requests]


def was_rewritten(answered: Answer) -> bool:
    return any(one.startswith(("searched for: ", "searched also for: ")) for one in answered.notices)


def as_it_stands(answered: Answer) -> str:
    """The one notice of a rewriting that failed."""
    (notice,) = (one for one in answered.notices if one.startswith("the question was searched for as it stands: "))
    assert "\n" not in notice
    assert KEY not in notice
    return notice


# --- what it is good for ----------------------------------------------------------------------------------------------


def test_a_korean_passage_that_the_english_question_does_not_put_first_is_found(
    ask: Ask, assistant: Assistant, openai_server: OpenAIServer
) -> None:
    assert assistant.search(SLEEPER)[0].passage.source != "night-train.ko.txt"

    answered = ask(SLEEPER, rewriting(), answer(SAID))

    assert answered.retrieved[0].passage.source == "night-train.ko.txt"
    assert answered.citations[0].source == "night-train.ko.txt"
    assert (answered.question, answered.language) == (SLEEPER, "en")
    assert f"searched also for: “{SLEEPER_KO}” (rewritten by tiny at {openai_server.host})" in answered.notices
    assert set(answered.timings) == {"rewrite", "retrieve", "answer"}


def test_a_follow_up_becomes_complete_and_its_date_absolute(ask: Ask, openai_server: OpenAIServer) -> None:
    history = (Turn("Who chairs Daon Cell?", "Yi Hae-gang does [1]."),)
    full = "What did Yi Hae-gang, chair of Daon Cell, promise wheelchair users on November 6, 2024?"
    full_ko = "2024년 11월 6일 다온셀 이해강 회장은 휠체어 이용자에게 무엇을 약속했나?"

    answered = ask(
        "What did he promise them yesterday?", rewriting(en=full, ko=full_ko), answer("A swap [1]."), history=history
    )

    told, asked = openai_server.requests
    assert "Thursday, 2024-11-07" in told.text
    assert "Question: Who chairs Daon Cell?\nAnswer: Yi Hae-gang does." in told.text
    assert "English (`en`), Korean (`ko`)" in told.text
    assert told.body["messages"][1]["content"].endswith("What did he promise them yesterday?")
    assert full in asked.body["messages"][-1]["content"]
    assert answered.question == "What did he promise them yesterday?"
    assert answered.retrieved[0].passage.source == "다온셀-회장-간담회.txt"
    assert any(one.startswith(f"searched for: “{full}” · “{full_ko}”") for one in answered.notices)


def test_a_korean_question_is_told_in_korean_what_was_searched_for(ask: Ask) -> None:
    answered = ask(SLEEPER_KO, rewriting(), answer("밤 11시 15분이다 [1]."))

    assert any(one.startswith(f"함께 검색한 질문: “{SLEEPER}”") for one in answered.notices)


def test_either_version_of_a_question_ranks_alike(assistant: Assistant, tools: Tools) -> None:
    retriever = Retriever(assistant.generation(), tools.embedder, tools.encoder, tools.terms)
    english, korean = retriever.prepare(SLEEPER), retriever.prepare(SLEEPER_KO)

    one = {found.passage.id: found.score for found in retriever.retrieve(english, 200, also=(korean,))}
    other = {found.passage.id: found.score for found in retriever.retrieve(korean, 200, also=(english,))}

    assert one == pytest.approx(other)
    alone = {found.passage.id: found.score for found in retriever.retrieve(english, 200)}
    assert alone != one
    assert alone == {found.passage.id: found.score for found in retriever.retrieve(english, 200, also=(english,))}


# --- when nobody is asked ---------------------------------------------------------------------------------------------


def test_the_same_question_is_rewritten_once(opened: Callable[..., Assistant], openai_server: OpenAIServer) -> None:
    openai_server.script(rewriting(), answer(SAID), answer(SAID))
    assistant = opened()

    first, second = assistant.ask(SLEEPER), assistant.ask(SLEEPER)

    assert len(openai_server.requests) == 3
    assert first.retrieved == second.retrieved
    assert first.notices == second.notices


def test_the_next_day_and_another_conversation_are_other_questions(
    opened: Callable[..., Assistant], openai_server: OpenAIServer
) -> None:
    days = iter([date(2024, 11, 7), date(2024, 11, 8), date(2024, 11, 8)])
    assistant = opened(today=lambda: next(days))
    openai_server.script(*[rewriting(), answer(SAID)] * 3)

    for history in ((), (), (Turn("Which night train?", "Dalmajung [1]."),)):
        assistant.ask(SLEEPER, history=history)

    assert len(openai_server.requests) == 6


def test_only_the_latest_questions_are_remembered(openai_server: OpenAIServer) -> None:
    openai_server.script(*[rewriting()] * 3)
    settings = settings_for(openai_server)
    model = open_model(settings, "tiny")
    assert model is not None
    call = Call(model, settings, time.monotonic() + 60)
    rewriter = Rewriter(Forms(), lambda: TODAY, most=1)

    for question in ("one?", "one?", "two?", "one?"):
        assert rewriter.rewrite(question, (), ("en", "ko"), call) == VERSIONS

    assert len(openai_server.requests) == 3


def test_a_failure_is_not_remembered(opened: Callable[..., Assistant], openai_server: OpenAIServer) -> None:
    openai_server.script(drop(), answer(SAID), rewriting(en=FERRY, ko=FERRY_KO), answer(SAID))
    assistant = opened()

    as_it_stands(assistant.ask(FERRY))

    assert was_rewritten(assistant.ask(FERRY))


def test_nothing_is_rewritten_where_settings_say_so(ask: Ask, openai_server: OpenAIServer) -> None:
    ask(FERRY, answer(SAID), rewrite=False, history=(Turn("Which train?", "The night train [1]."),))

    assert len(openai_server.requests) == 1


def test_articles_in_the_questions_language_alone_need_no_rewriting(
    ask: Ask, openai_server: OpenAIServer, tmp_path: Path, samples: Path, reader: Reader, tools: Tools
) -> None:
    path = tmp_path / ".byline"
    indexer = Indexer(
        IndexFolder(path), reader, tools.embedder, tools.encoder, tools.terms, passage_chars=500, max_file_bytes=10**6
    )
    indexer.run([samples / "island-ferry-timetable.txt"])

    ask("When does the ferry leave Mokpo?", answer("At 6:40 a.m. [1]."), path=path)

    assert len(openai_server.requests) == 1


# --- servers differ ---------------------------------------------------------------------------------------------------


def test_a_server_that_takes_a_schema_gets_one(ask: Ask, openai_server: OpenAIServer) -> None:
    ask(SLEEPER, rewriting(), answer(SAID))

    assert forms_asked(openai_server) == ["json_schema", "text"]
    asked = openai_server.requests[0].body["response_format"]["json_schema"]
    assert asked["strict"] is True
    assert asked["schema"]["required"] == ["en", "ko"]


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_refuses_a_form_is_asked_for_the_next_and_remembered(
    opened: Callable[..., Assistant], openai_server: OpenAIServer, status: int
) -> None:
    refused = refusal(status, "response_format: not here")
    openai_server.script(refused, refused, rewriting(), answer(SAID), rewriting(), answer(SAID))
    assistant = opened()

    first = assistant.ask(SLEEPER)
    second = assistant.ask("At what hour does the night train leave the capital?")

    assert forms_asked(openai_server) == ["json_schema", "json_object", "text", "text", "text", "text"]
    for answered in (first, second):
        assert was_rewritten(answered)


def test_a_model_that_wants_no_temperature_is_asked_for_the_same_form(ask: Ask, openai_server: OpenAIServer) -> None:
    refused = refusal(400, "only the default is supported", param="temperature")

    answered = ask(SLEEPER, refused, rewriting(), answer(SAID))

    assert forms_asked(openai_server) == ["json_schema", "json_schema", "text"]
    assert was_rewritten(answered)


@pytest.mark.parametrize(
    "around",
    ["<think>Two languages {here}.</think>\n{}", "```json\n{}\n```", "Here it is: {}\nI hope this helps {{}}."],
    ids=["thinking", "fence", "chatter"],
)
def test_what_stands_around_the_object_is_passed_over(ask: Ask, around: str) -> None:
    written = around.replace("{}", json.dumps(VERSIONS, ensure_ascii=False), 1)

    answered = ask(SLEEPER, answer(written), answer(SAID))

    assert answered.retrieved[0].passage.source == "night-train.ko.txt"


# --- what a poor rewriting costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        answer("At 11:15 p.m."),
        answer('{"en": "At what hour", "ko": "밤 기차'),
        answer('["en", "ko"]'),
        answer('{"ko": ["밤", "기차"], "en": null}'),
        answer('{"ko": "  ?  "}'),
        answer(json.dumps({"ko": "목포에서 배는 언제 떠나나? " * 100})),
        answer(json.dumps({"ko": "At what hour does the ferry leave Mokpo?"})),
        answer(json.dumps({"ko": "사과 농가의 냉해 보험 자기부담 비율은 얼마인가?"})),
        answer('{"a":' * 3000),
        stream(),
        drop(),
        cut('{"ko": "밤'),
        refusal(500, f"broken, and your key was {KEY}"),
    ],
    ids=[
        *("prose", "cut object", "array", "no texts", "no words", "endless", "another language", "another question"),
        *("nested", "nothing", "dropped", "broken off", "fault"),
    ],
)
def test_a_rewriting_that_is_none_costs_a_notice_alone(ask: Ask, assistant: Assistant, reply: Reply) -> None:
    answered = ask(FERRY, reply, answer("The ferry leaves at 6:40 a.m. [1]."))

    as_it_stands(answered)
    assert answered.retrieved == assistant.search(FERRY)
    assert answered.text.startswith("The ferry leaves at 6:40 a.m. [1]")


def test_a_server_that_refuses_every_form_is_named_without_the_key(ask: Ask, openai_server: OpenAIServer) -> None:
    refused = refusal(400, f"never, {KEY}")

    # each of the three forms is asked for with the usage and without
    answered = ask(FERRY, *[refused] * 6, answer(SAID))

    assert f"the model server at {openai_server.host} refused the request (400: never, …)" in as_it_stands(answered)
    assert KEY not in json.dumps(answer_json(answered))


def test_a_slow_rewriting_is_given_up_long_before_the_answer_is(ask: Ask, openai_server: OpenAIServer) -> None:
    answered = ask(FERRY, hang('{"en": "'), answer("At 6:40 a.m. [1]."), answer_timeout=6.0)

    assert "within 1.5 s" in as_it_stands(answered)
    assert 1.5 <= answered.timings["rewrite"] < 4
    assert answered.text.startswith("At 6:40 a.m. [1]")
    assert openai_server.client_left.wait(5)


# --- reading replies --------------------------------------------------------------------------------------------------

_PROSE = st.text(st.characters(exclude_characters="{}"), max_size=40)
_OBJECTS = st.dictionaries(st.text(max_size=8), st.none() | st.text(max_size=8) | st.lists(st.integers(), max_size=3))


@given(_PROSE, _OBJECTS, st.text(max_size=40))
def test_an_object_is_found_whatever_stands_around_it(before: str, written: dict[str, Any], after: str) -> None:
    assert first_object(before + json.dumps(written) + after) == written


@given(st.text(st.sampled_from('{}[]":,a1 \n\\'), max_size=60))
def test_no_text_is_too_broken_to_be_read(text: str) -> None:
    assert isinstance(first_object(text), dict | None)
