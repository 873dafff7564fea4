"""The report of a run: what it says, that it says it safely, and that it works in a browser without a network."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from rag.answer import Answer, Citation, Sentence
from rag.errors import BylineError
from rag.evaluate.compare import compare
from rag.evaluate.questions import Evidence, Question
from rag.evaluate.record import Run, Setup
from rag.evaluate.report.charts import bars, latency_histogram, reliability
from rag.evaluate.report.render import charts_of, render_html, render_markdown, write_report
from rag.evaluate.report.view import Edit, edits, label, view_of
from rag.evaluate.result import Found, Outcome, Row
from rag.evaluate.summary import summarise

HOSTILE = "$x_1$ </script><script>window.hacked=1</script><img src=x onerror=hacked=1> | `a` {{ 7*7 }}"


def row(number: int, *, passed: bool = True, text: str = "The tram has 17 stops.", **asked: object) -> Row:
    """A question that one article answers, with what came of it."""
    question = Question(
        id=f"q{number}",
        question=f"How many stops has line {number}?",
        language="en" if number % 2 else "ko",
        type="number" if number % 3 else "날짜",
        answerable=True,
        answer="17",
        evidence=((Evidence("tram.txt", "17 stops"),),),
        facts=(("17",),),
    )
    question = replace(question, **asked)  # type: ignore[arg-type]
    found = tuple(
        Found(f"{at}.txt" if at else "tram.txt", 0, 40, f"Passage {at} with 17 stops in it.", number - at, "en", "Tram")
        for at in range(3)
    )
    citation = Citation(1, "tram.txt", 0, 8, "17 stops", "Tram", "2024-05-01", "en")
    sentences = (Sentence(text, (1,), "supported"), Sentence("Nobody knows.", (), "uncited", ("it cites nothing",)))
    answer = Answer(question.question, f"{text} [1]", False, "en", sentences, (citation,), (), "extractive")
    metrics = {
        "recall@1": float(passed),
        "recall@3": 1.0,
        "mrr": 1.0,
        "abstained_correctly": 1.0,
        "fact_recall": float(passed),
        "passed": float(passed),
    }
    return Row(
        question, metrics, "en", Outcome(0.1 * number, answer, found), ((0,), (), ()) if passed else ((), (0,), ())
    )


def run_of(rows: Sequence[Row], before: Sequence[Row] = ()) -> Run:
    comparison = compare(rows, before) if before else None
    return Run(tuple(rows), Setup(3, "none", retrieval_only=False), summarise(rows), comparison)


def unanswerable(number: int) -> Row:
    one = row(number, answerable=False, evidence=(), facts=(), answer=None)
    return replace(one, outcome=replace(one.outcome, answer=None), met=((), (), ()), evidence_language=None)


ROWS = [row(number, passed=number % 4 != 0) for number in range(1, 25)]


class Texts(HTMLParser):
    """The elements of a page, and the text outside of styles and scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] not in ("style", "script"):
            self.text += data


def page_of(run: Run, before: Sequence[Row] = (), title: str = "Trams") -> Texts:
    return Texts(render_html(view_of(run, before, title=title, about={"index": "x"}), charts_of(run)))


# --- what it says -----------------------------------------------------------------------------------------------------


def test_the_headlines_stand_with_their_intervals_and_cases() -> None:
    text = " ".join(page_of(run_of(ROWS)).text.split())
    score = run_of(ROWS).summary.overall.scores["fact_recall"]
    assert score.low is not None
    assert f"fact recall 0.750 95 %: {score.low:.3f}–{score.high:.3f} · n 24" in text


def test_every_question_stands_with_expected_answer_citations_and_ranks() -> None:
    text = " ".join(page_of(run_of([ROWS[3]])).text.split())
    assert "How many stops has line 4?" in text
    assert "1 tram.txt 17 stops rank 2" in text
    assert "supported The tram has 17 stops. [1]" in text
    assert "uncited Nobody knows. it cites nothing" in text
    assert "[1] 17 stops tram.txt:0–8 · Tram · 2024-05-01" in text
    assert "1.txt:0–40 · en · 3.00 · meets 1 Passage 1" in text


