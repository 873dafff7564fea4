"""The views beside the chat, filled as they are in use, held against axe in light and dark and on a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload

from rag.indexing import open_indexer
from rag.settings import load_settings
from rag.tools import Tools
from tests.browser import PAGE_WARNINGS, ChatPage, OpenChat, serving_index
from tests.test_page_access import PHONE, faults

pytestmark = PAGE_WARNINGS

WIDE = {"width": 1280, "height": 800}
ARTICLE = "Steel\nHarbour Post | 2024-06-11\n\nThe steel quota stays. Exports rose 8.0 percent.\n\nShare\n"
QUESTION = {
    "id": "q1",
    "question": "What stays?",
    "language": "en",
    "answerable": True,
    "evidence": [[{"source": "steel.txt"}]],
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Iterator[str]:
    settings = load_settings(llm="none")
    home = tmp_path_factory.mktemp("access")
    (home / "articles").mkdir()
    (home / "articles" / "steel.txt").write_text(ARTICLE, encoding="utf-8")
    (home / "articles" / "broken.pdf").write_bytes(b"no PDF")
    open_indexer(home / ".byline", settings, tools).run([home / "articles"])
    with serving_index(home / ".byline", settings, tools) as address:
        yield address


def fill(chat: ChatPage) -> Iterator[str]:
    """Each view in turn, with everything open that there is to see."""
    page = chat.page
    page.locator("[data-tab-id=articles]").last.click()
    page.locator(".byline-articles .byline-link").first.click()
    page.locator("[data-act=remove]").click()
    page.locator(".byline-sure").wait_for()
    page.locator("#byline-shelf-aside summary").first.click()
    yield "articles"
    page.locator("[data-tab-id=report]").last.click()
    page.locator("textarea[name=draft]").fill("The steel quota stays. [steel.txt]\n\nNobody came. [steel.txt]\n")
    page.locator("#byline-draft button").click()
    page.locator(".byline-claims li").nth(1).wait_for()
    yield "report"
    page.locator("[data-tab-id=evaluation]").last.click()
    added = FilePayload(name="one.jsonl", mimeType="application/json", buffer=json.dumps(QUESTION).encode())
    page.locator("#byline-run-drop input").set_input_files([added])
    page.locator("#byline-run-taken li").wait_for()
    page.locator("#byline-run-form button").click()
    page.locator(".byline-charts svg").first.wait_for()
    yield "evaluation"
    page.locator("[data-tab-id=settings]").last.click()
    page.locator("#byline-own form").wait_for()
    yield "settings"


@pytest.mark.parametrize(("light", "path", "viewport"), [("light", "", WIDE), ("dark", "/ko", PHONE)])
def test_axe_finds_nothing_serious_in_a_view_that_is_in_use(
    chat: OpenChat, url: str, light: str, path: str, viewport: dict[str, int]
) -> None:
    page = chat(url + path, color_scheme=light, viewport=viewport)
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

    found = {view: (faults(page.page), page.page.evaluate(over)) for view in fill(page)}

    assert found == dict.fromkeys(found, ([], 0))
    assert len(found) == 4
