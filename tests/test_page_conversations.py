"""Conversations in a real browser: kept over a reload, changed, listed, saved, and never anybody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from rag.assistant import Assistant
from rag.settings import Settings
from rag.web.login import Login
from rag.web.phrases import phrases_in
from tests.browser import FERRY, NOWHERE, PAGE_WARNINGS, TRAM, OpenChat, serving

pytestmark = PAGE_WARNINGS

EN = phrases_in("en")


def test_a_reload_shows_the_same_conversation_and_it_goes_on(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    before = page.answer().inner_text()
    page.page.reload()
    page.done()
    assert page.answer().inner_text() == before
    expect(page.page.locator(".byline-entry")).to_have_attribute("aria-current", "true")
    page.answer().locator("button.byline-chip").first.click()
    page.article.wait_for()
    page.ask(TRAM, turn=1)
    assert page.questions() == [FERRY, TRAM]
    assert page.conversations() == [FERRY]


def test_a_conversation_is_listed_renamed_opened_and_deleted(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    page.page.get_by_role("button", name=EN.rail.new).click()
    page.page.locator(".byline-welcome").wait_for()
    page.ask(TRAM)
    assert page.conversations() == [TRAM, FERRY]

    item = page.page.locator("#byline-rail li", has_text=FERRY)
    item.locator("summary").click()
    item.get_by_role("button", name=EN.rail.rename).click()
    name = page.page.get_by_label(EN.rail.name)
    name.fill("<b>Ferries</b>")
    name.press("Enter")
    page.page.locator(".byline-entry", has_text="<b>Ferries</b>").click()
    page.page.locator(".byline-question", has_text=FERRY).wait_for()
    assert page.questions() == [FERRY]

    shown = page.page.locator("#byline-rail li", has_text="Ferries")
    shown.locator("summary").click()
    shown.get_by_role("button", name=EN.rail.delete).click()
    shown.get_by_role("button", name=EN.rail.sure).click()
    page.page.locator(".byline-welcome").wait_for()
    assert page.conversations() == [TRAM]
    page.page.reload()
    page.page.locator(".byline-entry").first.wait_for()
    assert page.conversations() == [TRAM]


def test_a_name_that_is_being_written_outlives_a_new_list(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    page.page.get_by_role("button", name=EN.rail.new).click()
    page.page.locator(".byline-welcome").wait_for()
    held: list[Route] = []
    page.page.route("**/queue/join*", lambda route: held.append(route), times=1)
    with page.page.expect_request("**/queue/join*"):
        page.send(TRAM)  # whose answer brings the list anew
    page.page.locator("#byline-rail summary").click()
    page.page.get_by_role("button", name=EN.rail.rename).click()
    name = page.page.get_by_label(EN.rail.name)
    name.fill("Ferries")
    held[0].continue_()
    page.page.locator(".byline-entry", has_text=TRAM).wait_for()
    expect(name).to_be_focused()
    assert name.input_value() == "Ferries"
    name.press("Enter")
    expect(page.page.locator(".byline-entry")).to_have_text([TRAM, "Ferries"])


@pytest.mark.parametrize("leave", ["Enter", "Tab"])
def test_a_name_is_kept_however_it_is_left_and_opens_nothing(chat: OpenChat, page_url: str, leave: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    page.page.get_by_role("button", name=EN.rail.new).click()
    page.page.locator(".byline-welcome").wait_for()
    page.page.locator("#byline-rail summary").click()
    page.page.get_by_role("button", name=EN.rail.rename).click()
    page.page.get_by_label(EN.rail.name).fill("Ferries")
    acts: list[str] = []
    page.page.on("request", lambda one: acts.append(one.url) if "queue/join" in one.url else None)
    page.page.keyboard.press(leave)
    expect(page.page.locator(".byline-entry")).to_have_text(["Ferries"])
    assert len(acts) == 1, "the name was written, and nothing else was done"


def test_a_conversation_is_saved_as_markdown_and_as_json(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    page.ask(NOWHERE, turn=1)
    saved = {}
    for form in (EN.rail.markdown, EN.rail.json):
        page.page.locator("#byline-rail summary").click()
        with page.page.expect_download() as download:
            page.page.get_by_role("button", name=form).click()
        path = download.value.path()
        saved[Path(download.value.suggested_filename).suffix] = Path(path).read_text(encoding="utf-8")
    assert FERRY in saved[".md"]
    assert "[^1]: " in saved[".md"]
    exchanges = json.loads(saved[".json"])["exchanges"]
    assert [one["question"] for one in exchanges] == [FERRY, NOWHERE]
    assert exchanges[0]["citations"][0]["quote"] in saved[".json"]
    assert exchanges[1]["abstained"]


def test_a_question_is_edited_and_what_followed_gives_way(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    page.ask(TRAM, turn=1)
    page.page.get_by_role("button", name=EN.chat.edit).first.click()
    page.page.get_by_text(EN.chat.editing).wait_for()
    assert page.box.input_value() == FERRY
    page.send(NOWHERE)
    page.answer().locator(".byline-abstention").wait_for()
    page.ready()
    assert page.questions() == [NOWHERE]
    page.page.get_by_text(EN.chat.editing).wait_for(state="hidden")
    page.page.reload()
    page.done()
    assert page.questions() == [NOWHERE]


def test_an_edit_can_be_left(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    page.page.get_by_role("button", name=EN.chat.edit).click()
    page.page.get_by_role("button", name=EN.chat.keep).click()
    page.page.get_by_text(EN.chat.editing).wait_for(state="hidden")
    assert page.box.input_value() == ""
    page.ask(TRAM, turn=1)
    assert page.questions() == [FERRY, TRAM]


def test_a_question_is_asked_again(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    page.answer().get_by_role("button", name=EN.chat.retry).click()
    page.stop.wait_for()
    page.done()
    assert page.questions() == [FERRY]


def test_two_visitors_at_once_never_see_each_other(chat: OpenChat, page_url: str) -> None:
    one, other = chat(page_url), chat(page_url)
    one.send(FERRY)
    other.send(TRAM)
    one.done()
    other.done()
    for page, own in ((one, FERRY), (other, TRAM)):
        assert page.questions() == page.conversations() == [own]
    mine = one.page.evaluate("sessionStorage.getItem('byline-conversation')")
    other.page.evaluate("id => sessionStorage.setItem('byline-conversation', id)", mine)
    other.page.reload()
    other.page.locator(".byline-entry").first.wait_for()
    assert other.conversations() == [TRAM]
    other.ask(TRAM)
    assert other.questions() == [TRAM]


@pytest.fixture
def with_login(assistant: Assistant, tmp_path: Path) -> Iterator[str]:
    with serving(assistant, Settings(llm="none"), tmp_path, login=Login.of("ann", "secret")) as url:
        yield url


def test_who_logs_in_finds_their_conversations_in_another_browser(chat: OpenChat, with_login: str) -> None:
    chat(with_login, login=("ann", "secret")).ask(FERRY)
    elsewhere = chat(with_login, login=("ann", "secret"))
    elsewhere.page.locator(".byline-entry", has_text=FERRY).click()
    elsewhere.done()
    assert elsewhere.questions() == [FERRY]
