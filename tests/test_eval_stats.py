"""Intervals and tests against scipy, and against the same draws counted one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from rag.evaluate import stats
from rag.evaluate.scores import Latency, latency

CLOSE = 1e-9
VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=20)


@settings(max_examples=20)
@given(VALUES)
def test_a_resampled_mean_is_the_mean_of_what_was_drawn(values: list[float | None]) -> None:
    drawn = stats.draws(len(values))
    found = stats.resampled([stats.tally(values)], drawn)[:, 0]
    for times, mean in list(zip(drawn, found, strict=True))[:100]:
        sample = [value for value, n in zip(values, times, strict=True) for _ in range(int(n)) if value is not None]
        assert len(values) == times.sum()
        assert mean == pytest.approx(float(np.mean(sample)) if sample else np.nan, abs=CLOSE, nan_ok=True)


@given(VALUES)
def test_a_mean_leaves_none_out(values: list[float | None]) -> None:
    present = [value for value in values if value is not None]
    found = stats.tally(values).value
    assert found == (pytest.approx(float(np.mean(present)), abs=CLOSE) if present else None)


def test_the_interval_is_scipys_percentile_bootstrap() -> None:
    values = np.random.default_rng(7).beta(2, 1, 120)
    ours = stats.interval(stats.resampled([stats.tally(values.tolist())], stats.draws(len(values)))[:, 0])
    theirs = scipy_stats.bootstrap((values,), np.mean, method="percentile", n_resamples=20_000, rng=1)
    assert ours == pytest.approx(tuple(theirs.confidence_interval), abs=0.005)


def test_the_interval_of_nothing() -> None:
    assert stats.interval(stats.resampled([stats.tally([None, None])], stats.draws(2))[:, 0]) is None


def test_draws_are_the_same_each_time_and_differ_by_stream() -> None:
    assert np.array_equal(stats.draws(9), stats.draws(9))
    assert not np.array_equal(stats.draws(9), stats.draws(9, stream=1))


@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemar_is_the_binomial_test(one_way: int, other_way: int) -> None:
    n = one_way + other_way
    expected = scipy_stats.binomtest(one_way, n, 0.5).pvalue if n else 1.0
    assert stats.mcnemar(one_way, other_way) == pytest.approx(expected, abs=CLOSE)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_latency_is_numpys_percentile(seconds: list[float]) -> None:
    found = latency(seconds)
    assert found.n == len(seconds)
    assert found.p50 == pytest.approx(float(np.percentile(seconds, 50)), abs=CLOSE)
    assert found.p95 == pytest.approx(float(np.percentile(seconds, 95)), abs=CLOSE)


def test_latency_of_nothing() -> None:
    assert latency([]) == Latency(None, None, 0)
