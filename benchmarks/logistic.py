"""Logistic regression by Newton's method, and what is read off its probabilities: AUC, accuracy, reliability."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
_STEPS = 50


def fit(rows: Numbers, marks: Marks, weights: Numbers, *, ridge: float) -> tuple[Numbers, float]:
    """Weights (features,) and bias of the rule that makes `marks` of `rows` (n, features) likeliest.

    Args:
        rows: the features, as they come; they are standardised inside.
        marks: what is to be told, shape (n,).
        weights: how much each row counts, shape (n,).
        ridge: the penalty on squared weights (of standardised features) beside a total weight of n.
    """
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    design = np.column_stack([(rows - mean) / deviation, np.ones(len(rows))])
    share = weights * len(rows) / weights.sum()
    penalty = ridge * np.eye(design.shape[1])
    penalty[-1, -1] = 0.0
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-design @ found))
        gradient = design.T @ (share * (chance - marks)) + penalty @ found
        curve = (design * (share * chance * (1 - chance))[:, np.newaxis]).T @ design + penalty
        found = found - np.linalg.solve(curve + 1e-9 * np.eye(len(found)), gradient)
    return found[:-1] / deviation, float(found[-1] - (found[:-1] * mean / deviation).sum())


def chances(rows: Numbers, weights: Numbers, bias: float) -> Numbers:
    """The probabilities that a fitted rule gives, shape (n,)."""
    return np.asarray(1 / (1 + np.exp(-(rows @ weights + bias))), np.float64)


def auc(scores: Numbers, marks: Marks) -> float:
    """The share of pairs of a marked and an unmarked row that `scores` put in the right order, ties as halves."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    _, start, counts = np.unique(scores[order], return_index=True, return_counts=True)
    ranks[order] = np.repeat(start + (counts + 1) / 2, counts)
    good = int(marks.sum())
    return float((ranks[marks].sum() - good * (good + 1) / 2) / (good * (len(marks) - good)))


def balanced_accuracy(scores: Numbers, marks: Marks, floor: float) -> float:
    """The mean of the shares of marked rows at `floor` or above and of unmarked ones below."""
    return float(((scores[marks] >= floor).mean() + (scores[~marks] < floor).mean()) / 2)


def best_floor(scores: Numbers, marks: Marks) -> float:
    """The floor of the highest balanced accuracy."""
    floors = np.unique(scores)
    return float(max(floors, key=lambda floor: balanced_accuracy(scores, marks, floor)))


def reliability(stated: Numbers, marks: Marks, bins: int = 10) -> Iterator[tuple[float, float, int]]:
    """For each tenth of the stated probabilities: their mean, the observed share, and how many there are."""
    edges = np.minimum((stated * bins).astype(int), bins - 1)
    for edge in range(bins):
        here = edges == edge
        if here.any():
            yield float(stated[here].mean()), float(marks[here].mean()), int(here.sum())
