"""From a question to the passages that may answer it, whatever language they are in.

Each language is searched by itself, by vectors and by terms; the candidates of all languages are then put in one
order by scores that can be compared (see `rag.rank`), and the best are chosen so that they differ (see `rag.choose`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from index.embed import Embedder, Vectors
from index.features import Features, meanings
from index.language import question_language
from index.meaning import SentenceEncoder
from index.moments import of_meanings
from index.rows import Encoded
from index.scope import Scope
from index.store import Generation
from index.terms import Terms
from rag import choose, rank
from rag.answer import Copy, Retrieved
from rag.bm25 import Doubles
from rag.candidates import Candidate, in_order
from rag.choose import Penalties
from rag.filters import ALL, Filters, scope
from rag.matches import match
from rag.question import Question, prepare
from rag.rank import SIGNALS, Scale, Sought, Weights, covered_shares, scales
from rag.sought import sought
from rag.term_signals import term_signals

_CANDIDATES = 50  # of each language, by vectors and as many by terms

_THREADS = 16  # that embed questions and search; a question has two
_REMEMBERED = 32  # questions and languages, whose words are asked for again when it is weighed what was found
_Way = Callable[[str, Question, int, Scope | None], list[Features]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with how to standardise both encoders' cosines, by language."""

    question: Question
    dense: Mapping[str, Scale]
    meaning: Mapping[str, Scale]


@dataclass(frozen=True, slots=True)
class _Scored:
    """What one question makes of the candidates of one language: a row of signals, and of `Candidate.added`, each."""

    signals: Doubles
    added: Doubles


def open_pool() -> Executor:
    """The threads that a retriever works with, which many may share; none is started before there is work for it."""
    return ThreadPoolExecutor(_THREADS, "search")


