"""Debian's Chromium, headless, driven by Playwright; and the page it looks at, served from a thread.

    def test_it(chat: OpenChat, page_url: str) -> None:
        page = chat(page_url)
        page.ask("…")

A page that asks another host than 127.0.0.1 for anything, or reports an error in its console, fails its test.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from index.store import IndexFolder
from rag.assistant import Assistant
from rag.settings import Settings, load_settings
from rag.tools import Tools
from rag.web.login import Login
from rag.web.page import Site, build
from rag.web.phrases.both import page_language
from rag.web.serving import STATE, Address, start
from tests.openai_server import OpenAIServer

Made = TypeVar("Made")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_LEFT = "AbortError: signal is aborted"  # Gradio's client ends a stream so that is open when its page is left
_PATIENCE = 60_000  # milliseconds; the machine may be busy

FERRY = "When does the Route No. 3 ferry leave Mokpo?"
FERRY_KO = "3번 여객선은 목포에서 몇 시에 떠나나?"
TRAM = "해밀시 물빛선의 총사업비는 얼마인가?"
NOWHERE = "Who won the chess tournament of Zanzibar?"

PAGE_WARNINGS = [
    # Gradio 6.31 sets an option that pandas 3 has deprecated, whenever it sums up how long its queue takes.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    # Gradio 6.31 asks Starlette for a status code under its former name.
    pytest.mark.filterwarnings("ignore:.*HTTP_422_UNPROCESSABLE_ENTITY.*:DeprecationWarning"),
]


def free_address() -> Address:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Address("127.0.0.1", int(probe.getsockname()[1]))


@contextmanager
def serving(
    assistant: Assistant,
    settings: Settings,
    state: Path,
    language: str = "en",
    login: Login | None = None,
    *,
    tools: bool = False,
) -> Iterator[str]:
    """The page over an assistant, as long as the context lasts; yields its address."""
    address = free_address()
    with closing(Site.over(assistant, settings, state)) as site:

        def begin() -> Callable[[], None]:
            return start(build(site, page_language(language)), address, login, routes=site.routes(), tools=tools)

        stop = _inside_a_loop(begin)
        try:
            yield address.url
        finally:
            stop()


def _inside_a_loop(make: Callable[[], Made]) -> Made:
    """What `make` makes, with an event loop running: where there is none, Gradio opens loops that it does not close."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_made(make))
    return make()


async def _made(make: Callable[[], Made]) -> Made:
    return make()


@contextmanager
def serving_index(index: Path, settings: Settings, tools: Tools, language: str = "en") -> Iterator[str]:
    """The page over an index, with language tools that are open already."""
    with (
        Assistant(IndexFolder(index), settings, tools) as assistant,
        serving(assistant, settings, index / STATE, language) as url,
    ):
        yield url


class ChatPage:
    """The chat in one browser window."""

    def __init__(self, page: Page, url: str, *, complaints_expected: bool = False) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.complaints_expected = complaints_expected
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._raised(str(error)))
        page.goto(url)
        self.box = page.locator("#byline-box textarea")
        self.box.wait_for()
        self.stop = page.get_by_role("button", name="Stop", exact=True)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _raised(self, error: str) -> None:
        if not error.startswith(_LEFT):
            self.complaints.append(error)

    def send(self, question: str) -> None:
        """Type a question and press Enter."""
        self.box.fill(question)
        self.box.press("Enter")

    def ask(self, question: str, turn: int = 0) -> Locator:
        """Ask, wait until the answer is there and the next question may come, and give the answer."""
        self.send(question)
        self.done(turn)
        return self.answer(turn)

    def done(self, turn: int = 0) -> None:
        """Wait until the answer of a turn is complete."""
        self.answer(turn).locator(".byline-summary").wait_for()
        self.ready()

    def ready(self) -> None:
        """Wait until a question may be sent."""
        self.page.locator("#byline-box .submit-button").wait_for()

    def answer(self, turn: int = 0) -> Locator:
        """What was answered in a turn."""
        return self.page.locator(f"#answer-{turn}")

    def summary(self, turn: int = 0) -> str:
        """The line over an answer."""
        return self.answer(turn).locator(".byline-summary").text_content() or ""

    def questions(self) -> list[str]:
        """What was asked in the conversation that is shown."""
        return self.page.locator(".byline-question").all_text_contents()

    def conversations(self) -> list[str]:
        """The titles in the list of conversations."""
        return self.page.locator(".byline-entry").all_text_contents()

    @property
    def sources(self) -> Locator:
        """The cards of the sources pane."""
        return self.page.locator(".byline-source")

    @property
    def article(self) -> Locator:
        """The pane with a whole article in it."""
        return self.page.locator(".byline-reader")


class OpenChat(Protocol):
    """Opens the chat at an address; `options` are those of a Playwright context."""

    def __call__(
        self, url: str, login: tuple[str, str] | None = None, *, complaints_expected: bool = False, **options: Any
    ) -> ChatPage: ...


@pytest.fixture(scope="session", name="chromium")
def open_chromium() -> Iterator[Browser]:
    """The browser, started once."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(name="chat")
def open_chat(chromium: Browser) -> Iterator[OpenChat]:
    """Opens the chat at an address, each time in a session of its own; watches what the pages do."""
    contexts: list[BrowserContext] = []
    pages: list[ChatPage] = []
    requests: list[Request] = []

    def opened(
        url: str, login: tuple[str, str] | None = None, *, complaints_expected: bool = False, **options: Any
    ) -> ChatPage:
        settings = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        context = chromium.new_context(**(settings | options))
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        if login is not None:
            context.request.post(f"{url}/login", form=dict(zip(("username", "password"), login, strict=True)))
        context.on("request", lambda request: requests.append(request))
        page = ChatPage(context.new_page(), url, complaints_expected=complaints_expected)
        pages.append(page)
        return page

    yield opened
    said = [one for page in pages if not page.complaints_expected for one in page.complaints]
    for context in contexts:  # closing cuts requests short, which the page would complain of
        context.close()
    elsewhere = {host for request in requests if (host := urlsplit(request.url).hostname) not in ("127.0.0.1", None)}
    assert not elsewhere, f"the page asked other hosts for something: {elsewhere}"
    assert requests
    assert not said, f"the page complained: {said}"


@pytest.fixture(scope="session")
def page_url(samples_index: Path, tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over the samples, without a model."""
    settings = load_settings(llm="none")
    with (
        Assistant(IndexFolder(samples_index), settings, tools) as assistant,
        serving(assistant, settings, tmp_path_factory.mktemp("page")) as url,
    ):
        yield url


@pytest.fixture
def model_url(openai_server: OpenAIServer, samples_index: Path, tools: Tools) -> Iterator[str]:
    """The page over the samples, with the scripted model, which is asked for answers alone."""
    answers_alone = {"rewrite": False, "repair": False}
    settings = load_settings(llm="tiny", base_url=openai_server.url, api_key="sk-test", retries=0, **answers_alone)
    with serving_index(samples_index, settings, tools) as url:
        yield url
