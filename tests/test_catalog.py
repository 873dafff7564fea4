"""The catalog gives back what it was given, whole or not at all, and says plainly when it cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Passage, Span
from index.catalog import Catalog
from index.document import Document
from index.errors import BylineError
from index.lexicon import Words
from index.meaning import DIMENSIONS
from index.rows import Encoded, FileRecord
from index.sketch import sketch
from index.terms import Noun

RECORD = FileRecord("a.txt", "/articles", 10, 20, "digest")
TERMS = (("steel", "quota"), (), ("철강", "steel"))
# Everything a decoder may hand out, lone surrogates among it.
ODD = st.text(st.characters(exclude_characters="\x00"), min_size=1, max_size=60)
SOUND = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)


def document(text: str, *, source: str = "a.txt", title: str = "A title", outlet: str | None = None) -> Document:
    """A document that is one article of one passage: all of it."""
    span = Span(0, len(text))
    article = Article(source, span, title, outlet, "2024-11-05", "en")
    passage = Passage(article, span, text, (span,), (span,), "en")
    return Document(source, "utf-8", text, (passage,), ())


def encoded(key: str = "key", sentences: int = 1) -> Encoded:
    rows = np.random.default_rng(3).normal(size=(1 + sentences, DIMENSIONS)).astype(np.float16)
    nouns = (Noun("철강", 0, 2, False), Noun("캐나다", 4, 7, True))
    return Encoded(key, rows.astype(np.float32), TERMS, sketch("six carriers"), ("title",), nouns)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog.create(tmp_path / "catalog.sqlite")
    yield catalog
    catalog.close()


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new file name each time."""
    root = tmp_path_factory.mktemp("catalogs")
    return (root / f"{number}.sqlite" for number in count())


def put(catalog: Catalog, one: Document, record: FileRecord = RECORD, key: str = "key") -> None:
    with catalog.transaction():
        catalog.put_file(record, one, [encoded(key) for _ in one.passages])


@given(text=ODD, title=SOUND, outlet=st.none() | SOUND)
@settings(max_examples=30)
def test_a_file_comes_back_as_it_was_put_in(paths: Iterator[Path], text: str, title: str, outlet: str | None) -> None:
    path = next(paths)
    one = document(text, title=title, outlet=outlet)
    catalog = Catalog.create(path)
    put(catalog, one)
    catalog.close()

    again = Catalog.open(path)
    try:
        id = one.passages[0].id
        assert again.text("a.txt") == text
        assert again.articles() == one.articles
        assert again.passages([id, "absent"]) == {id: one.passages[0]}
        assert again.passages([id])[id].id == id
        assert again.passage_languages("a.txt") == {id: "en"}
    finally:
        again.close()


def test_a_title_that_sqlite_cannot_keep_is_kept_with_a_replacement_character(catalog: Catalog) -> None:
    put(catalog, document("text", title="broken \ud83d title"))

    assert [article.title for article in catalog.articles()] == ["broken \ufffd title"]


def test_what_was_made_of_a_passage_comes_back(catalog: Catalog) -> None:
    one = document("text")
    put(catalog, one)
    id = one.passages[0].id

    found = catalog.encoded([id, "absent"])

    assert list(found) == [id]
    assert (found[id].key, found[id].terms) == ("key", TERMS)
    assert found[id].all_terms == ("steel", "quota", "철강", "steel")
    assert np.array_equal(found[id].meanings, encoded().meanings)
    assert (found[id].title_terms, found[id].nouns) == (encoded().title_terms, encoded().nouns)
    assert catalog.embedded_as(["key", "key", "absent"]) == {"key": (id, "en")}


def test_any_number_of_passages_can_be_asked_for(catalog: Catalog) -> None:
    span = Span(0, 1)
    article = Article("a.txt", Span(0, 9999), "A title", None, None, "en")
    passages = tuple(Passage(article, Span(at, at + 1), "x", (span,), (span,), "en") for at in range(1300))
    with catalog.transaction():
        catalog.put_file(
            RECORD, Document("a.txt", "utf-8", "x", passages, ()), [encoded(str(at)) for at in range(1300)]
        )

    ids = [passage.id for passage in passages]
    assert set(catalog.passages(ids)) == set(catalog.encoded(ids)) == set(ids)
    assert len(catalog.embedded_as(map(str, range(2000)))) == 1300
    assert not any((catalog.passages([]), catalog.encoded([]), catalog.embedded_as([])))


def test_putting_a_file_again_replaces_all_of_it(catalog: Catalog) -> None:
    before, after = document("before"), document("after")
    put(catalog, before)
    put(catalog, after)

    assert set(catalog.passages([before.passages[0].id, after.passages[0].id])) == {after.passages[0].id}
    assert catalog.text("a.txt") == "after"
    assert catalog.counts().passages == catalog.counts().articles == catalog.counts().files == 1


