"""The chat in a real browser: an answer over its sources, each source in its article, and what is said without one."""

from __future__ import annotations

import re
from pathlib import Path

from index.decode import decode
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools
from rag.web.phrases import phrases_in
from tests.browser import FERRY, NOWHERE, PAGE_WARNINGS, TRAM, ChatPage, OpenChat, serving_index
from tests.conftest import MakeIndex

pytestmark = PAGE_WARNINGS

EN = phrases_in("en")


def highlighted_is_in_the_file(page: ChatPage, folder: Path) -> str:
    """The highlighted span of the open article is, to the character, what the file holds at the offsets it gives."""
    source, start, end = (str(page.article.get_attribute(f"data-{key}")) for key in ("source", "start", "end"))
    text = decode((folder / source).read_bytes()).text
    marked = page.article.locator("mark.byline-quote").text_content()
    assert marked == text[int(start) : int(end)]
    return marked


def test_a_chip_opens_the_whole_article_at_the_words_that_are_cited(
    chat: OpenChat, page_url: str, samples: Path, assistant: Assistant
) -> None:
    page = chat(page_url)
    answered = page.ask(FERRY)
    chips = answered.locator("button.byline-chip")
    assert chips.count() >= answered.locator(".byline-sentence").count() > 0
    assert "[1]✓ (source 1, supported)" in (chips.first.text_content() or "")
    assert re.match(r"\d of \d sentences supported · .*English.* sources? · extractive, no model", page.summary())

    chips.last.click()
    page.article.wait_for()
    number = re.findall(r"\[(\d+)\]", chips.last.text_content() or "")[0]
    citation = assistant.ask(FERRY).citations[int(number) - 1]
    assert highlighted_is_in_the_file(page, samples) == citation.quote
    mark = page.article.locator("mark.byline-quote")
    box = mark.evaluate("mark => mark.getBoundingClientRect().toJSON()")
    assert 0 <= box["top"] < 800
    whole = " ".join((page.article.locator(".byline-article").text_content() or "").split())
    assert whole == " ".join(decode((samples / citation.source).read_bytes()).text.split())
    assert page.page.evaluate("document.activeElement.tagName") == "H2"


def test_other_cited_words_are_lighter_and_one_click_away(chat: OpenChat, page_url: str, samples: Path) -> None:
    page = chat(page_url)
    page.ask(FERRY).locator("button.byline-chip").first.click()
    page.article.locator("mark.byline-cited").first.wait_for()
    first = highlighted_is_in_the_file(page, samples)
    page.article.get_by_role("button", name="source 2").click()
    page.article.locator('[aria-current="true"]').get_by_text("[2]").wait_for()
    assert highlighted_is_in_the_file(page, samples) != first
    page.article.get_by_role("button", name=EN.answers.all_sources).click()
    page.sources.first.wait_for()


def test_a_chip_shows_quote_outlet_and_date_where_the_pointer_is(
    chat: OpenChat, page_url: str, assistant: Assistant
) -> None:
    page = chat(page_url)
    chip = page.ask(FERRY).locator("button.byline-chip").first
    card = page.page.locator(f"#{chip.get_attribute('aria-describedby')}")
    assert card.is_hidden()
    chip.hover()
    card.wait_for()
    citation = assistant.ask(FERRY).citations[0]
    told = card.inner_text()
    assert all(part in told for part in (citation.quote[:40], citation.title, "supported"))
    assert citation.outlet is None or citation.outlet in told
    assert citation.published is None or citation.published in told
    page.page.keyboard.press("Escape")
    assert card.is_hidden()


def test_a_korean_question_is_answered_in_korean_with_the_pages_words_around_it(
    chat: OpenChat, page_url: str, samples: Path
) -> None:
    page = chat(page_url)
    answered = page.ask(TRAM)
    assert answered.locator(".byline-text").first.get_attribute("lang") == "ko"
    assert re.match(r"(\d) of \1 sentences supported · \d Korean source", page.summary())
    assert page.page.locator("#byline-sources h2").text_content() == EN.answers.sources
    answered.locator("button.byline-chip").first.click()
    page.article.wait_for()
    highlighted_is_in_the_file(page, samples)


