"""What readers say of answers, kept in the file that `byline eval add` makes questions of, a row a verdict."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from rag.answer import Answer
from rag.errors import BylineError
from rag.wire import answer_json

Said = Literal["right", "wrong"]
WRONG_SOURCE, UNSUPPORTED, MISSED = WHATS = ("wrong source", "unsupported", "missed")
LONGEST_COMMENT = 1000  # characters


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Feedback:
    """The feedback file of one index; every row is written at once, so that readers may write side by side."""

    path: Path
    now: Callable[[], datetime] = _now

    def add(self, answer: Answer, said: Said, what: Collection[str] = (), comment: str = "") -> None:
        """Add what somebody said of an answer.

        Args:
            answer: as it was shown.
            said: whether it was right.
            what: what was wrong with it, some of `WHATS`.
            comment: in the reader's own words.

        Raises:
            BylineError: one of `what` is none of `WHATS`, the comment is too long, or the file cannot be written.
        """
        if unknown := sorted(set(what) - set(WHATS)):
            raise BylineError(f"{unknown[0]!r} is not said of answers; {', '.join(WHATS)} are")
        if len(comment) > LONGEST_COMMENT:
            raise BylineError(f"the comment has {len(comment)} characters; say it in at most {LONGEST_COMMENT}")
        row = {
            "question": answer.question,
            "verdict": said,
            "what": ", ".join(one for one in WHATS if one in what),
            "comment": " ".join(comment.split()),
            "at": self.now().isoformat(timespec="seconds"),
            "answer": answer_json(answer) | {"retrieved": []},  # the passages make nine tenths of an answer
        }
        self._append(f"{json.dumps(row, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace"))

    def _append(self, line: bytes) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise BylineError(f"{self.path}: cannot be written ({error.strerror or error})") from error
