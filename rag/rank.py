"""How passages of several languages are put in one order. Pure arithmetic; nothing here knows a store.

e5 gives passages of the question's own language higher cosines across the board, so a cosine is compared with the
cosines of its own language: its score is how many standard deviations it stands above them. Retrieval within each
language followed by a merge is what the literature recommends too (The Cross-Lingual Cost, arXiv 2507.07543).
Terms count inside the question's own language only, where they can match.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.embed import Vectors
from index.moments import Moments

_PRIOR = 5.0  # passages that a language's own variance is weighed against, with the variance of the whole


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and standard deviation of a question's cosines over one language."""

    mean: float
    deviation: float

    def standardise(self, cosine: float) -> float:
        """How many standard deviations `cosine` lies above the mean."""
        return (cosine - self.mean) / self.deviation


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a passage.

    `dense` is e5's standardised cosine; `meaning` and `sentence` are the second encoder's, of the passage and of its
    best sentence. For a passage in the question's language, `covered` is the share of the question's idf mass that
    its terms cover and `bm25` its lexical score; for one in another language, `translated` is the share that terms of
    the same meaning cover. What does not apply is 0.
    """

    dense: float
    meaning: float
    sentence: float
    same_language: bool
    covered: float
    bm25: float
    translated: float


NO_SIGNALS = Signals(0.0, 0.0, 0.0, same_language=True, covered=0.0, bm25=0.0, translated=0.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts; fitted on the public sets, see ARCHITECTURE.md."""

    dense: float = 1.2
    meaning: float = 0.5
    sentence: float = 0.4
    same_language: float = -1.5
    covered: float = 7.0
    bm25: float = 0.2
    translated: float = 10.0


FITTED = Weights()


def score(signals: Signals, weights: Weights = FITTED) -> float:
    """The one number that passages of all languages are ordered by: the weighted sum of the signals."""
    return (
        weights.dense * signals.dense
        + weights.meaning * signals.meaning
        + weights.sentence * signals.sentence
        + weights.same_language * signals.same_language
        + weights.covered * signals.covered
        + weights.bm25 * signals.bm25
        + weights.translated * signals.translated
    )


def scales(query: Vectors, moments: Mapping[str, Moments]) -> dict[str, Scale]:
    """The scale of each language for a unit `query` (shape (d,)), from the kept sums of its vectors.

    A language's mean is its own: the offset between languages is what has to go. Its variance is shrunk toward that
    within all languages by n / (n + 20), so that one of three passages neither wins nor loses by noise.
    """
    spreads = {name: (sums.n, *sums.spread(query)) for name, sums in moments.items() if sums.n > 0}
    total = sum(n for n, _, _ in spreads.values())
    within = sum(n * variance for n, _, variance in spreads.values()) / total if total else 0.0
    return {
        name: Scale(mean, math.sqrt(max((n * variance + _PRIOR * within) / (n + _PRIOR), 1e-12)))
        for name, (n, mean, variance) in spreads.items()
    }


def idf(frequency: float, passages: int) -> float:
    """Inverse document frequency as in BM25: ln(1 + (N - df + 0.5) / (df + 0.5)).

    Source: Robertson & Zaragoza, The Probabilistic Relevance Framework (2009), section 3.
    """
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Sought:
    """A word of the question: the terms that stand for it, each with how surely (0 to 1), and its weight."""

    terms: Mapping[str, float]
    weight: float

    def covered_by(self, terms: frozenset[str]) -> float:
        """How surely one of `terms` stands for this word."""
        return max((strength for term, strength in self.terms.items() if term in terms), default=0.0)


def covered_share(sought: Sequence[Sought], terms: frozenset[str]) -> float:
    """The share, 0 to 1, of the weight of the question's words that `terms` cover."""
    total = sum(word.weight for word in sought)
    return sum(word.weight * word.covered_by(terms) for word in sought) / total if total else 0.0


def best_cosine(query: Vectors, rows: Vectors) -> float:
    """The highest cosine of a unit `query` (shape (d,)) with the unit rows of `rows` (shape (n, d)); 0 for none."""
    return float(np.max(rows @ query)) if len(rows) else 0.0