def test_evidence_that_was_not_retrieved_is_said_to_be_missing() -> None:
    lost = replace(ROWS[0], met=((), (), ()))
    assert "not retrieved" in page_of(run_of([lost])).text


def test_a_question_that_failed_says_why() -> None:
    failed = replace(ROWS[0], met=(), outcome=Outcome(0.1, error="model at host: no answer"))
    assert "Failed: model at host: no answer" in page_of(run_of([failed])).text


def test_beside_a_baseline_changes_and_turned_questions_are_shown() -> None:
    before = [row(number, text="A tram has 12 stops.") for number in range(1, 25)]
    page = page_of(run_of(ROWS, before), before)
    text = " ".join(page.text.split())
    assert "fact recall 0.750" in text
    assert "−0.250 from 1.000 – worse" in text
    assert "6 newly fail and 0 newly pass" in text
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert links[1:] == [f"#q-{number}" for number in range(4, 25, 4)]
    assert ("del", {}) in page.tags
    assert ("ins", {}) in page.tags


def test_a_change_that_may_be_noise_is_called_that() -> None:
    before = [row(number, passed=number not in (4, 5, 8, 12, 16, 20)) for number in range(1, 25)]
    assert "within noise" in page_of(run_of(ROWS, before), before).text


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("same words", "same words", ()),
        ("", "new words", (Edit("new", "new words"),)),
        (
            "a red tram",
            "a blue tram",
            (Edit("same", "a"), Edit("gone", "red"), Edit("new", "blue"), Edit("same", "tram")),
        ),
    ],
)
def test_two_answers_are_laid_beside_each_other(before: str, now: str, expected: tuple[Edit, ...]) -> None:
    assert edits(before, now) == expected


@pytest.mark.parametrize(
    ("name", "words"), [("recall@5", "evidence recall@5"), ("ndcg@10", "nDCG@10"), ("fact_recall", "fact recall")]
)
def test_metrics_are_named_in_words(name: str, words: str) -> None:
    assert label(name) == words


def test_markdown_shows_the_numbers_and_escapes_what_it_would_take_for_its_own() -> None:
    before = [row(number) for number in range(1, 25)]
    rows = [replace(one, question=replace(one.question, type="a|b <b>*")) for one in ROWS]
    text = render_markdown(view_of(run_of(rows, rows), rows, title=HOSTILE))
    assert "| fact recall | 0.750 (" in text
    assert r"| a\|b \<b\>\* | 24 |" in text
    assert "<script>" not in text
    turned = render_markdown(view_of(run_of(ROWS, before), before, title="x"))
    assert "**Newly failing** (6): q4, q8, q12, q16, q20, q24" in turned
    assert "−0.250 **worse**" in turned
    tables = [block.splitlines() for block in re.findall(r"(?:^\|.*\n)+", turned, re.MULTILINE)]
    assert len(tables) == 4  # scores, seconds, and the two of cells
    assert all(len({line.count("|") for line in table}) == 1 for table in tables)


# --- charts -----------------------------------------------------------------------------------------------------------


def test_charts_have_the_pages_colours_and_keep_text_as_text() -> None:
    for chart in charts_of(run_of([*ROWS, *map(unanswerable, range(25, 42))])):
        assert "var(--first)" in chart.svg
        assert "<text" in chart.svg
        assert "#07080" not in chart.svg
        assert "http-equiv" not in chart.svg
    titles = [chart.title for chart in charts_of(run_of(ROWS))]
    assert "Reliability of abstention" not in titles  # nothing unanswerable: nothing to rely on
    assert titles == [
        "By type of question",
        "By language of question → evidence",
        "Evidence recall by depth",
        "Seconds a question",
    ]


def test_a_chart_takes_labels_as_they_are() -> None:
    rows = [replace(ROWS[0], question=replace(ROWS[0].question, type=HOSTILE))]
    chart = bars("t", summarise(rows).by_type, {"facts": "fact_recall"})
    assert chart is not None
    assert "<script>" not in chart.svg
    assert "&lt;/script&gt;" in chart.svg


def test_reliability_needs_both_kinds_of_questions() -> None:
    both = [*ROWS, *map(unanswerable, range(25, 42))]
    chart = reliability(both)
    assert chart is not None
    assert chart.caption.startswith("41 questions in 5 bins")
    assert reliability(ROWS) is None
    assert reliability(both[-6:]) is None