def test_dropping_a_file_takes_its_articles_and_passages(catalog: Catalog) -> None:
    other = FileRecord("b.txt", "/articles", 1, 1, "other")
    put(catalog, document("a"))
    put(catalog, document("b", source="b.txt"), other)

    with catalog.transaction():
        catalog.drop_file("a.txt")

    assert catalog.files() == {"b.txt": other}
    assert [article.source for article in catalog.articles()] == ["b.txt"]
    assert catalog.counts().by_language == {"en": 1}
    assert catalog.text("a.txt") is None


def test_a_skipped_file_is_known_and_counted_but_has_no_text(catalog: Catalog) -> None:
    skipped = FileRecord("b.txt", "/articles", 1, 2, "", "it is binary, not text")
    with catalog.transaction():
        catalog.put_file(skipped, None)

    assert catalog.files() == {"b.txt": skipped}
    assert catalog.text("b.txt") is None
    assert (catalog.counts().files, catalog.counts().skipped) == (0, 1)
    assert catalog.sources_like("*") == ()


def test_touching_a_file_keeps_what_was_read_of_it(catalog: Catalog) -> None:
    put(catalog, document("text"))
    touched = FileRecord("a.txt", "/elsewhere", 11, 21, "digest")

    with catalog.transaction():
        catalog.touch_file(touched)

    assert catalog.files() == {"a.txt": touched}
    assert catalog.text("a.txt") == "text"


def test_a_transaction_that_fails_leaves_nothing_behind(catalog: Catalog) -> None:
    put(catalog, document("before"))

    def replace_and_fail() -> None:
        with catalog.transaction():
            catalog.put_file(RECORD, document("after"), [encoded()])
            catalog.put_moments("en", 1, b"", b"")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replace_and_fail()

    assert catalog.text("a.txt") == "before"
    assert catalog.moments() == {}


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("*", ["2024/ko/항구.txt", "2024/port [1].txt", "a.txt"]),
        ("*.md", []),
        ("2024/*", ["2024/ko/항구.txt", "2024/port [1].txt"]),
        ("*/항구.txt", ["2024/ko/항구.txt"]),
        ("?.txt", ["a.txt"]),
        ("A.TXT", []),
    ],
)
def test_sources_are_matched_by_glob(catalog: Catalog, glob: str, expected: list[str]) -> None:
    for name in ("a.txt", "2024/port [1].txt", "2024/ko/항구.txt"):
        put(catalog, document("x", source=name), FileRecord(name, "/articles", 1, 1, name))

    assert sorted(catalog.sources_like(glob)) == expected


def test_settings_and_sums_are_kept_and_replaced(catalog: Catalog) -> None:
    assert catalog.recall("embedder") is None

    for value in ("e5", "openai:x"):
        catalog.remember("embedder", value)
    with catalog.transaction():
        catalog.put_moments("en", 1, b"old", b"old")
        catalog.put_moments("en", 2, b"total", b"outer")

    assert catalog.recall("embedder") == "openai:x"
    assert catalog.moments() == {"en": (2, b"total", b"outer")}


def test_threads_read_at_once(catalog: Catalog) -> None:
    one = document("text " * 1000)
    put(catalog, one)

    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda _: catalog.text("a.txt"), range(64)))

    assert texts == [one.text] * 64


def test_a_missing_catalog_says_so(tmp_path: Path) -> None:
    with pytest.raises(BylineError, match="the index is incomplete; build it again"):
        Catalog.open(tmp_path / "catalog.sqlite")


@pytest.mark.parametrize("data", [b"", b"not a database at all, but long enough to look like one" * 40])
def test_a_broken_catalog_says_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(data)

    with pytest.raises(BylineError, match=r"catalog\.sqlite: the index cannot be read .*doctor --fix`"):
        Catalog.open(path)


def test_a_catalog_of_another_format_says_so(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog.create(path).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE settings SET value = '999' WHERE key = 'format'")
    connection.close()

    with pytest.raises(BylineError, match="the index has format 999, this byline reads"):
        Catalog.open(path)


def test_words_take_little_more_room_than_their_vectors(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    catalog = Catalog.create(path)
    before = path.stat().st_size
    rows = np.random.default_rng(1).normal(size=(1000, 512)).astype(np.float16)
    with catalog.transaction():
        catalog.put_words(
            "en", Words(tuple(f"word{number:04}" for number in range(1000)), rows, rows[:, 0].astype(np.float32))
        )
    catalog.close()

    assert path.stat().st_size - before < 1.7 * 1000 * 512 * 2  # bytes of a vector in half precision
