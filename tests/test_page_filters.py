"""The filters of the chat in a real browser: which articles a question is put to."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from rag.web.phrases import phrases_in
from tests.browser import FERRY, PAGE_WARNINGS, TRAM, ChatPage, OpenChat

pytestmark = PAGE_WARNINGS

EN = phrases_in("en")


def opened(page: ChatPage) -> Locator:
    """The filters, unfolded."""
    filters = page.page.locator("#byline-filters")
    filters.get_by_role("button", name=EN.filters.title).first.click()
    filters.get_by_label(EN.filters.since).wait_for()
    return filters


def choose(filters: Locator, label: str, option: str) -> None:
    box = filters.get_by_label(label)
    box.click()
    box.fill(option)
    filters.page.get_by_role("option", name=option).first.click()


def test_only_articles_of_a_language_are_asked(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    choose(opened(page), EN.filters.languages, "Korean")
    page.page.get_by_text(EN.filters.active.format(n=1)).wait_for()
    answered = page.ask(FERRY)
    assert "English" not in page.summary()
    assert page.page.locator(".byline-filtered").text_content() == "Only: Korean"
    assert all("한국어" in one or "Korean" in one for one in page.sources.locator(".byline-about").all_text_contents())
    answered.get_by_role("button", name=EN.chat.retry).click()
    page.stop.wait_for()
    page.done()
    assert page.page.locator(".byline-filtered").text_content() == "Only: Korean"


def test_only_one_article_is_asked_and_all_again_when_the_filters_are_cleared(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    cited = page.sources.first.get_attribute("data-source")
    filters = opened(page)
    choose(filters, EN.filters.articles, "물빛선")
    page.page.get_by_text(EN.filters.active.format(n=1)).wait_for()
    page.ask(FERRY, turn=1)
    asked = {one.get_attribute("data-source") for one in page.sources.all()}
    assert len(asked) == 1
    assert cited not in asked
    filters.get_by_role("button", name=EN.filters.clear).click()
    page.page.get_by_text(EN.filters.title, exact=True).first.wait_for()
    page.ask(FERRY, turn=2)
    assert page.sources.first.get_attribute("data-source") == cited


def test_an_open_article_is_asked_alone(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(TRAM)
    page.answer().locator("button.byline-chip").first.click()
    page.article.get_by_role("button", name=EN.filters.only_this).click()
    page.page.get_by_text(EN.filters.active.format(n=1)).wait_for()
    expect(page.box).to_be_focused()
    page.ask(FERRY, turn=1)
    assert {one.get_attribute("data-source") for one in page.sources.all()} == {"haemil-tram.ko.txt"}


def test_an_article_of_the_table_is_asked_alone(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.page.get_by_role("tab", name=EN.frame.library, exact=True).click()
    page.page.locator(".byline-articles .byline-link", has_text="Morning boat").click()
    page.page.locator("#byline-shelf-article").get_by_role("button", name=EN.filters.only_this).click()
    page.page.get_by_text(EN.filters.active.format(n=1)).wait_for()
    page.ask(FERRY)
    assert page.page.locator(".byline-filtered").text_content() == "Only: island-ferry-timetable.txt"


def test_a_date_that_is_none_keeps_the_question_in_the_box(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    filters = opened(page)
    filters.get_by_label(EN.filters.since).fill("May <b>")
    page.send(TRAM)
    page.page.get_by_text("“May <b>” is not a date").wait_for()
    assert page.box.input_value() == TRAM
    filters.get_by_label(EN.filters.since).fill("2999-01-01")
    answered = page.ask(TRAM)
    assert answered.locator(".byline-abstention").count() == 1
    assert page.page.locator(".byline-filtered").text_content() == "Only: since 2999-01-01"
