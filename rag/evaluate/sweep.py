"""A sweep: the same questions under every combination of some settings, over one index, and which did best."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import BylineError
from rag.evaluate.bench import Bench, Watch
from rag.evaluate.compare import compare
from rag.evaluate.formats.intake import encoded_name
from rag.evaluate.journal import finish
from rag.evaluate.questions import Question
from rag.evaluate.record import Run, Setup, load_run, write
from rag.settings import Settings, load_settings

FINISHED, TABLE = "sweep.json", "sweep.md"
BY = "passed"
# What the index or the tools are made with, or no answer depends on.
_FIXED = {"embedder", "precision", "passage_chars", "max_file_mb", "cache", "processes", "api_key"}
VARIABLE = tuple(name for name in Settings.model_fields if name not in _FIXED)


@dataclass(frozen=True, slots=True)
class Point:
    """One combination of the settings that vary, by name."""

    values: Mapping[str, str]

    @property
    def name(self) -> str:
        """As a person reads it: "k=3 llm=none"."""
        return " ".join(f"{name}={value}" for name, value in self.values.items())

    @property
    def folder(self) -> str:
        """The name of the folder for it."""
        return encoded_name(self.name.replace(" ", ","))


@dataclass(frozen=True, slots=True)
class Tried:
    """A point and its run."""

    point: Point
    run: Run


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run at every point: the questions, on what, with which settings where they do not vary.

    `folder` is where the runs are kept, a folder each; without one they are not.
    """

    bench: Bench
    questions: Sequence[Question]
    flags: Mapping[str, str | int | None]
    retrieval_only: bool
    jobs: int
    folder: Path | None = None


def parse_points(varied: Sequence[str]) -> tuple[Point, ...]:
    """Every combination of `NAME=VALUE,VALUE,…`, the last name varying fastest.

    Raises:
        BylineError: a name that is no setting, cannot vary or stands twice, or no value.
    """
    values: dict[str, list[str]] = {}
    for text in varied:
        name, equals, listed = text.partition("=")
        given = [value.strip() for value in listed.split(",") if value.strip()]
        if name not in VARIABLE:
            raise BylineError(f"--vary {text}: {name} cannot vary over one index; these can: {', '.join(VARIABLE)}")
        if not equals or not given or name in values:
            raise BylineError(f"--vary {text}: write each setting once, with its values, as k=3,5,8")
        values[name] = list(dict.fromkeys(given))
    return tuple(Point(dict(zip(values, combined, strict=True))) for combined in itertools.product(*values.values()))


def sweep(plan: Plan, points: Sequence[Point], watch: Callable[[Point], Watch]) -> tuple[Tried, ...]:
    """The run of every point; those that the plan's folder has from an earlier sweep of the same are taken from there.

    Raises:
        BylineError: a value that a setting does not take, before anything is run; or as `Bench.run`.
    """
    settings = [load_settings(**{**plan.flags, **point.values}) for point in points]
    return tuple(
        Tried(point, _run(plan, point, chosen, watch(point))) for point, chosen in zip(points, settings, strict=True)
    )


def best(tried: Sequence[Tried], metric: str = BY) -> Tried | None:
    """The point that scores highest, the first of several; None where the metric applies to none."""
    scored = [one for one in tried if _value(one, metric) is not None]
    return max(scored, key=lambda one: _value(one, metric) or 0.0, default=None)


def not_told_apart(first: Tried, tried: Sequence[Tried], metric: str = BY) -> tuple[Tried, ...]:
    """The other points whose difference to `first` has zero in its 95 % paired bootstrap interval."""
    found = []
    for one in tried:
        change = compare(first.run.rows, one.run.rows).overall.get(metric) if one is not first else None
        if change and (change.low is None or change.high is None or change.low <= 0 <= change.high):
            found.append(one)
    return tuple(found)


def write_table(folder: Path, text: str) -> None:
    """Write the table of a sweep beside its runs.

    Raises:
        BylineError: it cannot be written.
    """
    try:
        (folder / TABLE).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BylineError(f"{folder / TABLE}: cannot be written ({error.strerror}); give another --out") from error


def _value(one: Tried, metric: str) -> float | None:
    score = one.run.summary.overall.scores.get(metric)
    return score.value if score else None


def _run(plan: Plan, point: Point, settings: Settings, watch: Watch) -> Run:
    setup = Setup(settings.k, settings.llm, plan.retrieval_only)
    if plan.folder is None:
        return plan.bench.run(plan.questions, setup, settings, jobs=plan.jobs, watch=watch)
    folder, key = plan.folder / point.folder, plan.bench.key(setup, settings)
    earlier = _finished(plan.folder).get(point.folder)
    if earlier == key:
        run = load_run(folder)
        if [row.question for row in run.rows] == list(plan.questions):
            watch.resumed(len(run.rows))
            return run
    run = plan.bench.run(plan.questions, setup, settings, jobs=plan.jobs, folder=folder, watch=watch)
    write(run, folder)
    _remember(plan.folder, point.folder, key)
    finish(folder)
    return run


def _finished(folder: Path) -> dict[str, str]:
    """What made each finished run of a sweep, by its folder's name."""
    path = folder / FINISHED
    try:
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        raise BylineError(f"{path}: not what a sweep writes ({error}); take it away and run again") from error
    return found


def _remember(folder: Path, name: str, key: str) -> None:
    beside = folder / f".{FINISHED}"
    beside.write_text(json.dumps(_finished(folder) | {name: key}, indent=2), encoding="utf-8")
    beside.replace(folder / FINISHED)
