"""How long the page takes: from the server's start line to a page that takes questions, and from Enter to the answer.

    .venv/bin/python -m benchmarks.page [FOLDER]

FOLDER holds the articles, by default samples/articles. Chromium is driven by Playwright; each question is asked once
before it is timed. The ratio is to the same question over HTTP (`/ask`), in the same minute: what the page adds.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from benchmarks.page_server import DONE, QUESTIONS, call, served

RUNS = 3
_PATIENCE = 300.0  # seconds
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run")


def main(arguments: Sequence[str]) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("page.py: needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        with served(Path(arguments[0]).resolve() if arguments else None) as server:
            started = time.perf_counter()
            page = browser.new_page()
            page.set_default_timeout(1000 * _PATIENCE)
            page.goto(server.url)
            page.locator("#byline-box .submit-button").wait_for()
            print(f"first load after the start line: {time.perf_counter() - started:.2f} s")
            report(page, server.url)
        browser.close()


def report(page: Page, url: str) -> None:
    """Ask each question in the page and over HTTP, and print both."""
    client = httpx.Client(base_url=f"{url}/gradio_api", timeout=_PATIENCE)
    print(f"{'':<46}{'page min s':>12}{'median s':>10}{'/ask min s':>12}{'ratio':>7}")
    for question in QUESTIONS:
        asked_in_page(page, question)
        in_page = [timed(partial(asked_in_page, page, question)) for _ in range(RUNS)]
        by_http = [timed(partial(asked_by_http, client, question)) for _ in range(RUNS)]
        ratio = min(in_page) / min(by_http)
        print(
            f"{question[:44]:<46}{min(in_page):>12.2f}{statistics.median(in_page):>10.2f}{min(by_http):>12.2f}{ratio:>7.1f}"
        )


def asked_in_page(page: Page, question: str) -> None:
    """A question typed into the box, until its answer is there."""
    turn = page.locator(".byline-exchange").count()
    box = page.locator("#byline-box textarea")
    box.fill(question)
    box.press("Enter")
    page.locator(f"#answer-{turn} .byline-summary").wait_for()
    page.locator("#byline-box .submit-button").wait_for()


def asked_by_http(client: httpx.Client, question: str) -> None:
    """A question put to the endpoint, until its answer is there."""
    queued = client.post("/call/ask", json=call(question)).raise_for_status()
    told = client.get(f"/call/ask/{queued.json()['event_id']}").raise_for_status().text
    if DONE not in told:
        raise SystemExit(f"page.py: {question} got no answer: {told[:200]}")


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1:])
