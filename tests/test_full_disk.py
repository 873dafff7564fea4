"""A disk that is full or may not be written: the last good index stays, a line says why, the next run completes it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import BylineError
from index.store import IndexFolder
from tests.desk import ENGLISH, Desk, assert_in_step

ROOM = 64  # megabytes, enough for an index and the copy that an update writes


def mount(path: Path, *options: str) -> bool:
    """Whether a small file system could be mounted there, or mounted otherwise."""
    ran = subprocess.run(["mount", *options, str(path)], check=False, capture_output=True)
    return ran.returncode == 0


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes, all its own."""
    path = tmp_path / "small"
    path.mkdir()
    if os.name != "posix" or not mount(path, "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs"):
        pytest.skip("needs to mount a file system, which takes root")
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


class Moved(Desk):
    """A desk whose index lies on another disk."""

    @property
    def folder(self) -> IndexFolder:
        return IndexFolder(self.home.parent / "small" / ".byline")


@pytest.fixture
def moved(desk: Desk, small: Path) -> Desk:
    home = desk.home / "home"
    found = Moved(home, desk.reader, desk.embedder, desk.encoder, desk.terms)
    found.write("port.txt", f"Harbour reopens\n\n{ENGLISH}\n")
    return found


def fill(disk: Path) -> Path:
    """Fill a disk to its last byte; the file that does it."""
    path = disk / "ballast"
    with path.open("wb", buffering=0) as ballast:
        try:
            while ballast.write(b"x" * 4096):
                pass
        except OSError:
            return path
    raise AssertionError("a small disk takes no end")


def test_a_first_build_on_a_full_disk_is_one_line(moved: Desk, small: Path) -> None:
    ballast = fill(small)

    with pytest.raises(BylineError, match=r"(full|space)"):
        moved.run()

    ballast.unlink()
    moved.run()
    assert_in_step(moved)


def test_an_update_on_a_full_disk_leaves_the_index_as_it_was(moved: Desk, small: Path) -> None:
    moved.run()
    before = moved.folder.current()
    moved.write("later.txt", f"Later\n\n{ENGLISH} It closed again.\n")
    ballast = fill(small)

    with pytest.raises(BylineError, match=r"(full|space)"):
        moved.run()

    assert moved.folder.current() == before
    generation = moved.folder.open()
    assert generation.catalog.counts().files == 1
    generation.close()
    ballast.unlink()
    moved.run()
    assert_in_step(moved)


def test_an_index_on_a_read_only_disk_answers_and_cannot_be_brought_up_to_date(moved: Desk, small: Path) -> None:
    moved.run()
    assert mount(small, "-o", "remount,ro")
    assert not os.access(small, os.W_OK)

    assert_in_step(moved)
    moved.write("later.txt", f"Later\n\n{ENGLISH} It closed again.\n")
    with pytest.raises(BylineError, match=r"cannot be written \(Read-only file system\)"):
        moved.run()
