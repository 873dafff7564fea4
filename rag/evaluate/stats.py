"""How sure a figure is: bootstrap intervals, and the exact test of pass and fail between two runs.

Every score of a run is a ratio of two sums over its questions: a mean has the values above and the number of questions
below, F1 has 2TP above and 2TP + FP + FN below. So one bootstrap serves all: draw the questions anew with replacement,
form the ratio again, and take the middle 95 % of what comes out.

The percentile interval is taken rather than BCa: it has a value where every question scores alike, needs no jackknife
for ratios, and on the samples the two differ in the third decimal. numpy draws it, since scipy is no dependency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
CONFIDENCE = 0.95
_SEED = 20260101

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tally:
    """What each question adds to the two sums of a score; `whole` is 0 where the score does not apply to it."""

    part: Doubles
    whole: Doubles

    @property
    def value(self) -> float | None:
        """Σ part / Σ whole; None where nothing applies."""
        whole = float(self.whole.sum())
        return float(self.part.sum()) / whole if whole else None

    def where(self, mask: npt.NDArray[np.bool_]) -> Tally:
        """The same over some of the questions."""
        return Tally(self.part[mask], self.whole[mask])


def tally(values: Sequence[float | None]) -> Tally:
    """The tally of a mean: None is a question that it does not apply to."""
    return Tally(
        np.array([0.0 if value is None else value for value in values]),
        np.array([value is not None for value in values], np.float64),
    )


def draws(n: int, stream: int = 0) -> Doubles:
    """How often each of `n` questions is drawn in each resample, shape (RESAMPLES, n); the same for the same n.

    `stream` gives draws that are independent of another stream's.
    """
    generator = np.random.default_rng([_SEED, stream])
    return generator.multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.float64)


def resampled(tallies: Sequence[Tally], drawn: Doubles) -> Doubles:
    """Each score in each resample, shape (resamples, scores); NaN where no question that it applies to was drawn."""
    part = drawn @ np.stack([one.part for one in tallies], axis=1)
    whole = drawn @ np.stack([one.whole for one in tallies], axis=1)
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def interval(values: Doubles) -> tuple[float, float] | None:
    """The percentile interval of resampled values; NaN among them is left out, None where there is nothing else.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), §13.3.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = np.percentile(known, [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)])
    return float(low), float(high)


def mcnemar(one_way: int, other_way: int) -> float:
    """The two-sided p of as uneven a split of the questions that changed, were both directions as likely.

    The exact test (McNemar, Psychometrika 1947, by the binomial distribution): 2 P(X ≤ min) for X ~ B(n, 1/2), at
    most 1.
    """
    n, fewer = one_way + other_way, min(one_way, other_way)
    return float(min(Fraction(1), Fraction(2 * sum(comb(n, i) for i in range(fewer + 1)), 2**n)))
