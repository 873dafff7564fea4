"""Whether the retrieved passages hold an answer at all; decided from the evidence, before any model is asked.

Two figures decide: how the best passage was ranked, and how near the nearest sentence of the first passages comes to
the question. They tell questions that the articles have nothing on; that an article on the very subject leaves the
asked detail out, they cannot tell, and a model is asked to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Retrieved
from rag.question import Question
from rag.rank import best_cosine
from rag.retrieve import Retriever

# Logistic regression over 60 questions that the samples or the five real articles answer and 131 about other things
# (those of mixed_ko_en, asked of the samples): AUC 0.98, one left out. At this floor one in twenty of the former and
# nine in ten of the latter are refused.
_BY_SCORE, _BY_SENTENCE, _FLOOR = 0.75, 20.0, 11.0
_PASSAGES = 5
_CERTAIN = 0.6  # strength from which a translation counts as knowing a word


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether there is enough to answer from, and the words of the question that stand nowhere in the index."""

    enough: bool
    unknown_words: tuple[str, ...] = ()


def weigh(question: Question, retrieved: Sequence[Retrieved], retriever: Retriever) -> Evidence:
    """Decide whether `retrieved` (best first) can answer `question`."""
    if retrieved and _strength(question, retrieved, retriever) >= _FLOOR:
        return Evidence(True)
    return Evidence(False, _unknown_words(question, retriever))


def _strength(question: Question, retrieved: Sequence[Retrieved], retriever: Retriever) -> float:
    encoded = retriever.encoded(retrieved[:_PASSAGES])
    nearest = max(best_cosine(question.meaning, one.meanings[1:]) for one in encoded)
    best = max(one.score for one in retrieved)  # which a reranker may have moved
    return _BY_SCORE * best + _BY_SENTENCE * nearest


def _unknown_words(question: Question, retriever: Retriever) -> tuple[str, ...]:
    """The words of the question that no language of the index has, by themselves or translated."""
    sought = [retriever.sought(language, question) for language in retriever.languages]
    known = [
        max((max(one.terms.values(), default=0.0) for one in word), default=0.0) for word in zip(*sought, strict=True)
    ]
    return tuple(term.word for term, surely in zip(question.terms, known, strict=False) if surely < _CERTAIN)
