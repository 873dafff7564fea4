"""Generations: an update becomes visible at once and whole, or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import BylineError
from index.lexical import Entry
from index.store import Generation, IndexFolder

ROOT = Path(__file__).parent.parent
HOLD = """
import sys
from pathlib import Path
from index.store import IndexFolder
with IndexFolder(Path(sys.argv[1])).writing():
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path / "index")


def commit(folder: IndexFolder, value: str, *, afresh: bool = False) -> str:
    """A new generation that remembers `value`."""
    with folder.writing():
        generation = folder.begin(afresh=afresh)
        generation.catalog.remember("value", value)
        generation.lexical.write("en", [Entry(value, [value])])
        folder.commit(generation)
    return generation.path.name


def value_of(generation: Generation) -> str | None:
    return generation.catalog.recall("value")


def read(folder: IndexFolder) -> str | None:
    generation = folder.open()
    try:
        return value_of(generation)
    finally:
        generation.close()


def generations(folder: IndexFolder) -> list[str]:
    return sorted(path.name for path in folder.path.glob("generation-*"))


def test_there_is_no_index_until_one_is_committed(folder: IndexFolder) -> None:
    assert folder.current() is None
    with pytest.raises(BylineError, match=r"there is no index in .*; make one with `byline index FOLDER`"):
        folder.open()

    with folder.writing():
        folder.begin().close()

    assert folder.current() is None
    commit(folder, "one")
    assert read(folder) == "one"


def test_a_generation_begins_as_a_copy_of_the_last_one(folder: IndexFolder) -> None:
    commit(folder, "one")
    with folder.writing():
        generation = folder.begin()

        assert value_of(generation) == "one"
        assert [hit.id for hit in generation.lexical.search("en", ["one"], 5)] == ["one"]
        folder.abandon(generation)


def test_a_generation_begun_afresh_is_empty(folder: IndexFolder) -> None:
    commit(folder, "one")
    with folder.writing():
        generation = folder.begin(afresh=True)

        assert value_of(generation) is None
        assert generation.lexical.languages() == ()
        folder.abandon(generation)
    assert read(folder) == "one"


def test_what_is_being_written_is_seen_by_nobody(folder: IndexFolder) -> None:
    commit(folder, "one")
    with folder.writing():
        generation = folder.begin()
        generation.catalog.remember("value", "two")

        assert read(folder) == "one"
        folder.commit(generation)
        assert read(folder) == "two"


def test_an_abandoned_generation_leaves_no_trace(folder: IndexFolder) -> None:
    name = commit(folder, "one")
    with folder.writing():
        generation = folder.begin()
        generation.catalog.remember("value", "two")
        folder.abandon(generation)

    assert read(folder) == "one"
    assert generations(folder) == [name]


def test_a_reader_keeps_the_generation_it_opened(folder: IndexFolder) -> None:
    commit(folder, "one")
    reader = folder.open()
    commit(folder, "two")

    assert value_of(reader) == "one"
    assert [hit.id for hit in reader.lexical.search("en", ["one"], 5)] == ["one"]
    assert read(folder) == "two"
    reader.close()


def test_the_last_two_generations_are_kept_and_older_ones_go(folder: IndexFolder) -> None:
    names = [commit(folder, str(number)) for number in range(4)]

    assert generations(folder) == sorted(names)[-2:]
    assert folder.current() == names[-1]
    assert len(set(names)) == 4


def test_what_a_killed_run_left_is_swept_away(folder: IndexFolder) -> None:
    name = commit(folder, "one")
    with folder.writing():
        killed = folder.begin()
        killed.catalog.remember("value", "half")
        killed.catalog.close()  # and the process ends here, without commit or abandon
    (folder.path / "CURRENT.new").write_text("generation-999999\n")

    assert read(folder) == "one"
    after = commit(folder, "two")
    assert read(folder) == "two"
    assert generations(folder) == sorted({name, after})


def test_a_second_writer_in_another_process_is_told_to_wait(folder: IndexFolder) -> None:
    command = [sys.executable, "-c", HOLD, str(folder.path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "writing\n"
        with pytest.raises(BylineError, match=r"another `byline index` is writing this index; wait for it"):
            commit(folder, "one")
        other.stdin.close()
        assert other.wait() == 0

    commit(folder, "one")
    assert read(folder) == "one"


def test_a_writer_that_fails_lets_the_next_one_write(folder: IndexFolder) -> None:
    def fail() -> None:
        with folder.writing():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    commit(folder, "one")
    assert read(folder) == "one"


def test_a_place_that_cannot_be_a_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(BylineError, match=r"file.*: cannot be written \("):
        commit(IndexFolder(tmp_path / "file"), "one")


def test_a_pointer_to_a_generation_that_is_gone_is_one_clear_line(folder: IndexFolder) -> None:
    commit(folder, "one")
    (folder.path / "CURRENT").write_text("generation-000007\n")

    with pytest.raises(BylineError, match=r"generation-000007: the index is incomplete; build it again"):
        folder.open()


def test_a_pointer_that_is_no_text_is_one_clear_line(folder: IndexFolder) -> None:
    commit(folder, "one")
    (folder.path / "CURRENT").write_bytes(b"\xff\xfe")

    with pytest.raises(BylineError, match=r"CURRENT: cannot be read"):
        folder.current()