def test_a_run_that_failed_throughout_has_no_latency() -> None:
    assert latency_histogram([replace(ROWS[0], outcome=Outcome(0.1, error="no"))]) is None


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(name="opened")
def open_report(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Writes the report of a run and opens it; a request but for the page itself fails the test."""
    requests: list[str] = []
    complaints: list[str] = []
    contexts = []

    def opened(run: Run, before: Sequence[Row] = (), *, width: int = 1280, scheme: str = "light") -> Page:
        write_report(run, tmp_path, before=before, title=HOSTILE, about={"index": HOSTILE})
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((tmp_path / "report.html").as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert set(requests) == {(tmp_path / "report.html").as_uri()}
    assert complaints == []


def test_the_filter_shows_what_is_asked_for(opened: Callable[..., Page]) -> None:
    before = [row(number) for number in range(1, 25)]
    page = opened(run_of(ROWS, before), before)
    questions, count = page.locator("details.q:visible"), page.locator("output")
    assert (questions.count(), count.inner_text()) == (24, "24 shown")
    page.get_by_label("Show").select_option("failing")
    assert (questions.count(), count.inner_text()) == (6, "6 shown")
    page.get_by_label("Languages").select_option("ko → en")
    page.locator("[name=type]").select_option("날짜")
    assert questions.locator("summary").all_inner_texts()[0].startswith("✗\nHow many stops has line 12?")
    page.get_by_label("Show").select_option("newly failing")
    page.locator("[name=type]").select_option("")
    page.get_by_label("Containing").fill("LINE 8?")
    assert questions.count() == 1


def test_a_question_opens_by_keyboard_and_by_link(opened: Callable[..., Page]) -> None:
    before = [row(number) for number in range(1, 25)]
    page = opened(run_of(ROWS, before), before)
    page.locator("#q-1 summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#q-1 .ranked").is_visible()
    page.get_by_role("link", name="q8").click()
    page.locator("#q-8[open]").wait_for()
    assert page.locator("#q-8 .wanted").is_visible()


def test_hostile_text_stays_text(opened: Callable[..., Page]) -> None:
    one = row(
        1, text=HOSTILE, question=HOSTILE, type=HOSTILE, answer=HOSTILE, evidence=((Evidence(HOSTILE, HOSTILE),),)
    )
    found = replace(one.outcome.retrieved[0], text=HOSTILE, source=HOSTILE, title=HOSTILE)
    one = replace(one, outcome=replace(one.outcome, retrieved=(found,), error=HOSTILE), met=((0,),))
    page = opened(run_of([one]))
    page.locator("#q-1 summary").click()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert HOSTILE in page.locator("#q-1 .ranked").inner_text()
    assert page.locator("h1").inner_text() == HOSTILE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast_and_a_phone_does_not_scroll_sideways(
    opened: Callable[..., Page], scheme: str
) -> None:
    before = [row(number) for number in range(1, 25)]
    page = opened(run_of(ROWS, before), before, width=390, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(_LOWEST_CONTRAST) >= 4.5


def test_a_large_report_opens_within_two_seconds(opened: Callable[..., Page], tmp_path: Path) -> None:
    rows = [row(number, text="The tram has 17 stops. " * 20) for number in range(1, 1279)]
    long = [replace(found, text=found.text * 40) for found in rows[0].outcome.retrieved] * 4
    rows = [
        replace(one, outcome=replace(one.outcome, retrieved=tuple(long[:10])), met=((0,), *[()] * 9)) for one in rows
    ]
    page = opened(run_of(rows))
    assert (tmp_path / "report.html").stat().st_size <= 15_000_000
    # Processor time of the page, since the machine may be busy with something else.
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    measured = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    assert measured["TaskDuration"] < 2.0
    started = time.monotonic()
    page.get_by_label("Containing").fill("line 1278?")
    assert page.locator("details.q:visible").count() == 1
    assert time.monotonic() - started < 10


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(BylineError, match="the report cannot be written"):
        write_report(run_of(ROWS), tmp_path, title="x")


_LOWEST_CONTRAST = """
() => {
  const channel = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  let lowest = 21;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, style, svg, noscript, .skip")) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return lowest;
}
"""