class Retriever:
    """Retrieves from one generation of an index; safe to use from many threads."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        encoder: SentenceEncoder,
        terms: Terms,
        *,
        weights: Weights = rank.FITTED,
        penalties: Penalties = choose.FITTED,
        pool: Executor | None = None,
    ) -> None:
        """All parts are passed in; both encoders must be those that made the index.

        `pool` embeds questions and searches; the retriever has one of its own where it is None (see `open_pool`).
        """
        self._generation = generation
        self._embedder = embedder
        self._encoder = encoder
        self._terms = terms
        self._weights = weights
        self._penalties = penalties
        self._sought = lru_cache(_REMEMBERED)(self._seek)
        self._pool = pool or open_pool()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have passages, the one with the most first."""
        counts = {name: sums.n for name, sums in self._generation.moments.items() if "/" not in name and sums.n}
        return tuple(sorted(counts, key=lambda name: (-counts[name], name)))

    def prepare(self, text: str, language: str | None = None) -> Question:
        """Everything about a question that does not depend on a passage; its language is told from it where None.

        It is embedded beside all this, and perhaps still when this returns.
        """
        embedding = self._pool.submit(lambda: self._embedder.embed_queries([text])[0])
        language = language or question_language(text, self.languages)
        return prepare(text, language, embedding, self._encoder, self._terms)

    def retrieve(
        self, question: Question, k: int, filters: Filters = ALL, also: Sequence[Question] = ()
    ) -> tuple[Retrieved, ...]:
        """The `k` passages most likely to answer, best first; those that say the same in the same words count once.

        `also` is the same question in other languages. Every passage is then scored for every version, and ranked by
        the mean: so each language is met by the same questions, and none gains by being the one that was asked in.
        """
        ranked = self.candidates(question, k, filters, also)
        chosen = choose.choose(ranked, k, self._generation.catalog.passages, self._penalties)
        return tuple(replace(one, copies=tuple(map(self._whole, one.copies))) for one in chosen)

    def candidates(
        self, question: Question, k: int, filters: Filters = ALL, also: Sequence[Question] = ()
    ) -> list[Candidate]:
        """What `retrieve` chooses from, best first: in each language some of the nearest, and of what has the words."""
        questions, confined = (question, *also), scope(filters, self._generation.catalog)
        find = partial(self._found, n=max(_CANDIDATES, k), confined=confined)
        everywhere = [(language, one) for language in self.languages for one in questions]
        at_home = [(language, one) for language, one in everywhere if language == one.language]
        abroad = [(language, one) for language, one in everywhere if language != one.language]
        # What has to be translated takes as long as the rest. More threads would wait for these two, and for Python.
        rest = self._pool.submit(lambda: [*find(self._holding, at_home), *find(self._nearest, everywhere)])
        found = find(self._holding, abroad)
        asked = [self._asked(one) for one in questions]
        features: dict[str, dict[str, Features]] = defaultdict(dict)
        for one in (*found, *rest.result()):
            features[one.language][one.id] = one
        return in_order([one for some in features.values() for one in self._candidates([*some.values()], asked)])

    def encoded(self, retrieved: Sequence[Retrieved]) -> list[Encoded]:
        """What the index made of retrieved passages, in their order: sentence vectors and terms."""
        found = self._generation.catalog.encoded([one.passage.id for one in retrieved])
        return [found[one.passage.id] for one in retrieved]

    def cosines(self, question: Question, retrieved: Sequence[Retrieved]) -> list[float]:
        """e5's cosines of `question` with retrieved passages, in their order."""
        vectors: dict[str, Vectors] = {}
        for language in {one.passage.language for one in retrieved}:
            ids = [one.passage.id for one in retrieved if one.passage.language == language]
            vectors |= self._generation.vectors.vectors(language, ids)
        return [float(question.vector @ vectors[one.passage.id]) for one in retrieved]

    def sought(self, language: str, question: Question) -> list[Sought]:
        """The words of a question as a language's passages would have them."""
        return self._sought(language, question)

    def _seek(self, language: str, question: Question) -> list[Sought]:
        return sought(question, language, self.languages, self._generation)

    def frequencies(self, language: str, stems: Sequence[str]) -> Mapping[str, int]:
        """In how many passages of `language` each of `stems` stands."""
        return self._generation.lexical.frequencies(language, stems)

    def _asked(self, question: Question) -> _Asked:
        moments = self._generation.moments
        meanings = scales(question.meaning, {name: moments[of_meanings(name)] for name in self.languages})
        return _Asked(question, scales(question.vector, {name: moments[name] for name in self.languages}), meanings)

    def _candidates(self, features: Sequence[Features], asked: Sequence[_Asked]) -> list[Candidate]:
        """Passages of one language, one or more, with mean scores over the questions.

        Signals, and what a question's terms add to each candidate, are those of the first question.
        """
        language = features[0].language
        vectors = self._generation.vectors.vectors(language, [one.id for one in features])
        # In float32 the scores of one passage would differ with what is compared beside it.
        rows = np.stack([vectors[one.id] for one in features]).astype(np.float64)
        scored = [self._scored(language, one, features, rows @ one.question.vector) for one in asked]
        means = np.mean([rank.scores(one.signals, self._weights) for one in scored], axis=0)
        first = scored[0]
        rows_of = zip(features, means.tolist(), first.signals, first.added, strict=True)
        return list(map(Candidate._make, rows_of))

    def _scored(self, language: str, asked: _Asked, features: Sequence[Features], cosines: Doubles) -> _Scored:
        """The signals of the passages for one question; `cosines` are e5's."""
        question = asked.question
        sought = self.sought(language, question)
        terms = list(dict.fromkeys(term for word in sought for term in word.terms))
        matches = match(features, terms)
        signals = np.zeros((len(features), len(SIGNALS)))
        column = {name: signals[:, at] for at, name in enumerate(SIGNALS)}
        column["dense"][:] = asked.dense[language].standardise(cosines)
        column["meaning"][:] = asked.meaning[language].standardise(
            (meanings(features) @ question.meaning).astype(np.float64)
        )
        column["covered"][:] = covered_shares(sought, terms, matches.by_passage().counts > 0)
        named = {outlet: _names_outlet(question.text, outlet) for outlet in {one.outlet for one in features}}
        column["outlet"][:] = [named[one.outlet] for one in features]
        column["published"][:] = [one.published in question.dates for one in features]
        column["same_language"][:] = language == question.language
        if language != question.language:
            return _Scored(signals, np.zeros((len(features), len(question.terms))))
        by_terms = term_signals(question, language, matches, self._generation)
        for name in ("clause", "clause_sentence", "pairs"):
            column[name][:] = getattr(by_terms, name)
        return _Scored(signals, by_terms.added)

    def _found(
        self, way: _Way, pairs: Sequence[tuple[str, Question]], n: int, confined: Scope | None
    ) -> list[Features]:
        """What is found in one way for questions, each in one language."""
        return [found for language, question in pairs for found in way(language, question, n, confined)]

    def _holding(self, language: str, question: Question, n: int, confined: Scope | None) -> list[Features]:
        strengths = [pair for word in self.sought(language, question) for pair in word.terms.items()]
        terms, weights = zip(*strengths, strict=True) if strengths else ((), ())
        found = self._generation.lexical.search(language, terms, n, weights, confined)
        return self._generation.catalog.features([hit.id for hit in found])

    def _nearest(self, language: str, question: Question, n: int, confined: Scope | None) -> list[Features]:
        found = self._generation.vectors.nearest(language, question.vector, n, confined)
        return self._generation.catalog.features([one.id for one in found])

    def _whole(self, copy: Copy) -> Copy:
        """`copy` with all passages of its article, where it had those that were retrieved."""
        article = copy.passages[0].article
        passages = self._generation.catalog.passages_of(article.source)
        return replace(copy, passages=tuple(one for one in passages if one.article == article))


def _names_outlet(question: str, outlet: str | None) -> bool:
    if not outlet or outlet.casefold() not in question.casefold():
        return False
    # Korean particles follow a name without a space.
    return re.search(rf"(?<!\w){re.escape(outlet)}(?![A-Za-z0-9])", question, re.IGNORECASE) is not None
