"""The view of evaluations as HTML: what to run, how it goes, the runs there are, and one of them with its plots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from rag.compose import EXTRACTIVE
from rag.evaluate.compare import Comparison, Difference
from rag.evaluate.record import Run
from rag.evaluate.report.charts import Chart
from rag.evaluate.report.render import charts_of
from rag.evaluate.report.view import Headline, label, view_of
from rag.web.article import button
from rag.web.evaluating import Standing
from rag.web.indexing import BROKEN
from rag.web.markup import Html, escaped, tag
from rag.web.phrases import Language, Phrases
from rag.web.phrases.evaluation import EvaluationPhrases
from rag.web.phrases.messages import retold, told
from rag.web.runs import Entry

_HEADS = ("passed", "recall@5", "mrr")  # the scores of an Entry
_FAILING = 100  # questions that are listed
_CHART_WORDS = re.compile(r"(?<=>)[^<>\n]+(?=</text>)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A run that a reader looks at: its place in the list, and itself."""

    entry: Entry
    run: Run


# --- what to run --------------------------------------------------------------------------------------------------


def run_form(sets: Sequence[str], chosen: str | None, folders: str, k: int, page: Phrases) -> Html:
    """The form that runs a set: one of those added, or a file of the indexed folders."""
    words = page.evaluation
    options = [tag("option", name, value=name, selected="" if name == chosen else None) for name in sets]
    hint = words.path_hint.format(folders=folders)
    empty = tag("option", "–" if sets else words.none_yet, value="")
    return tag(
        "section",
        tag("h2", words.heading),
        tag("p", words.explained, class_="byline-hint"),
        tag(
            "form",
            _field(words.chosen, tag("select", *options, empty, name="set")),
            # Not "path": Gradio takes data with that key for a file of its own.
            _field(words.path, tag("input", type="text", name="file", maxlength=400, placeholder=hint)),
            _field(words.k, tag("input", type="number", name="k", min=1, max=200, value=k)),
            tag(
                "label",
                tag("input", type="checkbox", name="retrieval_only", value="1"),
                tag("span", words.retrieval_only),
                class_="byline-tick",
            ),
            tag("button", words.run, type="submit", class_="byline-button byline-main"),
            class_="byline-form byline-pressed",
        ),
        lang=page.language,
    )


def standing(now: Standing, page: Phrases, said: str = "") -> Html:
    """How a run goes; `said` is what is to be said instead of the last one's end."""
    words = page.evaluation
    if now.running:
        bar = tag("progress", max=max(1, now.of), value=now.done, aria_label=words.heading)
        line = tag("span", words.running.format(done=now.done, of=now.of))
        told = [button(words.stop, "stop"), tag("div", line, bar, role="status")]
    else:
        bad = bool(said or now.error)
        line = tag("span", said or _ended(now, words), class_="byline-bad" if bad else None)
        told = [tag("div", line, role="status")]
    return tag("div", *told, class_="byline-indexing", lang=page.language)


def _ended(now: Standing, words: EvaluationPhrases) -> str:
    if now.error is not None:
        return words.failed.format(why=words.broken if now.error == BROKEN else now.error)
    return words.stopped if now.stopped else words.done if now.kept else ""


def _field(text: str, control: Html) -> Html:
    return tag("label", tag("span", text), control, class_="byline-field")


# --- the runs -----------------------------------------------------------------------------------------------------


def runs_table(entries: Sequence[Entry], shown: str | None, page: Phrases) -> Html:
    """The runs there are, the latest first, with buttons that show, compare and delete each."""
    words = page.evaluation
    if not entries:
        return tag("section", tag("h2", words.runs), tag("p", words.no_runs, class_="byline-hint"), lang=page.language)
    heads = (words.name, words.questions, words.by, *(told(label(name), page.language) for name in _HEADS))
    rows = [_run_row(entry, shown, words) for entry in entries]
    return tag(
        "section",
        tag("h2", words.runs),
        tag(
            "div",
            tag(
                "table",
                tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
                tag("tbody", *rows),
                class_="byline-table byline-runs",
            ),
            class_="byline-scroll",
            tabindex=0,
            role="region",
            aria_label=words.runs,
        ),
        lang=page.language,
    )


def _run_row(entry: Entry, shown: str | None, words: EvaluationPhrases) -> Html:
    made = when(entry)
    named = {"name": entry.name, "made": made}
    show = tag(
        "button",
        entry.name,
        type="button",
        class_="byline-link",
        aria_label=words.show_of.format(**named),
        aria_pressed="true" if entry.id == shown else "false",
        data_act="show",
        data_id=entry.id,
    )
    acts = [_act(words.delete, words.delete_of.format(**named), "delete", entry)]
    if shown is not None and entry.id != shown:
        acts.insert(0, _act(words.compare, words.compare_of.format(**named), "compare", entry))
    models = [words.extractive if model == EXTRACTIVE else model for model in entry.models]
    by = ", ".join(models) or words.passages_only
    scores = (tag("td", _number(score), class_="byline-figure") for score in entry.scores)
    return tag(
        "tr",
        tag(
            "td",
            show,
            tag("span", f"{made} · k = {entry.k}", class_="byline-soft byline-below"),
            tag("span", *acts, class_="byline-acts"),
        ),
        tag("td", f"{entry.questions:,}", class_="byline-figure"),
        tag("td", by),
        *scores,
        class_="byline-open" if entry.id == shown else None,
    )


