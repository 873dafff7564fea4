"""An answer without a model: the sentences of the retrieved passages that answer best, word for word.

It cannot invent, since it can only point. Sentences are judged by what they say (the second encoder, e5) and by the
question's terms that they hold, and by how well their passage was retrieved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.article import Span
from index.clean import is_label
from index.embed import Embedder, Vectors
from index.meaning import SentenceEncoder
from rag.answer import Retrieved
from rag.retrieve import Question

_PASSAGES = 6  # of the retrieved ones, whose sentences are looked at
_SAME = 0.8  # cosine from which two sentences say the same
_NEAR = 1.2  # how far below the best sentence another one may be and still be shown
_WEIGHTS = (4.0, 0.3, 0.25)  # of the second encoder's cosine, of e5's in deviations, of the passage's score
_DEVIATION = 0.03  # of e5's cosines between a question and sentences, roughly


@dataclass(frozen=True, slots=True)
class Extract:
    """A sentence taken as (part of) an answer: its passage's place among the retrieved, its span, its score."""

    rank: int
    span: Span
    text: str
    score: float


def extract(
    question: Question,
    retrieved: Sequence[Retrieved],
    embedder: Embedder,
    encoder: SentenceEncoder,
    *,
    most: int = 3,
) -> tuple[Extract, ...]:
    """The one to `most` sentences that answer best, best first; none where nothing was retrieved.

    A further sentence is taken when it scores nearly as well and does not say the same again.
    """
    candidates = _candidates(retrieved[:_PASSAGES])
    if not candidates:
        return ()
    texts = [text for _, _, text in candidates]
    meanings = encoder.encode(texts)
    scores = _scores(question, retrieved, candidates, meanings, embedder.embed_passages(texts))
    chosen: list[int] = []
    for at in np.argsort(-scores, kind="stable"):
        near = not chosen or scores[at] >= scores[chosen[0]] - _NEAR
        new = all(float(meanings[at] @ meanings[other]) < _SAME for other in chosen)
        if near and new:
            chosen.append(int(at))
        if not near or len(chosen) == most:
            break
    return tuple(Extract(*candidates[at], score=float(scores[at])) for at in chosen)


def _candidates(retrieved: Sequence[Retrieved]) -> list[tuple[int, Span, str]]:
    return [
        (rank, span, text)
        for rank, one in enumerate(retrieved)
        for span in one.passage.sentences
        if not is_label(text := one.passage.quote(span))
    ]


def _scores(
    question: Question,
    retrieved: Sequence[Retrieved],
    candidates: Sequence[tuple[int, Span, str]],
    meanings: Vectors,
    vectors: Vectors,
) -> npt.NDArray[np.float64]:
    by_meaning, by_vector, by_passage = _WEIGHTS
    languages = np.array([retrieved[rank].passage.language for rank, _, _ in candidates])
    cosines = (vectors @ question.vector).astype(np.float64)
    for language in np.unique(languages):
        cosines[languages == language] -= cosines[languages == language].mean()
    best = retrieved[0].score
    passages = np.array([retrieved[rank].score - best for rank, _, _ in candidates])
    return by_meaning * (meanings @ question.meaning) + by_vector * cosines / _DEVIATION + by_passage * passages
