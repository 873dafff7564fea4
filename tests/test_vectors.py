"""The vectors in Chroma: what is put in comes out, near ones first, one collection a language."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.article import Article, Passage, Span
from index.embed import Vectors
from index.scope import Scope
from index.vectors import VectorStore

DIMENSIONS = 8
CLOSE = 1e-6  # Chroma normalises unit vectors once more, in float32


def passage(at: int, *, source: str = "a.txt", published: str | None = None, language: str = "en") -> Passage:
    """A passage that differs from those at other places."""
    article = Article(source, Span(0, 10_000), "A title", None, published, language)
    text = f"Passage number {at}."
    span = Span(100 * at, 100 * at + len(text))
    return Passage(article, span, text, (span,), (span,), language)


def unit_rows(n: int, dimensions: int = DIMENSIONS) -> Vectors:
    rows = np.random.default_rng(7).normal(size=(n, dimensions))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    store = VectorStore(tmp_path / "chroma")
    yield store
    store.close()


def test_what_is_put_in_comes_out(store: VectorStore) -> None:
    passages, rows = [passage(at) for at in range(20)], unit_rows(20)
    store.put("en", passages, rows)

    got = store.vectors("en", [one.id for one in passages])

    assert store.count("en") == 20
    assert set(got) == {one.id for one in passages}
    np.testing.assert_allclose([got[one.id] for one in passages], rows, rtol=0, atol=CLOSE)


def test_the_nearest_are_those_with_the_highest_cosine(store: VectorStore) -> None:
    passages, rows, query = [passage(at) for at in range(300)], unit_rows(301), unit_rows(301)[300]
    store.put("en", passages, rows[:300])

    neighbours = store.nearest("en", query, 10)

    cosines = rows[:300] @ query
    best = np.argsort(-cosines)[:10]
    assert [one.id for one in neighbours] == [passages[at].id for at in best]
    assert [one.cosine for one in neighbours] == pytest.approx(cosines[best].tolist(), abs=CLOSE)


def test_all_are_found_when_more_are_asked_for_than_there_are(store: VectorStore) -> None:
    passages = [passage(at) for at in range(150)]
    store.put("en", passages, unit_rows(150))

    assert {one.id for one in store.nearest("en", unit_rows(1)[0], 200)} == {one.id for one in passages}


def test_putting_again_replaces_and_dropping_forgets(store: VectorStore) -> None:
    one, other = passage(1), passage(2)
    rows = unit_rows(3)
    store.put("en", [one, other], rows[:2])

    store.put("en", [one], rows[2:])
    store.drop("en", [other.id, "never there"])

    assert store.count("en") == 1
    (left,) = store.vectors("en", [one.id, other.id]).values()
    np.testing.assert_allclose(left, rows[2], rtol=0, atol=CLOSE)


def test_languages_are_apart(store: VectorStore) -> None:
    english, korean = passage(1), passage(2, language="ko")
    rows = unit_rows(2)
    store.put("en", [english], rows[:1])
    store.put("ko", [korean], rows[1:])

    assert store.languages() == ("en", "ko")
    assert [one.id for one in store.nearest("ko", rows[0], 5)] == [korean.id]
    assert store.vectors("ko", [english.id]) == {}


def test_a_filter_admits_by_source_and_by_day(store: VectorStore) -> None:
    passages = [
        passage(1, source="a.txt", published="2024-11-05"),
        passage(2, source="b.txt", published="2024-11-06"),
        passage(3, source="b.txt", published=None),
    ]
    store.put("en", passages, unit_rows(3))

    def admitted(scope: Scope) -> set[int]:
        near = {one.id for one in store.nearest("en", unit_rows(1)[0], 10, scope)}
        return {at for at, one in enumerate(passages, 1) if one.id in near}

    assert admitted(Scope(sources=("b.txt",))) == {2, 3}
    assert admitted(Scope(since=20241106)) == {2}
    assert admitted(Scope(until=20241105)) == {1}
    assert admitted(Scope(until=20241106, sources=("b.txt",))) == {2}
    assert admitted(Scope(sources=())) == set()
    assert admitted(Scope()) == {1, 2, 3}


def test_more_passages_than_a_batch_of_chroma_takes(store: VectorStore) -> None:
    passages = [passage(at) for at in range(6000)]
    store.put("en", passages, unit_rows(6000, 2))

    assert store.count("en") == 6000
    store.drop("en", [one.id for one in passages[:5900]])
    assert set(store.vectors("en", [one.id for one in passages])) == {one.id for one in passages[5900:]}


def test_nothing_asked_is_nothing_found(store: VectorStore) -> None:
    store.put("en", [], unit_rows(0))

    assert store.vectors("en", []) == {}
    assert store.nearest("en", unit_rows(1)[0], 5) == []


def test_what_was_put_in_is_there_after_closing(tmp_path: Path) -> None:
    one, rows = passage(1), unit_rows(1)
    store = VectorStore(tmp_path / "chroma")
    store.put("en", [one], rows)
    store.seal()
    store.close()

    again = VectorStore(tmp_path / "chroma")
    try:
        assert again.languages() == ("en",)
        np.testing.assert_allclose(again.vectors("en", [one.id])[one.id], rows[0], rtol=0, atol=CLOSE)
    finally:
        again.close()


def test_a_small_language_is_read_alike_from_its_flat_file(tmp_path: Path) -> None:
    days = (None, "2024-05-30", "2024-05-31", "2024-06-01")
    passages = [passage(at, source=f"{at % 3}.txt", published=days[at % 4]) for at in range(200)]
    rows, query = unit_rows(201), unit_rows(201)[200]
    store = VectorStore(tmp_path / "chroma")
    store.put("en", passages, rows[:200])
    scopes = (None, Scope(since=20240531), Scope(until=20240531), Scope(sources=("1.txt",)), Scope(sources=()))
    by_chroma = [store.nearest("en", query, 200, scope) for scope in scopes]
    store.seal()

    flat = VectorStore(tmp_path / "chroma")

    for scope, expected in zip(scopes, by_chroma, strict=True):
        found = flat.nearest("en", query, 200, scope)
        assert [one.id for one in found] == [one.id for one in expected]
        assert [one.cosine for one in found] == pytest.approx([one.cosine for one in expected], abs=CLOSE)
    assert set(flat.vectors("en", [passages[3].id, "never there"])) == {passages[3].id}
    store.close()


def test_a_flat_file_gives_way_to_what_is_written_after_it(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "chroma")
    store.put("en", [passage(1), passage(2)], unit_rows(2))
    store.seal()

    store.put("en", [passage(3)], unit_rows(3)[2:])
    store.drop("en", [passage(1).id])

    assert {one.id for one in store.nearest("en", unit_rows(1)[0], 5)} == {passage(2).id, passage(3).id}
    store.seal()
    assert {one.id for one in store.nearest("en", unit_rows(1)[0], 5)} == {passage(2).id, passage(3).id}
    store.close()


def test_a_damaged_flat_file_is_done_without(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "chroma")
    store.put("en", [passage(1)], unit_rows(1))
    store.seal()
    vectors = tmp_path / "chroma" / "exact-en" / "vectors.npy"
    for damaged in (b"nothing", b"", vectors.read_bytes()[:-1]):
        vectors.write_bytes(damaged)
        reader = VectorStore(tmp_path / "chroma")
        assert [one.id for one in reader.nearest("en", unit_rows(1)[0], 5)] == [passage(1).id]
        reader.close()
    store.close()


def test_a_flat_file_of_an_earlier_byline_is_read_and_replaced(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "chroma")
    store.put("en", [passage(at) for at in range(3)], unit_rows(3))
    store.seal()
    folder = tmp_path / "chroma" / "exact-en"
    arrays = {path.stem: np.load(path) for path in folder.iterdir()}
    np.savez(tmp_path / "chroma" / "exact-en.npz", **arrays)
    shutil.rmtree(folder)

    later = VectorStore(tmp_path / "chroma")
    before = later.nearest("en", unit_rows(1)[0], 5)
    later.drop("en", [passage(2).id])
    later.seal()

    assert [one.id for one in later.nearest("en", unit_rows(1)[0], 5)] == [
        one.id for one in before if one.id != passage(2).id
    ]
    assert [path.name for path in (tmp_path / "chroma").glob("exact-*")] == ["exact-en"]
    later.close()
    store.close()


def test_a_large_language_has_no_flat_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors.MOST", 2)
    store = VectorStore(tmp_path / "chroma")
    store.put("en", [passage(1), passage(2)], unit_rows(2))
    store.seal()
    store.put("en", [passage(3)], unit_rows(3)[2:])
    store.seal()

    assert list((tmp_path / "chroma").glob("exact-*")) == []
    assert {one.id for one in store.nearest("en", unit_rows(1)[0], 5)} == {passage(at).id for at in (1, 2, 3)}
    store.close()


def test_a_language_that_outgrows_its_flat_file_is_searched_by_a_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages = [passage(at, source=f"{at % 3}.txt") for at in range(600)]
    rows, query, of_one_file = unit_rows(601), unit_rows(601)[600], Scope(sources=("1.txt",))
    store = VectorStore(tmp_path / "chroma")
    store.put("en", passages[:400], rows[:400])
    store.seal()
    store.put("en", passages[400:], rows[400:600])
    expected = [store.nearest("en", query, 20), store.nearest("en", query, 20, of_one_file)]
    monkeypatch.setattr("index.vectors.MOST", 500)
    store.seal()
    store.close()

    linked = VectorStore(tmp_path / "chroma")

    assert list((tmp_path / "chroma").glob("exact-*")) == []
    assert linked.languages() == ("en",)
    found = [linked.nearest("en", query, 20), linked.nearest("en", query, 20, of_one_file)]
    assert [[one.id for one in some] for some in found] == [[one.id for one in some] for some in expected]
    np.testing.assert_allclose(linked.vectors("en", [passages[5].id])[passages[5].id], rows[5], rtol=0, atol=CLOSE)
    linked.close()


def test_a_flat_file_from_a_run_that_was_killed_is_written_anew(tmp_path: Path) -> None:
    killed = VectorStore(tmp_path / "chroma")
    killed.put("en", [passage(1), passage(2)], unit_rows(2))
    killed.seal()
    killed.drop("en", [passage(1).id])
    killed.close()  # before it was sealed

    next_run = VectorStore(tmp_path / "chroma")
    next_run.put("en", [passage(3)], unit_rows(3)[2:])
    next_run.seal()

    assert {one.id for one in next_run.nearest("en", unit_rows(1)[0], 5)} == {passage(at).id for at in (1, 2, 3)}
    assert [path.name for path in (tmp_path / "chroma").glob("*-en")] == ["exact-en"]
    next_run.close()
