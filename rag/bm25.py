"""BM25 over a handful of candidates, as the sum it is, so that parts of a question can be scored by themselves.

Source: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
_K1 = 1.2


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each term stands in each document, shape (documents, terms); and their lengths, shape (documents,)."""

    counts: Doubles
    lengths: Doubles


def idf(frequency: float, documents: int) -> float:
    """Inverse document frequency, in the form that is never negative: ln(1 + (N - df + 0.5) / (df + 0.5))."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def contributions(documents: Counts, weights: Doubles, *, mean_length: float, b: float) -> Doubles:
    """What each term adds to the score of each document, shape (documents, terms); a document's BM25 is its row's sum.

    Args:
        documents: what the documents hold of each of the question's terms.
        weights: the idf of each term, shape (terms,).
        mean_length: the mean number of terms of a document in the whole collection.
        b: how much length counts, 0 to 1.
    """
    norms = _K1 * (1 - b + b * documents.lengths / max(mean_length, 1.0))
    saturated = documents.counts * (_K1 + 1) / (documents.counts + norms[:, np.newaxis])
    return np.asarray(saturated * weights, np.float64)


def best_clause(added: Doubles, terms: Sequence[str], clauses: Sequence[Collection[str]]) -> Doubles:
    """The score of each document for the clause that it answers best, shape (documents,).

    Args:
        added: as `contributions` gives it.
        terms: its columns.
        clauses: the terms of each clause; without any, the scores are 0.
    """
    if not added.size or not clauses:
        return np.zeros(len(added))
    held = np.array([[term in clause for clause in clauses] for term in terms], np.float64).reshape(
        len(terms), len(clauses)
    )
    return np.asarray((added @ held).max(axis=1), np.float64)
