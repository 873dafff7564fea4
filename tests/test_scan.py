"""What lies in the folders: every article once, under a name that lasts, and nothing that is not one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.errors import BylineError
from index.rows import FileRecord
from index.scan import FoundFile, Scan, compare, scan


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "articles"
    root.mkdir()
    return root


def write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def scanned(*paths: Path) -> Scan:
    return scan(paths, index=paths[0].parent / ".byline")


def sources(*paths: Path) -> list[str]:
    return [file.source for file in scanned(*paths).found]


def test_articles_are_found_in_every_folder_sorted_by_name(root: Path) -> None:
    for name in ("b.txt", "a.md", "2024/ko/항구.TXT", "2024/port 1.markdown", "notes.text"):
        write(root / name)

    assert sources(root) == ["2024/ko/항구.TXT", "2024/port 1.markdown", "a.md", "b.txt", "notes.text"]


def test_other_kinds_are_counted_and_hidden_files_are_passed_over(root: Path) -> None:
    for name in ("a.txt", "b.png", "c", ".d.txt", ".git/e.txt", "f.txt~"):
        write(root / name)

    result = scanned(root)

    assert [file.source for file in result.found] == ["a.txt"]
    assert result.other_kinds == 3


def test_every_format_is_found_whatever_the_case_of_its_suffix(root: Path) -> None:
    names = ["a.TXT", "b.md", "c.html", "d.HTM", "e.xhtml", "f.Pdf", "g.docx", "h.jsonl"]
    for name in names:
        write(root / name)

    assert [file.source for file in scanned(root).found] == names


def test_a_file_is_described_by_size_time_and_folder(root: Path) -> None:
    path = write(root / "sub" / "a.txt", "항구")
    os.utime(path, ns=(5, 7))

    (file,) = scanned(root).found

    assert file == FoundFile("sub/a.txt", path, str(root), 6, 7)


def test_a_file_given_by_name_is_read_whatever_it_is_called(root: Path) -> None:
    path = write(root / "article.page")

    assert sources(path) == ["article.page"]


def test_with_several_folders_each_name_begins_with_its_own(root: Path) -> None:
    other = root.parent / "wire"
    write(root / "a.txt")
    write(other / "a.txt")
    single = write(root.parent / "loose.txt")

    assert sources(root, other, single) == ["articles/a.txt", "loose.txt", "wire/a.txt"]


def test_two_folders_of_one_name_are_refused(root: Path) -> None:
    other = root.parent / "old" / "articles"
    write(other / "a.txt")

    with pytest.raises(BylineError, match="two of the given folders are called articles; index their common folder"):
        scanned(root, other)


def test_a_path_that_is_not_there_is_refused(root: Path) -> None:
    with pytest.raises(BylineError, match=r"nowhere: there is no such file or folder"):
        scanned(root / "nowhere")


def test_the_index_itself_is_passed_over(root: Path) -> None:
    write(root / "a.txt")
    write(root / "index" / "generation-000001" / "b.txt")

    assert [file.source for file in scan([root], index=root / "index").found] == ["a.txt"]


def test_a_link_to_a_file_of_the_folder_is_read_and_one_out_of_it_is_named(root: Path) -> None:
    write(root / "a.txt")
    outside = write(root.parent / "secret.txt")
    (root / "inside.txt").symlink_to(root / "a.txt")
    (root / "outside.txt").symlink_to(outside)
    (root / "broken.txt").symlink_to(root / "gone.txt")

    result = scanned(root)

    assert [file.source for file in result.found] == ["a.txt", "inside.txt"]
    assert dict(result.unreachable) == {
        "outside.txt": "it is a link out of the folder",
        "broken.txt": "No such file or directory",
    }


def test_a_folder_that_links_to_itself_ends(root: Path) -> None:
    write(root / "a.txt")
    (root / "loop").symlink_to(root)

    assert sources(root) == ["a.txt"]


def test_a_pipe_is_named_and_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe.txt")

    assert scanned(root).unreachable == (("pipe.txt", "it is no regular file"),)


def test_a_name_that_is_not_utf_8_is_named_in_ascii(root: Path) -> None:
    (Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.txt"))).write_text("x")

    ((name, why),) = scanned(root).unreachable

    assert name.isascii()
    assert why == "its name is not UTF-8; rename it"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named_and_found_once_it_has_it(root: Path) -> None:
    path = write(root / "a.txt")
    path.chmod(0)
    assert scanned(root).unreachable == (("a.txt", "Permission denied"),)
    assert scanned(root).found == ()

    path.chmod(0o600)
    assert sources(root) == ["a.txt"]


@pytest.mark.parametrize("listed_first", [False, True])
def test_a_folder_that_vanishes_while_it_is_listed_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, listed_first: bool
) -> None:
    write(root / "a.txt")
    walk = os.walk

    def moved_away(top: Path, **options: Any) -> Iterator[Any]:
        found = list(walk(top, **options)) if listed_first else []
        top.rename(top.parent / "elsewhere")
        return iter(found or walk(top, **options))

    monkeypatch.setattr("index.scan.os.walk", moved_away)
    with pytest.raises(BylineError, match=f"^{root}: there is no such file or folder$"):
        scanned(root)


FILE = FoundFile("a.txt", Path("/articles/a.txt"), "/articles", 3, 7)
RECORD = FileRecord("a.txt", "/articles", 3, 7, "digest")


def test_a_file_of_the_same_size_and_time_is_unchanged() -> None:
    difference = compare([FILE], {"a.txt": RECORD})

    assert (difference.to_read, difference.gone, difference.unchanged) == ((), (), 1)


@pytest.mark.parametrize("record", [replace(RECORD, size=4), replace(RECORD, mtime_ns=6), replace(RECORD, root="/old")])
def test_a_file_that_looks_changed_in_any_way_is_read(record: FileRecord) -> None:
    difference = compare([FILE], {"a.txt": record})

    assert (difference.to_read, difference.gone, difference.unchanged) == ((FILE,), (), 0)


def test_new_files_are_read_and_missing_ones_are_gone() -> None:
    difference = compare([FILE], {"b.txt": replace(RECORD, source="b.txt")})

    assert (difference.to_read, difference.gone, difference.unchanged) == ((FILE,), ("b.txt",), 0)


def test_a_file_is_found_again_by_its_folder_and_name(tmp_path: Path) -> None:
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)

    for paths in ([tmp_path / "north"], [tmp_path / "north", tmp_path / "south"], [tmp_path / "south" / "a.txt"]):
        for file in scan(paths, tmp_path / ".byline").found:
            assert (Path(file.root) / file.source).read_text() == file.path.read_text()
