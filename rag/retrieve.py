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
from index.catalog import Encoded
from index.dates import as_number
from index.embed import Embedder, Vectors
from index.errors import BylineError
from index.language import question_language
from index.meaning import SentenceEncoder
from index.moments import of_meanings, of_sentences
from index.store import Generation
from index.terms import Term, Terms
from rag.answer import Place, Retrieved
from rag.rank import Scale, Signals, Sought, best_cosine, covered_share, idf, scales, score

_UNKNOWN_WEIGHT = 0.6  # of the weight of the rarest word, for a word of the question that nothing stands for
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
    """A question made ready: its language, both encoders' vectors, its telling terms, and the vectors of their words.

    `words` has a row for each term, shape (terms, 512).
    """

    text: str
    language: str
    vector: Vectors
    meaning: Vectors
    terms: tuple[Term, ...]
    words: Vectors


class Retriever:
    """Retrieves from one generation of an index; safe to use from many threads."""

    def __init__(self, generation: Generation, embedder: Embedder, encoder: SentenceEncoder, terms: Terms) -> None:
        """All parts are passed in; both encoders must be those that made the index."""
        self._generation = generation
        self._embedder = embedder
        self._encoder = encoder
        self._terms = terms

    def prepare(self, text: str) -> Question:
        """Everything about a question that does not depend on a passage."""
        language = question_language(text, self.languages)
        terms = tuple(self._terms.telling(text, language))
        meanings = self._encoder.encode([text, *(term.word for term in terms)])
        return Question(
            text=text,
            language=language,
            vector=self._embedder.embed_queries([text])[0],
            meaning=meanings[0],
            terms=terms,
            words=meanings[1:],
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have passages."""
        return tuple(name for name, sums in self._generation.moments.items() if "/" not in name and sums.n)

    def retrieve(self, question: Question, k: int, filters: Filters = ALL) -> tuple[Retrieved, ...]:
        """The `k` passages most likely to answer, best first; a text that stands in two places counts once."""
        where = self._where(filters)
        signals = {
            id: found for language in self.languages for id, found in self._signals(language, question, where).items()
        }
        scores = {id: score(found) for id, found in signals.items()}
        order = sorted(scores, key=lambda one: (-scores[one], one))
        passages = self._generation.catalog.passages(order)
        return collapse([Retrieved(passages[id], scores[id], signals[id]) for id in order if id in passages], k)

    def _signals(self, language: str, question: Question, where: Mapping[str, Any] | None) -> dict[str, Signals]:
        """What speaks for each candidate of one language."""
        same = language == question.language
        sought = self.sought(language, question)
        cosines, lexical = self._candidates(language, question, sought, where)
        encoded = self._generation.catalog.encoded(list(cosines))
        dense, meaning, sentence = self._scales(language, question)
        found = {}
        for id, one in encoded.items():
            covered = covered_share(sought, frozenset(one.all_terms))
            found[id] = Signals(
                dense=dense.standardise(cosines[id]),
                meaning=meaning.standardise(float(one.meanings[0] @ question.meaning)),
                sentence=sentence.standardise(best_cosine(question.meaning, one.meanings[1:])),
                same_language=same,
                covered=covered if same else 0.0,
                bm25=lexical.get(id, 0.0) if same else 0.0,
                translated=0.0 if same else covered,
            )
        return found

    def _candidates(
        self, language: str, question: Question, sought: Sequence[Sought], where: Mapping[str, Any] | None
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Passages of a language that are near or hold what is sought: their cosines, and lexical scores by id."""
        vectors = self._generation.vectors
        cosines = {one.id: one.cosine for one in vectors.nearest(language, question.vector, _CANDIDATES, where)}
        strengths = [pair for word in sought for pair in word.terms.items()]
        terms, weights = zip(*strengths, strict=True) if strengths else ((), ())
        lexical = {hit.id: hit.score for hit in self._generation.lexical.search(language, terms, _CANDIDATES, weights)}
        missing = [id for id in lexical if id not in cosines]
        for id, vector in vectors.vectors(language, missing, where).items():
            cosines[id] = float(question.vector @ vector)
        return cosines, lexical

    def encoded(self, retrieved: Sequence[Retrieved]) -> list[Encoded]:
        """What the index made of retrieved passages, in their order: sentence vectors and terms."""
        found = self._generation.catalog.encoded([one.passage.id for one in retrieved])
        return [found[one.passage.id] for one in retrieved]

    def sought(self, language: str, question: Question) -> list[Sought]:
        """The words of a question as a language's passages would have them: its terms, or their translations.

        Numbers are written alike in all languages.
        """
        standing = {term.stem: {term.stem: 1.0} for term in question.terms}
        if language != question.language:
            found = self._generation.lexicon.translations(question.words, language)
            for term, translations in zip(question.terms, found, strict=True):
                if not term.stem[0].isdigit():
                    standing[term.stem] |= {one.term: one.strength for one in translations}
        passages = self._generation.lexical.count(language)
        frequencies = self._generation.lexical.frequencies(
            language, [term for terms in standing.values() for term in terms]
        )
        return [_weighed(terms, frequencies, passages) for terms in standing.values()]

    def _scales(self, language: str, question: Question) -> tuple[Scale, Scale, Scale]:
        """How to standardise cosines of e5, and the second encoder's of passages and of sentences."""
        moments = self._generation.moments
        return (
            scales(question.vector, {name: moments[name] for name in self.languages})[language],
            scales(question.meaning, {name: moments[of_meanings(name)] for name in self.languages})[language],
            scales(question.meaning, {name: moments[of_sentences(name)] for name in self.languages})[language],
        )

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


def _weighed(terms: Mapping[str, float], frequencies: Mapping[str, int], passages: int) -> Sought:
    """What stands for a word, with the weight of how rare that is; one nothing stands for counts less."""
    held = {term: strength for term, strength in terms.items() if frequencies[term]}
    if not held:
        return Sought({}, _UNKNOWN_WEIGHT * idf(0, passages))
    frequency = min(sum(strength * frequencies[term] for term, strength in held.items()), passages)
    return Sought(held, idf(frequency, passages))


def _folded(passage: Passage) -> str:
    return "".join(unicodedata.normalize("NFC", passage.own_words).casefold().split())


def _is_date(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
