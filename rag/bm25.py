"""BM25 over a handful of candidates, as the sum it is, so that parts of a question can be scored by themselves.

Source: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
_K1 = 1.2


def idf(frequency: float, documents: int) -> float:
    """Inverse document frequency, in the form that is never negative: ln(1 + (N - df + 0.5) / (df + 0.5))."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def contributions(
    documents: Sequence[Sequence[str]], terms: Sequence[str], weights: Doubles, *, mean_length: float, b: float
) -> Doubles:
    """What each term adds to the score of each document, shape (documents, terms); a document's BM25 is its row's sum.

    Args:
        documents: the terms of each document, repeats kept.
        terms: the question's terms, each once.
        weights: the idf of each term, shape (terms,).
        mean_length: the mean number of terms of a document in the whole collection.
        b: how much length counts, 0 to 1.
    """
    column = {term: at for at, term in enumerate(terms)}
    counts = np.zeros((len(documents), len(terms)))
    for row, document in enumerate(documents):
        for term in column.keys() & document:
            counts[row, column[term]] = document.count(term)
    lengths = np.array([len(document) for document in documents], np.float64)
    norms = _K1 * (1 - b + b * lengths / max(mean_length, 1.0))
    saturated = counts * (_K1 + 1) / (counts + norms[:, np.newaxis])
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
