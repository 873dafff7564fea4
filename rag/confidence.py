"""How probable it is, by its meaning alone, that cited words say what a claim says.

A logistic rule over both encoders' cosines and the share of the claim's words that the cited words have. It cannot see
what `rag.checks` sees: two sentences that differ in a number mean almost the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Fitted by benchmarks/entailment.py on one half of each public set; see ARCHITECTURE.md.
BIAS = -5.723
WEIGHTS = (6.706, 4.497, 3.951, -5.047, -2.580, 0.438)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a claim and the words it cites are.

    `meaning` is USE's cosine, `vector` e5's, both of the nearest citation; `covered` the share of the claim's telling
    words, 0 to 1; `across` says that claim and source are in different languages.
    """

    meaning: float
    vector: float
    covered: float
    across: bool

    @property
    def numbers(self) -> tuple[float, ...]:
        """What the rule weighs: the three figures, and how each counts across languages."""
        within = 0.0 if self.across else 1.0
        figures = (self.meaning, (self.vector - 0.8) * 5, self.covered)
        return (*figures, *(figure * within for figure in figures[:2]), within)


def confidence(likeness: Likeness, weights: Sequence[float] = WEIGHTS, bias: float = BIAS) -> float:
    """The probability that the cited words say it."""
    total = bias + sum(weight * number for weight, number in zip(weights, likeness.numbers, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
