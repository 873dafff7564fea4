"""The chat: the page in a real browser over a real index, its endpoints, its door, and the parts it is made of."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from index.article import Article, Passage, Span
from index.decode import decode
from index.document import Reader
from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.sentences import SentenceSplitter
from index.store import IndexFolder
from index.sync import Indexer
from index.terms import Terms
from rag.answer import SIGNS, Answer, Citation, Place, Retrieved, Sentence, Turn, Verdict
from rag.answerer import Tools
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.settings import Settings, load_settings
from rag.web.answers import messages
from rag.web.conversation import Exchange, turns_from_messages
from rag.web.login import Login, read_login
from rag.web.markup import escaped, tag
from rag.web.page import Site, build
from rag.web.phrases import LANGUAGES, phrases_in
from rag.web.resources import resource
from rag.web.serving import Address, refuse_open_door, start
from rag.web.sources import in_context, pane
from tests.browser import ChatPage, OpenChat, free_address, open_chat, serving, serving_index
from tests.openai_server import OpenAIServer, answer
from tests.test_wire import ANSWER

__all__ = ["open_chat"]

pytestmark = [
    # Gradio 6.31 sets an option that pandas 3 has deprecated, whenever it sums up how long its queue takes.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    # Gradio 6.31 asks Starlette for a status code under its former name.
    pytest.mark.filterwarnings("ignore:.*HTTP_422_UNPROCESSABLE_ENTITY.*:DeprecationWarning"),
]

FERRY = "When does the Route No. 3 ferry leave Mokpo?"
FERRY_KO = "3번 여객선은 목포에서 몇 시에 떠나나?"
TRAM = "해밀시 물빛선의 총사업비는 얼마인가?"
EN, KO = phrases_in("en"), phrases_in("ko")


@pytest.fixture(scope="session")
def tools(embedder: Embedder, encoder: SentenceEncoder, terms: Terms, splitter: SentenceSplitter) -> Tools:
    return Tools(embedder, encoder, terms, splitter)


@pytest.fixture(scope="session")
def no_model() -> Settings:
    return load_settings(llm="none")


@pytest.fixture(scope="session")
def assistant(samples_index: Path, no_model: Settings, tools: Tools) -> Iterator[Assistant]:
    with Assistant(IndexFolder(samples_index), no_model, tools) as opened:
        yield opened


@pytest.fixture(scope="session")
def url(assistant: Assistant, no_model: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over the samples, without a model."""
    with serving(assistant, no_model, tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture
def with_model(openai_server: OpenAIServer, samples_index: Path, tools: Tools) -> Iterator[str]:
    """The page over the samples, with the scripted model, which is asked for answers alone."""
    answers_alone = {"rewrite": False, "repair": False}
    settings = load_settings(llm="tiny", base_url=openai_server.url, api_key="sk-test", retries=0, **answers_alone)
    with serving_index(samples_index, settings, tools) as address:
        yield address


MakeIndex = Callable[[Path], None]


@pytest.fixture
def make_index(tmp_path: Path, reader: Reader, embedder: Embedder, encoder: SentenceEncoder, terms: Terms) -> MakeIndex:
    """Brings the index `tmp_path/index` up to date with a folder."""

    def make(folder: Path) -> None:
        into = IndexFolder(tmp_path / "index")
        Indexer(into, reader, embedder, encoder, terms, passage_chars=500, max_file_bytes=1_000_000).run([folder])

    return make


# --- the page ---------------------------------------------------------------------------------------------------


def quotes_stand_in_their_files(page: ChatPage, folder: Path) -> None:
    """Each highlighted span is, character for character, what the file holds at the offsets the card gives."""
    assert page.sources.count()
    for card in page.sources.all():
        source, start, end = (str(card.get_attribute(f"data-{key}")) for key in ("source", "start", "end"))
        text = decode((folder / source).read_bytes()).text
        assert card.locator("mark.byline-quote").text_content() == text[int(start) : int(end)]


def test_a_question_gets_a_cited_answer_and_a_chip_leads_to_its_quote(chat: OpenChat, url: str, samples: Path) -> None:
    page = chat(url)
    answered = page.ask(FERRY)
    chips = answered.locator("a.byline-chip")
    assert chips.count() == answered.locator(".byline-sentence").count() > 0
    assert chips.first.text_content() == "[1]✓ (source 1, supported)"
    assert re.match(r"\d of \d sentences supported · .*English.* passages · extractive", _summary(page))
    quotes_stand_in_their_files(page, samples)

    chips.last.click()
    number = re.findall(r"\[(\d+)\]", chips.last.text_content() or "")[0]
    card = page.page.locator(f"#cite-0-{number}")
    assert page.page.evaluate("document.activeElement.id") == f"cite-0-{number}"
    assert "byline-active" in (card.get_attribute("class") or "")
    mark = card.locator("mark.byline-quote")
    assert _in_view(page, mark.evaluate("mark => mark.getBoundingClientRect().toJSON()"))
    card.get_by_role("link", name=EN.answers.back).click()
    assert page.page.evaluate("document.activeElement.id") == "answer-0"


def test_a_card_says_what_it_is_of(chat: OpenChat, url: str, assistant: Assistant) -> None:
    page = chat(url)
    page.ask(FERRY)
    first = assistant.ask(FERRY).citations[0]
    card = page.sources.first.inner_text()
    assert all(part in card for part in (first.title, first.source, f"{first.start:,}–{first.end:,}", "English"))
    assert first.published is None or first.published in card
    assert first.outlet is None or first.outlet in card


def test_a_korean_question_is_answered_in_korean(chat: OpenChat, url: str, samples: Path) -> None:
    page = chat(url)
    answered = page.ask(TRAM)
    assert answered.get_attribute("lang") == "ko"
    assert re.match(r"문장 \d개 중 \d개 확인됨 · 구절: .*한국어", _summary(page))
    assert page.page.locator("#byline-sources h2").text_content() == KO.answers.sources
    quotes_stand_in_their_files(page, samples)


def test_the_page_itself_can_be_korean(chat: OpenChat, samples_index: Path, no_model: Settings, tools: Tools) -> None:
    with serving_index(samples_index, no_model, tools, language="ko") as address:
        page = chat(address)
        assert page.page.get_by_role("button", name=KO.chat.ask).is_visible()
        assert page.page.locator(".byline-reach").text_content() == KO.frame.stays
        assert page.page.evaluate("document.documentElement.lang") == "ko"


def test_the_page_says_what_is_asked_and_that_nothing_leaves(chat: OpenChat, url: str) -> None:
    page = chat(url).page
    assert page.locator(".byline-reach").text_content() == EN.frame.stays
    scope = page.locator(".byline-scope").text_content() or ""
    assert re.search(r"samples/articles · \d+ files · \d+ articles · \d+ passages", scope)


def test_the_page_names_the_model_and_the_host_that_gets_the_text(
    chat: OpenChat, with_model: str, openai_server: OpenAIServer
) -> None:
    page = chat(with_model)
    told = EN.frame.sent_to.format(model="tiny", host=openai_server.host)
    assert page.page.locator(".byline-reach").text_content() == told
    openai_server.script(answer("It leaves in the morning [1]."))
    page.ask(FERRY)
    assert _summary(page).endswith(f"tiny at {openai_server.host}")


def test_a_models_text_comes_piece_by_piece_and_ends_as_the_checked_answer(
    chat: OpenChat, with_model: str, openai_server: OpenAIServer
) -> None:
    gates = [threading.Event(), threading.Event()]

    def gated(exchange: Any) -> None:
        exchange.open_stream()
        for piece, gate in zip(("The early ", "ferry <b>leaves"), gates, strict=True):
            exchange.event(piece)
            gate.wait(30)
        exchange.event("</b> at dawn [1].")
        exchange.event(None, "stop")
        exchange.close_stream()

    openai_server.script(gated)
    page = chat(with_model)
    page.send(FERRY)
    partial = page.page.locator("#answer-0 .byline-partial")
    partial.get_by_text("The early", exact=True).wait_for()
    assert page.stop.is_visible()
    gates[0].set()
    partial.get_by_text("The early ferry <b>leaves", exact=True).wait_for()
    gates[1].set()
    page.done()
    assert partial.count() == 0
    assert page.answer().locator(".byline-text").all_text_contents() == ["The early ferry <b>leaves</b> at dawn."]
    assert page.answer().locator("a.byline-chip").count() == 1
    assert any("were sent to tiny" in notice for notice in page.answer().locator("li").all_text_contents())


def test_stop_ends_the_request_and_the_next_question_is_answered(
    chat: OpenChat, with_model: str, openai_server: OpenAIServer
) -> None:
    def endless(exchange: Any) -> None:
        exchange.open_stream()
        while not openai_server.client_left.wait(0.01):
            exchange.event("on and on ")

    openai_server.script(endless, answer("It leaves in the morning [1]."))
    page = chat(with_model)
    page.send(FERRY)
    page.page.locator("#answer-0 .byline-partial").wait_for()
    page.stop.click()
    page.answer().get_by_text(EN.chat.stopped).wait_for()
    assert openai_server.client_left.wait(10)
    assert "on and on" in (page.answer().text_content() or "")
    assert "morning" in (page.ask(FERRY, turn=1).text_content() or "")
    assert EN.chat.stopped in (page.answer().text_content() or "")


def test_stop_does_not_wait_for_a_model_that_says_nothing(
    chat: OpenChat, with_model: str, openai_server: OpenAIServer
) -> None:
    asked = threading.Event()

    def silent(exchange: Any) -> None:
        asked.set()
        exchange.wait()

    openai_server.script(silent)
    page = chat(with_model)
    page.send(FERRY)
    assert asked.wait(30)
    page.stop.click()
    page.answer().get_by_text(EN.chat.stopped).wait_for(timeout=10_000)


def test_a_follow_up_is_asked_with_the_turn_before_it(
    chat: OpenChat, openai_server: OpenAIServer, samples_index: Path, tools: Tools
) -> None:
    settings = load_settings(llm="tiny", base_url=openai_server.url, api_key="sk-test", retries=0, repair=False)
    rewriting = answer(json.dumps({"en": FERRY, "ko": FERRY_KO}, ensure_ascii=False))
    openai_server.script(rewriting, answer("It leaves at an early hour [1]."), rewriting, answer("As was said [1]."))
    with serving_index(samples_index, settings, tools) as address:
        page = chat(address)
        page.ask(FERRY)
        page.ask("And when does it arrive?", turn=1)
    asked = openai_server.requests[2].text
    assert FERRY in asked
    assert "It leaves at an early hour" in asked
    assert "[1]" not in asked.partition("It leaves")[2].partition("\n")[0]


def test_a_chip_of_an_earlier_answer_brings_back_its_sources(chat: OpenChat, url: str) -> None:
    page = chat(url)
    page.ask(FERRY)
    page.ask(TRAM, turn=1)
    assert page.page.locator("#cite-0-1").count() == 0
    page.answer(0).locator("a.byline-chip").first.click()
    page.page.locator("#cite-0-1").wait_for()
    page.page.wait_for_function("document.activeElement.id === 'cite-0-1'")
    assert page.page.locator("#cite-1-1").count() == 0


def test_an_abstention_shows_the_nearest_passages(
    chat: OpenChat, with_model: str, openai_server: OpenAIServer, samples: Path
) -> None:
    openai_server.script(answer("NO_ANSWER"))
    page = chat(with_model)
    answered = page.ask(FERRY)
    assert answered.locator(".byline-abstention").text_content() == "The articles do not say."
    assert answered.locator(".byline-sentence").count() == 0
    near = answered.locator(".byline-near-link")
    assert near.count() == page.sources.count() == 3
    assert page.page.locator("#byline-sources h2").text_content() == EN.answers.nearest
    near.nth(1).click()
    card = page.page.locator("#cite-0-2")
    assert "byline-active" in (card.get_attribute("class") or "")
    shown = card.locator("mark.byline-passage").text_content() or ""
    assert shown in decode((samples / str(card.get_attribute("data-source"))).read_bytes()).text


def test_a_question_that_is_none_gets_one_clear_line(chat: OpenChat, url: str) -> None:
    page = chat(url)
    page.send("???")
    error = page.answer().locator(".byline-error")
    error.wait_for()
    assert "the question is empty" in (error.text_content() or "")
    page.ask(FERRY, turn=1)


def test_blank_questions_are_not_asked(chat: OpenChat, url: str) -> None:
    page = chat(url)
    with page.page.expect_response("**/queue/join*"):
        page.send("   ")
    asked = page.page.locator(".byline-question")
    for _ in range(60):  # while it looks at the blank one, the page takes no other
        page.send(FERRY)
        with suppress(PlaywrightTimeout):
            asked.first.wait_for(timeout=500)
            break
    page.done()
    assert asked.all_text_contents() == [FERRY]


def test_clear_begins_a_new_conversation(chat: OpenChat, url: str) -> None:
    page = chat(url)
    page.ask(FERRY)
    page.page.get_by_role("button", name="Clear").click()
    page.page.locator(".byline-hint").wait_for()
    assert page.page.locator(".byline-question").count() == 0
    page.ask(TRAM)
    assert page.page.locator(".byline-question").all_text_contents() == [TRAM]


def test_two_sessions_do_not_see_each_other(chat: OpenChat, url: str) -> None:
    one, other = chat(url), chat(url)
    one.ask(FERRY)
    other.ask(TRAM)
    assert one.page.locator(".byline-question").all_text_contents() == [FERRY]
    assert other.page.locator(".byline-question").all_text_contents() == [TRAM]
    assert KO.answers.sources not in (one.page.locator("#byline-sources").text_content() or "")


HOSTILE = """Harbour <script>window.harmed = 1</script> opens

The harbour of Sorae <img src=x onerror="window.harmed = 2"> opened on Monday <style>body {{ display: none }}</style>
with [a link](javascript:window.harmed=3) and <a href="javascript:window.harmed=4">another</a>, said the mayor of Sorae.
The harbour of Sorae has ${{window.harmed = 5}} berths, {{{{value}}}} cranes and **no** `lights` $$x^2$$ at night &amp;
<!--
The harbour of Sorae </blockquote></section><h1 id="byline-top">owned</h1> closes on Friday at nine, said the mayor.
{filler}
"""


def test_a_hostile_article_changes_nothing_and_runs_nothing(
    chat: OpenChat, tmp_path: Path, make_index: MakeIndex, no_model: Settings, tools: Tools
) -> None:
    folder = tmp_path / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    name = "<b onmouseover=alert(1)>'&quot;.txt"
    (folder / name).write_text(HOSTILE.format(filler="The quay is long. " * 60), encoding="utf-8")
    make_index(folder)
    question = "When did the harbour of Sorae open? <script>window.harmed = 6</script>"
    with serving_index(tmp_path / "index", no_model, tools) as address:
        page = chat(address)
        page.ask(question)
        page.page.locator("a.byline-chip, a.byline-near-link").first.click()
        assert page.page.evaluate("window.harmed") is None
        assert page.page.locator(".byline-question").inner_text() == question
        assert page.box.is_visible()
        assert page.page.locator("#byline-top").count() == 1
        inside = page.page.locator("#byline-chat .message-row, .byline-source, .byline-header")
        assert inside.locator("script, img, style, b, strong, em, :not(pre) > h1#byline-top, .katex").count() == 0
        links = page.page.locator(".byline-answer a, .byline-source a").evaluate_all("all => all.map(a => a.href)")
        assert all(re.search(r"#(cite|answer)-[\d-]+$", link) for link in links)
        assert name in page.sources.first.inner_text()
        text = (folder / name).read_text(encoding="utf-8")
        for mark in page.page.locator(".byline-source mark").all():
            assert (mark.text_content() or "") in text


def test_a_new_index_is_seen_without_a_restart(
    chat: OpenChat, tmp_path: Path, make_index: MakeIndex, no_model: Settings, tools: Tools
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    weather = "Rain fell on the island of Eunha all week, and the school there stayed closed until Friday morning.\n"
    (folder / "weather.txt").write_text(f"Rain on Eunha\n\n{weather}", encoding="utf-8")
    make_index(folder)
    with serving_index(tmp_path / "index", no_model, tools) as address:
        page = chat(address)
        page.ask("Where did it rain all week?")
        bridge = "The bridge of Norang was painted green in spring by forty students of the art school in Namhae.\n"
        (folder / "bridge.txt").write_text(f"Norang bridge painted\n\n{bridge}", encoding="utf-8")
        make_index(folder)
        page.ask("What colour was the bridge of Norang painted?", turn=1)
        assert page.sources.first.get_attribute("data-source") == "bridge.txt"
        page.page.reload()
        page.page.get_by_text("2 files", exact=False).wait_for()


def _summary(page: ChatPage) -> str:
    return page.answer().locator(".byline-summary").text_content() or ""


def _in_view(page: ChatPage, box: dict[str, float]) -> bool:
    size = page.page.viewport_size
    assert size is not None
    return box["height"] > 0 and box["top"] >= 0 and box["top"] < size["height"] and box["right"] <= size["width"]


# --- endpoints --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Any]:
    from gradio_client import Client  # type: ignore[import-untyped]

    with_url = Client(url, verbose=False, analytics_enabled=False)
    yield with_url
    with_url.close()


def test_ask_and_search_are_all_that_programs_are_offered(client: Any) -> None:
    offered = client.view_api(return_format="dict", print_info=False)
    assert set(offered["named_endpoints"]) == {"/ask", "/search", "/sources", "/check"}
    assert not offered["unnamed_endpoints"]
    assert "citations" in offered["named_endpoints"]["/ask"]["description"]


def test_the_ask_endpoint_gives_the_contracts_json(client: Any, assistant: Assistant, samples: Path) -> None:
    got = client.predict(FERRY, api_name="/ask")
    assert list(got) == ANSWER.split()
    assert got["answer"] == assistant.ask(FERRY).text
    for citation in got["citations"]:
        text = decode((samples / citation["source"]).read_bytes()).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_search_endpoint_filters(client: Any) -> None:
    found = client.predict(FERRY, k=3, source="*.ko.txt", api_name="/search")
    assert len(found) == 3
    assert all(one["source"].endswith(".ko.txt") for one in found)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"question": " "}, "the question is empty"),
        ({"question": "Why?", "k": 0}, "k is 0; it is a number of passages"),
        ({"question": "Why?", "since": "May"}, "not a date"),
        ({"question": "Why?", "history": [{"role": "user"}]}, "history: message 1 is not"),
    ],
)
def test_a_wrong_call_gets_one_line(client: Any, arguments: dict[str, Any], line: str) -> None:
    from gradio_client.exceptions import AppError  # type: ignore[import-untyped]

    with pytest.raises(AppError, match=line):
        client.predict(**arguments, api_name="/ask")


