"""An answer without a model: the sentences of the retrieved passages that answer best, word for word.

It cannot invent, since it can only point. A sentence is judged by what it means (both encoders), by the words of the
question that it holds, in its own language or translated, and by how well its passage was retrieved. e5, which the
index knows passages by and not sentences, reads only those that all the rest speaks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.article import Span
from index.clean import is_label
from index.embed import Embedder, Vectors
from rag.answer import Retrieved
from rag.cover import Cover
from rag.question import Question
from rag.rank import Sought
from rag.retrieve import Retriever

_PASSAGES = 6  # of the retrieved ones, whose sentences are looked at
_READ = 8  # sentences that e5 reads; it takes 5 ms of processor time for each
_SAME = 0.8  # cosine from which two sentences say the same
_NEAR = 2.0  # how far below the best sentence another one may be and still be shown
_DEVIATION = 0.03  # of e5's cosines between a question and the sentences of its passages
# Of: the second encoder's cosine, e5's in deviations, the share of the question's words that it and its
# article's heading hold, the passage's score.
# Chosen for fact recall over the samples and the five real articles; see ARCHITECTURE.md.
_BY_MEANING, _BY_VECTOR, _BY_WORDS, _BY_PASSAGE = 2.0, 0.3, 4.0, 0.1


@dataclass(frozen=True, slots=True)
class Extract:
    """A sentence taken as (part of) an answer: its passage's place among the retrieved, its span, its score."""

    rank: int
    span: Span
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that may be taken; `known` is its score but for e5's part."""

    rank: int
    span: Span
    text: str
    language: str
    meaning: Vectors
    known: float


def extract(
    question: Question,
    retrieved: Sequence[Retrieved],
    retriever: Retriever,
    embedder: Embedder,
    *,
    most: int = 3,
    completed: Question | None = None,
) -> tuple[Extract, ...]:
    """The one to `most` sentences that answer best, best first; none where nothing was retrieved.

    A further sentence is taken when it scores nearly as well and does not say the same again.

    Args:
        question: what is asked.
        retrieved: the passages to take sentences of, best first.
        retriever: what retrieved them.
        embedder: what made the index.
        most: how many sentences are taken at most.
        completed: the question with words of those that it leans on. What it leans on is spoken of where those words
            stand anywhere in a passage: a sentence that says "it" answers as well as one that says the name.
    """
    found = _candidates(question, completed or question, retrieved[:_PASSAGES], retriever)
    if not found:
        return ()
    candidates = sorted(found, key=lambda one: -one.known)[:_READ]
    scores = _scores(question, candidates, embedder.embed_passages([one.text for one in candidates]))
    chosen: list[int] = []
    for at in np.argsort(-scores, kind="stable"):
        if len(chosen) == most or (chosen and scores[at] < scores[chosen[0]] - _NEAR):
            break
        if all(float(candidates[at].meaning @ candidates[other].meaning) < _SAME for other in chosen):
            chosen.append(int(at))
    return tuple(
        Extract(candidates[at].rank, candidates[at].span, candidates[at].text, float(scores[at])) for at in chosen
    )


def _candidates(
    question: Question, completed: Question, retrieved: Sequence[Retrieved], retriever: Retriever
) -> list[_Candidate]:
    """The sentences of the passages, with what the index knows of each."""
    encoded = retriever.encoded(retrieved)
    languages = {one.passage.language for one in retrieved}
    cover = {language: Cover(retriever.sought(language, completed)) for language in languages}
    own = {language: _terms(retriever.sought(language, question)) for language in languages}
    meant = _meaning(question, completed)
    found = []
    for rank, (one, known) in enumerate(zip(retrieved, encoded, strict=True)):
        passage = one.passage
        # The heading lacks a title that stands in the passage, and a sentence without it says of nobody what it says.
        above = {*known.terms[0], *known.title_terms}
        if completed is not question:
            above |= set(known.all_terms) - own[passage.language]
        for at, span in enumerate(passage.sentences, start=1):
            text = passage.quote(span)
            if not is_label(text):
                words = cover[passage.language].share(above.union(known.terms[at]))
                meaning = known.meanings[at]
                score = _BY_MEANING * float(meaning @ meant) + _BY_WORDS * words + _BY_PASSAGE * one.score
                found.append(_Candidate(rank, span, text, passage.language, meaning, score))
    return found


def _terms(sought: Sequence[Sought]) -> set[str]:
    return {term for word in sought for term in word.terms}


def _meaning(question: Question, completed: Question) -> Vectors:
    """What a sentence is to mean: as much what is asked as that with what it leans on."""
    if completed is question:
        return question.meaning
    both = question.meaning + completed.meaning
    return np.asarray(both / np.linalg.norm(both), np.float32)


def _scores(question: Question, candidates: Sequence[_Candidate], vectors: Vectors) -> npt.NDArray[np.float64]:
    cosines = (vectors @ question.vector).astype(np.float64)
    languages = np.array([one.language for one in candidates])
    for language in np.unique(languages):  # e5 favours the question's own language here too
        cosines[languages == language] -= cosines[languages == language].mean()
    return np.asarray(_BY_VECTOR * cosines / _DEVIATION + [one.known for one in candidates], np.float64)
