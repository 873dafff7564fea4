"""Runs of question sets from the page: kept in a folder each, as `byline eval --out` writes them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import BylineError
from rag.evaluate.record import SUMMARY, Run, load_run, write
from rag.evaluate.report.render import write_report

_NAMES = "run.json"
_ID = re.compile(r"\d{8}-\d{6}(-\d+)?")
_SCORES = ("passed", "recall@5", "mrr")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in the list: the set, when it was made, how it was run, how many questions, and some of its scores."""

    id: str
    name: str
    made: str
    questions: int
    k: int
    models: tuple[str, ...]
    scores: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one index; all readers of the page share them."""

    folder: Path
    now: Callable[[], datetime] = _now

    def keep(self, run: Run, name: str) -> str:
        """Keep a run of the set called `name` with its report; gives its id.

        Raises:
            BylineError: it cannot be written.
        """
        made = self.now()
        id = self._free(made.strftime("%Y%m%d-%H%M%S"))
        beside = self.folder / f".{id}"  # not listed before it is whole
        try:
            write(run, beside)
            write_report(run, beside, title=f"Evaluation on {name}", about={"questions": str(len(run.rows))})
            names = {"name": name, "made": made.isoformat(timespec="seconds"), "questions": len(run.rows)}
            (beside / _NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
            beside.rename(self.folder / id)
        except OSError as error:
            raise BylineError(f"{self.folder}: the run cannot be kept ({error.strerror or error})") from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return id

    def listed(self) -> tuple[Entry, ...]:
        """The runs, the latest first.

        Raises:
            BylineError: one is damaged.
        """
        if not self.folder.is_dir():
            return ()
        ids = sorted((path.name for path in self.folder.iterdir() if _ID.fullmatch(path.name)), reverse=True)
        return tuple(self._entry(id) for id in ids)

    def load(self, id: str) -> Run:
        """A run, whole.

        Raises:
            BylineError: there is none of that id, or it is damaged.
        """
        return load_run(self._path(id))

    def report(self, id: str) -> bytes:
        """The page that reports a run.

        Raises:
            BylineError: there is none of that id, or it cannot be read.
        """
        try:
            return (self._path(id) / "report.html").read_bytes()
        except OSError as error:
            raise BylineError(f"{id}: the report cannot be read ({error.strerror or error})") from error

    def remove(self, id: str) -> None:
        """Delete a run.

        Raises:
            BylineError: there is none of that id.
        """
        shutil.rmtree(self._path(id), ignore_errors=True)

    def _path(self, id: str) -> Path:
        path = self.folder / id
        if not _ID.fullmatch(id) or not path.is_dir():
            raise BylineError(f"{id[:40]!r}: there is no such run")
        return path

    def _free(self, stem: str) -> str:
        number, id = 1, stem
        while (self.folder / id).exists():
            number += 1
            id = f"{stem}-{number}"
        return id

    def _entry(self, id: str) -> Entry:
        path = self.folder / id
        try:
            names = json.loads((path / _NAMES).read_text(encoding="utf-8"))
            summary = json.loads((path / SUMMARY).read_text(encoding="utf-8"))
            found = summary["overall"]["scores"]
            scores = tuple(found[name]["value"] if name in found else None for name in _SCORES)
            return Entry(
                id, names["name"], names["made"], names["questions"], summary["k"], tuple(summary["models"]), scores
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BylineError(f"{path}: the run is damaged ({error}); delete its folder") from error