def test_history_is_read_as_text_and_as_blocks() -> None:
    plain: list[dict[str, Any]] = [{"role": "user", "content": "Q1"}, {"role": "assistant", "content": "A1"}]
    blocks: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "text", "text": "Q2"}, {"type": "file", "file": {"path": "x"}}]},
        {"role": "assistant", "content": [{"type": "text", "text": "A2"}, {"type": "text", "text": "more"}]},
    ]
    cut: list[dict[str, Any]] = [{"role": "user", "content": "never answered"}]
    assert turns_from_messages([*plain, *cut, *blocks]) == (Turn("Q1", "A1"), Turn("Q2", "A2\nmore"))
    with pytest.raises(BylineError, match="message 1"):
        turns_from_messages([{"role": "user", "content": 3}])


# --- the door ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "192.168.1.5", "example.org", ""])
def test_other_machines_need_a_login(host: str) -> None:
    with pytest.raises(BylineError, match="add --auth USER:PASSWORD"):
        refuse_open_door(Address(host), None)
    refuse_open_door(Address(host), Login.of("ann", "secret"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"])
def test_this_machine_needs_none(host: str) -> None:
    refuse_open_door(Address(host), None)


@pytest.mark.parametrize("written", ["", "ann", "ann:", ":secret", " :secret"])
def test_a_login_has_a_name_and_a_password(written: str) -> None:
    with pytest.raises(BylineError, match="USER:PASSWORD"):
        read_login(written)


def test_a_login_admits_its_own_password_only() -> None:
    login = read_login("ann:pass:wörd")
    assert login.admits("ann", "pass:wörd")
    assert not any(login.admits(*pair) for pair in (("ann", "pass"), ("bob", "pass:wörd"), ("", ""), ("ann", "")))


def test_nothing_is_shown_without_the_login(assistant: Assistant, no_model: Settings, tmp_path: Path) -> None:
    with (
        serving(assistant, no_model, tmp_path, login=Login.of("ann", "secret")) as address,
        httpx.Client(base_url=address) as door,
    ):
        assert door.get("/gradio_api/info").status_code == 401
        assert "samples" not in door.get("/").text
        assert door.post("/login", data={"username": "ann", "password": "wrong"}).status_code == 400
        assert door.post("/login", data={"username": "ann", "password": "secret"}).status_code == 200
        assert "samples" in door.get("/").text


def test_the_server_lets_browsers_load_from_itself_alone_and_takes_no_files(url: str) -> None:
    with httpx.Client(base_url=url) as door:
        home = door.get("/")
        assert "default-src 'self'" in home.headers["content-security-policy"]
        assert home.headers["x-frame-options"] == "DENY"
        assert door.get("/", headers={"Host": "elsewhere.example"}).status_code == 421
        assert door.get("/", headers={"Host": "localhost:7860"}).status_code == 200
        assert door.get("/docs").status_code == 404
        assert door.post("/gradio_api/upload", files={"files": b"some bytes"}).status_code == 413
        assert door.get(f"/gradio_api/file={Path(__file__)}").status_code == 403


def test_an_address_that_cannot_be_had_is_said_in_a_line(
    url: str, assistant: Assistant, no_model: Settings, tmp_path: Path
) -> None:
    page = build(Site.over(assistant, no_model, tmp_path))
    taken = Address("127.0.0.1", int(url.rpartition(":")[2]))
    with pytest.raises(BylineError, match=f"{url} cannot be had .*in use.*give another --port"):
        start(page, taken, None)
    with pytest.raises(BylineError, match=r"http://192\.0\.2\.1:7860 cannot be had"):  # RFC 5737: nobody's
        start(page, Address("192.0.2.1"), Login.of("ann", "secret"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--index", "nowhere"], "byline: there is no index in nowhere"),
        (["--host", "0.0.0.0"], "byline: --host 0.0.0.0: other machines could read"),
        (["--auth", "ann"], "byline: --auth: write it as USER:PASSWORD"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(arguments: list[str], line: str) -> None:
    from rag.cli.ui_command import command

    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


@contextmanager
def heeding_interrupts() -> Iterator[None]:
    """A shell has what it runs in the background ignore Ctrl-C, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_it_says_where_it_is_and_ends_quietly(samples_index: Path) -> None:
    address = free_address()
    command = [sys.executable, "-m", "rag", "ui", "--index", str(samples_index), "--port", str(address.port)]
    with heeding_interrupts():
        running = subprocess.Popen(
            [*command, "--llm", "none"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
        )
    with running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == f"byline is at {address.url} (Ctrl-C ends it)\n"
        assert "byline" in httpx.get(address.url).text
        running.send_signal(signal.SIGINT)
        assert (running.stdout.read(), running.stderr.read()) == ("", "")
    assert running.returncode == 0


# --- the parts --------------------------------------------------------------------------------------------------


class Reading(HTMLParser):
    """What a browser would make of some HTML: its tags, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("<>&\"'`=/\n\r")).filter(bool)


@given(TEXT)
def test_any_text_stays_text(text: str) -> None:
    read = Reading(tag("p", text, title=text))
    assert (read.tags, read.attributes, read.text) == (["p"], [("title", text)], text)
    assert not re.search(r"[\n\r]", escaped(text))


def test_what_cannot_be_sent_is_replaced() -> None:
    assert escaped("a\ud800b\0c") == "a\ufffdb\ufffdc"


@given(st.data())
def test_a_quote_stands_whole_and_once_in_its_context(data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from("ab \n가"), min_size=1, max_size=200))
    start = data.draw(st.integers(0, len(text) - 1))
    quote = Span(start, data.draw(st.integers(start + 1, len(text))))
    spans = st.integers(0, len(text) - 1).flatmap(lambda at: st.builds(Span, st.just(at), st.integers(at, len(text))))
    others = data.draw(st.lists(spans, max_size=3))
    pieces = list(in_context(text, quote, others, around=data.draw(st.integers(0, 60))))
    assert [piece.text for piece in pieces if piece.kind == "quote"] == [quote.of(text)]
    shown = "".join(piece.text for piece in pieces if piece.text not in ("… ", " …"))
    before = sum(len(piece.text) for piece in pieces[: [p.kind for p in pieces].index("quote")] if piece.text != "… ")
    assert text[quote.start - before :].startswith(shown)


def test_other_quotes_are_marked_in_the_context() -> None:
    text = "One said yes. Two said no. Three said nothing."
    pieces = list(in_context(text, Span(14, 26), [Span(0, 13), Span(20, 30)]))
    assert [(piece.text, piece.kind) for piece in pieces] == [
        ("One said yes.", "cited"),
        (" ", "plain"),
        ("Two said no.", "quote"),
        (" Thr", "cited"),
        ("ee said nothing.", "plain"),
    ]


def test_a_context_ends_at_words() -> None:
    text = "alpha beta gamma delta epsilon"
    assert [piece.text for piece in in_context(text, Span(11, 16), [], around=8)] == [
        "… ",
        "beta ",
        "gamma",
        " delta",
        " …",
    ]


TEXT_OF_FILE = "The mayor came. The minister left."


def _answer(verdict: Verdict = "supported", **changes: Any) -> Answer:
    citation = Citation(
        1, "a.txt", 0, 15, "The mayor came.", "Visits", "2024-05-01", "en", "Daily", (Place("b.txt", 4, 19),)
    )
    citations = () if verdict == "uncited" else (citation,)
    numbers = tuple(one.number for one in citations)
    sentence = Sentence("The mayor came.", numbers, verdict, ("the number differs",) if verdict != "supported" else ())
    values: dict[str, Any] = {
        "question": "Who came?",
        "text": "The mayor came. [1]",
        "abstained": False,
        "language": "en",
        "sentences": (sentence,),
        "citations": citations,
        "retrieved": (),
        "model": "tiny",
    }
    return Answer(**(values | changes))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", sorted(SIGNS))
def test_a_verdict_is_told_by_colour_sign_and_word(verdict: Verdict, language: str) -> None:
    words = phrases_in(language)
    shown = messages((Exchange("Who came?", answer=_answer(verdict, language=language)),), words, "host:1")[1][
        "content"
    ]
    assert "\n" not in shown
    assert f"byline-chip byline-{verdict}" in shown
    read = Reading(shown).text
    assert SIGNS[verdict] in read
    assert words.answers.verdict(verdict) in read
    assert ("the number differs" in read) == (verdict != "supported")


def test_signs_and_words_tell_the_verdicts_apart() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS)
    assert all(
        len({phrases_in(language).answers.verdict(verdict) for verdict in SIGNS}) == len(SIGNS)
        for language in LANGUAGES
    )


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_colour_of_text_stands_out_from_its_ground(mode: str) -> None:
    light, dark = (
        dict(re.findall(r"--bl-([\w-]+): (#\w{6});", part)) for part in resource("page.css").split(".dark {")[:2]
    )
    colours = light if mode == "light" else light | dark
    pairs: list[tuple[str, str]] = [(verdict, f"{verdict}-ground") for verdict in SIGNS]
    pairs += [(text, "card") for text in ("soft", "link", "partly", "supported", "unsupported")]
    pairs += [("quote-text", "quote")]
    for text, ground in pairs:
        low, high = sorted(_luminance(colours[name]) for name in (text, ground))
        assert (high + 0.05) / (low + 0.05) >= 4.5, f"{text} on {ground}"


def test_a_source_that_is_gone_or_changed_shows_its_quote_and_says_so() -> None:
    def gone(source: str) -> str:
        raise BylineError(f"{source}: no such file in the index")

    assert EN.answers.file_gone in Reading(pane(_answer(), 0, gone, EN)).text
    changed = Reading(pane(_answer(), 0, lambda _: "Another text altogether.", EN)).text
    assert EN.answers.file_changed in changed
    assert "The mayor came." in changed
    whole = Reading(pane(_answer(), 0, lambda _: TEXT_OF_FILE, EN)).text
    assert TEXT_OF_FILE in whole
    assert "also in b.txt, characters 4–19" in whole


@pytest.mark.parametrize(("language", "place"), [("en", "page 7, characters 0–15"), ("ko", "7쪽, 0–15자")])
def test_the_page_of_a_paginated_source_is_named(language: str, place: str) -> None:
    (citation,) = _answer().citations
    answered = _answer(language=language, citations=(replace(citation, page=7),))

    assert place in Reading(pane(answered, 0, lambda _: TEXT_OF_FILE, EN)).text


def test_nearest_passages_are_shown_without_a_claim() -> None:
    article = Article("a.txt", Span(0, 34), "Visits", None, None, "en")
    passage = Passage(article, Span(16, 34), "The minister left.", (Span(16, 34),), (Span(16, 34),), "en")
    abstained = _answer(abstained=True, sentences=(), citations=(), retrieved=(Retrieved(passage, 1.0),))
    shown = pane(abstained, 0, lambda _: TEXT_OF_FILE, EN)
    assert "byline-quote" not in shown
    assert '<mark class="byline-passage">The minister left.</mark>' in shown
    assert EN.answers.nearest_of in Reading(shown).text
