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
_BIAS = -24.053
_WEIGHTS = Evidence(
    same=-0.350,
    dense=0.258,
    meaning=0.157,
    dense_gap=0.095,
    vector=23.606,
    passage=0.883,
    sentence=1.593,
    covered=1.396,
    together=0.257,
    in_sentence=2.117,
    rare=0.821,
    clause=-0.013,
    unknown=0.0,
    pairs=1.951,
    words=-0.141,
    outlet=1.147,
    published=0.534,
)
_FLOOR = 0.2  # probability under which the articles are taken not to answer
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
