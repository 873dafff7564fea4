"""Whether the retrieved passages hold an answer at all; decided from the evidence, before any model is asked.

A logistic rule turns the evidence (`rag.evidence`) into a probability. It tells questions that the articles have
nothing on; that an article on the very subject leaves the asked detail out, it seldom can tell, and a model is asked to
say so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Retrieved
from rag.evidence import Evidence, evidence
from rag.question import Question
from rag.retrieve import Retriever

# Fitted by benchmarks/refusal.py, one rule for all sets; see ARCHITECTURE.md.
_BIAS = -37.949
_WEIGHTS = (
    -0.197,
    0.320,
    0.119,
    0.083,
    42.821,
    0.413,
    1.822,
    1.345,
    -0.898,
    2.906,
    0.042,
    -0.000,
    1.286,
    1.169,
    -0.365,
    0.751,
    0.787,
    -0.029,
    -0.059,
    -0.200,
    -0.030,
    0.284,
    1.237,
    0.004,
    -0.507,
    1.372,
    0.107,
    -0.278,
    -7.168,
    1.136,
    -0.109,
    0.751,
    0.787,
)
_FLOOR = 0.3  # probability under which the articles are taken not to answer
_CERTAIN = 0.6  # strength from which a translation counts as knowing a word


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to answer, how probable it is that the articles do, and which words of the question none of them has."""

    enough: bool
    confidence: float
    unknown_words: tuple[str, ...] = ()


def weigh(question: Question, retrieved: Sequence[Retrieved], retriever: Retriever) -> Decision:
    """Decide whether `retrieved` (best first) can answer `question`."""
    probable = confidence(evidence(question, retrieved, retriever)) if retrieved else 0.0
    if probable >= _FLOOR:
        return Decision(True, probable)
    return Decision(False, probable, _unknown_words(question, retriever))


def confidence(found: Evidence) -> float:
    """The probability that articles with this evidence answer."""
    total = _BIAS + sum(weight * number for weight, number in zip(_WEIGHTS, weighed(found), strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def weighed(found: Evidence) -> tuple[float, ...]:
    """What the rule weighs: each number, and again where the best passage is in the question's language."""
    return (*found.numbers, *(number * found.same for number in found.numbers[1:]))


def _unknown_words(question: Question, retriever: Retriever) -> tuple[str, ...]:
    """The words of the question that no language of the index has, by themselves or translated."""
    sought = [retriever.sought(language, question) for language in retriever.languages]
    known = [
        max((max(one.terms.values(), default=0.0) for one in word), default=0.0) for word in zip(*sought, strict=True)
    ]
    return tuple(term.word for term, surely in zip(question.terms, known, strict=False) if surely < _CERTAIN)
