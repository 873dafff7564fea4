"""What each part of the ranking is worth: every one is switched off by itself, all else stays.

    .venv/bin/python -m benchmarks.ablation INDEX QUESTIONS.jsonl

Prints evidence recall at 1, 5 and 10 and MRR, for all answerable questions and for each type of them. Each question is
searched for once; for signals and penalties its candidates are weighed anew.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from index.embed import open_embedder
from index.lexicon import Lexicon
from index.meaning import SentenceEncoder
from index.sentences import Morphology
from index.store import Generation, IndexFolder
from index.terms import Terms
from rag import choose, rank
from rag.answer import Retrieved
from rag.candidates import Candidate, in_order
from rag.choose import Penalties
from rag.evaluate.metrics import met_by
from rag.evaluate.questions import Question, load_questions
from rag.evaluate.ranking import recall_at, reciprocal_rank
from rag.rank import Weights
from rag.retrieve import Retriever

K = 10
CUTOFFS = (1, 5, 10)


class Ablation:
    """One index, one question set, and the parts of the ranking."""

    def __init__(self, index: Path, questions: Path) -> None:
        self._folder = IndexFolder(index)
        self._parts = (open_embedder("e5"), SentenceEncoder(), Terms(Morphology()))
        self._questions = [one for one in load_questions(questions) if one.answerable and one.evidence]
        self._whole = self._folder.open()
        retriever = self._retriever(self._whole)
        self._prepared = [retriever.prepare(one.question) for one in self._questions]

    def rows(self) -> Iterator[tuple[str, str, list[float], int]]:
        """What was switched off, the type of the questions, the means of the metrics, and the number of questions."""
        candidates = self._candidates(self._whole)
        yield from self._means("nothing", candidates)
        for signal in asdict(rank.FITTED):
            yield from self._means(signal, candidates, weights=replace(rank.FITTED, **{signal: 0.0}))
        for penalty in asdict(choose.FITTED):
            penalties = replace(choose.FITTED, **{penalty: 0.0})
            yield from self._means(f"penalty: {penalty}", candidates, penalties=penalties)
        yield from self._means("names", self._candidates(_without_names(self._folder.open())))
        yield from self._means("names and translations", self._candidates(_without_translations(self._folder.open())))

    def _candidates(self, generation: Generation) -> list[list[Candidate]]:
        retriever = self._retriever(generation)
        return [retriever.candidates(prepared, K) for prepared in self._prepared]

    def _retriever(self, generation: Generation) -> Retriever:
        return Retriever(generation, *self._parts)

    def _means(
        self,
        name: str,
        candidates: Sequence[Sequence[Candidate]],
        weights: Weights = rank.FITTED,
        penalties: Penalties = choose.FITTED,
    ) -> Iterator[tuple[str, str, list[float], int]]:
        metrics: dict[str, list[list[float]]] = defaultdict(list)
        for question, some in zip(self._questions, candidates, strict=True):
            scored = [one._replace(score=float(rank.scores(one.signals, weights))) for one in some]
            found = choose.choose(in_order(scored), K, self._whole.catalog.passages, penalties)
            for cell in ("all", question.type):
                metrics[cell].append(_metrics(question, found))
        for cell, rows in metrics.items():
            yield name, cell, np.mean(rows, axis=0).tolist(), len(rows)


class _Nameless(Generation):
    """A generation that knows of no names that sound alike."""

    def sounding(self, language: str, word: str) -> dict[str, float]:
        return {}


def _without_names(generation: Generation) -> Generation:
    return _Nameless(generation.path, generation.catalog)


def _without_translations(generation: Generation) -> Generation:
    nameless = _without_names(generation)
    nameless.lexicon = Lexicon({})
    return nameless


def _metrics(question: Question, found: Sequence[Retrieved]) -> list[float]:
    met = met_by(question, found)
    groups = len(question.evidence)
    recalls = [recall_at(cutoff, met, groups) for cutoff in CUTOFFS]
    return [value or 0.0 for value in (*recalls, reciprocal_rank(met, groups))]


def main(index: str, questions: str) -> None:
    """Print the table."""
    heading = "".join(f"{name:>8}" for name in (*(f"R@{cutoff}" for cutoff in CUTOFFS), "MRR"))
    print(f"{'switched off':<26}{'type':<12}{'n':>6}{heading}")
    for name, cell, means, n in Ablation(Path(index), Path(questions)).rows():
        print(f"{name:<26}{cell:<12}{n:>6}{''.join(f'{value:>8.3f}' for value in means)}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
