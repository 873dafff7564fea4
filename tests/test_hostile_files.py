"""Files that break things: each is read rightly or named with the reason, and what is cited of it stands in it."""

from __future__ import annotations

import io
import json
import os
import time
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.decode import Unreadable, decode
from index.document import Document, Reader
from index.formats import SUFFIXES
from index.scan import FoundFile
from index.soundness import passage_faults, store_faults
from index.sync import Indexer
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.settings import Settings
from rag.tools import Tools
from tests.desk import ENGLISH, KOREAN, Desk

# Folders of the public set that are named for the encoding of what is in them.
ENCODINGS = {"Johab": "johab", "EUC-KR": "cp949", "CP949": "cp949", "iso-2022-kr": "iso2022_kr"}
RTL = "\u202e"


def assert_true_to_itself(document: Document) -> None:
    """Every passage and sentence stands where it is said to stand."""
    for passage in document.passages:
        assert passage.span.of(document.text) == passage.text
        for sentence in passage.sentences:
            assert passage.span.start <= sentence.start < sentence.end <= passage.span.end
            assert sentence.of(document.text) == passage.quote(sentence)


def read_or_refused(reader: Reader, data: bytes, name: str) -> Document | None:
    """The document, true to itself; None where the file was refused with a reason."""
    try:
        document = reader.read(data, name)
    except Unreadable as refused:
        why = str(refused)
        document = None
    if document is None:
        assert 5 < len(why) < 200
        assert "\n" not in why
        return None
    assert_true_to_itself(document)
    return document


def test_every_file_of_the_encodings_is_decoded_right_or_refused(shared: Path) -> None:
    wrong, refused = [], []
    for path in sorted((shared / "data" / "encodings").rglob("*")):
        if not path.is_file() or path.name == "SOURCE.md":
            continue
        data = path.read_bytes()
        encoding = ENCODINGS.get(path.parent.name, path.parent.name.lower())
        try:
            decoded = decode(data)
        except Unreadable:
            refused.append(path.name)
            continue
        if path.parent.parent.name == "chardet" and decoded.text != data.decode(encoding).lstrip("\ufeff"):
            wrong.append(f"{path.parent.name}/{path.name} as {decoded.encoding}")
    assert (wrong, refused) == ([], [])


def naughty(shared: Path) -> list[str]:
    return [line for line in json.loads((shared / "data" / "naughty" / "blns.json").read_text("utf-8")) if line]


def test_naughty_strings_as_article_text_and_titles(shared: Path, reader: Reader) -> None:
    for line in naughty(shared):
        text = f"News\n\n{line}\n\n{ENGLISH} {line} {KOREAN}\n"
        document = read_or_refused(reader, text.encode("utf-8", "surrogatepass"), "naughty.txt")
        if document is not None:
            assert document.text == text


def test_naughty_strings_as_file_names(shared: Path, desk: Desk) -> None:
    for line in naughty(shared):
        name = line.replace("/", "_").replace("\0", "")[:60]
        if len(name.encode()) < 240 and name.strip(". "):
            desk.write(f"n{name}.txt", f"{ENGLISH}\n")
    desk.run()
    generation = desk.folder.open()
    try:
        assert generation.catalog.counts().files > 300
        assert not [*passage_faults(generation.catalog), *store_faults(generation)]
    finally:
        generation.close()


def test_naughty_strings_as_questions(shared: Path, indexed: Desk, tools: Tools) -> None:
    hashed = Tools(indexed.embedder, indexed.encoder, tools.terms, tools.splitter)
    refused: list[str] = []
    with Assistant(indexed.folder, Settings(llm="none"), hashed) as assistant:
        for line in naughty(shared):
            try:
                answer = assistant.ask(line)
            except BylineError as why:
                refused.append(str(why))
                continue
            assert all(one.quote == assistant.text(one.source)[one.start : one.end] for one in answer.citations)
    assert all(why.startswith("the question ") for why in refused)


@pytest.mark.parametrize(
    "text",
    [
        f"Title\x00here\n\n{ENGLISH}\x00 {KOREAN}",
        f"{unicodedata.normalize('NFD', KOREAN)}\n\n{unicodedata.normalize('NFD', KOREAN)}",
        f"{RTL}{ENGLISH}{RTL} \u2066{KOREAN}\u2069",
        f"{ENGLISH}\u0301\u0301\u0301" * 3,
        "a\u0300" * 5000,
        "\u200b".join(KOREAN),
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 " * 400 + ENGLISH,
        "\u1100\u1161\u11a8" * 2000,
        "\ufeff" * 100 + ENGLISH,
        "&#0;" * 1000 + ENGLISH,
        f"<b>{ENGLISH}" * 50,
    ],
    ids=[
        "NUL",
        "NFD",
        "overrides",
        "accents",
        "marks",
        "zero width",
        "emoji",
        "jamo",
        "marks of order",
        "refs",
        "tags",
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".html"])
def test_odd_characters_keep_their_places(reader: Reader, text: str, suffix: str) -> None:
    read_or_refused(reader, text.encode(), f"odd{suffix}")


def test_a_lone_surrogate_is_no_utf_8(reader: Reader) -> None:
    read_or_refused(reader, f"{ENGLISH} \udc00 {ENGLISH}".encode("utf-8", "surrogatepass"), "a.txt")


