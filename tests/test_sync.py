"""In step with the folder: after any change the index holds what a new one would, and no run that fails is seen."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest

from index.document import Reader
from index.embed import Embedder
from index.errors import BylineError
from index.meaning import SentenceEncoder
from index.schema import FORMAT
from index.store import IndexFolder
from index.sync import Indexer, Progress
from index.terms import Terms
from tests.desk import ENGLISH, GERMAN, KOREAN, TRAM, Counting, Desk, HashedWords, assert_in_step, assert_sums, snapshot
from tests.pdf_file import At, pdf_file


def test_a_first_run_reads_everything(desk: Desk) -> None:
    desk.write("port.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
    desk.write("ko/항구.txt", f"항구, 폭풍 뒤 다시 문 열어\n\n{KOREAN}\n")

    summary = desk.run()

    assert (summary.read, summary.unchanged, summary.removed, summary.skipped) == (2, 0, 0, ())
    assert (summary.counts.files, summary.counts.by_language) == (2, {"en": 1, "ko": 1})
    assert_in_step(desk)


def test_a_second_run_does_nothing(indexed: Desk) -> None:
    before = snapshot(indexed.folder.path)

    summary = indexed.run()

    assert (summary.read, summary.unchanged, summary.removed) == (0, 3, 0)
    assert summary.counts.files == 3
    assert snapshot(indexed.folder.path) == before
    assert indexed.embedder.seen == []


def test_a_changed_file_takes_the_place_of_what_it_was(indexed: Desk) -> None:
    indexed.write("port.txt", f"Harbour closes for good\n\n{TRAM}\n")

    summary = indexed.run()

    assert (summary.read, summary.unchanged) == (1, 2)
    assert_in_step(indexed)


def test_a_new_file_is_added_and_a_deleted_one_is_gone(indexed: Desk) -> None:
    indexed.write("new.txt", f"A storm and its end\n\n{ENGLISH} {TRAM}\n")
    (indexed.articles / "ko" / "항구.txt").unlink()

    summary = indexed.run()

    assert (summary.read, summary.unchanged, summary.removed) == (1, 2, 1)
    assert summary.counts.by_language == {"en": 3}
    assert_in_step(indexed)


def test_a_renamed_file_is_found_under_its_new_name_and_embedded_no_more(indexed: Desk) -> None:
    (indexed.articles / "port.txt").rename(indexed.articles / "harbour.txt")

    summary = indexed.run()

    assert (summary.read, summary.unchanged, summary.removed) == (1, 2, 1)
    assert indexed.embedder.seen == []
    assert_in_step(indexed)


def test_a_copy_under_another_name_is_embedded_no_more(indexed: Desk) -> None:
    shutil.copy(indexed.articles / "port.txt", indexed.articles / "copy.txt")

    assert indexed.run().counts.files == 4
    assert indexed.embedder.seen == []
    assert_in_step(indexed)


def test_a_touched_file_embeds_nothing_and_is_not_read_again(indexed: Desk) -> None:
    indexed.touch("port.txt")

    assert indexed.run().counts.files == 3
    assert indexed.embedder.seen == []
    assert indexed.run().unchanged == 3
    assert_in_step(indexed)


def test_only_the_passages_that_changed_are_embedded(desk: Desk) -> None:
    long = f"Harbour reopens after the storm\n\n{ENGLISH * 5}\n"
    desk.write("port.txt", f"{long}\n{TRAM}\n")
    desk.run()
    desk.embedder.seen.clear()

    desk.write("port.txt", f"{long}\n{TRAM.replace('March', 'April')}\n")
    desk.run()

    assert len(desk.embedder.seen) == 1
    assert "April" in desk.embedder.seen[0]
    assert_in_step(desk)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (bytes(range(32)) * 50, "it is binary, not text"),
        ("반쪽".encode("utf-16")[:-1], "it starts as utf-16 but breaks off; save it anew as UTF-8"),
        (b"Share\nPrint\n", "there is no article text in it"),
        (b"x" * 2_000_001, "it is larger than 2 MB (max_file_mb)"),
    ],
    ids=["empty", "binary", "cut off", "furniture", "too large"],
)
def test_a_file_that_becomes_unreadable_is_named_and_leaves_the_index(indexed: Desk, data: bytes, why: str) -> None:
    indexed.write("port.txt", data)

    for summary in (indexed.run(), indexed.run()):  # it is named each time, though nothing is done the second time
        assert summary.skipped == (("port.txt", why),)
        assert (summary.counts.files, summary.counts.skipped) == (2, 1)
    assert_in_step(indexed)

    indexed.write("port.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
    assert indexed.run().skipped == ()
    assert_in_step(indexed)


def test_a_file_that_vanishes_while_it_is_read_is_named(desk: Desk) -> None:
    path = desk.write("a.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
    desk.write("b.txt", f"Seventeen stops for the tram\n\n{TRAM}\n")

    def delete() -> bool:
        path.unlink(missing_ok=True)
        return False

    assert desk.run(stop=delete).skipped == (("a.txt", "No such file or directory"),)
    assert desk.run().skipped == ()
    assert_in_step(desk)


def test_a_file_may_change_its_language(indexed: Desk) -> None:
    indexed.write("port.txt", f"항구, 폭풍 뒤 다시 문 열어\n\n{KOREAN}\n")

    assert indexed.run().counts.by_language == {"en": 1, "ko": 2}
    assert_in_step(indexed)


def test_a_passage_moves_when_the_article_around_it_tells_another_language(desk: Desk) -> None:
    names = "Kim, Lee, Park, Choi, Jung, Kang, Cho, Yoon, Jang, Lim, Han, Oh, Seo, Shin, Kwon, Hwang, Ahn, Song. " * 14
    desk.write("a.txt", f"Harbour reopens after the storm\n\n{names}\n")
    desk.run()
    before = desk.documents()["a.txt"].passages[0]

    desk.write("a.txt", f"Harbour reopens after the storm\n\n{names}\n\n{GERMAN * 6}\n")
    after = desk.documents()["a.txt"].passages[0]
    desk.run()

    assert (before.text, before.language, after.language) == (after.text, "en", "de")
    assert_in_step(desk)


def test_a_passage_whose_words_change_by_what_stands_around_it_is_embedded_anew(desk: Desk) -> None:
    """The same text at the same place, but one of its lines now repeats an earlier one of the same length."""
    repeated = "Lorries queued until noon, the port authority said."
    other = "Lorries queued until nine, the port authority said."
    body = f"{repeated}\n{TRAM}"
    filler = "The quay was swept and the cranes were greased by hand. " * 24
    desk.write("a.txt", f"Harbour reopens\n{other}\n{filler}\n{body}\n")
    desk.run()
    before = desk.documents()["a.txt"].passages[-1]

    desk.write("a.txt", f"Harbour reopens\n{repeated}\n{filler}\n{body}\n")
    after = desk.documents()["a.txt"].passages[-1]
    desk.run()

    assert repeated in before.own_words
    assert repeated not in after.own_words
    assert_in_step(desk)


def test_a_run_that_fails_leaves_the_last_good_index(indexed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.sync._BATCH", 1)
    before = snapshot(indexed.folder.path)
    reader = indexed.folder.open()
    query = HashedWords().embed_queries([ENGLISH])[0]
    answer = reader.vectors.nearest("en", query, 5)
    for number in range(4):
        indexed.write(f"new{number}.txt", f"Notice number {number} of the port\n\n{ENGLISH} It is the {number}th.\n")
    (indexed.articles / "tram.md").unlink()
    indexed.embedder.calls_left = 2

    with pytest.raises(BylineError, match="the embedding server went away"):
        indexed.run()

    assert snapshot(indexed.folder.path).keys() - before.keys() == {str(indexed.folder.path / "unfinished.sqlite")}
    assert reader.vectors.nearest("en", query, 5) == answer
    reader.close()
    again = indexed.folder.open()
    assert again.vectors.nearest("en", query, 5) == answer
    assert len(again.catalog.files()) == 3
    again.close()
    indexed.embedder.calls_left = None
    assert indexed.run().counts.files == 6
    assert len(indexed.embedder.seen) == 4  # the two before the failure, and the two after it
    assert not (indexed.folder.path / "unfinished.sqlite").exists()
    assert_in_step(indexed)


def test_a_run_that_is_stopped_keeps_what_is_done_and_the_next_completes_it(desk: Desk) -> None:
    for number in range(5):
        desk.write(f"{number}.txt", f"Notice number {number} of the port\n\n{ENGLISH} It is the {number}th.\n")
    asked = count(1)

    first = desk.run(stop=lambda: next(asked) > 2)

    assert (first.interrupted, first.read, first.counts.files) == (True, 2, 2)
    second = desk.run()
    assert (second.interrupted, second.read, second.unchanged, second.counts.files) == (False, 3, 2, 5)
    assert_in_step(desk)


def test_progress_runs_to_the_end(desk: Desk) -> None:
    for number in range(3):
        desk.write(f"{number}.txt", f"Notice number {number} of the port\n\n{ENGLISH}\n")
    told: list[Progress] = []

    desk.indexer().run([desk.articles], on_progress=told.append)

    size = sum(path.stat().st_size for path in desk.articles.iterdir())
    assert (told[-1].done_bytes, told[-1].all_bytes, told[-1].passages) == (size, size, 3)
    assert all(before.done_bytes <= after.done_bytes for before, after in pairwise(told))


def test_the_first_passages_do_not_wait_for_many_more_to_be_read(desk: Desk) -> None:
    for number in range(40):
        desk.write(f"{number}.txt", f"Notice number {number} of the port\n\n{ENGLISH}\n")
    told: list[Progress] = []

    desk.indexer().run([desk.articles], on_progress=told.append)

    assert told[0].passages < 20
    assert told[-1].passages == 40


def test_another_embedder_is_refused_and_a_rebuild_takes_it(indexed: Desk) -> None:
    other = replace(indexed, embedder=Counting(HashedWords("other")))

    with pytest.raises(BylineError, match=r"this index was made with embedder hashed, not other; .*--rebuild"):
        other.run()
    assert_in_step(indexed)

    other.indexer().run([other.articles], rebuild=True)
    assert len(other.embedder.seen) == 3
    assert_in_step(other)


def test_another_passage_length_is_refused(indexed: Desk) -> None:
    with pytest.raises(BylineError, match=r"made with passage_chars 500, not 300; .*--rebuild"):
        replace(indexed, passage_chars=300).run()


def test_other_folders_are_refused_and_none_means_the_same(indexed: Desk) -> None:
    elsewhere = indexed.home / "elsewhere"
    elsewhere.mkdir()

    with pytest.raises(BylineError, match=r"this index is of .*articles; give the same paths \(or none\)"):
        indexed.indexer().run([elsewhere])

    indexed.write("new.txt", f"A storm and its end\n\n{TRAM}\n")
    assert indexed.indexer().run([]).counts.files == 4
    assert_in_step(indexed)


def test_a_folder_that_is_gone_is_refused_and_the_index_stays(indexed: Desk) -> None:
    shutil.rmtree(indexed.articles)

    with pytest.raises(BylineError, match="there is no such file or folder"):
        indexed.run()
    generation = indexed.folder.open()
    assert generation.catalog.counts().files == 3
    generation.close()


def test_without_an_index_a_folder_must_be_given(desk: Desk) -> None:
    with pytest.raises(BylineError, match="give the folder to index: byline index FOLDER"):
        desk.indexer().run([])
    assert desk.folder.current() is None


def test_a_second_writer_gets_one_clear_line(indexed: Desk) -> None:
    with indexed.folder.writing(), pytest.raises(BylineError, match="another `byline index` is writing this index"):
        indexed.run()
    assert indexed.run().unchanged == 3


def test_an_empty_folder_makes_an_empty_index(desk: Desk) -> None:
    summary = desk.run()

    assert (summary.counts.files, summary.counts.passages, summary.counts.by_language) == (0, 0, {})
    assert_in_step(desk)
    before = snapshot(desk.folder.path)
    desk.run()
    assert snapshot(desk.folder.path) == before


def test_a_folder_may_lose_all_it_had_and_get_it_back(indexed: Desk) -> None:
    kept = {path: path.read_bytes() for path in indexed.articles.rglob("*") if path.is_file()}
    for path in kept:
        path.unlink()
    assert indexed.run().removed == 3
    assert_in_step(indexed)

    for path, data in kept.items():
        path.write_bytes(data)
    assert indexed.run().read == 3
    assert_in_step(indexed)


def test_an_index_inside_its_own_folder_does_not_read_itself(desk: Desk) -> None:
    desk.write("port.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
    inside = Indexer(
        IndexFolder(desk.articles / "index"),
        desk.reader,
        desk.embedder,
        desk.encoder,
        desk.terms,
        passage_chars=500,
        max_file_bytes=1_000_000,
    )
    inside.run([desk.articles])

    assert inside.run([desk.articles]).unchanged == 1


def test_files_written_in_several_batches_are_in_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.sync._BATCH", 3)
    monkeypatch.setattr("index.encode._AT_ONCE", 2)
    monkeypatch.setattr("index.writer._SUMMED", 2)
    for number in range(10):
        desk.write(f"{number}.txt", f"Notice number {number % 4} of the port\n\n{[ENGLISH, KOREAN][number % 2]}\n")

    assert desk.run().counts.by_language == {"en": 5, "ko": 5}
    assert len(desk.embedder.seen) < 10  # some stand in an earlier batch
    assert_in_step(desk)


def test_what_cannot_be_read_is_named_each_time_and_the_rest_is_indexed(desk: Desk) -> None:
    desk.write("a.txt", ENGLISH)
    desk.write("empty.html", "<html><body><script>load()</script></body></html>")
    desk.write("locked.pdf", pdf_file([[At(ENGLISH, 500)]], locked=True))
    desk.write("notes.docx", "not an archive")
    desk.write("rows.jsonl", '{"headline": "No body"}\n')
    desk.write("scan.pdf", pdf_file([[]]))
    desk.write("wire.jsonl", f'{{"title": "Harbour", "body": "{TRAM}"}}\n{{"title": "cut o')

    for _ in range(2):
        summary = desk.run()
        assert dict(summary.skipped) == {
            "empty.html": "no article text is found in the page; save it from the browser once it has loaded",
            "locked.pdf": "it is locked with a password; save it without one",
            "notes.docx": "it is no Word document (.docx), or a broken one",
            "rows.jsonl": "no line of it is an article; line 1 is left out: it has no body",
            "scan.pdf": "it has no text layer (scanned pages?); run text recognition (OCR) over it first",
        }
        ((name, fault),) = summary.faults
        assert (name, fault[:28]) == ("wire.jsonl", "line 2 is left out: it is no")
        assert (summary.counts.files, summary.counts.skipped) == (2, 5)
    assert_in_step(desk)


def test_files_of_every_format_are_in_step(desk: Desk, samples: Path) -> None:
    for path in (path for path in samples.iterdir() if path.suffix in {".html", ".pdf", ".docx", ".jsonl"}):
        desk.write(path.name, path.read_bytes())
    desk.run()
    assert_in_step(desk)

    desk.write("shore-power-barge.pdf", pdf_file([[At(ENGLISH, 500)], [At(TRAM, 500)]]))
    desk.run()

    assert_in_step(desk)


def test_an_index_of_an_older_format_is_built_anew_when_that_is_asked_for(desk: Desk) -> None:
    desk.write("a.txt", ENGLISH)
    desk.run()
    catalog = desk.folder.path / (desk.folder.current() or "") / "catalog.sqlite"
    with closing(sqlite3.connect(catalog)) as connection, connection:
        connection.execute("UPDATE settings SET value = '1' WHERE key = 'format'")

    with pytest.raises(
        BylineError, match=f"format 1, this byline reads {FORMAT}; build it anew with `byline index FOLDER --rebu"
    ):
        desk.run()

    assert desk.indexer().run([desk.articles], rebuild=True).read == 1
    assert_in_step(desk)


def test_the_samples_are_in_step_with_the_real_embedder(samples: Path, samples_index: Path, embedder: Embedder) -> None:
    generation = IndexFolder(samples_index).open()
    try:
        counts = generation.catalog.counts()
        assert (counts.files, counts.skipped) == (29, 0)
        assert set(counts.by_language) == {"en", "ko"}
        for language, n in counts.by_language.items():
            assert generation.vectors.count(language) == generation.lexical.count(language) == n
            ids = [
                id
                for source in generation.catalog.files()
                for id, its in generation.catalog.passage_languages(source).items()
                if its == language
            ]
            passages, vectors = generation.catalog.passages(ids), generation.vectors.vectors(language, ids)
            rows = np.array([vectors[id] for id in ids])
            assert_sums(generation.moments[language], rows)
            query = embedder.embed_queries(["tram line in Haemil"])[0]
            cosines = rows.astype(np.float64) @ query.astype(np.float64)
            assert generation.moments[language].spread(query) == pytest.approx(
                (cosines.mean(), cosines.var()), abs=1e-6
            )
            for passage in passages.values():
                text = generation.catalog.text(passage.source)
                assert text is not None
                assert text[passage.span.start : passage.span.end] == passage.text
    finally:
        generation.close()


def test_a_touched_sample_costs_the_real_embedder_nothing(
    samples: Path, tmp_path: Path, reader: Reader, embedder: Embedder, encoder: SentenceEncoder, terms: Terms
) -> None:
    desk = Desk(tmp_path, reader, Counting(embedder), encoder, terms)
    for name in ("mask-museum.ko.txt", "night-clinic.txt"):
        desk.write(name, (samples / name).read_bytes())
    desk.run()
    embedded = len(desk.embedder.seen)
    assert embedded == desk.run().counts.passages > 2

    desk.touch("mask-museum.ko.txt")
    desk.run()
    (desk.articles / "night-clinic.txt").rename(desk.articles / "clinic.txt")
    desk.run()

    assert len(desk.embedder.seen) == embedded
    assert_in_step(desk)
