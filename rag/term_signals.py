"""What the words of a question say about passages of its own language: BM25 by clause, by sentence, by word pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.lexical import pairs
from index.moments import of_sentences
from index.rows import Encoded
from index.store import Generation
from rag.bm25 import Doubles, best_clause, contributions, idf
from rag.question import Question

_SENTENCE_B = 0.5  # sentences differ in length for less reason than passages do
_PASSAGE_B = 0.75


@dataclass(frozen=True, slots=True)
class TermSignals:
    """For one passage: the scores of `rag.rank.Signals`, and what each of the question's terms adds to its BM25."""

    clause: float
    clause_sentence: float
    pairs: float
    added: Doubles


def term_signals(
    question: Question, language: str, candidates: Mapping[str, Encoded], generation: Generation
) -> dict[str, TermSignals]:
    """The term signals of `candidates` (by id), all of `language`, which is the question's."""
    if not candidates or not question.terms:
        return {}
    terms = [term.stem for term in question.terms]
    frequencies = generation.lexical.frequencies(language, terms)
    passages = generation.lexical.count(language)
    mean_length = generation.mean_lengths[language]
    added = contributions(
        [one.all_terms for one in candidates.values()],
        terms,
        np.array([idf(frequencies[term], passages) for term in terms]),
        mean_length=mean_length,
        b=_PASSAGE_B,
    )
    by_sentence = _best_sentences(question, language, candidates, generation, frequencies)
    by_pairs = _pairs(question, language, candidates, generation)
    by_clause = best_clause(added, terms, question.clauses)
    return {
        id: TermSignals(float(by_clause[row]), float(by_sentence[row]), float(by_pairs[row]), added[row])
        for row, id in enumerate(candidates)
    }


def _best_sentences(
    question: Question,
    language: str,
    candidates: Mapping[str, Encoded],
    generation: Generation,
    frequencies: Mapping[str, int],
) -> Doubles:
    """For each candidate the BM25 of its best sentence, for the clause that the sentence answers best."""
    terms = [term.stem for term in question.terms]
    sentences = [sentence for one in candidates.values() for sentence in one.terms[1:]]
    total = max(generation.moments[of_sentences(language)].n, 1)
    passages = generation.lexical.count(language)
    added = contributions(
        sentences,
        terms,
        # A term stands in about as many sentences as passages: twice in one passage is the exception.
        np.array([idf(frequencies[term], total) for term in terms]),
        mean_length=generation.mean_lengths[language] * passages / total,
        b=_SENTENCE_B,
    )
    scores = best_clause(added, terms, question.clauses)
    counts = [len(one.terms) - 1 for one in candidates.values()]
    starts = np.cumsum([0, *counts])
    return np.array([scores[start : start + n].max(initial=0.0) for start, n in zip(starts, counts, strict=False)])


def _pairs(question: Question, language: str, candidates: Mapping[str, Encoded], generation: Generation) -> Doubles:
    """For each candidate the BM25 of the question's neighbouring words that stand side by side in it too."""
    asked = list(dict.fromkeys(pairs([term.stem for term in question.terms])))
    if not asked:
        return np.zeros(len(candidates))
    frequencies = generation.lexical.pair_frequencies(language, asked)
    passages = generation.lexical.count(language)
    documents = [pairs(one.all_terms) for one in candidates.values()]
    mean_length = float(np.mean([len(document) for document in documents]))
    weights = np.array([idf(frequencies[pair], passages) for pair in asked])
    added = contributions(documents, asked, weights, mean_length=mean_length, b=_PASSAGE_B)
    return np.asarray(added.sum(axis=1), np.float64)