def html_bomb() -> bytes:
    return b"<html><body>" + b"<div>" * 60_000 + ENGLISH.encode() + b"</div>" * 60_000


def entity_bomb() -> bytes:
    lines = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "lol">{lines}]><html><p>&a9;</p></html>'.encode()


def word_bomb() -> bytes:
    """A document of a few hundred kilobytes that unpacks to two gigabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as document:
            for _ in range(200):
                document.write(b" " * 10_000_000)
    return packed.getvalue()


def mark_bomb() -> bytes:
    """One letter with two hundred thousand marks, none of them where Unicode wants it."""
    return ("The harbour reopened on Monda" + "\u0301\u0316" * 100_000 + "y, the port authority said.").encode()


def mark_bomb_in_json() -> bytes:
    return json.dumps({"title": "Harbour", "body": mark_bomb().decode()}).encode()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (html_bomb, "a.html"),
        (entity_bomb, "a.xhtml"),
        (entity_bomb, "a.html"),
        (word_bomb, "a.docx"),
        (mark_bomb, "a.txt"),
        (mark_bomb_in_json, "a.jsonl"),
    ],
    ids=["nested", "entities of XML", "entities", "packed", "marks", "marks in JSON"],
)
def test_bombs_do_not_go_off(reader: Reader, make: Callable[[], bytes], name: str) -> None:
    document = read_or_refused(reader, make(), name)

    assert document is None or len(document.text) < 1_000_000


def test_one_line_of_megabytes_is_read(reader: Reader) -> None:
    document = read_or_refused(reader, (ENGLISH.replace("\n", " ") + " ").encode() * 10_000, "line.txt")

    assert document is not None
    assert len(document.passages) > 1000


def test_names_and_kinds_of_files_that_break_things(desk: Desk) -> None:
    desk.write("a" * 251 + ".txt", f"{ENGLISH}\n")  # 255 bytes, the most a name may have
    desk.write(unicodedata.normalize("NFD", "항구 소식.txt"), f"{KOREAN}\n")
    desk.write(f"{RTL}txt.exe.txt", f"{ENGLISH} More.\n")
    os.mkfifo(desk.articles / "pipe.txt")
    (desk.articles / "loop").symlink_to(desk.articles, target_is_directory=True)
    (desk.articles / "out.txt").symlink_to("/etc/passwd")
    (desk.articles / "circle.txt").symlink_to("circle.txt")
    (desk.articles / "zero.txt").symlink_to("/dev/zero")

    summary = desk.run()

    assert summary.counts.files == 3
    assert {name for name, _ in summary.skipped} == {"pipe.txt", "out.txt", "circle.txt", "zero.txt"}


def text_after_a_change(desk: Desk, name: str, change: Callable[[], object]) -> str:
    """What the index has of a file that was changed as soon as it had been read, after the run that follows."""
    whole = Indexer._bytes_of

    def read_and_change(self: Indexer, file: FoundFile) -> bytes:
        data = whole(self, file)
        if file.source == name:
            change()
        return data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Indexer, "_bytes_of", read_and_change)
        desk.run()
    desk.run()
    generation = desk.folder.open()
    try:
        return generation.catalog.text(name) or ""
    finally:
        generation.close()


def test_a_file_that_changes_while_it_is_read_is_what_it_was_once(desk: Desk) -> None:
    desk.write("port.txt", f"Harbour\n\n{ENGLISH}\n")
    later = f"Harbour, later\n\n{ENGLISH} It closed again.\n"

    assert text_after_a_change(desk, "port.txt", lambda: desk.write("port.txt", later)) == later


def test_a_change_to_the_same_size_just_after_the_file_was_read_is_seen(desk: Desk) -> None:
    def write(text: str) -> None:
        path = desk.write("port.txt", text)
        even = int(time.time()) // 2 * 2  # as FAT keeps times
        os.utime(path, (even, even))

    before, after = (f"Harbour on Monday the {day}\n\n{ENGLISH}\n" for day in ("11th", "12th"))
    write(before)

    assert text_after_a_change(desk, "port.txt", lambda: write(after)) == after


@pytest.mark.parametrize(
    ("turn", "why"),
    [
        (os.mkfifo, "it is no regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "it is no regular file"),
        (Path.mkdir, "Is a directory"),
        (lambda path: path.write_bytes(b"x" * 2_000_001), "it is larger than 2 MB (max_file_mb)"),
    ],
    ids=["pipe", "device", "folder", "grown"],
)
def test_a_file_that_turns_into_something_else_before_it_is_read_is_named(
    desk: Desk, turn: Callable[[Path], object], why: str
) -> None:
    path = desk.write("a.txt", f"Harbour\n\n{ENGLISH}\n")
    desk.write("b.txt", f"{ENGLISH} More.\n")

    def changed() -> bool:
        if path.is_file() and path.stat().st_size < 1000:
            path.unlink()
            turn(path)
        return False

    summary = desk.run(stop=changed)

    assert summary.skipped == (("a.txt", why),)
    assert summary.counts.files == 1


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(sorted(SUFFIXES)))
def test_any_bytes_under_any_suffix_are_read_or_refused(reader: Reader, data: bytes, suffix: str) -> None:
    read_or_refused(reader, data, f"any{suffix}")
