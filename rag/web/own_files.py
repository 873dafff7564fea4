"""What a visitor keeps on the page, a file each in one folder, under names that no visitor has chosen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from index.article import digest
from rag.errors import BylineError


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """The files of all visitors; `folder` is made with the first of them."""

    folder: Path

    def path(self, owner: str) -> Path:
        """Where the file of `owner` is, or would be."""
        return self.folder / f"{digest(owner)}.json"

    def write(self, owner: str, data: bytes) -> None:
        """Put `data` in the place of what `owner` had kept, whole or not at all.

        Raises:
            BylineError: it cannot be written.
        """
        path = self.path(owner)
        making = path.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            making.write_bytes(data)
            os.replace(making, path)
        except OSError as error:
            raise BylineError(f"{path}: cannot be written ({error.strerror or error})") from error
