"""Debian's Chromium, headless, driven by Playwright; and the page it looks at, served from a thread.

    def test_it(chat: OpenChat, …) -> None:
        page = chat(url)
        page.ask("…")

A page that asks another host than 127.0.0.1 for anything, or reports an error in its console, fails its test.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, sync_playwright

from index.store import IndexFolder
from rag.answerer import Tools
from rag.assistant import Assistant
from rag.settings import Settings
from rag.web.login import Login
from rag.web.page import Site, build
from rag.web.phrases.both import page_language
from rag.web.serving import STATE, Address, start

Made = TypeVar("Made")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_PATIENCE = 30_000  # milliseconds; the machine may be busy


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
    address, site = free_address(), Site.over(assistant, settings, state)

    def begin() -> Callable[[], None]:
        return start(build(site, page_language(language)), address, login, routes=site.routes(), tools=tools)

    stop = _inside_a_loop(begin)
    try:
        yield address.url
    finally:
        stop()
        site.close()


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

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        self.box = page.locator("#byline-box textarea")
        self.box.wait_for()
        self.stop = page.get_by_role("button", name="Stop", exact=True)

    def send(self, question: str) -> None:
        """Type a question and press Enter."""
        self.box.fill(question)
        self.box.press("Enter")

    def ask(self, question: str, turn: int = 0) -> Locator:
        """Ask, wait until the answer is there and the next question may come, and give the answer's message."""
        self.send(question)
        self.done(turn)
        return self.answer(turn)

    def done(self, turn: int = 0) -> None:
        """Wait until the answer of a turn is complete."""
        self.answer(turn).locator(".byline-summary").wait_for()
        self.page.locator("#byline-box .submit-button").wait_for()

    def answer(self, turn: int = 0) -> Locator:
        """The message that answers a turn."""
        return self.page.locator(f"#answer-{turn}")

    @property
    def sources(self) -> Locator:
        """The cards of the sources pane."""
        return self.page.locator(".byline-source")


OpenChat = Callable[[str], ChatPage]


@pytest.fixture(scope="session", name="chromium")
def open_chromium() -> Iterator[Browser]:
    """The browser, started once."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(name="chat")
def open_chat(chromium: Browser) -> Iterator[OpenChat]:
    """Opens the chat at an address, each time in a session of its own; watches what the pages do."""
    contexts: list[BrowserContext] = []
    requests: list[Request] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def opened(url: str) -> ChatPage:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        context.on("request", lambda request: requests.append(request))
        context.on("console", complain)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return ChatPage(context.new_page(), url)

    yield opened
    said = list(complaints)  # closing a page cuts its requests short, which it would complain of
    for context in contexts:
        context.close()
    elsewhere = {host for request in requests if (host := urlsplit(request.url).hostname) not in ("127.0.0.1", None)}
    assert not elsewhere, f"the page asked other hosts for something: {elsewhere}"
    assert requests
    assert not said, f"the page complained: {said}"
