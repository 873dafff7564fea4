"""What a report shows, in the order and the words that it shows it in: a run as data for the templates."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.answer import Sentence
from rag.evaluate.compare import Comparison, Difference
from rag.evaluate.cost import Spent, spending
from rag.evaluate.metrics import stated
from rag.evaluate.questions import Question
from rag.evaluate.record import Run
from rag.evaluate.result import Found, Row
from rag.evaluate.scores import Latency, Score
from rag.evaluate.summary import Cell

_EXCERPT = 240  # characters shown of a retrieved passage
_LABELS: Mapping[str, str] = {
    "mrr": "MRR",
    "map": "MAP",
    "ndcg": "nDCG",
    "multihop_map": "MultiHop-RAG's MAP",
    "abstained_correctly": "answered or declined rightly",
    "abstention_f1": "abstention F1",
    "judged": "judge's grade",
    "judged_citation_recall": "citation recall by the judge",
    "judged_citation_precision": "citation precision by the judge",
    "exact_match": "exact match",
    "token_f1": "token F1",
}
_CITED = (
    *("citation_recall", "citation_precision", "judged_citation_recall", "judged_citation_precision"),
    "quote_verbatim",
)
_HEADLINES = (
    *("passed", "fact_recall", "judged", "recall@5", "recall@{k}", "mrr", "ndcg@10", "abstention_f1", "answer_rate"),
    *_CITED,
)
_CELL_METRICS = ("recall@5", "recall@{k}", "mrr", "fact_recall", "abstention_f1", "answer_rate", "passed")
_CHANGES = ("passed", "abstained_correctly", "fact_recall", "recall@5", "recall@{k}", "mrr", *_CITED)
FAILING, PASSING, OPEN = "failing", "passing", "open"
MARKS: Mapping[str, str] = {FAILING: "✗", PASSING: "✓", OPEN: "–"}


@dataclass(frozen=True, slots=True)
class Headline:
    """A score with its name in words, and its change from the baseline where there is one."""

    name: str
    label: str
    score: Score
    change: Difference | None = None

    @property
    def surely(self) -> str | None:
        """`better` or `worse` where the interval of the change leaves zero out."""
        if self.change is None or self.change.low is None or self.change.high is None:
            return None
        return "better" if self.change.low > 0 else "worse" if self.change.high < 0 else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry of evidence: the group that it is of, and the rank of the first passage that met that group."""

    group: int
    source: str
    quote: str | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A retrieved passage: its rank, how it begins, and the groups of evidence that it meets, from 1."""

    rank: int
    found: Found
    excerpt: str
    meets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """A run of words that both answers have (`same`), or only the earlier (`gone`) or the later one (`new`)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question with all that is shown of it.

    `state` is `failing`, `passing` or `open` (what a retrieval run cannot tell); `turned` is `newly failing` or `newly
    passing` beside the baseline. `changes` are the metrics that differ there, before and now, and `edits`
    the two answers.
    """

    number: int
    row: Row
    state: str
    turned: str | None
    shown: tuple[tuple[str, float], ...]
    wanted: tuple[Wanted, ...]
    ranked: tuple[Ranked, ...]
    changes: tuple[tuple[str, float | None, float | None], ...] = ()
    edits: tuple[Edit, ...] = ()

    @property
    def question(self) -> Question:
        """The question as it was asked."""
        return self.row.question

    @property
    def languages(self) -> str:
        """The cell of question and evidence language."""
        return cell_name((self.question.language, self.row.evidence_language))

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the answer."""
        return self.row.outcome.answer.sentences if self.row.outcome.answer else ()

    @property
    def mark(self) -> str:
        """A sign for the state."""
        return MARKS[self.state]


@dataclass(frozen=True, slots=True)
class Table:
    """The scores of some cells under each other: heads of the columns, and a name, a size and scores a row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[Score | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A whole report.

    `about` says how the run was made, a label and a value each; `count` is of items by state; `numbers` are the items'
    by the question's id. `seconds` are by stage; `spent` is what models took.
    """

    title: str
    about: tuple[tuple[str, str], ...]
    headlines: tuple[Headline, ...]
    by_type: Table
    by_language: Table
    every_score: tuple[Headline, ...]
    items: tuple[Item, ...]
    unreachable: tuple[str, ...]
    comparison: Comparison | None
    count: Mapping[str, int]
    numbers: Mapping[str, int]
    seconds: Mapping[str, Latency]
    spent: tuple[Spent, ...]


