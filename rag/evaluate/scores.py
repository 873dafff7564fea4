"""The shapes that measurements come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """A value over `n` cases (questions, unless said otherwise); None where there is no case to measure.

    `low` and `high` are the ends of its 95 % bootstrap interval (`rag.evaluate.stats`), None where none was made.
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """What `n` questions took of something: the mean, None for no question, and the sum."""

    mean: float | None
    total: float
    n: int


@dataclass(frozen=True, slots=True)
class Latency:
    """The median and the 95th percentile of `n` durations, in seconds; None where there is none."""

    p50: float | None
    p95: float | None
    n: int


def amount(values: Sequence[float]) -> Amount:
    """The mean and the sum of what questions took."""
    return Amount(sum(values) / len(values) if values else None, sum(values), len(values))


def latency(seconds: Sequence[float]) -> Latency:
    """p50 and p95 of durations, interpolated between ranks (Hyndman and Fan 1996, type 7)."""
    return Latency(_percentile(seconds, 0.50), _percentile(seconds, 0.95), len(seconds))


def _percentile(values: Sequence[float], share: float) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    below, between = divmod((len(ordered) - 1) * share, 1)
    low = ordered[int(below)]
    high = ordered[min(int(below) + 1, len(ordered) - 1)]
    return low + (high - low) * between
