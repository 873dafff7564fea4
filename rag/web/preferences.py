"""What a visitor has chosen on the page about answers: how many passages, and what becomes of what is not borne out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from rag.errors import BylineError
from rag.settings import Settings
from rag.web.own_files import OwnFiles

Unsupported = Literal["mark", "cut"]
UNSUPPORTED: tuple[Unsupported, ...] = get_args(Unsupported)
MOST_PASSAGES = 200  # as on the command line


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a visitor's questions are answered: `k` passages; unsupported sentences are marked or cut."""

    k: int
    unsupported: Unsupported


@dataclass(frozen=True, slots=True)
class PreferenceBook:
    """The preferences of all visitors, a file each in `folder`; who has chosen nothing has the server's settings."""

    folder: Path
    settings: Settings

    def of(self, owner: str) -> Preferences:
        """What `owner` has chosen; a file that cannot be read counts as nothing chosen."""
        with suppress(OSError, ValueError, BylineError):
            kept = json.loads(self._files.path(owner).read_text(encoding="utf-8"))
            if isinstance(kept, dict):
                return preferences_from(kept)
        return Preferences(self.settings.k, self.settings.unsupported)

    def keep(self, owner: str, chosen: Preferences) -> None:
        """Remember what `owner` has chosen.

        Raises:
            BylineError: it cannot be written.
        """
        self._files.write(owner, json.dumps(asdict(chosen)).encode())

    @property
    def _files(self) -> OwnFiles:
        return OwnFiles(self.folder)


def preferences_from(told: Mapping[str, object]) -> Preferences:
    """Preferences as a form or a file has them.

    Raises:
        BylineError: a value is none that there is.
    """
    k, unsupported = str(told.get("k", "")).strip(), told.get("unsupported")
    if not k.isdecimal() or not 1 <= int(k) <= MOST_PASSAGES:
        raise BylineError(f"k is {k!r}; it is a number of passages, 1 to {MOST_PASSAGES}")
    for known in UNSUPPORTED:
        if unsupported == known:
            return Preferences(int(k), known)
    raise BylineError(f"unsupported is {unsupported!r}; it is one of {', '.join(UNSUPPORTED)}")
