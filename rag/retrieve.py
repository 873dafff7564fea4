"""From a question to the passages that may answer it, whatever language they are in.

Each language is searched by itself, by vectors and by terms; the candidates of all languages are then put in one
order by scores that can be compared (see `rag.rank`), and the best are chosen so that they differ (see `rag.choose`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.article import Article, Passage
from index.dates import as_number
from index.embed import Embedder, Vectors
from index.language import question_language
from index.meaning import SentenceEncoder
from index.moments import of_meanings
from index.rows import Encoded
from index.scope import Scope
from index.sketch import Sketch
from index.store import Generation
from index.terms import Terms
from rag import choose, rank
from rag.answer import Copy, Retrieved
from rag.bm25 import Doubles
from rag.choose import Penalties
from rag.filters import ALL, Filters, scope
from rag.question import Question, prepare
from rag.rank import Scale, Signals, Sought, Weights, covered_share, scales
from rag.sought import sought
from rag.term_signals import TermSignals, term_signals

_CANDIDATES = 50  # of each language, by vectors and as many by terms


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Candidates of one language by id: with their scores, what the question's terms add to each, their sketches."""

    retrieved: dict[str, Retrieved]
    added: dict[str, Doubles]
    sketches: dict[str, Sketch]


@dataclass(frozen=True, slots=True)
class _Search:
    """A question, the words of it as one language has them, and e5's cosines of that language's candidates, by id."""

    question: Question
    sought: Sequence[Sought]
    cosines: dict[str, float]


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
    ) -> None:
        """All parts are passed in; both encoders must be those that made the index."""
        self._generation = generation
        self._embedder = embedder
        self._encoder = encoder
        self._terms = terms
        self._weights = weights
        self._penalties = penalties

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have passages, the one with the most first."""
        counts = {name: sums.n for name, sums in self._generation.moments.items() if "/" not in name and sums.n}
        return tuple(sorted(counts, key=lambda name: (-counts[name], name)))

    def prepare(self, text: str, language: str | None = None) -> Question:
        """Everything about a question that does not depend on a passage; its language is told from it where None."""
        language = language or question_language(text, self.languages)
        return prepare(text, language, self._embedder, self._encoder, self._terms)

    def retrieve(
        self, question: Question, k: int, filters: Filters = ALL, also: Sequence[Question] = ()
    ) -> tuple[Retrieved, ...]:
        """The `k` passages most likely to answer, best first; those that say the same in the same words count once.

        `also` is the same question in other languages. Every passage is then scored for every version, and ranked by
        the mean: so each language is met by the same questions, and none gains by being the one that was asked in.
        """
        confined = scope(filters, self._generation.catalog)
        found: dict[str, Retrieved] = {}
        added: dict[str, Doubles] = {}
        sketches: dict[str, Sketch] = {}
        for language in self.languages:
            candidates = self._language(language, (question, *also), confined, max(_CANDIDATES, k))
            found.update(candidates.retrieved)
            added.update(candidates.added)
            sketches.update(candidates.sketches)
        ranked = dict(sorted(found.items(), key=lambda item: order(*item)))
        chosen = choose.choose(ranked, sketches, added, k, self._penalties)
        return tuple(replace(one, copies=tuple(map(self._whole, one.copies))) for one in chosen)

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
        return sought(question, language, self.languages, self._generation)

    def frequencies(self, language: str, stems: Sequence[str]) -> Mapping[str, int]:
        """In how many passages of `language` each of `stems` stands."""
        return self._generation.lexical.frequencies(language, stems)

    def _language(self, language: str, questions: Sequence[Question], confined: Scope | None, n: int) -> _Candidates:
        """Up to 2n candidates of one language for each question, with their mean scores.

        Signals, and what a question's terms add to each candidate, are those of the first question.
        """
        searches = self._searches(language, questions, confined, n)
        encoded = self._generation.catalog.encoded(list(searches[0].cosines))
        passages = self._generation.catalog.passages(list(encoded))
        first, *others = (self._scored(language, search, encoded, passages) for search in searches)
        means = {
            id: replace(one, score=sum((one.score, *(other.retrieved[id].score for other in others))) / len(searches))
            for id, one in first.retrieved.items()
        }
        return replace(first, retrieved=means)

    def _searches(self, language: str, questions: Sequence[Question], confined: Scope | None, n: int) -> list[_Search]:
        """Each question's search of one language, with cosines for the candidates of all."""
        searches = []
        for question in questions:
            words = self.sought(language, question)
            searches.append(_Search(question, words, self._cosines(language, question, words, confined, n)))
        candidates = dict.fromkeys(id for search in searches for id in search.cosines)
        for search in searches:
            missing = [id for id in candidates if id not in search.cosines]
            for id, vector in self._generation.vectors.vectors(language, missing).items():
                search.cosines[id] = float(search.question.vector @ vector)
        return searches

    def _scored(
        self, language: str, search: _Search, encoded: Mapping[str, Encoded], passages: Mapping[str, Passage]
    ) -> _Candidates:
        """The passages with their scores for one question."""
        question = search.question
        same = language == question.language
        by_terms = term_signals(question, language, encoded, self._generation) if same else {}
        dense, meaning = self._scales(language, question)
        found = {}
        for id, passage in passages.items():
            one = encoded[id]
            signals = _signals(
                question,
                passage,
                dense=dense.standardise(search.cosines[id]),
                meaning=meaning.standardise(float(one.meanings[0] @ question.meaning)),
                covered=covered_share(search.sought, frozenset(one.all_terms)),
                by_terms=by_terms.get(id),
            )
            found[id] = Retrieved(passage, rank.score(signals, self._weights), signals)
        return _Candidates(
            retrieved=found,
            added={id: one.added for id, one in by_terms.items()},
            sketches={id: encoded[id].sketch for id in passages},
        )

    def _whole(self, copy: Copy) -> Copy:
        """`copy` with all passages of its article, where it had those that were retrieved."""
        article = copy.passages[0].article
        passages = self._generation.catalog.passages_of(article.source)
        return replace(copy, passages=tuple(one for one in passages if one.article == article))

    def _cosines(
        self,
        language: str,
        question: Question,
        words: Sequence[Sought],
        confined: Scope | None,
        n: int,
    ) -> dict[str, float]:
        """e5's cosines, by id, of the n nearest passages of a language and the n that hold most of what is sought."""
        vectors = self._generation.vectors
        cosines = {one.id: one.cosine for one in vectors.nearest(language, question.vector, n, confined)}
        strengths = [pair for word in words for pair in word.terms.items()]
        terms, weights = zip(*strengths, strict=True) if strengths else ((), ())
        hits = self._generation.lexical.search(language, terms, n, weights, confined)
        missing = [hit.id for hit in hits if hit.id not in cosines]
        for id, vector in vectors.vectors(language, missing).items():
            cosines[id] = float(question.vector @ vector)
        return cosines

    def _scales(self, language: str, question: Question) -> tuple[Scale, Scale]:
        """How to standardise e5's cosines, and the second encoder's."""
        moments = self._generation.moments
        meanings = {of_meanings(name): moments[of_meanings(name)] for name in self.languages}
        return (
            scales(question.vector, {name: moments[name] for name in self.languages})[language],
            scales(question.meaning, meanings)[of_meanings(language)],
        )


def order(id: str, one: Retrieved) -> tuple[float, int, str]:
    """What passages are sorted by: the best first, the newer first among equals, and never by chance."""
    return -one.score, -as_number(one.passage.article.published), id


def _signals(
    question: Question,
    passage: Passage,
    *,
    dense: float,
    meaning: float,
    covered: float,
    by_terms: TermSignals | None,
) -> Signals:
    return Signals(
        dense=dense,
        meaning=meaning,
        covered=covered,
        outlet=_names_outlet(question.text, passage.article),
        published=passage.article.published in question.dates,
        same_language=passage.language == question.language,
        clause=by_terms.clause if by_terms else 0.0,
        clause_sentence=by_terms.clause_sentence if by_terms else 0.0,
        pairs=by_terms.pairs if by_terms else 0.0,
    )


def _names_outlet(question: str, article: Article) -> bool:
    if not article.outlet:
        return False
    # Korean particles follow a name without a space.
    name = rf"(?<!\w){re.escape(article.outlet)}(?![A-Za-z0-9])"
    return re.search(name, question, re.IGNORECASE) is not None
