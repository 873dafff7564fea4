"""Who can use the page: in either language and light, on a phone, by keyboard alone, and with a screen reader."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from rag.web.page import VIEWS
from rag.web.phrases import phrases_in
from tests.browser import FERRY, NOWHERE, PAGE_WARNINGS, OpenChat

pytestmark = PAGE_WARNINGS

EN, KO = phrases_in("en"), phrases_in("ko")
PHONE = {"width": 390, "height": 844}
_WEIGHTY = frozenset({"serious", "critical"})


def faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical: the rule, and the elements that break it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in _WEIGHTY
    ]


@pytest.mark.parametrize("light", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_view(chat: OpenChat, page_url: str, light: str) -> None:
    page = chat(page_url, color_scheme=light)
    page.ask(FERRY)
    page.ask(NOWHERE, turn=1)
    page.answer(0).locator("button.byline-chip").first.click()
    page.article.wait_for()
    page.page.locator("#byline-filters button").first.click()
    found = {"chat": faults(page.page)}
    for view in VIEWS[1:]:
        page.page.get_by_role("tab", name=view.title(EN), exact=True).click()
        page.page.locator(f"#byline-{view.name}-view").wait_for()
        found[view.name] = faults(page.page)
    assert {name: some for name, some in found.items() if some} == {}


@pytest.mark.parametrize("light", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_phone(chat: OpenChat, page_url: str, light: str) -> None:
    page = chat(f"{page_url}/ko", color_scheme=light, viewport=PHONE)
    page.ask(FERRY).locator("button.byline-chip").first.click()
    page.article.wait_for()
    assert faults(page.page) == []


def test_nothing_is_wider_than_a_phone(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url, viewport=PHONE, has_touch=True)
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    answered = page.ask(FERRY)
    assert page.page.evaluate(over) <= 0
    assert page.box.bounding_box()["y"] < PHONE["height"] - 40  # type: ignore[index]
    answered.locator("button.byline-chip").first.tap()
    page.article.wait_for()
    assert page.page.evaluate(over) <= 0
    page.article.get_by_role("button", name=EN.chat.close).click()
    page.article.wait_for(state="hidden")
    page.page.get_by_role("button", name=EN.rail.title).click()
    page.page.locator(".byline-entry").first.wait_for()
    assert page.page.evaluate(over) <= 0


def test_everything_is_done_by_keyboard(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    keys = page.page.keyboard
    page.box.focus()
    keys.type(FERRY)
    keys.press("Shift+Enter")
    keys.type("(the early one)")
    keys.press("Enter")
    page.done()
    assert page.questions() == [f"{FERRY}\n(the early one)"]

    chip = page.answer().locator("button.byline-chip").first
    chip.focus()
    keys.press("Tab")
    keys.press("Shift+Tab")
    outline = chip.evaluate("one => getComputedStyle(one).outlineStyle + getComputedStyle(one).outlineWidth")
    assert outline == "solid2px"
    page.page.locator(f"#{chip.get_attribute('aria-describedby')}").wait_for()
    keys.press("Enter")
    page.article.wait_for()
    page.page.wait_for_function("document.activeElement.tagName === 'H2'")

    unreachable = page.page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input, textarea, summary")]
            .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex < 0 && !one.disabled)
            .filter((one) => !one.closest(".visually-hidden")) // where Gradio measures how wide the tabs are
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert unreachable == []


def test_the_page_is_had_in_both_languages(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.ask(FERRY)
    page.page.get_by_role("link", name="한국어").click()
    page.page.get_by_role("button", name=KO.chat.ask, exact=True).wait_for()
    page.page.wait_for_function("document.documentElement.lang === 'ko'")
    assert page.page.locator(".byline-reach").text_content() == KO.frame.stays
    page.answer().locator(".byline-summary").wait_for()
    assert page.questions() == [FERRY]
    page.page.get_by_role("link", name="English").click()
    page.page.get_by_role("button", name=EN.chat.ask, exact=True).wait_for()


def test_light_and_dark_are_kept(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url, color_scheme="light")
    ground = "getComputedStyle(document.querySelector('.gradio-container') ?? document.body).backgroundColor"
    before = page.page.evaluate(ground)
    page.page.get_by_role("button", name=EN.frame.light).click()
    after = page.page.evaluate(ground)
    assert after != before
    page.ask(FERRY)  # until then the page has loaded what it loads by itself
    page.page.reload()
    page.page.wait_for_function(f"{ground} === '{after}'")


def test_the_page_says_what_is_asked_and_that_nothing_leaves(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url).page
    assert page.locator(".byline-reach").text_content() == EN.frame.stays
    assert "samples/articles" in (page.locator(".byline-scope").text_content() or "")
