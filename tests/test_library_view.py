"""The view of articles in a real browser: look through them, read one, add some and take some out while asking."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FilePayload, Locator, Route, expect

from rag.assistant import Assistant
from rag.indexing import open_indexer
from rag.settings import Settings, load_settings
from rag.tools import Tools
from rag.web.login import Login
from rag.web.receiving import PATH
from tests.browser import PAGE_WARNINGS, ChatPage, OpenChat, serving, serving_index

pytestmark = PAGE_WARNINGS

ARTICLES = {
    "bridge.txt": "Norang bridge reopens\nThe Strait | 2024-05-02\n\nThe bridge of Norang reopened on Thursday.\n",
    "oysters.txt": "Oyster prices fall\nHarbour Post | 2024-06-11\n\nOyster prices fell by 12 percent in Tongyeong.\n",
    "ko/port.txt": "목포항 여객 증가\n남도일보 | 2024-06-20\n\n목포항을 찾은 여객이 지난달 8% 늘었다고 한다.\n",
}
LIGHTHOUSE = (
    "Lighthouse painted red\nHarbour Post | 2024-07-01\n\nThe lighthouse of Geomun was painted red on Monday.\n"
)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(llm="none", max_file_mb=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in ARTICLES.items():
        path = tmp_path / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "articles" / "broken.pdf").write_bytes(b"no PDF")
    return tmp_path / "articles"


@pytest.fixture
def index(folder: Path, settings: Settings, tools: Tools) -> Path:
    path = folder.parent / ".byline"
    open_indexer(path, settings, tools).run([folder])
    return path


@pytest.fixture
def url(index: Path, settings: Settings, tools: Tools) -> Iterator[str]:
    with serving_index(index, settings, tools) as address:
        yield address


@pytest.fixture
def shelf(chat: OpenChat, url: str) -> Shelf:
    return Shelf(chat(url))


class Shelf:
    """The view of articles in one browser window."""

    def __init__(self, chat: ChatPage) -> None:
        self.chat = chat
        self.page = chat.page
        self.go("Articles")
        self.caption("3 of 3 articles")

    def go(self, tab: str) -> None:
        self.page.get_by_role("tab", name=tab, exact=True).click()

    @property
    def titles(self) -> Locator:
        return self.page.locator(".byline-articles tbody .byline-link")

    def caption(self, text: str) -> None:
        expect(self.page.locator(".byline-articles caption")).to_have_text(text)

    def add(self, *files: tuple[str, bytes]) -> None:
        self.page.locator("#byline-shelf-drop input").set_input_files(
            [FilePayload(name=name, mimeType="text/plain", buffer=data) for name, data in files]
        )


def test_an_article_that_is_added_answers_the_next_question(shelf: Shelf, index: Path) -> None:
    shelf.add(("lighthouse.txt", LIGHTHOUSE.encode()))
    shelf.caption("4 of 4 articles")

    expect(shelf.page.locator(".byline-taken")).to_have_text("Added: lighthouse.txt")
    expect(shelf.page.locator(".byline-scope")).to_contain_text("4 articles")
    expect(shelf.page.locator(".byline-indexing")).to_contain_text("Up to date: 1 read, 4 unchanged")
    assert (index / "uploads" / "lighthouse.txt").read_text(encoding="utf-8") == LIGHTHOUSE
    shelf.go("Chat")
    assert "painted red" in (shelf.chat.ask("When was the lighthouse of Geomun painted?").text_content() or "")


def test_files_are_dropped_too(shelf: Shelf) -> None:
    shelf.page.locator(".byline-drop").evaluate(
        """(zone, text) => {
            const files = new DataTransfer();
            files.items.add(new File([text], "등대 소식.txt"));
            zone.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
        }""",
        LIGHTHOUSE,
    )

    expect(shelf.page.locator(".byline-taken")).to_have_text("Added: 등대 소식.txt")
    shelf.caption("4 of 4 articles")


def test_bad_names_and_kinds_are_refused_in_a_line_each(shelf: Shelf, index: Path) -> None:
    nfd = unicodedata.normalize("NFD", "항구") + ".txt"
    shelf.add(
        ("tool.exe", b"MZ"),
        ("empty.txt", b""),
        ("large.txt", b"x" * 1_000_001),
        ("<img src=x onerror=alert(1)>.png", b"x"),
        ("..\\..\\CURRENT.txt", LIGHTHOUSE.encode()),
        (nfd, LIGHTHOUSE.encode()),
        ("가" * 80 + ".txt", LIGHTHOUSE.encode()),
    )
    told = shelf.page.locator(".byline-taken li")
    expect(told).to_have_count(5)

    assert [text.split(" (")[0] for text in told.all_text_contents()[1:]] == [
        "Not added: tool.exe",
        "Not added: empty.txt",
        "Not added: large.txt",
        "Not added: <img src=x onerror=alert(1)>.png",
    ]
    expect(told.nth(3)).to_contain_text("larger than 1 MB")
    shelf.caption("6 of 6 articles")
    kept = {path.name for path in (index / "uploads").iterdir()}
    assert {"CURRENT.txt", "항구.txt"} < kept
    assert all(len(name.encode()) <= 255 for name in kept)
    assert not [path for path in index.iterdir() if path.name.startswith(".coming")]


def test_the_table_is_searched_and_filtered(shelf: Shelf) -> None:
    page = shelf.page
    page.get_by_label("Find").fill("harbour OYSTER")
    shelf.caption("1 of 3 articles")
    assert shelf.titles.all_text_contents() == ["Oyster prices fall"]
    page.get_by_role("button", name="Clear").click()
    shelf.caption("3 of 3 articles")
    page.locator("select[name=language]").select_option(label="Korean")
    shelf.caption("1 of 3 articles")
    expect(shelf.titles).to_have_text(["목포항 여객 증가"])
    page.locator("select[name=language]").select_option(label="Any")
    page.get_by_label("From", exact=True).fill("2024-06-01")
    page.get_by_label("To", exact=True).fill("2024-06-15")
    shelf.caption("1 of 3 articles")
    page.locator("select[name=outlet]").select_option(label="남도일보")
    expect(page.get_by_text("No article matches")).to_be_visible()


def test_a_filter_that_is_set_while_another_is_under_way_counts(shelf: Shelf) -> None:
    page = shelf.page
    held: list[Route] = []
    page.route("**/queue/join*", lambda route: held.append(route), times=1)
    with page.expect_request("**/queue/join*"):
        page.get_by_label("From", exact=True).fill("2024-06-01")
    with page.expect_response("**/queue/join*"):
        page.locator("select[name=language]").select_option(label="Korean")
    shelf.caption("1 of 3 articles")
    with page.expect_response("**/queue/join*"):
        held[0].continue_()


def test_an_article_is_read_with_its_passages_by_keyboard(shelf: Shelf) -> None:
    shelf.titles.filter(has_text="Norang").focus()
    shelf.page.keyboard.press("Enter")

    opened = shelf.page.locator(".byline-opened")
    expect(opened.locator("h2")).to_be_focused()
    expect(opened.locator(".byline-passage-text")).to_contain_text("The bridge of Norang reopened on Thursday.")
    expect(opened).to_contain_text(re.compile(r"Passage 1 · characters 0–\d+"))
    expect(shelf.page.locator("tr.byline-open")).to_have_count(1)


def test_what_was_skipped_is_named_with_the_reason(shelf: Shelf) -> None:
    shelf.page.get_by_text("Skipped files (1)").click()

    expect(shelf.page.locator("details li")).to_contain_text("broken.pdf it is broken")


def test_a_file_of_the_folder_is_taken_out_and_put_back_and_stays_where_it_is(shelf: Shelf, folder: Path) -> None:
    page = shelf.page
    shelf.titles.filter(has_text="Oyster").click()
    page.get_by_role("button", name="Remove …").click()
    expect(page.get_by_role("button", name="No, keep it")).to_be_focused()
    page.get_by_role("button", name="Yes, remove").click()
    shelf.caption("2 of 2 articles")

    assert (folder / "oysters.txt").exists()
    page.get_by_text("Taken out of the index (1)").click()
    page.get_by_role("button", name="Put oysters.txt back into the index").click()
    shelf.caption("3 of 3 articles")


def test_an_uploaded_file_is_deleted_once_the_reader_is_sure(shelf: Shelf, index: Path) -> None:
    page = shelf.page
    shelf.add(("lighthouse.txt", LIGHTHOUSE.encode()))
    shelf.caption("4 of 4 articles")
    shelf.titles.filter(has_text="Lighthouse").click()
    page.get_by_role("button", name="Remove …").click()
    page.get_by_role("button", name="No, keep it").click()
    page.get_by_role("button", name="Remove …").click()
    expect(page.locator(".byline-sure")).to_contain_text("Delete the uploaded file uploads/lighthouse.txt?")
    page.get_by_role("button", name="Yes, remove").click()
    shelf.caption("3 of 3 articles")

    assert list((index / "uploads").iterdir()) == []


def test_the_folder_is_brought_up_to_date_from_the_page(shelf: Shelf, folder: Path) -> None:
    (folder / "lighthouse.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    shelf.page.get_by_role("button", name="Bring up to date").click()

    shelf.caption("4 of 4 articles")
    expect(shelf.page.locator(".byline-indexing")).to_contain_text("1 read")


# --- the route ---------------------------------------------------------------------------------------------------


def test_files_come_from_the_page_itself_only(url: str, index: Path) -> None:
    upload = f"{url}{PATH}?to=articles&name=a.txt"

    assert httpx.post(upload, content=b"x", headers={"Origin": "http://evil.example"}).status_code == 403
    assert httpx.post(upload, content=b"x", headers={"Host": "evil.example"}).status_code == 421
    assert httpx.get(upload).status_code in (404, 405)
    assert not (index / "uploads").exists()
    told = httpx.post(upload, content=b"A boat came.", headers={"Origin": url}).json()
    assert told == {"source": "uploads/a.txt"}


def test_a_file_is_cut_off_where_it_gets_too_large(url: str, index: Path) -> None:
    told = httpx.post(f"{url}{PATH}?to=articles&name=a.txt", content=(b"x" * 100_000 for _ in range(20))).json()

    assert (told["why"], told["error"]) == ("large", "a.txt: it is larger than 1 MB (max_file_mb)")
    assert not (index / "uploads").exists()


def test_with_a_login_files_come_from_those_who_are_in(
    index: Path, settings: Settings, tools: Tools, tmp_path: Path
) -> None:
    from index.store import IndexFolder

    with (
        Assistant(IndexFolder(index), settings, tools) as assistant,
        serving(assistant, settings, tmp_path, login=Login.of("ann", "secret")) as url,
        httpx.Client(base_url=url) as door,
    ):
        assert door.post(f"{PATH}?to=articles&name=a.txt", content=b"A boat came.").status_code == 401
        assert door.post("/login", data={"username": "ann", "password": "secret"}).status_code == 200
        assert door.post(f"{PATH}?to=articles&name=a.txt", content=b"A boat came.").json() == {
            "source": "uploads/a.txt"
        }
