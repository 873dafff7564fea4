"""A run: every question put to the system, what came back scored, the scores summed up and written.

A question that fails is kept with its error and counts as zero wherever it would have been scored, as a topic
left out does under trec_eval's -c: a run cannot get better by failing on what is hard.
"""

from __future__ import annotations

import json
import logging
import os
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from index.article import Article
from rag.answer import Answer, Retrieved
from rag.errors import BylineError
from rag.evaluate import metrics
from rag.evaluate.metrics import Latency, Score
from rag.evaluate.questions import Evidence, Question
from rag.wire import answer_json, retrieved_json

NOT_INDEXED = "?"
RESULTS, SUMMARY = "results.jsonl", "summary.json"
_log = logging.getLogger(__name__)
Key = TypeVar("Key", bound=Hashable)


class System(Protocol):
    """What is evaluated: the part of `Assistant` that a run calls."""

    def search(self, question: str, *, k: int) -> Sequence[Retrieved]:
        """The k best passages, best first."""

    def ask(self, question: str, *, k: int, llm: str | None) -> Answer:
        """A checked answer over the k best passages."""

    def text(self, source: str) -> str:
        """The decoded text of a source as indexed."""

    def articles(self) -> Sequence[Article]:
        """Every article of the index."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question, after so many seconds: an answer and what it rests on, or an error in a line.

    A retrieval run has no answer.
    """

    seconds: float
    answer: Answer | None = None
    retrieved: tuple[Retrieved, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what came of it and its metrics by name, None where one does not apply.

    `evidence_language` is as in `Summary`.
    """

    question: Question
    metrics: Mapping[str, float | None]
    evidence_language: str | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Cell:
    """The scores of some of the questions: all, those of one type, or those of one pair of languages."""

    questions: int
    failed: int
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in numbers.

    `by_language` is keyed by question language and evidence language: the language the evidence is written
    in, by the index and the question set and never by what was retrieved, so that two runs have the same
    cells. Where any entry of a group is in the question's own language, that is the group's; groups in
    several languages are joined with `+`; `?` is evidence that is not in the index, and None a question
    without evidence. `seconds` is by stage, the whole as `total`, of the questions that did not fail.
    `unreachable` are the entries of evidence that no passage can meet, a line each.
    """

    overall: Cell
    by_type: Mapping[str, Cell]
    by_language: Mapping[tuple[str, str | None], Cell]
    seconds: Mapping[str, Latency]
    models: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A question set run once: the rows in the order of the set, how it was run, and the summary."""

    rows: tuple[Row, ...]
    summary: Summary
    k: int
    llm: str | None
    retrieval_only: bool


def evaluate(
    system: System,
    questions: Sequence[Question],
    *,
    k: int = 10,
    llm: str | None = None,
    retrieval_only: bool = False,
    on_progress: Callable[[Row], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Run:
    """Put every question to `system` and score what comes back.

    Args:
        system: what is evaluated; in a retrieval run no question goes to its `ask`.
        questions: the set, at least one question.
        k: the number of passages retrieved. recall@j and hit@j are scored for j of 1, 3, 5, 10 and k up to k.
        llm: handed on to `ask`.
        retrieval_only: leave the answers and their metrics out.
        on_progress: called with each row as it is done.
        clock: seconds, monotonic.

    Raises:
        ValueError: no question, or k below 1.
        BylineError: the texts of the index cannot be read. What a single question fails of is in its row.
    """
    if not questions or k < 1:
        raise ValueError("a run needs a question and a k of 1 or more")
    indexed = _indexed(system, questions)
    trial = _Trial(system, k, llm, retrieval_only, indexed, _text_where_indexed(system), clock)
    rows: list[Row] = []
    for question in questions:
        rows.append(trial.row(question))
        if on_progress is not None:
            on_progress(rows[-1])
    return Run(tuple(rows), summarise(rows, _unreachable(questions, indexed)), k, llm, retrieval_only)


@dataclass(frozen=True, slots=True)
class _Trial:
    """How each question of a run is put and scored."""

    system: System
    k: int
    llm: str | None
    retrieval_only: bool
    indexed: Mapping[str, _Source]
    text: Callable[[str], str | None]
    clock: Callable[[], float]

    def row(self, question: Question) -> Row:
        started = self.clock()
        try:
            outcome = self._put(question.question, started)
            scores = self._scores(question, outcome)
        except Exception as failure:  # whatever a question runs into is its row's; the summary counts it
            _log.debug("question %s failed", question.id, exc_info=True)
            outcome = Outcome(self.clock() - started, error=_one_line(failure))
            scores = self._scores(question, outcome)
        return Row(question, scores, _evidence_language(question, self.indexed), outcome)

    def _put(self, question: str, started: float) -> Outcome:
        if self.retrieval_only:
            passages = tuple(self.system.search(question, k=self.k))
            return Outcome(self.clock() - started, retrieved=passages)
        answer = self.system.ask(question, k=self.k, llm=self.llm)
        return Outcome(self.clock() - started, answer, tuple(answer.retrieved))

    def _scores(self, question: Question, outcome: Outcome) -> dict[str, float | None]:
        scores = metrics.retrieval_metrics(question, outcome.retrieved, self.k)
        if not self.retrieval_only:
            scores |= metrics.answer_metrics(question, outcome.answer, self.text)
        return scores


def _one_line(failure: Exception) -> str:
    printable = (char if char.isprintable() else " " for char in str(failure))
    text = " ".join("".join(printable).split())
    if isinstance(failure, BylineError) and text:
        return text
    return f"{type(failure).__name__}: {text}".rstrip(": ")


@dataclass(frozen=True, slots=True)
class _Source:
    """An indexed file as evidence is compared with it, squeezed; its articles each with their language."""

    text: str
    articles: tuple[tuple[str, str], ...]

    def languages(self, entry: Evidence) -> set[str]:
        """The languages of the articles that hold the quote, of all articles where none does."""
        quote = metrics.squeeze(entry.quote or "")
        holding = {language for text, language in self.articles if quote in text}
        return holding or {language for _, language in self.articles}


def _indexed(system: System, questions: Sequence[Question]) -> dict[str, _Source]:
    """The files that the evidence names and the index has, by their path in NFC."""
    named = {_composed(entry.source) for question in questions for entry in _entries(question)}
    articles: dict[str, list[Article]] = defaultdict(list)
    for article in system.articles():
        if _composed(article.source) in named:
            articles[article.source].append(article)
    found = {}
    for source, members in articles.items():
        text = system.text(source)
        squeezed = tuple((metrics.squeeze(member.span.of(text)), member.language) for member in members)
        found[_composed(source)] = _Source(metrics.squeeze(text), squeezed)
    return found


def _entries(question: Question) -> Iterator[Evidence]:
    """The evidence that counts: an unanswerable question's, if it names any, does not."""
    if question.answerable:
        yield from (entry for group in question.evidence for entry in group)


def _composed(source: str) -> str:
    return unicodedata.normalize("NFC", source)


def _evidence_language(question: Question, indexed: Mapping[str, _Source]) -> str | None:
    """The cell of `Summary.by_language` that the question's evidence puts it in."""
    if not any(_entries(question)):
        return None
    languages: set[str] = set()
    for group in question.evidence:
        held = [
            indexed[_composed(entry.source)].languages(entry) for entry in group if _composed(entry.source) in indexed
        ]
        offered = set().union(*held)
        languages |= {question.language} if question.language in offered else offered
    return "+".join(sorted(languages)) or NOT_INDEXED


def _unreachable(questions: Sequence[Question], indexed: Mapping[str, _Source]) -> tuple[str, ...]:
    """The entries of evidence that no passage of this index can meet, a line each."""
    faults = []
    for question in questions:
        for entry in _entries(question):
            source = indexed.get(_composed(entry.source))
            if source is None:
                faults.append(f"{question.id}: {entry.source} is not in the index")
            elif metrics.squeeze(entry.quote or "") not in source.text:
                quote = json.dumps(entry.quote, ensure_ascii=False)
                faults.append(f"{question.id}: {entry.source} does not hold the quote {quote}")
    return tuple(faults)


def _text_where_indexed(system: System) -> Callable[[str], str | None]:
    sources = frozenset(article.source for article in system.articles())
    return lambda source: system.text(source) if source in sources else None


def summarise(rows: Sequence[Row], unreachable: tuple[str, ...] = ()) -> Summary:
    """The scores of all rows, of each type and of each pair of languages, with the cases beside each."""
    done = [row.outcome for row in rows if row.outcome.error is None]
    stages: dict[str, list[float]] = defaultdict(list)
    for outcome in done:
        for stage, seconds in outcome.answer.timings.items() if outcome.answer else ():
            stages[stage].append(seconds)
    stages["total"] = [outcome.seconds for outcome in done]
    return Summary(
        overall=_cell(rows),
        by_type=_cells(rows, lambda row: row.question.type),
        by_language=_cells(rows, lambda row: (row.question.language, row.evidence_language)),
        seconds={stage: metrics.latency(seconds) for stage, seconds in stages.items()},
        models=tuple(sorted({outcome.answer.model for outcome in done if outcome.answer})),
        unreachable=unreachable,
    )


def _cells(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, Cell]:
    """The rows apart by key, in the order that the keys are first met in."""
    apart: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        apart[key(row)].append(row)
    return {name: _cell(members) for name, members in apart.items()}


def _cell(rows: Sequence[Row]) -> Cell:
    names = dict.fromkeys(name for row in rows for name in row.metrics)
    scores = {name: metrics.mean(row.metrics.get(name) for row in rows) for name in names}
    if "abstained_correctly" in names:
        decisions = [metrics.decision(row.question, row.outcome.answer) for row in rows]
        scores |= {
            "abstention_precision": metrics.abstention_precision(decisions),
            "abstention_recall": metrics.abstention_recall(decisions),
            "abstention_f1": metrics.abstention_f1(decisions),
            "answer_rate": metrics.answer_rate(decisions),
        }
    return Cell(len(rows), sum(row.outcome.error is not None for row in rows), scores)


def write(run: Run, folder: str | Path) -> None:
    """Write `results.jsonl`, a row a question, and `summary.json` into `folder`, made if it is not there.

    Each file is there whole or not at all. Seconds are rounded to 0.1 ms.

    Raises:
        BylineError: the folder cannot be made or written to.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / RESULTS, "".join(f"{_dump(row_json(row))}\n" for row in run.rows))
        _replace(folder / SUMMARY, f"{_dump(summary_json(run), indent=2)}\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise BylineError(f"{folder}: the results cannot be written ({reason}); give another --out") from error


def row_json(row: Row) -> dict[str, Any]:
    """A row of `results.jsonl`: the contract's keys, then what was expected, the seconds and the error."""
    outcome, question = row.outcome, row.question
    if outcome.answer is not None:
        came = answer_json(outcome.answer)
    else:
        came = {"question": question.question, "language": question.language}
        came["retrieved"] = [retrieved_json(found) for found in outcome.retrieved]
    expected = asdict(question)
    del expected["id"], expected["question"]
    return {
        "id": question.id,
        "metrics": dict(row.metrics),
        **came,
        "expected": expected | {"evidence_language": row.evidence_language},
        "seconds": round(outcome.seconds, 4),
        "error": outcome.error,
    }


def summary_json(run: Run) -> dict[str, Any]:
    """`summary.json`: how the set was run, and every score as `{"value": …, "n": …}`, overall and by cell."""
    summary = run.summary
    return {
        "k": run.k,
        "llm": run.llm,
        "models": list(summary.models),
        "retrieval_only": run.retrieval_only,
        "overall": asdict(summary.overall),
        "by_type": {name: asdict(cell) for name, cell in summary.by_type.items()},
        "by_language": [
            {"question": asked, "evidence": written, **asdict(cell)}
            for (asked, written), cell in summary.by_language.items()
        ],
        "seconds": {stage: asdict(seconds) for stage, seconds in summary.seconds.items()},
        "unreachable": list(summary.unreachable),
    }


def _dump(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _replace(path: Path, text: str) -> None:
    # Half a surrogate pair has no UTF-8; its backslash form is the JSON escape that reads back as itself.
    data = text.encode("utf-8", "backslashreplace")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
