"""How passages of several languages are put in one order. Pure arithmetic; nothing here knows a store.

e5 gives passages of the question's own language higher cosines across the board, so a cosine is compared with the
cosines of its own language: its score is how many standard deviations it stands above them. Retrieval within each
language followed by a merge is what the literature recommends too (The Cross-Lingual Cost, arXiv 2507.07543).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.moments import Moments

Doubles = npt.NDArray[np.float64]
Cosine = TypeVar("Cosine", float, Doubles)
_PRIOR = 40.0  # passages that a language's own variance is weighed against, with the variance of the whole


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and standard deviation of a question's cosines over one language."""

    mean: float
    deviation: float

    def standardise(self, cosine: Cosine) -> Cosine:
        """How many standard deviations `cosine` lies above the mean."""
        return (cosine - self.mean) / self.deviation


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a passage.

    `dense` is e5's standardised cosine, `meaning` the second encoder's; `covered` is the share
    of the question's idf mass that its terms cover, translated where its language is another; `outlet` and `published`
    say whether the question names its article's outlet and date. The rest is for the question's own language alone and
    0 otherwise: BM25 of the passage (`clause`) and of its best sentence (`clause_sentence`), for the clause of the
    question that they answer best, and of neighbouring words (`pairs`).
    """

    dense: float
    meaning: float
    covered: float
    outlet: bool
    published: bool
    same_language: bool
    clause: float
    clause_sentence: float
    pairs: float

    @classmethod
    def of(cls, row: Doubles) -> Signals:
        """The signals whose values are in `row`, in the order of the fields."""
        values = dict(zip(SIGNALS, row.tolist(), strict=True))
        return cls(**{name: bool(value) if name in _YES_OR_NO else value for name, value in values.items()})


_YES_OR_NO = ("outlet", "published", "same_language")
SIGNALS = tuple(one.name for one in fields(Signals))

NO_SIGNALS = Signals(
    0.0, 0.0, 0.0, outlet=False, published=False, same_language=True, clause=0.0, clause_sentence=0.0, pairs=0.0
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts; fitted on halves of the public sets, see ARCHITECTURE.md."""

    dense: float = 1.0
    meaning: float = 0.35
    covered: float = 10.5
    outlet: float = 4.1
    published: float = 3.5
    same_language: float = -0.8
    clause: float = 0.06
    clause_sentence: float = 0.09
    pairs: float = 0.08


FITTED = Weights()


def score(signals: Signals, weights: Weights = FITTED) -> float:
    """The one number that passages of all languages are ordered by: the weighted sum of the signals."""
    return float(scores(np.array([astuple(signals)], np.float64), weights)[0])


def scores(signals: Doubles, weights: Weights = FITTED) -> Doubles:
    """`score` of many passages; row i of `signals` has the fields of passage i's, in their order."""
    return np.asarray(signals @ np.array(astuple(weights)), np.float64)


def scales(query: Vectors, moments: Mapping[str, Moments]) -> dict[str, Scale]:
    """The scale of each language for a unit `query` (shape (d,)), from the kept sums of its vectors.

    A language's mean is its own: the offset between languages is what has to go. Its variance is shrunk toward that
    within all languages by n / (n + 40): by their own variance
    alone, no passage of three could stand more than 1.4 deviations above their mean, however well it answers.
    """
    spreads = {name: (sums.n, *sums.spread(query)) for name, sums in moments.items() if sums.n > 0}
    total = sum(n for n, _, _ in spreads.values())
    within = sum(n * variance for n, _, variance in spreads.values()) / total if total else 0.0
    return {
        name: Scale(mean, math.sqrt(max((n * variance + _PRIOR * within) / (n + _PRIOR), 1e-12)))
        for name, (n, mean, variance) in spreads.items()
    }


@dataclass(frozen=True, slots=True)
class Sought:
    """A word of the question: the terms that stand for it, each with how surely (0 to 1), and its weight."""

    terms: Mapping[str, float]
    weight: float


def covered_shares(sought: Sequence[Sought], terms: Sequence[str], held: npt.NDArray[np.bool_]) -> Doubles:
    """`Cover.share` (rag.cover) of many passages at once, shape (passages,).

    Args:
        sought: the words of the question.
        terms: all that stand for one of them.
        held: which passage has which of `terms`, shape (passages, terms).
    """
    column = {term: at for at, term in enumerate(terms)}
    total = sum(word.weight for word in sought)
    shares = np.zeros(len(held))
    for word in sought:
        if word.terms:
            strengths = np.array(list(word.terms.values()))
            shares += word.weight / total * (held[:, [column[term] for term in word.terms]] * strengths).max(axis=1)
    return shares


def best_cosine(query: Vectors, rows: Vectors) -> float:
    """The highest cosine of a unit `query` (shape (d,)) with the unit rows of `rows` (shape (n, d)); 0 for none."""
    return float(np.max(rows @ query)) if len(rows) else 0.0
