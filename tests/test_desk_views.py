"""Report, evaluation and settings in a real browser: each over the samples, one server for all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from playwright.sync_api import FilePayload, expect

from rag.cli.add_command import command as eval_add
from rag.evaluate.questions import load_questions
from rag.settings import Settings, load_settings
from rag.tools import Tools
from rag.web.serving import STATE
from tests.browser import FERRY, PAGE_WARNINGS, TRAM, ChatPage, OpenChat, serving_index
from tests.conftest import ROOT

pytestmark = PAGE_WARNINGS

DRAFT = """A single ticket costs 9,400 won. [1]

The boat is painted green. [1]

Islanders pay 2,000 won.

[1]: island-ferry-timetable.txt
"""


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(llm="none")


@pytest.fixture(scope="module")
def index(samples_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index over the samples, with a folder of this module's own for what the page keeps."""
    import shutil

    path = tmp_path_factory.mktemp("desk") / ".byline"
    shutil.copytree(samples_index, path)
    return path


@pytest.fixture(scope="module")
def url(index: Path, settings: Settings, tools: Tools) -> Iterator[str]:
    with serving_index(index, settings, tools) as address:
        yield address


def go(chat: ChatPage, tab: str) -> None:
    chat.page.get_by_role("tab", name=tab, exact=True).click()


def pin(chat: ChatPage, turn: int = 0) -> None:
    chat.page.locator("#byline-chat-view").get_by_role("button", name="Pin to report").nth(turn).click()
    chat.page.get_by_text("Pinned. It is under “Report”.").last.wait_for()


def test_pins_are_put_in_order_and_taken_along_as_a_document(chat: OpenChat, url: str, tmp_path: Path) -> None:
    page = chat(url)
    page.ask(FERRY)
    pin(page)
    expect(page.page.locator(".toast-title").first).to_be_hidden()  # Gradio's own words, always English
    page.ask(TRAM, turn=1)
    pin(page, turn=1)
    go(page, "Report")
    pins = page.page.locator(".byline-pins h3")
    expect(pins).to_have_text([FERRY, TRAM])
    page.page.get_by_role("button", name=f"Move “{TRAM}” up").press("Enter")
    expect(pins).to_have_text([TRAM, FERRY])
    expect(page.page.get_by_role("button", name=f"Move “{TRAM}” down")).to_be_focused()

    page.page.get_by_label("Title of the report").fill("Ferries and trams")
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Word", exact=True).click()
    download.value.save_as(tmp_path / "report.docx")

    document = docx.Document(str(tmp_path / "report.docx"))
    headings = [one.text for one in document.paragraphs if one.style is not None and "Heading" in str(one.style.name)]
    assert document.core_properties.title == "Ferries and trams"
    assert headings[:2] == [TRAM, FERRY]
    assert {"✓ supported", "✓ 확인됨"} & {cell.text for row in document.tables[0].rows for cell in row.cells}
    notes = next(part for part in document.part.package.iter_parts() if part.partname == "/word/footnotes.xml")
    assert "island-ferry-timetable.txt" in notes.blob.decode()


def test_two_readers_pins_are_separate(chat: OpenChat, url: str) -> None:
    one, other = chat(url), chat(url)
    one.ask(FERRY)
    pin(one)
    go(other, "Report")
    expect(other.page.get_by_text("Nothing is pinned yet.")).to_be_visible()
    go(one, "Report")
    expect(one.page.locator(".byline-pins h3")).to_have_text([FERRY])
    one.page.get_by_role("button", name=f"Take “{FERRY}” off the report").click()
    expect(one.page.get_by_text("Nothing is pinned yet.")).to_be_visible()


def test_a_draft_is_checked_sentence_by_sentence(chat: OpenChat, url: str) -> None:
    page = chat(url)
    go(page, "Report")
    page.page.get_by_label("Your draft, in Markdown").fill(DRAFT)
    page.page.get_by_role("button", name="Check", exact=True).click()
    claims = page.page.locator(".byline-claims li")
    expect(claims).to_have_count(3)

    expect(claims.nth(0).locator(".byline-chip")).to_have_text("✓ supported")
    expect(claims.nth(0)).to_contain_text("376–408: A single ticket costs 9,400 won.")
    expect(claims.nth(1).locator(".byline-chip")).to_have_text("✗ unsupported")
    expect(claims.nth(2)).to_contain_text("Could cite island-ferry-timetable.txt")
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Download the verdicts").click()
    assert "The boat is painted green." in download.value.path().read_text(encoding="utf-8")


