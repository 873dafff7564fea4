"""Files that are made once and mapped: whole or made again, and in memory where they cannot be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.cache import Cache

CONTENT = bytes(range(256)) * 1000


def never() -> bytes:
    pytest.fail("it was there already")


def test_a_file_is_made_once_and_mapped(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "cache", pytest.fail)

    first, again = kept.mapped("file", lambda: CONTENT), kept.mapped("file", never)

    assert first.tobytes() == again.tobytes() == CONTENT
    assert not again.flags.writeable


@pytest.mark.parametrize(
    "damage",
    [lambda whole: b"", lambda whole: whole[:20], lambda whole: whole[:-1], lambda whole: whole[:-1] + b"?"],
    ids=["emptied", "no digest left", "cut", "changed"],
)
def test_a_damaged_file_is_made_again(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    kept = Cache(tmp_path, pytest.fail)
    kept.mapped("file", lambda: CONTENT)
    whole = (tmp_path / "file").read_bytes()
    (tmp_path / "file").unlink()  # what is mapped must not be cut
    (tmp_path / "file").write_bytes(damage(whole))

    assert kept.mapped("file", lambda: CONTENT).tobytes() == CONTENT
    assert (tmp_path / "file").read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("in the way")
    told: list[str] = []

    assert Cache(tmp_path / "a file", told.append).mapped("file", lambda: CONTENT).tobytes() == CONTENT
    assert len(told) == 1
