"""What the words of a question say about passages of its own language: BM25 by clause, by sentence, by word pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.lexical import pairs
from index.moments import of_sentences
from index.store import Generation
from rag.bm25 import Doubles, best_clause, contributions, idf
from rag.matches import Matches
from rag.question import Question

_SENTENCE_B = 0.5  # sentences differ in length for less reason than passages do
_PASSAGE_B = 0.75


@dataclass(frozen=True, slots=True)
class TermSignals:
    """For some passages: the scores of `rag.rank.Signals`, each of shape (passages,), and `added`.

    That is what each of the question's terms adds to a passage's BM25, shape (passages, terms).
    """

    clause: Doubles
    clause_sentence: Doubles
    pairs: Doubles
    added: Doubles


def term_signals(question: Question, language: str, matches: Matches, generation: Generation) -> TermSignals:
    """The term signals of passages of `language`, which is the question's; `matches` are of its terms."""
    terms = [term.stem for term in question.terms]
    frequencies = generation.lexical.frequencies(language, terms)
    passages = generation.lexical.count(language)
    added = contributions(
        matches.by_passage(),
        np.array([idf(frequencies[term], passages) for term in terms]),
        mean_length=generation.mean_lengths[language],
        b=_PASSAGE_B,
    )
    return TermSignals(
        clause=best_clause(added, terms, question.clauses),
        clause_sentence=_best_sentences(question, language, matches, generation, frequencies),
        pairs=_pairs(terms, language, matches, generation),
        added=added,
    )


def _best_sentences(
    question: Question, language: str, matches: Matches, generation: Generation, frequencies: Mapping[str, int]
) -> Doubles:
    """For each passage the BM25 of its best sentence, for the clause that the sentence answers best."""
    terms = [term.stem for term in question.terms]
    sentences, passage = matches.by_sentence()
    total = max(generation.moments[of_sentences(language)].n, 1)
    added = contributions(
        sentences,
        # A term stands in about as many sentences as passages: twice in one passage is the exception.
        np.array([idf(frequencies[term], total) for term in terms]),
        mean_length=generation.mean_lengths[language] * generation.lexical.count(language) / total,
        b=_SENTENCE_B,
    )
    best = np.zeros(matches.n)
    np.maximum.at(best, passage, best_clause(added, terms, question.clauses))
    return best


def _pairs(terms: list[str], language: str, matches: Matches, generation: Generation) -> Doubles:
    """For each passage the BM25 of the question's neighbouring words that stand side by side in it too."""
    asked = dict(zip(pairs(terms), pairwise(range(len(terms))), strict=True))
    if not asked:
        return np.zeros(matches.n)
    frequencies = generation.lexical.pair_frequencies(language, asked)
    passages = generation.lexical.count(language)
    counts = matches.by_pair(list(asked.values()))
    weights = np.array([idf(frequencies[pair], passages) for pair in asked])
    added = contributions(counts, weights, mean_length=float(counts.lengths.mean()), b=_PASSAGE_B)
    return np.asarray(added.sum(axis=1), np.float64)