def _act(text: str, spoken: str, act: str, entry: Entry) -> Html:
    return tag("button", text, type="button", class_="byline-button", aria_label=spoken, data_act=act, data_id=entry.id)


def when(entry: Entry) -> str:
    """When a run was made, to the minute, in UTC."""
    return f"{datetime.fromisoformat(entry.made):%Y-%m-%d %H:%M} UTC"


# --- one run ------------------------------------------------------------------------------------------------------


def run_report(shown: Shown | None, before: Shown | None, page: Phrases) -> Html:
    """The figures of a run, beside another's where there is one, its plots, and the questions that fail."""
    words = page.evaluation
    if shown is None:
        return tag("aside", tag("p", words.pick, class_="byline-hint"), lang=page.language)
    view = view_of(shown.run, before.run.rows if before else (), title=shown.entry.name)
    asked = {item.question.id: item.question.question for item in view.items}
    found = shown.run.comparison if before else None
    failing = [item for item in view.items if item.state == "failing"]
    return tag(
        "aside",
        tag("h2", f"{shown.entry.name} · {when(shown.entry)}", tabindex=-1, data_focus=""),
        tag("p", button(words.save, "save"), class_="byline-acts"),
        *(_compared(found, view.headlines, before, asked, words) if before and found else ()),
        tag("ul", *(_headline(one, words) for one in view.headlines), class_="byline-headlines"),
        tag("div", *(_figure(chart, words.language) for chart in charts_of(shown.run)), class_="byline-charts"),
        *_listed(words.failing.format(n=len(failing)), [item.question.question for item in failing], opened=False),
        class_="byline-opened",
        aria_label=shown.entry.name,
        lang=page.language,
    )


def _headline(one: Headline, words: EvaluationPhrases) -> Html:
    score = one.score
    sure = None
    if score.low is not None and score.high is not None:
        sure = words.interval.format(low=_number(score.low), high=_number(score.high), n=score.n)
    return tag(
        "li",
        told(one.label, words.language),
        tag("strong", _number(score.value)),
        *([tag("span", sure, class_="byline-soft")] if sure else []),
    )


def _compared(
    found: Comparison, headlines: Sequence[Headline], before: Shown, asked: Mapping[str, str], words: EvaluationPhrases
) -> Iterator[Html]:
    named = {"name": before.entry.name, "made": when(before.entry)}
    yield tag("h3", words.against.format(**named))
    if not found.paired:
        yield tag("p", words.nothing_shared, class_="byline-hint")
        return
    counts = {"failing": len(found.newly_failing), "passing": len(found.newly_passing)}
    yield tag("p", words.turned.format(paired=found.paired, p=f"{found.p_value:.3g}", **counts), class_="byline-hint")
    figures = (words.before, words.now, words.change, words.range)
    heads = (tag("th", head, scope="col", class_="byline-figure") for head in figures)
    table = tag(
        "table",
        tag("thead", tag("tr", tag("th", words.metric, scope="col"), *heads)),
        tag("tbody", *(_change(told(one.label, words.language), one.change) for one in headlines if one.change)),
        class_="byline-table byline-changes",
    )
    yield tag("div", table, class_="byline-scroll", tabindex=0, role="region", aria_label=words.change)
    for title, ids in ((words.newly_failing, found.newly_failing), (words.newly_passing, found.newly_passing)):
        yield from _listed(title, [asked[id] for id in ids], opened=True)


def _change(name: Html, one: Difference) -> Html:
    span = "–" if one.low is None or one.high is None else f"{_signed(one.low)} … {_signed(one.high)}"
    figures = (_number(one.before), _number(one.now), _signed(one.change), span)
    cells = (tag("td", figure, class_="byline-figure") for figure in figures)
    return tag("tr", tag("th", name, scope="row"), *cells)


def _listed(title: str, texts: Sequence[str], *, opened: bool) -> list[Html]:
    if not texts:
        return []
    items = [tag("li", text, dir="auto") for text in texts[:_FAILING]]
    return [tag("details", tag("summary", title), tag("ul", *items), open="" if opened else None)]


def _figure(chart: Chart, language: Language) -> Html:
    caption = tag("figcaption", told(chart.caption, language))
    return tag("figure", tag("h3", told(chart.title, language)), _drawn(chart.svg, language), caption)


def _drawn(svg: str, language: Language) -> Html:
    """A chart with its words in a language of the page."""

    def in_page(found: re.Match[str]) -> str:
        return escaped(retold(unescape(found[0]), language) or unescape(found[0]))

    return Html(_CHART_WORDS.sub(in_page, svg))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _signed(value: float) -> str:
    """With a sign, unless it is zero to three places."""
    written = f"{value:+.3f}"
    return written[1:] if not float(written) else written.replace("-", "−")
