"""Articles that come in by the page: files in the index's own folder, indexed beside the folders it was made of.

The name that a file comes with is never trusted: no folder, no device, nothing hidden, in NFC, and short enough for any
file system. Nothing is written over, and nothing stands outside the one folder.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.errors import BylineError
from index.formats import SUFFIXES

FOLDER = "uploads"  # in the index folder; the sources in it are called uploads/NAME
_LONGEST = 255  # bytes of a name in the common file systems,
_ROOM = 16  # of which some are kept for " (2)" and for a name in the making
_UNSAFE = re.compile(r'[<>:"|?*\s]')
_DEVICE = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")  # Windows takes these for devices, whatever their suffix
_CHUNK = 1 << 20


Why = Literal["kind", "empty", "large", "kept", "not uploaded"]


class Refused(BylineError):
    """A file that is not taken in, or not removed; `name` is its name as it may be shown, `why` the reason."""

    def __init__(self, name: str, why: Why, line: str) -> None:
        """`line` tells it to the person who brought the file."""
        super().__init__(f"{name}: {line}")
        self.name = name
        self.why = why


@dataclass(frozen=True, slots=True)
class Uploads:
    """Uploaded files of some kinds in one folder: those of an index lie in `uploads` beside its generations."""

    index: Path
    max_bytes: int
    name: str = FOLDER
    suffixes: frozenset[str] = SUFFIXES

    @property
    def folder(self) -> Path:
        """Where they are kept; not there before the first one."""
        return self.index / self.name

    def take(self, path: Path, name: str, known: Callable[[str], bool] = lambda _: False) -> str:
        """Copy a file into the folder and give the source that it will have in the index.

        Args:
            path: the file, wherever it has been put down.
            name: what its owner calls it; only its last part counts, and of that only what is safe.
            known: whether the index has a source; none of them is taken twice.

        Raises:
            Refused: it is of no kind that byline reads, empty, too large, or cannot be kept.
        """
        safe = safe_name(name, self.suffixes)
        try:
            self._refuse_size(path.stat().st_size, safe)
            self.folder.mkdir(parents=True, exist_ok=True)
            return f"{self.name}/{self._kept(path, safe, known)}"
        except OSError as error:
            raise Refused(safe, "kept", f"cannot be kept ({error.strerror or error})") from error

    def remove(self, source: str) -> None:
        """Delete an uploaded file.

        Raises:
            Refused: `source` names no file of the folder.
        """
        if not self.holds(source):
            raise Refused(source, "not uploaded", "not an uploaded file")
        (self.index / source).unlink(missing_ok=True)

    def holds(self, source: str) -> bool:
        """Whether a source is one of the uploaded files."""
        folder, slash, name = source.partition("/")
        if folder != self.name or not slash or name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
            return False
        path = self.folder / name
        return path.is_file() and not path.is_symlink()

    def too_large(self, name: str) -> Refused:
        """What is told of a file that has more than `max_bytes`."""
        return Refused(name, "large", f"it is larger than {self.max_bytes // 1_000_000} MB (max_file_mb)")

    def _refuse_size(self, size: int, name: str) -> None:
        if size == 0:
            raise Refused(name, "empty", "the file is empty")
        if size > self.max_bytes:
            raise self.too_large(name)

    def _kept(self, path: Path, name: str, known: Callable[[str], bool]) -> str:
        """Put the file under the first of its names that is free; the same bytes under the same name are kept once."""
        for candidate in _names(name):
            target = self.folder / candidate
            if target.is_file() and _same(target, path):
                return candidate
            if not target.exists() and known(f"{self.name}/{candidate}"):
                continue
            try:
                _copy(path, target)
            except FileExistsError:
                continue
            return candidate
        raise AssertionError("there is always a free name")


def safe_name(written: str, suffixes: frozenset[str] = SUFFIXES) -> str:
    """A file's name as it may be kept: the last part of what is `written`, without what a file system takes amiss.

    Raises:
        Refused: its suffix is none of `suffixes`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", written))[-1]
    printable = "".join(char for char in _UNSAFE.sub(" ", last) if char.isprintable())
    stem, dot, suffix = " ".join(printable.split()).rpartition(".")
    if not dot or f".{suffix.lower()}" not in suffixes:
        kinds = " ".join(sorted(suffixes))
        raise Refused(_shown(last), "kind", f"of no kind that byline reads; there are {kinds}")
    stem = stem.strip(" .")
    if not stem or _DEVICE.match(stem.partition(".")[0].strip()):
        stem = f"article {stem}".strip()
    return f"{_cut(stem, _LONGEST - _ROOM - len(suffix) - 1)}.{suffix.lower()}"


def _shown(name: str) -> str:
    readable = "".join(char if char.isprintable() else "\ufffd" for char in name)
    return (readable if len(readable) <= 80 else f"{readable[:80]}…") or "a file without a name"


def _cut(text: str, limit: int) -> str:
    """The beginning of `text` that is at most `limit` bytes long in the longest form a file system may keep it in."""
    while len(unicodedata.normalize("NFD", text).encode()) > limit:
        text = text[:-1]
    return text.rstrip(" .")


def _names(name: str) -> Iterator[str]:
    stem, _, suffix = name.rpartition(".")
    yield name
    number = 2
    while True:
        yield f"{stem} ({number}).{suffix}"
        number += 1


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(_CHUNK):
            if chunk != right.read(_CHUNK):
                return False
    return True


def _copy(path: Path, target: Path) -> None:
    """Write a copy that is there whole or not at all, and never in another file's place."""
    making = target.with_name(f".{os.getpid()}-{os.urandom(4).hex()}")  # hidden: not indexed
    try:
        with path.open("rb") as read, making.open("xb") as written:
            while chunk := read.read(_CHUNK):
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        target.touch(exist_ok=False)  # the name is taken from here on, by nobody else
        os.replace(making, target)
    finally:
        making.unlink(missing_ok=True)
