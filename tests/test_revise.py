"""A model's answer after its check: re-pointed, judged by the model, repaired, cut; and what each costs if it fails."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.sentences import SentenceSplitter
from index.store import IndexFolder
from index.terms import Terms
from rag.answer import Answer
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools
from tests.openai_server import OpenAIServer, Reply, answer, hang, refusal, stream

FERRY = "island-ferry-timetable.txt"
QUESTION = "What does a ticket for the ferry to the Eunha Islands cost?"
TICKET = "A single ticket costs 9,400 won."
MARS = "The boats are painted by convicts from Mars."

Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def places(assistant: Assistant) -> dict[str, int]:
    """The number of the first retrieved passage of each source."""
    found: dict[str, int] = {}
    for number, one in enumerate(assistant.search(QUESTION), start=1):
        found.setdefault(one.passage.source, number)
    return found


@pytest.fixture
def ask(
    samples_index: Path,
    embedder: Embedder,
    encoder: SentenceEncoder,
    terms: Terms,
    splitter: SentenceSplitter,
    openai_server: OpenAIServer,
) -> Ask:
    """Ask the question of a model that answers with the replies given."""
    tools = Tools(embedder, encoder, terms, splitter)

    def ask(*replies: Reply, **changes: Any) -> Answer:
        openai_server.script(*replies)
        given = {"api_key": SecretStr("k"), "model": "tiny", "retries": 0, "rewrite": False, **changes}
        with Assistant(IndexFolder(samples_index), Settings(base_url=openai_server.url, **given), tools) as opened:
            return opened.ask(QUESTION)

    return ask


def repairs(*texts: str) -> Reply:
    """A reply that writes the sentences anew."""
    return answer(json.dumps({"sentences": [{"number": n, "text": text} for n, text in enumerate(texts, start=1)]}))


def verdicts(*said: tuple[str, str]) -> Reply:
    """A reply that judges the claims."""
    entries = [{"claim": n, "verdict": verdict, "reason": why} for n, (verdict, why) in enumerate(said, start=1)]
    return answer(json.dumps({"verdicts": entries}))


def told(answered: Answer, words: str) -> bool:
    return any(words in notice for notice in answered.notices)


# --- markers at the wrong passage -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cited", [True, False])
def test_a_marker_is_pointed_at_the_passage_that_bears_the_sentence_out(
    ask: Ask, places: dict[str, int], openai_server: OpenAIServer, cited: bool
) -> None:
    wrong = next(number for source, number in places.items() if "ferry" not in source)

    answered = ask(answer(f"{TICKET[:-1]} [{wrong}]." if cited else TICKET))

    (sentence,) = answered.sentences
    assert (sentence.text, sentence.verdict) == (TICKET, "supported")
    assert [one.source for one in answered.citations] == [FERRY]
    assert told(answered, "now cite the passage that bears them out, which they did not: 1")
    assert len(openai_server.requests) == 1


@pytest.mark.parametrize("written", ["Mokpo Coast Herald", "Won single the islands 9,400 ticket boats by."])
def test_what_only_looks_like_a_passage_is_not_pointed_at_it(ask: Ask, written: str) -> None:
    answered = ask(answer(f"{TICKET} [1] {written}"))

    assert answered.sentences[-1].verdict == "uncited"


def test_a_sentence_without_its_end_is_left_out_where_the_answer_was_cut(ask: Ask, places: dict[str, int]) -> None:
    at = places[FERRY]

    answered = ask(stream(f"{TICKET} [{at}] A ticket for the ferry to the Eunha", finish="length"))

    assert [one.text for one in answered.sentences] == [TICKET]
    assert told(answered, "the model reached its length limit")


# --- repair -----------------------------------------------------------------------------------------------------------


def test_what_is_borne_out_is_not_sent_back(ask: Ask, places: dict[str, int], openai_server: OpenAIServer) -> None:
    answered = ask(answer(f"{TICKET} [{places[FERRY]}]"))

    assert [one.verdict for one in answered.sentences] == ["supported"]
    assert len(openai_server.requests) == 1


def test_what_is_not_borne_out_goes_back_once_with_the_reason(
    ask: Ask, places: dict[str, int], openai_server: OpenAIServer
) -> None:
    at = places[FERRY]

    answered = ask(answer(f"Ferries sail. {MARS} [{at}]"), repairs("", f"{TICKET} [{at}]"))

    assert [one.text for one in answered.sentences] == ["Ferries sail.", TICKET]
    assert answered.sentences[1].verdict == "supported"
    assert told(answered, "written anew by tiny: 1")
    back = openai_server.requests[1].text
    assert MARS in back
    assert "it cites nothing" in back
    assert len(openai_server.requests) == 2


@pytest.mark.parametrize("again", ["It rains frogs [1].", "", "NO_ANSWER", f"{TICKET} [1] And it rains frogs."])
def test_what_still_fails_is_marked(ask: Ask, places: dict[str, int], again: str) -> None:
    at = places[FERRY]

    answered = ask(answer(f"{TICKET} [{at}] {MARS} [{at}]"), repairs(again))

    assert [one.text for one in answered.sentences] == [TICKET, MARS]
    assert answered.sentences[1].verdict == "unsupported"
    assert answered.text.endswith("(not borne out by the articles)")


def test_what_still_fails_is_cut_where_that_is_set(ask: Ask, places: dict[str, int]) -> None:
    at = places[FERRY]

    answered = ask(answer(f"{TICKET} [{at}] {MARS} [{at}]"), repairs(""), unsupported="cut")

    assert [one.text for one in answered.sentences] == [TICKET]
    assert told(answered, "which were cut: 1")


def test_where_nothing_is_left_the_answer_is_the_articles_sentences(ask: Ask) -> None:
    answered = ask(answer(f"{MARS} [1]"), repairs(""), unsupported="cut")

    assert answered.model == "extractive"
    assert answered.sentences
    assert told(answered, "nothing that tiny wrote is borne out by the articles; these are sentences of the articles")


def test_repair_can_be_switched_off(ask: Ask, openai_server: OpenAIServer) -> None:
    answered = ask(answer(f"{MARS} [1]"), repair=False)

    assert [one.verdict for one in answered.sentences] == ["unsupported"]
    assert len(openai_server.requests) == 1


@pytest.mark.parametrize("fault", [refusal(401), answer("I would rather not."), answer('{"sentences": 7}')])
def test_a_repair_that_fails_leaves_the_checked_answer(ask: Ask, fault: Reply) -> None:
    answered = ask(answer(f"{MARS} [1]"), fault)

    assert [(one.text, one.verdict) for one in answered.sentences] == [(MARS, "unsupported")]
    assert answered.model == "tiny"


# --- a model's judgement ----------------------------------------------------------------------------------------------


def test_the_model_is_not_asked_to_judge_unless_that_is_set(ask: Ask, places: dict[str, int]) -> None:
    ask(answer(f"{TICKET} [{places[FERRY]}]"))  # a second request would be refused


def test_the_model_lowers_a_verdict_and_says_why(ask: Ask, places: dict[str, int], openai_server: OpenAIServer) -> None:
    at = places[FERRY]

    answered = ask(answer(f"{TICKET} [{at}]"), verdicts(("partly", "a child pays less")), judge="model")

    (sentence,) = answered.sentences
    assert sentence.verdict == "partly"
    assert sentence.reasons[-1] == "tiny finds it partly: a child pays less"
    asked = openai_server.requests[1].text
    assert TICKET in asked
    assert answered.citations[0].quote in asked
    assert openai_server.requests[1].body["response_format"]["type"] == "json_schema"


def test_the_model_raises_no_verdict(ask: Ask, places: dict[str, int], openai_server: OpenAIServer) -> None:
    at = places[FERRY]
    said = f"{TICKET} [{at}] A single ticket costs 9,999 won. [{at}] {MARS} [{at}]"
    before = ask(answer(said), repair=False)

    after = ask(answer(said), verdicts(*[("supported", "")] * 3), judge="model", repair=False)

    assert [one.verdict for one in after.sentences] == [one.verdict for one in before.sentences]
    assert after.sentences[1].verdict != "supported"
    assert MARS not in openai_server.requests[-1].text


def test_what_the_model_finds_unsupported_is_repaired_too(ask: Ask, places: dict[str, int]) -> None:
    at = places[FERRY]

    answered = ask(
        answer(f"{TICKET} [{at}]"),
        verdicts(("unsupported", "no price")),
        repairs(f"Islanders pay 2,000 won. [{at}]"),
        verdicts(("supported", "")),
        judge="model",
    )

    assert [(one.text, one.verdict) for one in answered.sentences] == [("Islanders pay 2,000 won.", "supported")]


@pytest.mark.parametrize(
    "reply",
    [
        refusal(401),
        answer("Looks fine."),
        answer('{"verdicts": 7}'),
        answer('{"verdicts": [7, {"claim": "one", "verdict": "unsupported"}, {"claim": 1, "verdict": "bad"}]}'),
    ],
)
def test_a_judge_that_fails_costs_a_notice(ask: Ask, places: dict[str, int], reply: Reply) -> None:
    answered = ask(answer(f"{TICKET} [{places[FERRY]}]"), reply, judge="model")

    assert [one.verdict for one in answered.sentences] == ["supported"]
    assert told(answered, "no model judged the sentences: ")


def test_judging_and_repairing_end_at_the_answers_deadline(ask: Ask) -> None:
    started = time.monotonic()

    answered = ask(answer(f"{MARS} [1]"), hang(), judge="model", answer_timeout=4.0)

    assert time.monotonic() - started < 30
    assert [one.text for one in answered.sentences] == [MARS]
    assert told(answered, "what is not borne out was not repaired: the model server")