def test_an_abstention_shows_the_nearest_passages_and_the_words_found_nowhere(
    chat: OpenChat, page_url: str, samples: Path
) -> None:
    page = chat(page_url)
    answered = page.ask(NOWHERE)
    assert answered.locator(".byline-abstention").text_content() == "The articles do not say."
    assert answered.locator(".byline-sentence").count() == 0
    assert "Zanzibar" in answered.locator(".byline-word").all_text_contents()
    near = answered.locator(".byline-near-link")
    assert near.count() == page.sources.count() == 3
    near.nth(1).click()
    page.article.wait_for()
    shown = page.article.locator("mark.byline-passage").text_content() or ""
    assert shown in decode((samples / str(page.article.get_attribute("data-source"))).read_bytes()).text
    assert page.article.locator("mark.byline-quote").count() == 0


def test_articles_that_differ_stand_side_by_side(
    chat: OpenChat, tmp_path: Path, make_index: MakeIndex, tools: Tools
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for name, dead in (("coast.txt", "14"), ("harbour.txt", "19")):
        (folder / name).write_text(
            f"Storm Narae hits the port of Sorae\n\nStorm Narae sank {dead} boats in the port of Sorae, the mayor"
            " said.\n",
            encoding="utf-8",
        )
    with serving_index(make_index(folder), Settings(llm="none"), tools) as url:
        page = chat(url)
        answered = page.ask("How many boats did Storm Narae sink in the port of Sorae?")
        sides = answered.locator(".byline-conflict figure")
        assert sides.count() == 2
        told = sides.all_inner_texts()
        assert ("14" in told[0]) != ("14" in told[1])
        sides.last.get_by_role("button").click()
        page.article.wait_for()


def test_a_question_that_is_none_gets_one_clear_line(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.send("???")
    error = page.answer().locator(".byline-error")
    error.wait_for()
    assert "the question is empty" in (error.text_content() or "")
    page.ask(FERRY, turn=1)


def test_blank_questions_are_not_asked_and_do_not_hold_up_the_next(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url)
    page.send("   ")
    page.ask(FERRY)
    assert page.questions() == [FERRY]


def test_an_answer_is_copied_as_markdown_with_footnotes(chat: OpenChat, page_url: str, assistant: Assistant) -> None:
    page = chat(page_url, permissions=["clipboard-read", "clipboard-write"])
    page.ask(FERRY).get_by_role("button", name=EN.chat.copy, exact=True).click()
    page.answer().get_by_text(EN.chat.copied).wait_for()
    copied = page.page.evaluate("navigator.clipboard.readText()")
    answer = assistant.ask(FERRY)
    assert copied.count("[^1]") == 2
    assert f"[^{len(answer.citations)}]: " in copied
    assert answer.citations[0].source in copied
    assert f"characters {answer.citations[0].start}–{answer.citations[0].end}" in copied


def test_a_new_index_is_seen_without_a_restart(
    chat: OpenChat, tmp_path: Path, make_index: MakeIndex, tools: Tools
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    weather = "Rain fell on the island of Eunha all week, and the school there stayed closed until Friday morning.\n"
    (folder / "weather.txt").write_text(f"Rain on Eunha\n\n{weather}", encoding="utf-8")
    with serving_index(make_index(folder), Settings(llm="none"), tools) as url:
        page = chat(url)
        page.ask("Where did it rain all week?")
        bridge = "The bridge of Norang was painted green in spring by forty students of the art school in Namhae.\n"
        (folder / "bridge.txt").write_text(f"Norang bridge painted\n\n{bridge}", encoding="utf-8")
        make_index(folder)
        page.ask("What colour was the bridge of Norang painted?", turn=1)
        assert page.sources.first.get_attribute("data-source") == "bridge.txt"
        page.page.reload()
        page.page.get_by_text("2 files", exact=False).wait_for()