def test_a_hostile_draft_stays_text(chat: OpenChat, url: str) -> None:
    page = chat(url)
    go(page, "Report")
    page.page.get_by_label("Your draft, in Markdown").fill("The <img src=x onerror=alert(1)> boat `<b>` sank. [x.txt]")
    page.page.get_by_role("button", name="Check", exact=True).click()

    expect(page.page.locator(".byline-claims li")).to_contain_text("The boat <b> sank.")
    assert page.page.locator(".byline-claims :is(img, b)").count() == 0


def test_what_readers_say_becomes_questions(chat: OpenChat, url: str, index: Path, tmp_path: Path) -> None:
    page = chat(url)
    page.ask(FERRY)
    page.page.get_by_role("button", name="Right", exact=True).click()
    page.page.get_by_text("Noted, thank you.").last.wait_for()
    page.ask(TRAM, turn=1)
    page.page.get_by_text("Wrong …").nth(1).click()
    missed = page.page.get_by_role("button", name="It missed something")
    expect(missed).to_be_in_viewport(ratio=1)
    missed.click()
    feedback, out = index / STATE / "feedback.jsonl", tmp_path / "questions.jsonl"
    page.page.get_by_text("Noted, thank you.").nth(1).wait_for()

    done = CliRunner().invoke(eval_add, [str(feedback), "-o", str(out)], catch_exceptions=False)

    assert done.exit_code == 0
    right, wrong = load_questions(out)
    assert (right.question, right.draft, bool(right.evidence)) == (FERRY, False, True)
    assert (wrong.question, wrong.draft) == (TRAM, True)
    assert json.loads(out.read_text(encoding="utf-8").splitlines()[1])["note"] == "missed"


def test_a_question_set_is_run_and_two_runs_are_compared(chat: OpenChat, url: str) -> None:
    page = chat(url)
    go(page, "Evaluation")
    lines = (ROOT / "samples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()[:3]
    added = FilePayload(name="three.jsonl", mimeType="application/json", buffer="\n".join(lines).encode())
    page.page.locator("#byline-run-drop input").set_input_files([added])
    expect(page.page.locator("#byline-run-taken")).to_contain_text("Added: three.jsonl")
    page.page.get_by_label("Passages only, no answers").check()
    rows = page.page.locator(".byline-runs tbody tr")
    for number in (1, 2):
        page.page.get_by_role("button", name="Run", exact=True).click()
        expect(rows).to_have_count(number)

    expect(page.page.locator(".byline-charts svg").first).to_be_visible()
    page.page.get_by_role("button", name="Compare the shown run").click()
    expect(page.page.locator("#byline-run-report")).to_contain_text("3 questions are in both; 0 newly fail")
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Download the whole report").click()
    assert "<svg" in download.value.path().read_text(encoding="utf-8")
    page.page.get_by_role("button", name="Delete three.jsonl").first.click()
    expect(rows).to_have_count(1)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("../../../etc/passwd", "no question set of that name"),
        ("/etc/hosts.csv", "no question set of that name"),
        ("", "Choose a question set, or add one."),
    ],
)
def test_a_set_outside_of_the_folders_is_refused(chat: OpenChat, url: str, path: str, line: str) -> None:
    page = chat(url)
    go(page, "Evaluation")
    page.page.locator("select[name=set]").select_option("")
    page.page.get_by_label("or a file of the folders").fill(path)
    page.page.get_by_role("button", name="Run", exact=True).click()

    expect(page.page.locator("#byline-run-standing")).to_contain_text(line)


def test_a_reader_chooses_how_many_passages_their_answers_get(chat: OpenChat, url: str) -> None:
    page = chat(url)
    go(page, "Settings")
    expect(page.page.locator("#byline-reach")).to_contain_text("nobody: it stays here")
    page.page.get_by_label("Passages retrieved for a question").fill("1")
    page.page.get_by_role("button", name="Save").click()
    expect(page.page.get_by_text("Saved.", exact=True)).to_be_visible()
    go(page, "Chat")
    page.ask(FERRY)
    assert "1 English passage" in (page.answer().text_content() or "")

    other = chat(url)
    go(other, "Settings")
    expect(other.page.get_by_label("Passages retrieved for a question")).to_have_value("10")
