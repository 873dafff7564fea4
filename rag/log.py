"""What byline writes down of its own work: a log of events, and where it is asked for an audit of every answer.

An event is a line of JSON: time, level, what happened, and figures. No words of an article, a question or an answer are
in it above the level `debug`. The audit is for those who must be able to show what was asked and answered.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.answer import Answer
from rag.errors import BylineError
from rag.settings import Settings

_LOGGER = logging.getLogger("byline")


def start_log(settings: Settings) -> None:
    """Write events as the settings say, from now on; nothing where `log` is off.

    Raises:
        BylineError: the file cannot be written.
    """
    for old in list(_LOGGER.handlers):
        _LOGGER.removeHandler(old)
        old.close()
    if settings.log == "off":
        return
    try:
        path = settings.log_file
        handler = logging.FileHandler(path, encoding="utf-8") if path else logging.StreamHandler(sys.stderr)
    except OSError as error:
        raise BylineError(f"{settings.log_file}: the log cannot be written ({error.strerror or error})") from error
    handler.setFormatter(_Lines())
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(settings.log.upper())
    _LOGGER.propagate = False


def log(level: int, event: str, **figures: Any) -> None:
    """One event with its figures; see `logging` for levels."""
    _LOGGER.log(level, event, extra={"figures": figures})


def log_answer(answer: Answer) -> None:
    """That a question was answered: by whom, in what time, with which verdicts; its words at `debug` alone."""
    verdicts = Counter(sentence.verdict for sentence in answer.sentences)
    log(
        logging.INFO,
        "answered",
        model=answer.model,
        language=answer.language,
        abstained=answer.abstained,
        passages=len(answer.retrieved),
        citations=len(answer.citations),
        verdicts=dict(verdicts),
        seconds=round(sum(answer.timings.values()), 3),
    )
    log(logging.DEBUG, "answer", question=answer.question, text=answer.text)


@dataclass(frozen=True, slots=True)
class Audit:
    """A file to which every answer is added, a line of JSON each: what was asked when, who answered, and from what."""

    path: Path

    def write(self, answer: Answer) -> None:
        """Add an answer; on disk when this returns.

        Raises:
            BylineError: it cannot be written, and then the answer must not be given.
        """
        line = json.dumps({"time": _now(), **_audited(answer)}, ensure_ascii=False) + "\n"
        try:
            # One write of a file opened to append is whole beside those of other threads and processes.
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                written = os.write(file, line.encode("utf-8", "replace"))
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise BylineError(f"{self.path}: the audit cannot be written ({error.strerror or error})") from error
        if written < len(line.encode("utf-8", "replace")):
            raise BylineError(f"{self.path}: the audit cannot be written (the disk is full)")


def _audited(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "model": answer.model,
        "abstained": answer.abstained,
        "sentences": [
            {"text": one.text, "verdict": one.verdict, "citations": list(one.citations)} for one in answer.sentences
        ],
        "citations": [
            {"number": one.number, "source": one.source, "start": one.start, "end": one.end, "quote": one.quote}
            for one in answer.citations
        ],
        "notices": list(answer.notices),
    }


class _Lines(logging.Formatter):
    """Records as lines of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        said = {"time": _now(), "level": record.levelname.lower(), "event": record.getMessage()}
        figures = getattr(record, "figures", {})
        failure = {"failure": record.exc_info[0].__name__} if record.exc_info and record.exc_info[0] else {}
        return json.dumps({**said, **figures, **failure}, ensure_ascii=False, default=str)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
