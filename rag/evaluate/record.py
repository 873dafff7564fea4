"""A run as it is kept: `results.jsonl`, a row a question, and `summary.json`; written, and read back the same.

The numbers of `summary.json` are for people and other programs; byline reads the rows, and sums them up anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from rag.answer import Answer, Citation, Place, Sentence
from rag.errors import BylineError
from rag.evaluate.compare import Comparison, compare
from rag.evaluate.cost import Cost, cost_json
from rag.evaluate.questions import Evidence, Question
from rag.evaluate.result import Found, Outcome, Row
from rag.evaluate.summary import Cell, Summary, summarise
from rag.usage import Usage
from rag.wire import answer_json

RESULTS, SUMMARY = "results.jsonl", "summary.json"
Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Setup:
    """How a set was run: the passages retrieved, what was asked to write answers, and what judged them, if anything."""

    k: int
    llm: str | None
    retrieval_only: bool
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A question set run once: the rows in the order of the set, how it was run, the numbers, and what changed.

    `comparison` is with the baseline, where one was given; `cost` by the table of prices, likewise.
    """

    rows: tuple[Row, ...]
    setup: Setup
    summary: Summary
    comparison: Comparison | None = None
    cost: Cost | None = None


def against(run: Run, baseline: Run) -> Run:
    """`run` with its comparison with `baseline`."""
    now, before = asdict(run.setup), asdict(baseline.setup)
    settings = tuple(f"{name} {now[name]}, was {before[name]}" for name in now if now[name] != before[name])
    return replace(run, comparison=compare(run.rows, baseline.rows, settings))


def write(run: Run, folder: str | Path, *, brief: bool = False) -> None:
    """Write `results.jsonl` and `summary.json` into `folder`, made if it is not there.

    Each file is there whole or not at all. Seconds are rounded to 0.1 ms. `brief` leaves what was retrieved and
    answered out of the rows: enough for a baseline.

    Raises:
        BylineError: the folder cannot be made or written to.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / RESULTS, "".join(f"{_dump(line)}\n" for line in _lines(run, brief=brief)))
        _replace(folder / SUMMARY, f"{_dump(_rounded(summary_json(run)), indent=1)}\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise BylineError(f"{folder}: the results cannot be written ({reason}); give another --out") from error


def load_run(folder: str | Path) -> Run:
    """The run that `write` wrote into `folder`, without its comparison and its cost.

    Raises:
        BylineError: a file is missing, cannot be read, or holds something else; the message names the file and line.
    """
    folder = Path(folder)
    summary = _read_json(folder / SUMMARY, _read_text(folder / SUMMARY))
    rows = load_rows(folder / RESULTS)
    try:
        setup = Setup(summary["k"], summary["llm"], summary["retrieval_only"], summary.get("judge"))
        unreachable = tuple(summary["unreachable"])
    except (KeyError, TypeError) as error:
        raise _no_run(folder / SUMMARY, error) from error
    return Run(rows, setup, summarise(rows, unreachable))


def load_rows(path: Path) -> tuple[Row, ...]:
    """The rows of a `results.jsonl`.

    Raises:
        BylineError: as `load_run`.
    """
    lines = enumerate(_read_text(path).split("\n"), 1)
    rows = tuple(read_row(f"{path}:{number}", line) for number, line in lines if line)
    if not rows:
        raise BylineError(f"{path}: no result in it; run `byline eval … --out {path.parent}` again")
    return rows


def read_row(where: str, line: str) -> Row:
    """The row that `row_json` made a line of; `where` is its file and line, for errors.

    Raises:
        BylineError: it is no such line.
    """
    try:
        return _row(_read_json(where, line))
    except (KeyError, TypeError, AttributeError) as error:
        raise _no_run(where, error) from error


def row_json(row: Row, *, brief: bool = False) -> dict[str, Any]:
    """A row of `results.jsonl`: the contract's keys, then what was expected, the seconds and the error."""
    outcome, question = row.outcome, row.question
    if outcome.answer is not None and not brief:
        came = answer_json(outcome.answer)
    else:
        came = {"question": question.question, "language": question.language}
    expected = asdict(question)
    del expected["id"], expected["question"]
    return {
        "id": question.id,
        "metrics": dict(row.metrics),
        **came,
        "retrieved": [] if brief else [asdict(found) for found in outcome.retrieved],
        "met": [list(groups) for groups in row.met],
        "expected": expected | {"evidence_language": row.evidence_language},
        "seconds": round(outcome.seconds, 4),
        "error": outcome.error,
        "judgement": row.judgement,
        "judge_usage": asdict(row.judge_usage) if row.judge_usage else None,
    }


