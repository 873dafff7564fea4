"""The doctor finds what is wrong with an index, and mends it from what is good in it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.errors import BylineError
from index.lexical import Entry
from index.repair import repair
from index.soundness import Fault, catalog_faults, passage_faults, passage_ids, store_faults
from index.store import Generation, IndexFolder
from rag.doctor import Finding, examine
from rag.settings import Settings
from tests.desk import TRAM, Desk, assert_in_step
from tests.openai_server import OpenAIServer

NO_MODEL = Settings(llm="none")


def open_and(generation_of: Desk, do: Callable[[Generation], None]) -> None:
    """Do something to the current generation, behind the index's back."""
    generation = generation_of.folder.open()
    try:
        do(generation)
    finally:
        generation.close()


def faults(desk: Desk) -> list[Fault]:
    generation = desk.folder.open()
    try:
        found = [*catalog_faults(generation.path), *passage_faults(generation.catalog)]
        return [*found, *store_faults(generation)]
    finally:
        generation.close()


def findings(desk: Desk, settings: Settings = NO_MODEL) -> list[Finding]:
    return list(examine(desk.folder, settings, desk.embedder))


def bad(desk: Desk, settings: Settings = NO_MODEL) -> dict[str, str]:
    return {one.subject: one.what for one in findings(desk, settings) if one.state == "bad"}


def english(generation: Generation) -> list[str]:
    return passage_ids(generation.catalog)["en"]


def lose_a_vector(generation: Generation) -> None:
    generation.vectors.drop("en", english(generation)[:1])
    generation.vectors.seal()


def keep_a_vector_of_nothing(generation: Generation) -> None:
    (passage,) = generation.catalog.passages(english(generation)[:1]).values()
    with closing(sqlite3.connect(generation.path / "catalog.sqlite")) as book, book:
        book.execute("DELETE FROM passages WHERE id = ?", (passage.id,))


def put_another_vector(generation: Generation) -> None:
    (passage,) = generation.catalog.passages(english(generation)[:1]).values()
    other = np.zeros((1, 24), np.float32)
    other[0, 0] = 1
    generation.vectors.put("en", [passage], other)
    generation.vectors.seal()


def lose_the_terms_of_one(generation: Generation) -> None:
    generation.lexical.write("en", [], english(generation)[:1])
    generation.lexical.seal()


def keep_terms_of_nothing(generation: Generation) -> None:
    generation.lexical.write("en", [Entry("0" * 32, ["steel"])])
    generation.lexical.seal()


def move_a_passage(generation: Generation) -> None:
    with closing(sqlite3.connect(generation.path / "catalog.sqlite")) as book, book:
        book.execute("UPDATE passages SET start = start + 1 WHERE id = ?", english(generation)[:1])


def spoil_the_sums(generation: Generation) -> None:
    with generation.catalog.transaction():
        generation.catalog.put_moments("ko/meanings", 1, np.zeros(512).tobytes(), np.zeros((512, 512)).tobytes())


@pytest.mark.parametrize(
    ("harm", "part"),
    [
        (lose_a_vector, "vectors"),
        (keep_a_vector_of_nothing, "vectors"),
        (put_another_vector, "sums"),
        (lose_the_terms_of_one, "terms"),
        (keep_terms_of_nothing, "terms"),
        (move_a_passage, "passages"),
        (spoil_the_sums, "sums"),
    ],
)
def test_what_is_out_of_step_is_found_and_mended(indexed: Desk, harm: Callable[[Generation], None], part: str) -> None:
    assert faults(indexed) == []
    open_and(indexed, harm)
    assert part in {fault.part for fault in faults(indexed)}
    assert part in bad(indexed)

    assert repair(indexed.folder, indexed.embedder)

    assert faults(indexed) == []
    indexed.run()  # a file whose rows were spoilt is read again
    if harm is not keep_a_vector_of_nothing:  # a row that is gone without a trace is in step with itself
        assert_in_step(indexed)


@pytest.mark.parametrize(
    "name", ["chroma/chroma.sqlite3", "chroma/exact-en/vectors.npy", "lexical/en/meta.json", "lexical/ko/*.pos"]
)
@pytest.mark.parametrize("content", [None, b"", b"no such thing " * 500], ids=["gone", "empty", "other"])
def test_a_damaged_store_is_written_anew(indexed: Desk, name: str, content: bytes | None) -> None:
    for path in (indexed.folder.path / str(indexed.folder.current())).glob(name):
        path.unlink()
        if content is not None:
            path.write_bytes(content)

    assert {"vectors", "terms"} & set(bad(indexed))
    repair(indexed.folder, indexed.embedder)

    assert not bad(indexed)
    assert_in_step(indexed)


def test_only_lost_vectors_are_embedded_again(indexed: Desk) -> None:
    open_and(indexed, lose_a_vector)

    (done,) = repair(indexed.folder, indexed.embedder)

    assert done == "wrote the vectors anew, 1 of 3 embedded again"
    assert len(indexed.embedder.seen) == 1


