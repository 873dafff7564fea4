"""Reports and answers as JSON, and whether their quotes still stand in the articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index.article import Span
from rag.answer import Citation
from rag.cite import Standing, standing
from rag.errors import BylineError
from rag.report.build import Report
from rag.wire import answer_json, citation_json


@dataclass(frozen=True, slots=True)
class Verified:
    """A quote of a saved report, what it is worth now, and for a stale one where else in its file it stands."""

    citation: Citation
    standing: Standing
    moved_to: Span | None = None


def report_json(report: Report) -> dict[str, Any]:
    """A report, ready for `json.dumps`: its answers as `byline ask --json` has them, and its notes."""
    return {
        "title": report.title,
        "made": report.made.isoformat(),
        "answers": [answer_json(section.answer) for section in report.sections],
        "citations": [citation_json(note) for note in report.notes],
    }


def load_citations(path: Path) -> tuple[Citation, ...]:
    """The citations of a saved report, answer (`ask --json`) or checked draft (`check --json`).

    Raises:
        BylineError: the file cannot be read, or is none of these.
    """
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BylineError(f"{path}: cannot be read as JSON ({error})") from error
    if not isinstance(saved, dict) or not isinstance(saved.get("citations"), list):
        raise BylineError(f"{path}: no citations in it; give report.json, or what `byline ask --json` printed")
    return tuple(_citation(path, at, entry) for at, entry in enumerate(saved["citations"], start=1))


def verify(citations: tuple[Citation, ...], read_now: Callable[[str], str | None]) -> Iterator[Verified]:
    """Hold each quote against its file.

    Args:
        citations: what is checked.
        read_now: the decoded text of a source as it is on disk now, None where it is gone.
    """
    read = cache(read_now)
    for citation in citations:
        now = standing(citation, read)
        text = read(citation.source) or ""
        at = text.find(citation.quote) if now is Standing.STALE else -1
        yield Verified(citation, now, Span(at, at + len(citation.quote)) if at >= 0 else None)


def _citation(path: Path, at: int, entry: Any) -> Citation:
    wanted = {"number": int, "source": str, "start": int, "end": int, "quote": str}
    for key, kind in wanted.items():
        if not isinstance(entry, dict) or type(entry.get(key)) is not kind:
            raise BylineError(f"{path}: citation {at} has no {key}; the file is damaged, or of another program")
    known = {key: entry[key] for key in wanted}
    return Citation(**known, title=str(entry.get("title", "")), published=None, language=str(entry.get("language", "")))
