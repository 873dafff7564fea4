"""What the retrieved passages say about whether they answer a question at all, as numbers.

Most are shares, cosines and distances in standard deviations: they mean the same in an index of fifty passages and of
fifty thousand. Those kept are the ones that tell answerable questions from others on public sets (ARCHITECTURE.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from index.rows import Encoded
from rag.answer import Retrieved
from rag.asked import asks_for_number
from rag.checks.names import Names
from rag.cover import Cover
from rag.question import Question
from rag.rank import Sought
from rag.retrieve import Retriever

_PASSAGES = 5
_NAMING = 3  # passages of which one should have each name
_OTHER_LANGUAGE = 0.04  # by which e5's cosine with a passage of another language is lower
_RARE = 3  # the rarest third of the words
_Known = tuple[Retrieved, Encoded, Cover]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the first passages fit a question.

    `same` is 1 where the best passage is in the question's language. `score` is what that passage was ranked by,
    `score_gap` how far it stands above the second, `dense_gap` how far above the fifth in e5's standardised cosine.
    `vector` is the highest of e5's cosines, `rare` the share that the passages have of the question's rarest words,
    `outlet` whether one is of an outlet that the question names. `sentence_gap` is how far the passage with the best
    sentence (by USE's cosine and the share of the question's words) stands above the next; `no_number` is 1 where a
    number is asked for and that sentence has none. `names_first` and `names_three` are how many of the question's names
    are not in the best passage, and in none of the best three.
    """

    same: float
    score: float
    score_gap: float
    dense_gap: float
    vector: float
    rare: float
    outlet: float
    sentence_gap: float
    no_number: float
    names_first: float
    names_three: float

    @property
    def numbers(self) -> tuple[float, ...]:
        """The fields' values in order."""
        return tuple(float(getattr(self, field.name)) for field in fields(self))


@dataclass(frozen=True, slots=True)
class _Sentence:
    score: float
    text: str


def evidence(question: Question, retrieved: Sequence[Retrieved], retriever: Retriever, names: Names) -> Evidence:
    """The evidence in `retrieved`, best first and at least one, for answering `question`."""
    first = retrieved[:_PASSAGES]
    encoded = retriever.encoded(first)
    sought = {language: retriever.sought(language, question) for language in retriever.languages}
    cover = {language: Cover(words) for language, words in sought.items()}
    known = [(one, held, cover[one.passage.language]) for one, held in zip(first, encoded, strict=True)]
    best, *others = sorted((_best_sentence(question, *one) for one in known), key=lambda one: -one.score)
    texts = [one.passage.embedded_text for one in first[:_NAMING]]
    nouns = {text: held.nouns for text, held in zip(texts, encoded, strict=False)}.__getitem__
    return Evidence(
        same=float(first[0].signals.same_language),
        score=first[0].score,
        score_gap=first[0].score - first[1].score if others else 0.0,
        dense_gap=first[0].signals.dense - first[-1].signals.dense,
        vector=_vector(question, first, retriever),
        rare=_rare(known, sought.get(question.language, sought[first[0].passage.language])),
        outlet=float(any(one.signals.outlet for one in first)),
        sentence_gap=best.score - others[0].score if others else 0.0,
        no_number=float(asks_for_number(question.text) and not any(map(str.isdigit, best.text))),
        names_first=names.missing(question.text, texts[:1], nouns),
        names_three=names.missing(question.text, texts, nouns),
    )


def _best_sentence(question: Question, one: Retrieved, encoded: Encoded, cover: Cover) -> _Sentence:
    """The sentence of a passage that is nearest to the question and, with its heading, has most of its words."""
    heading, *sentences = encoded.terms
    found = [
        _Sentence(
            float(meaning @ question.meaning) + cover.share({*heading, *terms}),
            one.passage.quote(span),
        )
        for meaning, terms, span in zip(encoded.meanings[1:], sentences, one.passage.sentences, strict=True)
    ]
    return max(found, key=lambda each: each.score)


def _rare(known: Sequence[_Known], words: Sequence[Sought]) -> float:
    """The share of the weight of the rarest of `words` that one of the passages has."""
    held = np.array([cover.strengths(set(e.all_terms)) for _, e, cover in known])
    weights = np.array([word.weight for word in words])
    rarest = np.argsort(-weights, kind="stable")[: max(1, len(weights) // _RARE)]
    total = weights[rarest].sum()
    return float((held.max(axis=0)[rarest] * weights[rarest]).sum() / total) if total else 0.0


def _vector(question: Question, first: Sequence[Retrieved], retriever: Retriever) -> float:
    cosines = retriever.cosines(question, first)
    offsets = [0.0 if one.passage.language == question.language else _OTHER_LANGUAGE for one in first]
    return max(cosine + offset for cosine, offset in zip(cosines, offsets, strict=True))
