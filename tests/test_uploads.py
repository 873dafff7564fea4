"""What comes in by the page: kept under a safe name in one folder, indexed with the rest, and taken out again."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import BylineError
from index.left_out import LeftOut
from index.scan import scan
from index.uploads import Refused, Uploads, safe_name


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    index = tmp_path / ".byline"
    index.mkdir()
    return Uploads(index, max_bytes=2_000_000)


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    path = tmp_path / "brought"
    path.write_text("The harbour reopened.", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("port.txt", "port.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\news\\port.TXT", "port.txt"),
        ("/abs/항구.md", "항구.md"),
        (unicodedata.normalize("NFD", "항구 소식.txt"), "항구 소식.txt"),
        (".hidden.txt", "hidden.txt"),
        ("...txt", "article.txt"),
        (".txt", "article.txt"),
        ("a\n\t b\u202e.txt", "a b.txt"),
        ('a<b>:"c|?*.pdf', "a b c.pdf"),
        ("CON.txt", "article CON.txt"),
        ("com1.notes.txt", "article com1.notes.txt"),
    ],
)
def test_a_name_is_made_safe(written: str, kept: str) -> None:
    assert safe_name(written) == kept


@pytest.mark.parametrize("written", ["", "port", "port.exe", "port.txt.sh", "port.txt/", "..", "a.\ud800"])
def test_what_byline_does_not_read_is_refused_in_a_line(written: str) -> None:
    with pytest.raises(Refused, match=r"of no kind that byline reads; there are \.docx ") as refused:
        safe_name(written)
    assert "\n" not in str(refused.value)


@given(st.text(max_size=400), st.sampled_from([".txt", ".PDF", ".Jsonl"]))
def test_whatever_the_name_it_is_one_file_in_the_folder(stem: str, suffix: str) -> None:
    kept = safe_name(stem + suffix)

    assert Path("uploads", kept).parent == Path("uploads")
    assert not kept.startswith(".")
    assert kept.isprintable()
    assert len(unicodedata.normalize("NFD", kept).encode()) <= 255 - len(" (99)") - len(".0-")
    assert safe_name(kept) == kept


def test_nothing_is_written_over_and_the_same_file_is_kept_once(uploads: Uploads, brought: Path) -> None:
    assert uploads.take(brought, "port.txt") == "uploads/port.txt"
    assert uploads.take(brought, "x/port.txt") == "uploads/port.txt"
    brought.write_text("Another story.", encoding="utf-8")

    assert uploads.take(brought, "port.txt") == "uploads/port (2).txt"
    assert uploads.take(brought, "quay.txt", {"uploads/quay.txt"}.__contains__) == "uploads/quay (2).txt"
    assert (uploads.folder / "port.txt").read_text(encoding="utf-8") == "The harbour reopened."
    assert sorted(path.name for path in uploads.folder.iterdir()) == ["port (2).txt", "port.txt", "quay (2).txt"]


@pytest.mark.parametrize(("size", "why"), [(0, "the file is empty"), (2_000_001, r"larger than 2 MB \(max_file_mb\)")])
def test_a_file_of_a_wrong_size_is_refused(uploads: Uploads, brought: Path, size: int, why: str) -> None:
    brought.write_bytes(b"x" * size)

    with pytest.raises(Refused, match=f"port.txt: (it is )?{why}"):
        uploads.take(brought, "port.txt")
    assert not uploads.folder.exists()


@pytest.mark.parametrize(
    "source",
    ["uploads/../secret.txt", "secret.txt", "uploads/", "uploads/..", "uploads/a/b.txt", "uploads/gone.txt", "/etc/x"],
)
def test_nothing_outside_the_folder_can_be_removed(uploads: Uploads, brought: Path, source: str) -> None:
    uploads.take(brought, "port.txt")
    secret = uploads.index / "secret.txt"
    secret.write_text("x", encoding="utf-8")

    with pytest.raises(Refused, match="not an uploaded file"):
        uploads.remove(source)
    assert secret.exists()


def test_a_link_in_the_folder_is_no_upload(uploads: Uploads, brought: Path, tmp_path: Path) -> None:
    uploads.take(brought, "port.txt")
    (uploads.folder / "link.txt").symlink_to(brought)

    with pytest.raises(Refused):
        uploads.remove("uploads/link.txt")
    uploads.remove("uploads/port.txt")
    assert [path.name for path in uploads.folder.iterdir()] == ["link.txt"]
    assert "it is a link out of the folder" in dict(scan([tmp_path], uploads.index).unreachable).values()


def test_uploads_are_indexed_beside_the_folder_and_what_is_left_out_is_not(
    uploads: Uploads, brought: Path, tmp_path: Path
) -> None:
    root = tmp_path / "articles"
    (root / "uploads").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "uploads/c.txt"):
        (root / name).write_text("x", encoding="utf-8")
    for name in ("c.txt", "d.txt"):
        uploads.take(brought, name)
    LeftOut(uploads.index).add("b.txt")

    scanned = scan([root], uploads.index)

    assert [file.source for file in scanned.found] == ["a.txt", "uploads/c.txt", "uploads/d.txt"]
    assert [file.path.parent for file in scanned.found] == [root, root / "uploads", uploads.folder]
    assert all(Path(file.root) / file.source == file.path for file in scanned.found)
    assert [source for source, _ in scanned.unreachable] == ["uploads/c.txt"]


def test_what_was_left_out_is_taken_in_again(uploads: Uploads) -> None:
    left_out = LeftOut(uploads.index)
    for source in ("b.txt", "항구.txt", "b.txt"):
        left_out.add(source)
    assert left_out.sources() == ("b.txt", "항구.txt")
    left_out.drop("b.txt")
    assert left_out.sources() == ("항구.txt",)


@pytest.mark.parametrize("written", ["{", "{}", "[1]"])
def test_a_damaged_list_of_what_is_left_out_is_named(uploads: Uploads, written: str) -> None:
    (uploads.index / "left-out.json").write_text(written, encoding="utf-8")

    with pytest.raises(BylineError, match=r"left-out\.json: .*delete it"):
        LeftOut(uploads.index).sources()
