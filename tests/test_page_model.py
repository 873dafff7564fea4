"""The chat with a model: its text as it comes, Stop, and the questions before this one."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from rag.settings import load_settings
from rag.tools import Tools
from rag.web.phrases import phrases_in
from tests.browser import FERRY, FERRY_KO, PAGE_WARNINGS, OpenChat, serving_index
from tests.openai_server import OpenAIServer, answer

pytestmark = PAGE_WARNINGS

EN = phrases_in("en")


def test_the_page_names_the_model_and_the_host_that_gets_the_text(
    chat: OpenChat, model_url: str, openai_server: OpenAIServer
) -> None:
    page = chat(model_url)
    told = EN.frame.sent_to.format(model="tiny", host=openai_server.host)
    assert page.page.locator(".byline-reach").text_content() == told
    openai_server.script(answer("It leaves in the morning [1]."))
    page.ask(FERRY)
    assert page.summary().endswith(f"tiny at {openai_server.host}")


def test_a_models_text_comes_piece_by_piece_and_ends_as_the_checked_answer(
    chat: OpenChat, model_url: str, openai_server: OpenAIServer
) -> None:
    gates = [threading.Event(), threading.Event()]

    def gated(exchange: Any) -> None:
        exchange.open_stream()
        for piece, gate in zip(("The early ", "ferry <b>leaves"), gates, strict=True):
            exchange.event(piece)
            gate.wait(60)
        exchange.event("</b> at dawn [1].")
        exchange.event(None, "stop")
        exchange.close_stream()

    openai_server.script(gated)
    page = chat(model_url)
    page.send(FERRY)
    partial = page.answer().locator(".byline-partial")
    partial.get_by_text("The early", exact=True).wait_for()
    assert page.stop.is_visible()
    gates[0].set()
    partial.get_by_text("The early ferry <b>leaves", exact=True).wait_for()
    gates[1].set()
    page.done()
    assert partial.count() == 0
    assert page.answer().locator(".byline-text").all_text_contents() == ["The early ferry <b>leaves</b> at dawn."]
    assert page.answer().locator("button.byline-chip").count() == 1
    assert any("were sent to tiny" in notice for notice in page.answer().locator("li").all_text_contents())


def test_stop_ends_the_request_and_the_next_question_is_answered(
    chat: OpenChat, model_url: str, openai_server: OpenAIServer
) -> None:
    def endless(exchange: Any) -> None:
        exchange.open_stream()
        while not openai_server.client_left.wait(0.01):
            exchange.event("on and on ")

    openai_server.script(endless, answer("It leaves in the morning [1]."))
    page = chat(model_url)
    page.send(FERRY)
    page.answer().locator(".byline-partial").wait_for()
    page.stop.click()
    page.answer().get_by_text(EN.chat.stopped).wait_for()
    assert openai_server.client_left.wait(30)
    assert "on and on" in (page.answer().text_content() or "")
    page.ready()
    assert "morning" in (page.ask(FERRY, turn=1).text_content() or "")
    assert EN.chat.stopped in (page.answer().text_content() or "")


def test_esc_stops_a_model_that_says_nothing(chat: OpenChat, model_url: str, openai_server: OpenAIServer) -> None:
    asked = threading.Event()

    def silent(exchange: Any) -> None:
        asked.set()
        exchange.wait()

    openai_server.script(silent)
    page = chat(model_url)
    page.send(FERRY)
    assert asked.wait(60)
    page.stop.wait_for()
    page.page.keyboard.press("Escape")
    page.answer().get_by_text(EN.chat.stopped).wait_for()


def test_a_question_sent_while_another_is_answered_stays_in_the_box(
    chat: OpenChat, model_url: str, openai_server: OpenAIServer
) -> None:
    gate = threading.Event()

    def held(exchange: Any) -> None:
        gate.wait(60)
        answer("It leaves in the morning [1].")(exchange)

    openai_server.script(held, answer("At noon [1]."))
    page = chat(model_url)
    page.send(FERRY)
    page.stop.wait_for()
    page.send("And the last one?")
    page.page.get_by_text(EN.chat.wait).wait_for()
    assert page.box.input_value() == "And the last one?"
    gate.set()
    page.done()
    page.box.press("Enter")
    page.done(turn=1)
    assert page.questions() == [FERRY, "And the last one?"]


def test_a_follow_up_is_asked_with_the_turn_before_it(
    chat: OpenChat, openai_server: OpenAIServer, samples_index: Path, tools: Tools
) -> None:
    settings = load_settings(llm="tiny", base_url=openai_server.url, api_key="sk-test", retries=0, repair=False)
    rewriting = answer(json.dumps({"en": FERRY, "ko": FERRY_KO}, ensure_ascii=False))
    openai_server.script(rewriting, answer("It leaves at an early hour [1]."), rewriting, answer("As was said [1]."))
    with serving_index(samples_index, settings, tools) as url:
        page = chat(url)
        page.ask(FERRY)
        page.ask("And when does it arrive?", turn=1)
    asked = openai_server.requests[2].text
    assert FERRY in asked
    assert "It leaves at an early hour" in asked
    assert "[1]" not in asked.partition("It leaves")[2].partition("\n")[0]