def summary_json(run: Run) -> dict[str, Any]:
    """`summary.json`: how the set was run, and every score with its cases and interval, overall and by cell."""
    summary = run.summary
    return {
        **asdict(run.setup),
        "models": list(summary.models),
        "overall": asdict(summary.overall),
        "by_type": _cells(summary.by_type),
        "by_language": [_language_cell(pair, asdict(cell)) for pair, cell in summary.by_language.items()],
        "by_reach": _cells(summary.by_reach),
        "gap": {name: asdict(score) for name, score in summary.gap.items()},
        "seconds": {stage: asdict(seconds) for stage, seconds in summary.seconds.items()},
        "usage": {part: asdict(used) for part, used in summary.usage.items()},
        "price": cost_json(run.cost) if run.cost else None,
        "unreachable": list(summary.unreachable),
        "comparison": comparison_json(run.comparison) if run.comparison else None,
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """A comparison as `summary.json` has it: every difference overall and by cell, and the questions that turned."""
    found = asdict(comparison) | {"by_language": []}
    for pair, differences in comparison.by_language.items():
        scores = {name: asdict(one) for name, one in differences.items()}
        found["by_language"].append(_language_cell(pair, {"scores": scores}))
    return found


def _lines(run: Run, *, brief: bool) -> Iterator[dict[str, Any]]:
    """The rows as they are written, with the price of each where there are prices."""
    for row in run.rows:
        line = row_json(row, brief=brief)
        yield line | {"price": run.cost.by_question.get(row.question.id)} if run.cost else line


def _cells(cells: Mapping[str, Cell]) -> dict[str, Any]:
    return {name: asdict(cell) for name, cell in cells.items()}


def _language_cell(pair: tuple[str, str | None], rest: Mapping[str, Any]) -> dict[str, Any]:
    asked, written = pair
    return {"question": asked, "evidence": written, **rest}


def _row(row: Mapping[str, Any]) -> Row:
    expected = dict(row["expected"])
    evidence_language = expected.pop("evidence_language")
    return Row(
        question=_question(row["id"], row["question"], expected),
        metrics=dict(row["metrics"]),
        evidence_language=evidence_language,
        outcome=Outcome(
            seconds=row["seconds"],
            answer=_answer(row) if "answer" in row else None,
            retrieved=tuple(_made(Found, found, also_in=_places(found)) for found in row["retrieved"]),
            error=row["error"],
        ),
        met=tuple(tuple(groups) for groups in row["met"]),
        judgement=row["judgement"],
        judge_usage=_usage(row.get("judge_usage")),
    )


def _question(id: str, question: str, expected: Mapping[str, Any]) -> Question:
    evidence = tuple(tuple(_made(Evidence, entry) for entry in group) for group in expected["evidence"])
    return _made(Question, {**expected, "id": id, "question": question}, evidence=evidence)


def _answer(row: Mapping[str, Any]) -> Answer:
    return _made(
        Answer,
        row,
        text=row["answer"],
        sentences=tuple(_made(Sentence, one) for one in row["sentences"]),
        citations=tuple(_made(Citation, one, also_in=_places(one)) for one in row["citations"]),
        retrieved=(),
        usage=_usage(row.get("usage")),
    )


def _usage(written: Mapping[str, Any] | None) -> Usage | None:
    return _made(Usage, written) if written else None


def _places(row: Mapping[str, Any]) -> tuple[Place, ...]:
    return tuple(Place(**place) for place in row["also_in"])


def _made(shape: type[Shape], values: Mapping[str, Any], **given: Any) -> Shape:
    """A data class of the values under its fields' names, lists as tuples; `given` come first."""
    names = {field.name for field in fields(shape)}  # type: ignore[arg-type]
    kept = {name: _frozen(value) for name, value in values.items() if name in names}
    return shape(**(kept | given))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise BylineError(f"{path}: cannot be read ({reason}); give a folder that `byline eval --out` wrote") from error


def _read_json(where: Path | str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _no_run(where, error) from error


def _no_run(where: Path | str, error: Exception) -> BylineError:
    missing = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return BylineError(f"{where}: not what `byline eval --out` writes ({missing}); run it again")


def _rounded(value: Any) -> Any:
    """`value` with six digits after each point."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, (list, tuple)) else value


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
