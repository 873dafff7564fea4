"""Vectors in memory are searched as if one by one, also where bytes say first which ones to look at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Vectors
from index.exact import Exact, save
from index.scope import Scope

MANY = 6000
SOURCES = [f"{at % 7}.txt" for at in range(MANY)]
DAYS = [20240101 + at % 28 for at in range(MANY)]


def units(n: int, seed: int) -> Vectors:
    """Unit rows that have much in common, as those of e5 do."""
    rows = np.random.default_rng(seed).normal(size=(n, 48)) + 1
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def many() -> Exact:
    return Exact.of([f"{at:05}" for at in range(MANY)], units(MANY, 1), SOURCES, DAYS)


@pytest.mark.parametrize("scope", [None, Scope(since=20240120), Scope(sources=("3.txt",)), Scope(sources=())])
def test_many_are_searched_as_one_by_one(many: Exact, scope: Scope | None) -> None:
    for query in units(20, 2):
        inside = [
            at
            for at in range(MANY)
            if scope is None
            or (scope.since is not None and DAYS[at] >= scope.since)
            or (scope.sources is not None and SOURCES[at] in scope.sources)
        ]
        cosines = many.vectors @ query
        expected = sorted(inside, key=lambda at: -cosines[at])[:50]

        found = many.nearest(query, 50, scope)

        assert [id for id, _ in found] == [f"{at:05}" for at in expected]
        assert [cosine for _, cosine in found] == pytest.approx([float(cosines[at]) for at in expected], abs=1e-6)


@pytest.mark.parametrize("at_a_time", [MANY, 700])
def test_what_was_saved_is_searched_alike(many: Exact, tmp_path: Path, at_a_time: int) -> None:
    save(tmp_path / "flat.npz", MANY, (_part(many, start, at_a_time) for start in range(0, MANY, at_a_time)))

    loaded = Exact.load(tmp_path / "flat.npz")

    assert loaded is not None
    for scope in (None, Scope(since=20240120), Scope(sources=("3.txt",))):
        for query in units(5, 2):
            assert loaded.nearest(query, 50, scope) == many.nearest(query, 50, scope)
    np.testing.assert_array_equal(loaded.vectors_of(["00042"])["00042"], many.vectors[42])


def test_a_file_of_too_few_vectors_is_not_passed_off_as_whole(many: Exact, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^700 of 701 vectors are there$"):
        save(tmp_path / "flat.npz", 701, iter([_part(many, 0, 700)]))

    assert Exact.load(tmp_path / "flat.npz") is None


@given(st.data())
@settings(max_examples=50)
def test_an_update_is_what_would_be_made_of_all(data: st.DataObject) -> None:
    ids = st.sets(st.integers(0, 30), max_size=12)
    before, changed, gone = data.draw(ids), data.draw(ids), data.draw(ids)
    old, new = (dict(enumerate(units(31, seed))) for seed in (3, 4))
    after = {at: old[at] for at in before - gone} | {at: new[at] for at in changed}

    updated = _exact(dict.fromkeys(before), old).updated(_exact(dict.fromkeys(changed), new), _names(gone))

    assert list(updated.ids) == _names(sorted(after))
    assert [updated.files[file] for file in updated.file_of] == [f"{at}.txt" for at in sorted(after)]
    assert list(updated.published) == sorted(after)
    for at, row in after.items():
        np.testing.assert_array_equal(updated.vectors_of([f"{at:05}"])[f"{at:05}"], row)


def _exact(places: dict[int, None], rows: dict[int, Vectors]) -> Exact:
    vectors = np.array([rows[at] for at in places], np.float32).reshape(len(places), 48)
    return Exact.of(_names(places), vectors, [f"{at}.txt" for at in places], list(places))


def _part(whole: Exact, start: int, n: int) -> Exact:
    some = slice(start, start + n)
    return Exact(whole.ids[some], whole.vectors[some], whole.files, whole.file_of[some], whole.published[some])


def _names(places: Iterable[int]) -> list[str]:
    return [f"{at:05}" for at in places]
