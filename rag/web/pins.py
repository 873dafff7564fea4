"""The answers that a visitor has pinned for a report, in the order that they are to stand in; a file a visitor."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import digest
from rag.answer import Answer
from rag.errors import BylineError
from rag.web.own_files import OwnFiles

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MOST = 200  # answers that one visitor may pin


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned answer; `id` names it among the visitor's."""

    id: str
    answer: Answer


class Pins:
    """The pins of all visitors, each visitor's in a file of their own in `folder`. Safe to use from many threads."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made with the first pin."""
        self._files = OwnFiles(folder)
        self._lock = threading.Lock()

    def listed(self, owner: str) -> tuple[Pin, ...]:
        """What `owner` has pinned, in order.

        Raises:
            BylineError: the file cannot be read, or another version of byline wrote it.
        """
        path = self._files.path(owner)
        try:
            answers = _answers().validate_json(path.read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            raise BylineError(f"{path}: the pinned answers cannot be read; move the file away to begin anew") from error
        return tuple(Pin(_id(answer), answer) for answer in answers)

    def add(self, owner: str, answer: Answer) -> bool:
        """Pin an answer last; false where `owner` has it pinned already.

        Raises:
            BylineError: as `listed`, `owner` has `MOST` pins, or the file cannot be written.
        """
        with self._lock:
            pins = self.listed(owner)
            if _id(answer) in {pin.id for pin in pins}:
                return False
            if len(pins) >= MOST:
                raise BylineError(f"{MOST} answers are pinned already; take some off first")
            self._keep(owner, [*pins, Pin(_id(answer), answer)])
            return True

    def remove(self, owner: str, id: str) -> None:
        """Take a pin off; nothing happens where there is none of that id.

        Raises:
            BylineError: as `add`.
        """
        with self._lock:
            self._keep(owner, [pin for pin in self.listed(owner) if pin.id != id])

    def move(self, owner: str, id: str, by: int) -> None:
        """Move a pin up (-1) or down (1), as far as the list goes.

        Raises:
            BylineError: as `add`.
        """
        with self._lock:
            pins = list(self.listed(owner))
            at = next((place for place, pin in enumerate(pins) if pin.id == id), None)
            if at is not None:
                pin = pins.pop(at)
                pins.insert(max(0, at + by), pin)
                self._keep(owner, pins)

    def _keep(self, owner: str, pins: Sequence[Pin]) -> None:
        self._files.write(owner, _answers().dump_json([pin.answer for pin in pins]))


def _id(answer: Answer) -> str:
    places = [(one.source, one.start, one.end) for one in answer.citations]
    return digest("\0".join((answer.question, answer.text, repr(places))))


@cache
def _answers() -> TypeAdapter[list[Answer]]:
    """Writes whole answers as JSON, and reads them."""
    from pydantic import TypeAdapter

    return TypeAdapter(list[Answer])
