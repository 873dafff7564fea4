"""Whether the retrieved passages hold an answer at all; decided from the evidence, before any model is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Retrieved
from rag.retrieve import Question, Retriever

_FLOOR = 4.0  # the score of the best passage below which the articles are taken not to answer


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether there is enough to answer from, and the words of the question that stand nowhere in the index."""

    enough: bool
    unknown_words: tuple[str, ...] = ()


def weigh(question: Question, retrieved: Sequence[Retrieved], retriever: Retriever) -> Evidence:
    """Decide whether `retrieved` (best first) can answer `question`."""
    if not retrieved:
        return Evidence(False)
    return Evidence(retrieved[0].score >= _FLOOR)
