"""What lies in the folders that are to be indexed, and how that differs from what the index knows."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import BylineError
from index.formats import SUFFIXES
from index.left_out import LeftOut
from index.rows import FileRecord
from index.uploads import FOLDER as UPLOADS

_SECOND_NS = 1_000_000_000
_TICK_NS = 20_000_000  # more than the 16 ms of Windows and the 10 of the slowest Linux
_COARSE_TICK_NS = 2 * _SECOND_NS  # of FAT; others that keep whole seconds have one


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file byline reads: its name in the index, where it is, the folder it is relative to, size and time."""

    source: str
    path: Path
    root: str
    size: int
    mtime_ns: int

    def wait_for_next_tick(self) -> None:
        """Return once a further change of the file cannot be given the time of the last.

        Who reads it before would take a change to the same size, made afterwards, for none: what git calls racily
        clean (Documentation/technical/racy-git).
        """
        tick = _COARSE_TICK_NS if self.mtime_ns % _SECOND_NS == 0 else _TICK_NS
        left = self.mtime_ns + tick - time.time_ns()
        if 0 < left <= tick:  # a time to come was set by hand
            time.sleep(left / _SECOND_NS)


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found under the given paths, and which files could not be looked at, with the reason of each."""

    found: tuple[FoundFile, ...]
    unreachable: tuple[tuple[str, str], ...]
    other_kinds: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Files to read (new, or looking changed), files that are gone, and how many are as they were."""

    to_read: tuple[FoundFile, ...]
    gone: tuple[str, ...]
    unchanged: int


def scan(paths: Sequence[Path], index: Path) -> Scan:
    """Every readable file under `paths` and every upload to the `index` folder, sorted by name.

    Sources are relative to the folder given; with several folders each name begins with its folder's; an upload is
    called uploads/NAME. Hidden files and folders, links to folders, the index itself, and what somebody took out of it
    (`index.left_out`) are passed over.

    Raises:
        BylineError: a path that is not there, or vanishes meanwhile, or cannot be listed; two folders of one name; or a
            damaged list of what is left out.
    """
    roots = [_checked(path) for path in paths]
    prefixes = _prefixes(roots)
    found: list[FoundFile] = []
    unreachable: list[tuple[str, str]] = []
    other_kinds = 0
    for root, prefix in zip(roots, prefixes, strict=True):
        for path in _walk(root, index.resolve(), unreachable):
            if path.suffix.lower() not in SUFFIXES and path != root:
                other_kinds += 1
                continue
            _look_at(path, root, prefix, found, unreachable)
        _checked(root)  # the files of one that vanished meanwhile are not gone
    _look_at_uploads(index.resolve() / UPLOADS, found, unreachable)
    left_out = frozenset(LeftOut(index).sources())
    kept = (file for file in found if file.source not in left_out)
    return Scan(tuple(sorted(kept, key=lambda file: file.source)), tuple(unreachable), other_kinds)


def compare(found: Sequence[FoundFile], known: Mapping[str, FileRecord]) -> Difference:
    """How what was found differs from what is known; a file of the same size and time is taken as unchanged."""
    to_read = tuple(file for file in found if _looks_changed(file, known.get(file.source)))
    names = {file.source for file in found}
    return Difference(to_read, tuple(name for name in known if name not in names), len(found) - len(to_read))


def _looks_changed(file: FoundFile, record: FileRecord | None) -> bool:
    return record is None or (file.size, file.mtime_ns, file.root) != (
        record.size,
        record.mtime_ns,
        record.root,
    )


def _checked(path: Path) -> Path:
    if not path.exists():
        raise BylineError(f"{path}: there is no such file or folder")
    return path.resolve()


def _prefixes(roots: Sequence[Path]) -> list[str]:
    if len(roots) == 1:
        return [""]
    names = [root.name for root in roots]
    for name in names:
        if names.count(name) > 1:
            raise BylineError(f"two of the given folders are called {name}; index their common folder instead")
    return [f"{root.name}/" if root.is_dir() else "" for root in roots]


def _walk(root: Path, leave_out: Path, unreachable: list[tuple[str, str]]) -> Iterator[Path]:
    if root.is_file():
        yield root
        return

    def note(error: OSError) -> None:
        _checked(root)
        if error.filename == str(root):
            raise BylineError(f"{root}: it cannot be listed ({error.strerror})") from error
        unreachable.append((str(error.filename), error.strerror or str(error)))

    for folder, folders, names in os.walk(root, onerror=note):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and here / name != leave_out)
        for name in names:
            if not name.startswith("."):
                yield here / name


def _look_at_uploads(folder: Path, found: list[FoundFile], unreachable: list[tuple[str, str]]) -> None:
    if not folder.is_dir():
        return
    taken = {file.source for file in found}
    uploaded: list[FoundFile] = []
    for path in _walk(folder, folder, unreachable):
        _look_at(path, folder, f"{UPLOADS}/", uploaded, unreachable)
    for file in uploaded:
        if file.source in taken:
            unreachable.append((file.source, "an article of the indexed folder has this name; upload it under another"))
        else:
            found.append(file)


def _look_at(path: Path, root: Path, prefix: str, found: list[FoundFile], unreachable: list[tuple[str, str]]) -> None:
    folder = root if root.is_dir() else root.parent
    source = prefix + path.relative_to(folder).as_posix()
    try:
        source.encode("utf-8")
        status = path.stat()
    except UnicodeEncodeError:
        unreachable.append((ascii(source), "its name is not UTF-8; rename it"))
    except OSError as error:
        unreachable.append((source, error.strerror or str(error)))
    else:
        if not path.is_file():  # a pipe or device would never end
            unreachable.append((source, "it is no regular file"))
        elif not os.access(path, os.R_OK):  # named anew each time, and read as soon as it may be
            unreachable.append((source, os.strerror(errno.EACCES)))
        elif path.is_symlink() and not path.resolve().is_relative_to(folder):
            unreachable.append((source, "it is a link out of the folder"))
        else:
            root = folder.parent if prefix else folder  # what the name is relative to
            found.append(FoundFile(source, path, str(root), status.st_size, status.st_mtime_ns))
