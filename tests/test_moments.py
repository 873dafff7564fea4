"""The kept sums give mean and variance of cosines without a scan: the same numbers as the scan gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embed import Vectors
from index.moments import Moments

CLOSE = 1e-9


def unit_rows(seed: int, n: int, dimensions: int) -> Vectors:
    """`n` unit vectors, all on one side as an encoder's are."""
    rows = np.random.default_rng(seed).normal(0.5, 1, (n, dimensions))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def same(moments: Moments, rows: Vectors) -> bool:
    """Whether the sums are those of `rows`, computed at once in float64."""
    exact = rows.astype(np.float64)
    return (
        moments.n == len(exact)
        and np.allclose(moments.total, exact.sum(axis=0), rtol=0, atol=CLOSE)
        and np.allclose(moments.outer, np.einsum("ni,nj->ij", exact, exact), rtol=0, atol=CLOSE)
    )


SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(0, 40)
DIMENSIONS = st.integers(1, 24)


@given(seed=SEEDS, first=SIZES, second=SIZES, dimensions=DIMENSIONS)
def test_sums_add(seed: int, first: int, second: int, dimensions: int) -> None:
    rows = unit_rows(seed, first + second, dimensions)
    empty = Moments.empty(dimensions)

    assert same(empty.plus(rows[:first]).plus(rows[first:]), rows)
    assert same(empty.plus(rows[:first]).joined(empty.plus(rows[first:])), rows)


@given(seed=SEEDS, n=SIZES, data=st.data(), dimensions=DIMENSIONS)
def test_sums_subtract_whatever_goes_in_whatever_order(seed: int, n: int, data: st.DataObject, dimensions: int) -> None:
    rows = unit_rows(seed, n, dimensions)
    gone = np.array(data.draw(st.lists(st.integers(0, max(n - 1, 0)), unique=True, max_size=n)), int)
    left = np.setdiff1d(np.arange(n), gone)

    moments = Moments.empty(dimensions).plus(rows)
    for row in gone:
        moments = moments.minus(rows[[row]])

    assert same(moments, rows[left])


def test_a_thousand_files_coming_and_going_leave_no_drift() -> None:
    rows = unit_rows(1, 200, 16)
    moments = Moments.empty(16).plus(rows)

    for at in range(1000):
        some = unit_rows(at + 2, 20, 16)
        moments = moments.plus(some).minus(some)

    assert same(moments, rows)


@given(seed=SEEDS, n=st.integers(1, 60), dimensions=DIMENSIONS)
def test_the_spread_is_that_of_the_cosines_themselves(seed: int, n: int, dimensions: int) -> None:
    rows = unit_rows(seed, n + 1, dimensions)
    query, rows = rows[0], rows[1:]
    cosines = rows.astype(np.float64) @ query.astype(np.float64)

    mean, variance = Moments.empty(dimensions).plus(rows).spread(query)

    assert mean == pytest.approx(cosines.mean(), abs=CLOSE)
    assert variance == pytest.approx(cosines.var(), abs=CLOSE)
    assert variance >= 0


@given(seed=SEEDS, n=SIZES, dimensions=DIMENSIONS)
def test_sums_are_kept_to_the_last_bit(seed: int, n: int, dimensions: int) -> None:
    moments = Moments.empty(dimensions).plus(unit_rows(seed, n, dimensions))

    again = Moments.from_bytes(*moments.to_bytes())

    assert again.n == moments.n
    assert np.array_equal(again.total, moments.total)
    assert np.array_equal(again.outer, moments.outer)


def test_adding_changes_no_sum_that_was_handed_out() -> None:
    before = Moments.empty(4).plus(unit_rows(1, 3, 4))
    total = before.total.copy()

    before.plus(unit_rows(2, 3, 4))
    before.minus(unit_rows(1, 3, 4))

    assert np.array_equal(before.total, total)
    assert before.n == 3
