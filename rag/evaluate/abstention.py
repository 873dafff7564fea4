"""Answering and declining: whether a system declines what nothing answers, and answers the rest.

Abstaining is the positive class of a classification, the unanswerable questions its true positives. IIR is Manning,
Raghavan and Schütze, Introduction to Information Retrieval (2008).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.evaluate.stats import Tally

Decision = tuple[bool, bool | None]
"""(the question is answerable, the system abstained); None in the second place where it failed."""


def decided_correctly(made: Decision) -> float:
    """1 where an answerable question was answered or an unanswerable one was not, else 0; a failure is 0."""
    answerable, abstained = made
    return float(abstained is not None and abstained != answerable)


def abstention_tallies(decisions: Sequence[Decision]) -> dict[str, Tally]:
    """What each decision adds to the sums of abstention precision, recall and F1, and of the answer rate.

    precision = TP / (TP + FP), recall = TP / (TP + FN), F1 = 2TP / (2TP + FP + FN) (IIR 8.3; none where nothing is
    unanswerable); answer rate = |answerable questions answered| / |answerable questions|.
    """
    answerable = np.array([expected for expected, _ in decisions], bool)
    abstained = np.array([did is True for _, did in decisions], bool)
    answered = np.array([did is False for _, did in decisions], bool)
    true = (~answerable & abstained).astype(float)
    false = (answerable & abstained).astype(float)
    missed = (~answerable & ~abstained).astype(float)
    asked_for = 2 * true + false + missed if not answerable.all() else np.zeros_like(true)
    return {
        "abstention_precision": Tally(true, true + false),
        "abstention_recall": Tally(true, true + missed),
        "abstention_f1": Tally(2 * true, asked_for),
        "answer_rate": Tally((answerable & answered).astype(float), answerable.astype(float)),
    }