def test_a_sound_index_is_left_as_it_is(indexed: Desk) -> None:
    before = indexed.folder.current()

    assert repair(indexed.folder, indexed.embedder) == ()
    assert indexed.folder.current() == before


def test_a_damaged_catalog_is_replaced_by_the_one_before_it(indexed: Desk) -> None:
    indexed.write("later.txt", f"Later\n\n{TRAM}\n")
    indexed.run()
    book = indexed.folder.path / str(indexed.folder.current()) / "catalog.sqlite"
    book.write_bytes(book.read_bytes()[:5000])
    assert "index" in bad(indexed)

    assert any("went back to generation-000001" in line for line in repair(indexed.folder, indexed.embedder))

    assert not bad(indexed)
    assert "since indexing 0 changed, 1 came, 0 went" in {one.what for one in findings(indexed)}
    indexed.run()
    assert_in_step(indexed)


def test_a_damaged_pointer_is_set_to_what_is_there(indexed: Desk) -> None:
    (indexed.folder.path / "CURRENT").write_bytes(b"\xff\xfe")

    repair(indexed.folder, indexed.embedder)

    assert not bad(indexed)
    assert_in_step(indexed)


def test_where_nothing_is_whole_one_is_told_to_build_anew(indexed: Desk) -> None:
    (indexed.folder.path / "generation-000001" / "catalog.sqlite").write_bytes(b"")

    with pytest.raises(
        BylineError, match=r"nothing to repair it from; build it anew with `byline index FOLDER --rebuild`"
    ):
        repair(indexed.folder, indexed.embedder)


def test_a_folder_without_an_index_is_told_how_to_make_one(tmp_path: Path, desk: Desk) -> None:
    found = list(examine(IndexFolder(tmp_path / "none"), NO_MODEL, desk.embedder))

    assert [one.state for one in found if one.subject == "index"] == ["bad"]
    assert "make one with `byline index FOLDER`" in found[-1].what


def test_changed_files_are_counted(indexed: Desk) -> None:
    indexed.write("port.txt", "Other words altogether, and enough of them to be an article, said the harbour master.\n")
    indexed.write("new.txt", f"{TRAM}\n")
    (indexed.articles / "tram.md").unlink()

    assert "since indexing 1 changed, 1 came, 1 went" in {one.what for one in findings(indexed)}
    assert not bad(indexed)


def test_a_vanished_folder_is_bad(indexed: Desk) -> None:
    indexed.articles.rename(indexed.home / "elsewhere")

    assert "there is no such file or folder" in bad(indexed)["files"]


def test_other_settings_are_bad(indexed: Desk) -> None:
    found = bad(indexed, Settings(llm="none", passage_chars=200))

    assert found["settings"] == "the index was made with passage_chars 500, and 200 is set"


def test_an_embedder_that_has_changed_under_its_name_is_bad(indexed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        type(indexed.embedder), "embed_passages", lambda self, texts: np.roll(self._behind.embed_passages(texts), 1, 1)
    )

    assert "makes other vectors now" in bad(indexed)["embedder"]


def test_what_a_killed_run_left_is_told(indexed: Desk) -> None:
    with indexed.folder.writing():
        indexed.folder.begin().close()

    assert "generation-000002: unfinished or given up" in {one.what for one in findings(indexed)}


def test_the_model_server_is_asked_what_it_has(indexed: Desk, openai_server: OpenAIServer) -> None:
    def of(model: str) -> Finding:
        settings = Settings(llm=model, base_url=openai_server.url)
        return next(one for one in findings(indexed, settings) if one.subject == "model")

    assert of("scripted") == Finding("model", "good", f"scripted at {openai_server.host}")
    assert of("another").state == "note"


def test_a_model_server_that_is_not_there_is_bad(indexed: Desk) -> None:
    assert "cannot be reached" in bad(indexed, Settings(llm="m", base_url="http://127.0.0.1:9/v1"))["model"]


def test_the_command_fails_until_it_has_mended(
    samples_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    shutil.copytree(samples_index, index)
    arguments = ["--index", str(index)]
    assert run(arguments, capsys) == (0, "")
    shutil.rmtree(next(index.glob("generation-*")) / "lexical")

    status, shown = run(arguments, capsys)
    assert (status, "✗ terms     40 passages have none (en); mend it with `byline doctor --fix`" in shown) == (1, True)
    assert run([*arguments, "--fix"], capsys) == (0, "fix: wrote the terms of 66 passages anew\n")


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status of `byline doctor`, and what it said of what is bad or was mended."""
    from rag.cli.doctor_command import command

    status = 0
    try:
        command.main(arguments, standalone_mode=False)
    except SystemExit as left:
        status = int(left.code or 0)
    out, err = capsys.readouterr()
    return status, "".join(line for line in out.splitlines(keepends=True) if line.startswith("✗")) + err
