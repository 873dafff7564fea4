"""Vectors in memory are searched as if one by one, also where bytes say first which ones to look at."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.arrivals import Arrivals
from index.embed import Vectors
from index.exact import Exact, in_order, save
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
    save(tmp_path / "flat", MANY, (_part(many, start, at_a_time) for start in range(0, MANY, at_a_time)))

    loaded = Exact.load(tmp_path / "flat")

    assert loaded is not None
    for scope in (None, Scope(since=20240120), Scope(sources=("3.txt",))):
        for query in units(5, 2):
            assert loaded.nearest(query, 50, scope) == many.nearest(query, 50, scope)
    np.testing.assert_array_equal(loaded.vectors_of(["00042"])["00042"], many.vectors[42])


def test_rows_of_a_file_are_those_in_memory_and_a_file_cut_short_is_told(many: Exact, tmp_path: Path) -> None:
    many.save(tmp_path / "flat")
    loaded = Exact.load(tmp_path / "flat")
    assert loaded is not None
    at = np.random.default_rng(3).permutation(MANY)[:500]

    np.testing.assert_array_equal(loaded.rows(at).vectors, many.vectors[at])

    file = tmp_path / "flat" / "vectors.npy"
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(OSError, match=r"vectors\.npy: it was cut short"):
        loaded.rows(np.array([MANY - 1]))


def test_a_file_of_too_few_vectors_is_not_passed_off_as_whole(many: Exact, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^700 of 701 vectors are there$"):
        save(tmp_path / "flat", 701, iter([_part(many, 0, 700)]))

    assert Exact.load(tmp_path / "flat") is None


@given(st.data())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_update_is_what_would_be_made_of_all(tmp_path: Path, data: st.DataObject) -> None:
    ids = st.sets(st.integers(0, 30), max_size=12)
    before = data.draw(ids)
    rows = dict(enumerate(units(31, 3)))
    expected = {at: rows[at] for at in before}
    arrivals = Arrivals(tmp_path / "arrived")
    for seed, (put, some) in enumerate(data.draw(st.lists(st.tuples(st.booleans(), ids), max_size=5)), 4):
        if put and some:
            came = dict(enumerate(units(31, seed)))
            arrivals.put(_exact(dict.fromkeys(some), came))
            expected |= {at: came[at] for at in some}
        else:
            arrivals.drop(_names(some))
            expected = {at: row for at, row in expected.items() if at not in some}

    sets = arrivals.now(_exact(dict.fromkeys(before), rows))
    assert sum(len(some) for _, some in sets) == len(expected)
    if not expected:
        return
    save(tmp_path / "flat", len(expected), in_order(sets))
    updated = Exact.load(tmp_path / "flat")

    assert updated is not None
    assert list(updated.ids) == _names(sorted(expected))
    assert [updated.files[file] for file in updated.file_of] == [f"{at}.txt" for at in sorted(expected)]
    assert list(updated.published) == sorted(expected)
    np.testing.assert_array_equal(updated.vectors, [expected[at] for at in sorted(expected)])


def _exact(places: dict[int, None], rows: dict[int, Vectors]) -> Exact:
    vectors = np.array([rows[at] for at in places], np.float32).reshape(len(places), 48)
    return Exact.of(_names(places), vectors, [f"{at}.txt" for at in places], list(places))


def _part(whole: Exact, start: int, n: int) -> Exact:
    some = slice(start, start + n)
    return Exact(whole.ids[some], whole.vectors[some], whole.files, whole.file_of[some], whole.published[some])


def _names(places: Iterable[int]) -> list[str]:
    return [f"{at:05}" for at in places]
