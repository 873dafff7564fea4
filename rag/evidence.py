"""What the retrieved passages say about whether they answer a question at all, as numbers.

Most are shares, cosines and distances in standard deviations: they mean the same in an index of fifty passages and of
fifty thousand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from index.lexical import pairs
from index.rows import Encoded
from rag.answer import Retrieved
from rag.question import Question
from rag.rank import Sought, best_cosine, covered_share
from rag.retrieve import Retriever

_PASSAGES = 5
_OTHER_LANGUAGE = 0.04  # by which e5's cosine with a passage of another language is lower
_RARE = 3  # the rarest third of the words
_NOTHING = 1e-9
_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the first passages fit a question.

    `same` is 1 where the best passage is in the question's language. `dense`, `meaning`: both encoders' standardised
    cosines of the best passage, `dense_gap` how far it stands above the fifth; `vector`, `passage`, `sentence`: the
    highest cosines (e5, USE, USE with a single sentence). `covered`: the highest share of the question's words that one
    passage has, `together` that all have, `in_sentence` that one sentence has, `rare` of the rarest words, `clause` of
    the clause that is covered least, `unknown` the share of words that no article has. `pairs`: the share of its pairs
    of neighbouring words. `words`: the logarithm of how much there is to be covered. `outlet`, `published`: whether a
    passage is of an outlet or a day that the question names.
    """

    same: float
    dense: float
    meaning: float
    dense_gap: float
    vector: float
    passage: float
    sentence: float
    covered: float
    together: float
    in_sentence: float
    rare: float
    clause: float
    unknown: float
    pairs: float
    words: float
    outlet: float
    published: float

    @property
    def numbers(self) -> tuple[float, ...]:
        """The fields' values in order."""
        return tuple(float(getattr(self, field.name)) for field in fields(self))


def evidence(question: Question, retrieved: Sequence[Retrieved], retriever: Retriever) -> Evidence:
    """The evidence in `retrieved`, best first and at least one, for answering `question`."""
    first = retrieved[:_PASSAGES]
    encoded = retriever.encoded(first)
    sought = {language: retriever.sought(language, question) for language in retriever.languages}
    weights = np.array([word.weight for word in sought.get(question.language, next(iter(sought.values())))])
    held = _held(first, encoded, sought, len(weights))
    best = first[0].signals
    sentences = [best_cosine(question.meaning, one.meanings[1:]) for one in encoded]
    return Evidence(
        same=float(best.same_language),
        dense=best.dense,
        meaning=best.meaning,
        dense_gap=best.dense - first[-1].signals.dense,
        vector=_vector(question, first, retriever),
        passage=max(best_cosine(question.meaning, one.meanings[:1]) for one in encoded),
        sentence=max(sentences),
        covered=max(one.signals.covered for one in first),
        together=_share(held, weights),
        in_sentence=max(
            _best_sentence(one, sought[each.passage.language]) for each, one in zip(first, encoded, strict=True)
        ),
        rare=_rare(held, weights),
        clause=_least_clause(question, held, weights),
        unknown=_unknown(sought, weights),
        pairs=_pairs(question, first, encoded),
        words=math.log1p(float(weights.sum())),
        outlet=float(any(one.signals.outlet for one in first)),
        published=float(any(one.signals.published for one in first)),
    )


def _held(
    first: Sequence[Retrieved], encoded: Sequence[Encoded], sought: Mapping[str, Sequence[Sought]], words: int
) -> _Numbers:
    """For each word of the question how surely one of the passages has it, shape (words,)."""
    rows = [
        [word.covered_by(frozenset(one.all_terms)) for word in sought[each.passage.language]]
        for each, one in zip(first, encoded, strict=True)
    ]
    return np.asarray(np.array(rows, np.float64).reshape(len(rows), words).max(axis=0, initial=0.0), np.float64)


def _share(held: _Numbers, weights: _Numbers) -> float:
    return float((held * weights).sum() / max(weights.sum(), _NOTHING))


def _rare(held: _Numbers, weights: _Numbers) -> float:
    """The share that is held of the rarest words."""
    rarest = np.argsort(-weights, kind="stable")[: max(1, len(weights) // _RARE)]
    return _share(held[rarest], weights[rarest]) if len(weights) else 0.0


def _least_clause(question: Question, held: _Numbers, weights: _Numbers) -> float:
    """The share that is held of the clause of which the least is."""
    stems = [term.stem for term in question.terms]
    rows = [[at for at, stem in enumerate(stems) if stem in clause] for clause in question.clauses]
    return min((_share(held[some], weights[some]) for some in rows if some), default=_share(held, weights))


def _unknown(sought: Mapping[str, Sequence[Sought]], weights: _Numbers) -> float:
    """The share of the question's words that nothing stands for in any language of the index."""
    strengths = [[max(word.terms.values(), default=0.0) for word in words] for words in sought.values()]
    known = np.array(strengths).max(axis=0, initial=0.0)
    return _share(1.0 - known, weights) if len(weights) else 1.0


def _best_sentence(one: Encoded, sought: Sequence[Sought]) -> float:
    """The share of the question's words that one sentence has together with its article's heading."""
    return max((covered_share(sought, frozenset(one.terms[0] + terms)) for terms in one.terms[1:]), default=0.0)


def _pairs(question: Question, first: Sequence[Retrieved], encoded: Sequence[Encoded]) -> float:
    asked = set(pairs([term.stem for term in question.terms]))
    same = [one for each, one in zip(first, encoded, strict=True) if each.passage.language == question.language]
    found = {pair for one in same for pair in pairs(one.all_terms)}
    return len(asked & found) / len(asked) if asked else 0.0


def _vector(question: Question, first: Sequence[Retrieved], retriever: Retriever) -> float:
    cosines = retriever.cosines(question, first)
    offsets = [0.0 if one.passage.language == question.language else _OTHER_LANGUAGE for one in first]
    return max(cosine + offset for cosine, offset in zip(cosines, offsets, strict=True))
