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
from rag.checks.names import Names
from rag.evidence import Evidence, evidence
from rag.question import Question
from rag.retrieve import Retriever

# Fitted by benchmarks/refusal.py, one rule for all sets; see ARCHITECTURE.md.
_BIAS = -26.752
_WEIGHTS = Evidence(
    same=-0.274,
    score=0.152,
    score_gap=0.100,
    dense_gap=0.106,
    vector=28.857,
    rare=0.852,
    outlet=1.222,
    sentence_gap=1.877,
    no_number=-1.556,
    names_first=-0.148,
    names_three=-0.657,
)
_FLOOR = 0.25  # probability under which the articles are taken not to answer
_CERTAIN = 0.6  # strength from which a translation counts as knowing a word


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to answer, how probable it is that the articles do, and which words of the question none of them has."""

    enough: bool
    confidence: float
    unknown_words: tuple[str, ...] = ()


def weigh(question: Question, retrieved: Sequence[Retrieved], retriever: Retriever, names: Names) -> Decision:
    """Decide whether `retrieved` (best first) can answer `question`."""
    probable = confidence(evidence(question, retrieved, retriever, names)) if retrieved else 0.0
    if probable >= _FLOOR:
        return Decision(True, probable)
    return Decision(False, probable, _unknown_words(question, retriever))


def confidence(found: Evidence) -> float:
    """The probability that articles with this evidence answer."""
    total = _BIAS + sum(weight * number for weight, number in zip(_WEIGHTS.numbers, found.numbers, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def _unknown_words(question: Question, retriever: Retriever) -> tuple[str, ...]:
    """The words of the question that no article holds, by themselves or translated."""
    known = [False] * len(question.terms)
    for language in retriever.languages:
        sure = [
            [stem for stem, surely in one.terms.items() if surely >= _CERTAIN]
            for one in retriever.sought(language, question)
        ]
        held = retriever.frequencies(language, [stem for stems in sure for stem in stems])
        known = [before or any(held[stem] for stem in stems) for before, stems in zip(known, sure, strict=True)]
    return tuple(term.word for term, found in zip(question.terms, known, strict=True) if not found)
