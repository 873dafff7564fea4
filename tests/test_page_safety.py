"""What an article, a question, a file name or another site may not do to the page; and the server's door."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.settings import Settings
from rag.tools import Tools
from rag.web.login import Login, read_login
from rag.web.page import Site, build
from rag.web.serving import Address, refuse_open_door, start
from tests.browser import PAGE_WARNINGS, OpenChat, free_address, serving, serving_index
from tests.conftest import MakeIndex

pytestmark = PAGE_WARNINGS

NO_MODEL = Settings(llm="none")

HOSTILE = """Harbour <script>window.harmed = 1</script> opens

The harbour of Sorae <img src=x onerror="window.harmed = 2"> opened on Monday <style>body {{ display: none }}</style>
with [a link](javascript:window.harmed=3) and <a href="javascript:window.harmed=4">another</a>, said the mayor of Sorae.
The harbour of Sorae has ${{window.harmed = 5}} berths, {{{{value}}}} cranes and **no** `lights` $$x^2$$ at night &amp;
<!--
The harbour of Sorae </blockquote></section><h1 id="byline-top">owned</h1> closes on Friday at nine, said the mayor.
{filler}
"""


def test_a_hostile_article_changes_nothing_and_runs_nothing(
    chat: OpenChat, tmp_path: Path, make_index: MakeIndex, tools: Tools
) -> None:
    folder = tmp_path / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    name = "<b onmouseover=alert(1)>'&quot;.txt"
    (folder / name).write_text(HOSTILE.format(filler="x" * 250_000), encoding="utf-8")
    question = "When did the harbour of Sorae open? <script>window.harmed = 6</script>"
    with serving_index(make_index(folder), NO_MODEL, tools) as url:
        page = chat(url)
        page.ask(question)
        page.page.locator("button.byline-chip, .byline-near-link").first.click()
        page.article.wait_for()
        assert page.page.evaluate("window.harmed") is None
        assert page.page.locator(".byline-question").inner_text() == question
        assert page.box.is_visible()
        assert page.page.locator("#byline-top").count() == 1
        inside = page.page.locator("#byline-scroll, #byline-rail, #byline-sources, .byline-header")
        assert inside.locator("script, img, style, b, strong, em, a:not(.byline-tool), .katex").count() == 0
        assert name in page.article.inner_text()
        text = (folder / name).read_text(encoding="utf-8")
        for mark in page.article.locator("mark").all():
            assert (mark.text_content() or "") in text
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.page.evaluate(overflow) <= 0


def test_the_browser_itself_runs_no_script_that_the_server_did_not_write(chat: OpenChat, page_url: str) -> None:
    page = chat(page_url, complaints_expected=True)
    page.page.evaluate(
        """() => {
            const planted = document.createElement("div");
            planted.innerHTML = '<img src="data:," onerror="window.harmed = 1">';
            document.body.append(planted);
            const script = document.createElement("script");
            script.textContent = "window.harmed = 2";
            document.body.append(script);
        }"""
    )
    page.page.wait_for_function("window.performance.now() > 0")
    assert page.page.evaluate("window.harmed") is None
    assert any("Content Security Policy" in one for one in page.complaints)


def test_the_server_lets_browsers_load_from_itself_alone_and_takes_no_files(page_url: str) -> None:
    with httpx.Client(base_url=page_url) as door:
        home = door.get("/")
        policy = dict(one.split(" ", 1) for one in home.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == policy["connect-src"] == "'self'"
        assert "'unsafe-inline'" not in policy["script-src"]
        assert home.headers["x-frame-options"] == "DENY"
        assert door.get("/", headers={"Host": "elsewhere.example"}).status_code == 421
        assert door.get("/", headers={"Host": "localhost:7860"}).status_code == 200
        assert door.get("/docs").status_code == 404
        assert door.post("/gradio_api/upload", files={"files": b"some bytes"}).status_code == 404
        assert door.get(f"/gradio_api/file={Path(__file__)}").status_code == 403


def test_a_browser_is_known_by_a_cookie_that_scripts_do_not_see(page_url: str) -> None:
    with httpx.Client(base_url=page_url) as first, httpx.Client(base_url=page_url) as second:
        given = [door.get("/").headers["set-cookie"] for door in (first, second)]
        assert all("HttpOnly" in one and "SameSite=Lax" in one for one in given)
        tokens = {re.findall(r"byline-visitor=([^;]{43});", one)[0] for one in given}
        assert len(tokens) == 2
        assert "set-cookie" not in first.get("/").headers
        assert "set-cookie" in second.get("/", headers={"Cookie": "byline-visitor=short"}).headers


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


def test_nothing_is_shown_without_the_login(assistant: Assistant, tmp_path: Path) -> None:
    with (
        serving(assistant, NO_MODEL, tmp_path, login=Login.of("ann", "secret")) as url,
        httpx.Client(base_url=url) as door,
    ):
        assert door.get("/gradio_api/info").status_code == 401
        assert "samples" not in door.get("/").text
        assert door.post("/login", data={"username": "ann", "password": "wrong"}).status_code == 400
        assert door.post("/login", data={"username": "ann", "password": "secret"}).status_code == 200
        assert "samples" in door.get("/").text


def test_an_address_that_cannot_be_had_is_said_in_a_line(page_url: str, assistant: Assistant, tmp_path: Path) -> None:
    with closing(Site.over(assistant, NO_MODEL, tmp_path)) as site:
        page = build(site)
        taken = Address("127.0.0.1", int(page_url.rpartition(":")[2]))
        with pytest.raises(BylineError, match=f"{page_url} cannot be had .*in use.*give another --port"):
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
