"""Files of the indexed folders that somebody took out of the index: they stay, and are passed over from then on."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from index.errors import BylineError

_FILE = "left-out.json"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The sources that are left out of one index, kept in `index/left-out.json`."""

    index: Path

    def sources(self) -> tuple[str, ...]:
        """Those left out, in order.

        Raises:
            BylineError: the file that keeps them is damaged.
        """
        path = self.index / _FILE
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            raise BylineError(f"{path}: cannot be read ({error}); delete it to take every file in again") from error
        if not isinstance(kept, list) or not all(isinstance(one, str) for one in kept):
            raise BylineError(f"{path}: not a list of files; delete it to take every file in again")
        return tuple(kept)

    def add(self, source: str) -> None:
        """Leave a source out from the next run of indexing on."""
        self._keep({*self.sources(), source})

    def drop(self, source: str) -> None:
        """Take a source in again."""
        self._keep({*self.sources()} - {source})

    def _keep(self, sources: set[str]) -> None:
        path = self.index / _FILE
        making = path.with_name(f"{_FILE}.{os.getpid()}")
        try:
            making.write_text(json.dumps(sorted(sources), ensure_ascii=False, indent=0), encoding="utf-8")
            os.replace(making, path)
        except OSError as error:
            raise BylineError(f"{path}: cannot be written ({error.strerror or error})") from error
