"""No text is embedded twice: counted is what the embedder is asked."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.reuse import Journal, Made
from tests.desk import ENGLISH, TRAM, Counting, Desk, HashedWords, assert_in_step

ROOT = Path(__file__).parent.parent
MADE = Made(np.arange(3, dtype=np.float32), np.eye(2, 512, dtype=np.float32))


def test_a_rebuild_embeds_nothing(indexed: Desk) -> None:
    indexed.indexer().run([indexed.articles], rebuild=True)

    assert indexed.embedder.seen == []
    assert_in_step(indexed)


def test_a_rebuild_embeds_what_is_new(indexed: Desk) -> None:
    indexed.write("new.txt", f"A storm and its end\n\n{TRAM}\n")

    indexed.indexer().run([indexed.articles], rebuild=True)

    assert len(indexed.embedder.seen) == 1
    assert_in_step(indexed)


def test_a_rebuild_of_folders_that_moved_embeds_nothing(indexed: Desk) -> None:
    elsewhere = replace(indexed, home=indexed.home / "elsewhere")
    shutil.copytree(indexed.articles, elsewhere.articles, dirs_exist_ok=True)

    indexed.indexer().run([elsewhere.articles], rebuild=True)

    assert indexed.embedder.seen == []


def test_the_same_text_many_times_is_embedded_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.sync._BATCH", 2)  # copies lie in one batch, in two, and in one that is written later
    monkeypatch.setattr("index.sync._WRITTEN", 6)
    for number in range(20):
        desk.write(f"{number:02}.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")

    assert desk.run().counts.passages == 20
    assert len(desk.embedder.seen) == 1
    assert_in_step(desk)


def test_another_embedder_takes_nothing_over(indexed: Desk) -> None:
    other = replace(indexed, embedder=Counting(HashedWords("other")))
    other.embedder.calls_left = 0
    with pytest.raises(Exception, match="went away"):
        other.indexer().run([other.articles], rebuild=True)

    indexed.indexer().run([indexed.articles], rebuild=True)
    assert_in_step(indexed)


def test_a_rebuild_mends_an_index_whose_vectors_are_damaged(indexed: Desk) -> None:
    name = indexed.folder.current()
    assert name is not None
    for file in (indexed.folder.path / name / "chroma").rglob("*.*"):
        file.write_bytes(b"no database" * 1000)
    told: list[str] = []

    indexed.indexer().run([indexed.articles], rebuild=True, tell=told.append)

    assert len(indexed.embedder.seen) == 3
    assert len(told) == 1
    assert "its texts are embedded anew" in told[0]
    assert_in_step(indexed)


KILLED = """
import os, signal, sys
from pathlib import Path
import index.sync
from index.document import Reader
from index.language import ArticleLanguages
from index.meaning import SentenceEncoder
from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from tests.desk import Counting, Desk, HashedWords

class Killer(Counting):
    def embed_passages(self, texts):
        if len(self.seen) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_passages(texts)

index.sync._BATCH = 1
morphology = Morphology()
reader = Reader(SentenceSplitter(morphology), ArticleLanguages(), target=500)
Desk(Path(sys.argv[1]), reader, Killer(HashedWords()), SentenceEncoder(), Terms(morphology)).run()
"""


def test_a_killed_run_keeps_what_it_embedded(desk: Desk) -> None:
    for number in range(5):
        desk.write(f"{number}.txt", f"Notice number {number} of the port\n\n{ENGLISH} It is the {number}th.\n")

    done = subprocess.run(
        (sys.executable, "-c", KILLED, str(desk.home)),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    assert desk.run().counts.files == 5
    assert len(desk.embedder.seen) == 2
    assert_in_step(desk)


def test_a_journal_gives_back_what_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path, "e5")
    journal.add({"one": MADE})
    journal.close()

    again = Journal(path, "e5")

    found = again.find(["one", "two"])
    assert list(found) == ["one"]
    np.testing.assert_array_equal(found["one"].vector, MADE.vector)
    np.testing.assert_array_equal(found["one"].meanings, MADE.meanings)
    again.finish()
    assert list(tmp_path.iterdir()) == []


def test_a_journal_of_another_embedder_knows_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "e5")
    journal.add({"one": MADE})
    journal.close()

    other = Journal(tmp_path / "journal", "other")

    assert other.find(["one"]) == {}
    other.close()


def test_a_damaged_journal_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(b"no database" * 1000)

    journal = Journal(tmp_path / "journal", "e5")

    journal.add({"one": MADE})
    assert list(journal.find(["one"])) == ["one"]
    journal.close()