def view_of(run: Run, before: Sequence[Row] = (), *, title: str, about: Mapping[str, str] | None = None) -> View:
    """What a report shows of `run`; `before` are the rows of the baseline that `run.comparison` is with."""
    scores = run.summary.overall.scores
    changes = run.comparison.overall if run.comparison else {}
    every = {name: Headline(name, label(name), score, changes.get(name)) for name, score in scores.items()}
    chosen = [name.format(k=run.setup.k) for name in _HEADLINES]
    cells = [name.format(k=run.setup.k) for name in _CELL_METRICS]
    items = tuple(_items(run, before))
    return View(
        title=title,
        about=tuple((about or {}).items()),
        headlines=tuple(every[name] for name in dict.fromkeys(chosen) if _measured(scores.get(name))),
        by_type=_table(run.summary.by_type, cells),
        by_language=_table({cell_name(pair): cell for pair, cell in run.summary.by_language.items()}, cells),
        every_score=tuple(every.values()),
        items=items,
        unreachable=run.summary.unreachable,
        comparison=run.comparison,
        count={state: sum(item.state == state for item in items) for state in MARKS},
        numbers={item.question.id: item.number for item in items},
        seconds={stage: one for stage, one in run.summary.seconds.items() if one.n},
        spent=spending(run.summary, run.cost),
    )


def label(name: str) -> str:
    """A metric's name in words: `fact_recall` is "fact recall", `ndcg@10` "nDCG@10"."""
    bare, at, cutoff = name.partition("@")
    words = _LABELS.get(bare, bare.replace("_", " "))
    return f"evidence {words}{at}{cutoff}" if bare == "recall" else f"{words}{at}{cutoff}"


def cell_name(pair: tuple[str, str | None]) -> str:
    """Question language and evidence language in one label."""
    return f"{pair[0]} → {pair[1] or '–'}"


def _measured(score: Score | None) -> bool:
    return score is not None and score.value is not None


def _table(cells: Mapping[str, Cell], metrics: Sequence[str]) -> Table:
    names = [
        name for name in dict.fromkeys(metrics) if any(_measured(cell.scores.get(name)) for cell in cells.values())
    ]
    rows = tuple(
        (title, cell.questions, tuple(cell.scores.get(name) for name in names)) for title, cell in cells.items()
    )
    return Table(tuple(label(name) for name in names), rows)


def _items(run: Run, before: Sequence[Row]) -> Iterator[Item]:
    turned = dict.fromkeys(run.comparison.newly_failing, "newly failing") if run.comparison else {}
    turned |= dict.fromkeys(run.comparison.newly_passing, "newly passing") if run.comparison else {}
    earlier = {row.question.id: row for row in before}
    shown = dict.fromkeys(name.format(k=run.setup.k) for name in ("fact_recall", "recall@5", "recall@{k}"))
    told = dict.fromkeys(name.format(k=run.setup.k) for name in _CHANGES)
    for number, row in enumerate(run.rows, 1):
        was = earlier.get(row.question.id)
        yield Item(
            number=number,
            row=row,
            state=OPEN if row.passed is None else PASSING if row.passed else FAILING,
            turned=turned.get(row.question.id),
            shown=tuple((label(name), value) for name in shown if (value := row.metrics.get(name)) is not None),
            wanted=tuple(_wanted(row)),
            ranked=tuple(_ranked(row)),
            changes=tuple(_changes(told, was, row)) if was else (),
            edits=edits(stated(was.outcome.answer), stated(row.outcome.answer)) if was else (),
        )


def _wanted(row: Row) -> Iterator[Wanted]:
    for group, entries in enumerate(row.question.evidence):
        rank = next((rank for rank, met in enumerate(row.met, 1) if group in met), None)
        for entry in entries:
            yield Wanted(group + 1, entry.source, entry.quote, rank)


def _ranked(row: Row) -> Iterator[Ranked]:
    for rank, (found, groups) in enumerate(zip(row.outcome.retrieved, row.met, strict=False), 1):
        flat = " ".join(found.text.split())
        excerpt = flat if len(flat) <= _EXCERPT else f"{flat[:_EXCERPT]}…"
        yield Ranked(rank, found, excerpt, tuple(group + 1 for group in groups))


def _changes(names: Iterable[str], before: Row, now: Row) -> Iterator[tuple[str, float | None, float | None]]:
    for name in names:
        was, is_now = before.metrics.get(name), now.metrics.get(name)
        if was != is_now:
            yield label(name), was, is_now


def edits(before: str, now: str) -> tuple[Edit, ...]:
    """The words of two texts laid beside each other; nothing where the two are alike."""
    if before == now:
        return ()
    old, new = before.split(), now.split()
    found: list[Edit] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Edit("same", " ".join(old[a:b])))
            continue
        found.extend(Edit(name, " ".join(words)) for name, words in (("gone", old[a:b]), ("new", new[c:d])) if words)
    return tuple(found)
