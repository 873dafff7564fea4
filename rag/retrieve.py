"""From a question to the passages that may answer it, whatever language they are in.

Each language is searched by itself, by vectors and by terms; the candidates of all languages are then put in one
order by scores that can be compared (see `rag.rank`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.article import Passage
from index.dates import as_number
from index.embed import Embedder, Vectors
from index.errors import BylineError
from index.language import question_language
from index.meaning import SentenceEncoder
from index.moments import of_meanings, of_sentences
from index.store import Generation
from index.terms import Terms
from rag.answer import Place, Retrieved
from rag.rank import Scale, Signals, best_cosine, covered_share, idf_weights, scales, score

_CANDIDATES = 50  # of each language, by vectors and as many by terms


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles count: published in [since, until] (ISO dates), with a path that matches the glob `source`."""

    since: str | None = None
    until: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no date.

        Raises:
            BylineError: `since` or `until` is not written as 2024-05-31.
        """
        for name, value in (("since", self.since), ("until", self.until)):
            if value is not None and not _is_date(value):
                raise BylineError(f"--{name} {value}: not a date; write it as 2024-05-31")

    @property
    def any(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.since or self.until or self.source)


ALL = Filters()


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready: its language, both encoders' vectors, and its terms."""

    text: str
    language: str
    vector: Vectors
    meaning: Vectors
    terms: tuple[str, ...]


class Retriever:
    """Retrieves from one generation of an index; safe to use from many threads."""

    def __init__(
        self, generation: Generation, embedder: Embedder, encoder: SentenceEncoder, terms: Terms
    ) -> None:
        """All parts are passed in; both encoders must be those that made the index."""
        self._generation = generation
        self._embedder = embedder
        self._encoder = encoder
        self._terms = terms

    def prepare(self, text: str) -> Question:
        """Everything about a question that does not depend on a passage."""
        language = question_language(text, self.languages)
        return Question(
            text=text,
            language=language,
            vector=self._embedder.embed_queries([text])[0],
            meaning=self._encoder.encode([text])[0],
            terms=tuple(self._terms.of(text, language)),
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have passages."""
        return tuple(name for name, sums in self._generation.moments.items() if "/" not in name and sums.n)

    def retrieve(self, question: Question, k: int, filters: Filters = ALL) -> tuple[Retrieved, ...]:
        """The `k` passages most likely to answer, best first; a text that stands in two places counts once."""
        where = self._where(filters)
        scored = [
            (score(signals), id)
            for language in self.languages
            for id, signals in self._signals(language, question, where).items()
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        passages = self._generation.catalog.passages([id for _, id in scored])
        return collapse([Retrieved(passages[id], value) for value, id in scored if id in passages], k)

    def _signals(
        self, language: str, question: Question, where: Mapping[str, Any] | None
    ) -> dict[str, Signals]:
        """What speaks for each candidate of one language."""
        same = language == question.language
        cosines, lexical = self._candidates(language, question, where, by_terms=same)
        encoded = self._generation.catalog.encoded(list(cosines))
        dense, meaning, sentence = self._scales(language, question)
        weights = self._term_weights(language, question) if same else {}
        return {
            id: Signals(
                dense=dense.standardise(cosines[id]),
                meaning=meaning.standardise(float(one.meanings[0] @ question.meaning)),
                sentence=sentence.standardise(best_cosine(question.meaning, one.meanings[1:])),
                same_language=same,
                covered=covered_share(weights, frozenset(one.terms)),
                bm25=lexical.get(id, 0.0),
            )
            for id, one in encoded.items()
        }

    def _candidates(
        self, language: str, question: Question, where: Mapping[str, Any] | None, *, by_terms: bool
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Passages of a language that are near, or share terms where asked: their cosines, and BM25 scores by id."""
        vectors = self._generation.vectors
        cosines = {
            one.id: one.cosine for one in vectors.nearest(language, question.vector, _CANDIDATES, where)
        }
        if not by_terms:
            return cosines, {}
        hits = self._generation.lexical.search(language, question.terms, _CANDIDATES)
        lexical = {hit.id: hit.score for hit in hits}
        missing = [id for id in lexical if id not in cosines]
        for id, vector in vectors.vectors(language, missing, where).items():
            cosines[id] = float(question.vector @ vector)
        return cosines, lexical

    def _scales(self, language: str, question: Question) -> tuple[Scale, Scale, Scale]:
        """How to standardise cosines of e5, and the second encoder's of passages and of sentences."""
        moments = self._generation.moments
        return (
            scales(question.vector, {name: moments[name] for name in self.languages})[language],
            scales(question.meaning, {name: moments[of_meanings(name)] for name in self.languages})[language],
            scales(question.meaning, {name: moments[of_sentences(name)] for name in self.languages})[
                language
            ],
        )

    def _term_weights(self, language: str, question: Question) -> dict[str, float]:
        lexical = self._generation.lexical
        return idf_weights(lexical.frequencies(language, question.terms), lexical.count(language))

    def _where(self, filters: Filters) -> Mapping[str, Any] | None:
        """The filter as Chroma takes it; None for no filter."""
        if not filters.any:
            return None
        clauses: list[dict[str, Any]] = []
        if filters.since:
            clauses.append({"published": {"$gte": as_number(filters.since)}})
        if filters.until:
            # An article without a date is 0, and is not known to be old.
            clauses.append({"published": {"$gt": 0}})
            clauses.append({"published": {"$lte": as_number(filters.until)}})
        if filters.source:
            clauses.append({"source": {"$in": list(self._generation.catalog.sources_like(filters.source))}})
        return clauses[0] if len(clauses) == 1 else {"$and": clauses}


def collapse(ranked: Sequence[Retrieved], k: int) -> tuple[Retrieved, ...]:
    """The first `k` different texts of `ranked`; a text that stands in several places keeps the best one.

    The other places go into the `also_in` of the one that is kept.
    """
    kept: dict[str, Retrieved] = {}
    places: dict[str, list[Place]] = {}
    for one in ranked:
        key = _folded(one.passage)
        if key in kept:
            passage = one.passage
            places[key].append(Place(passage.source, passage.span.start, passage.span.end))
        elif len(kept) < k:
            kept[key] = one
            places[key] = []
    return tuple(replace(one, also_in=tuple(places[key])) for key, one in kept.items())


def _folded(passage: Passage) -> str:
    return "".join(unicodedata.normalize("NFC", passage.own_words).casefold().split())


def _is_date(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
