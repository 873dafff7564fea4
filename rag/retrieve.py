"""From a question to the passages that may answer it, whatever language they are in.

Each language is searched by itself, by vectors and by terms; the candidates of all languages are then put in one
order by scores that can be compared (see `rag.rank`), and the best are chosen so that they differ (see `rag.choose`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Article, Passage
from index.dates import as_number
from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.moments import of_meanings
from index.rows import Encoded
from index.scope import Scope
from index.store import Generation
from index.terms import Terms
from rag import choose, rank
from rag.answer import Retrieved
from rag.bm25 import Doubles
from rag.choose import Penalties
from rag.filters import ALL, Filters, scope
from rag.question import Question, prepare
from rag.rank import Scale, Signals, Sought, Weights, covered_share, scales
from rag.sought import sought
from rag.term_signals import TermSignals, term_signals

_CANDIDATES = 50  # of each language, by vectors and as many by terms


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
        """The languages that have passages."""
        return tuple(name for name, sums in self._generation.moments.items() if "/" not in name and sums.n)

    def prepare(self, text: str) -> Question:
        """Everything about a question that does not depend on a passage."""
        return prepare(text, self.languages, self._embedder, self._encoder, self._terms)

    def retrieve(self, question: Question, k: int, filters: Filters = ALL) -> tuple[Retrieved, ...]:
        """The `k` passages most likely to answer, best first; a text that stands in two places counts once."""
        confined = scope(filters, self._generation.catalog)
        found: list[Retrieved] = []
        added: dict[str, Doubles] = {}
        for language in self.languages:
            retrieved, brought = self._language(language, question, confined, max(_CANDIDATES, k))
            found.extend(retrieved)
            added.update(brought)
        found.sort(key=order)
        return choose.choose(choose.collapse(found), added, k, self._penalties)

    def encoded(self, retrieved: Sequence[Retrieved]) -> list[Encoded]:
        """What the index made of retrieved passages, in their order: sentence vectors and terms."""
        found = self._generation.catalog.encoded([one.passage.id for one in retrieved])
        return [found[one.passage.id] for one in retrieved]

    def sought(self, language: str, question: Question) -> list[Sought]:
        """The words of a question as a language's passages would have them."""
        return sought(question, language, self.languages, self._generation)

    def _language(
        self, language: str, question: Question, confined: Scope | None, n: int
    ) -> tuple[list[Retrieved], dict[str, Doubles]]:
        """Up to 2n candidates of one language with their scores, and what the question's terms add to each."""
        words = self.sought(language, question)
        cosines = self._cosines(language, question, words, confined, n)
        encoded = self._generation.catalog.encoded(list(cosines))
        passages = self._generation.catalog.passages(list(encoded))
        same = language == question.language
        by_terms = term_signals(question, language, encoded, self._generation) if same else {}
        dense, meaning = self._scales(language, question)
        found = []
        for id, passage in passages.items():
            one = encoded[id]
            signals = _signals(
                question,
                passage,
                dense=dense.standardise(cosines[id]),
                meaning=meaning.standardise(float(one.meanings[0] @ question.meaning)),
                covered=covered_share(words, frozenset(one.all_terms)),
                by_terms=by_terms.get(id),
            )
            found.append(Retrieved(passage, rank.score(signals, self._weights), signals))
        return found, {id: one.added for id, one in by_terms.items()}

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


def order(one: Retrieved) -> tuple[float, int, str]:
    """What passages are sorted by: the best first, the newer first among equals, and never by chance."""
    return -one.score, -as_number(one.passage.article.published), one.passage.id


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
