"""From a question to the passages that may answer it, whatever language they are in.

Each language is searched by itself, by vectors and by terms; the candidates of all languages are then put in one
order by scores that can be compared (see `rag.rank`), and the best are chosen so that they differ (see `rag.choose`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.article import Article, Passage
from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.moments import of_meanings
from index.rows import Encoded
from index.sketch import Sketch
from index.store import Generation
from index.terms import Terms
from rag.answer import Copy, Retrieved
from rag.bm25 import Doubles, idf
from rag.choose import choose
from rag.filters import ALL, Filters, where
from rag.question import Question, prepare
from rag.rank import Scale, Signals, Sought, covered_share, scales, score
from rag.term_signals import TermSignals, term_signals

_CANDIDATES = 50  # of each language, by vectors and as many by terms
_UNKNOWN_WEIGHT = 0.6  # of the weight of the rarest word, for a word of the question that nothing stands for


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Candidates of one language by id: with their scores, what the question's terms add to each, their sketches."""

    retrieved: dict[str, Retrieved]
    added: dict[str, Doubles]
    sketches: dict[str, Sketch]


class Retriever:
    """Retrieves from one generation of an index; safe to use from many threads."""

    def __init__(self, generation: Generation, embedder: Embedder, encoder: SentenceEncoder, terms: Terms) -> None:
        """All parts are passed in; both encoders must be those that made the index."""
        self._generation = generation
        self._embedder = embedder
        self._encoder = encoder
        self._terms = terms

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have passages."""
        return tuple(name for name, sums in self._generation.moments.items() if "/" not in name and sums.n)

    def prepare(self, text: str) -> Question:
        """Everything about a question that does not depend on a passage."""
        return prepare(text, self.languages, self._embedder, self._encoder, self._terms)

    def retrieve(self, question: Question, k: int, filters: Filters = ALL) -> tuple[Retrieved, ...]:
        """The `k` passages most likely to answer, best first; those that say the same in the same words count once."""
        admitted = where(filters, self._generation.catalog)
        found: dict[str, Retrieved] = {}
        added: dict[str, Doubles] = {}
        sketches: dict[str, Sketch] = {}
        for language in self.languages:
            candidates = self._language(language, question, admitted, max(_CANDIDATES, k))
            found.update(candidates.retrieved)
            added.update(candidates.added)
            sketches.update(candidates.sketches)
        ranked = dict(sorted(found.items(), key=lambda item: (-item[1].score, item[0])))
        chosen = choose(ranked, sketches, added, k)
        return tuple(replace(one, copies=tuple(map(self._whole, one.copies))) for one in chosen)

    def encoded(self, retrieved: Sequence[Retrieved]) -> list[Encoded]:
        """What the index made of retrieved passages, in their order: sentence vectors and terms."""
        found = self._generation.catalog.encoded([one.passage.id for one in retrieved])
        return [found[one.passage.id] for one in retrieved]

    def sought(self, language: str, question: Question) -> list[Sought]:
        """The words of a question as a language's passages would have them: its terms, or their translations.

        Numbers are written alike in all languages. A word of the question's own language weighs by how rare it is in
        the whole index, its translations by how rare they are in their language.
        """
        standing = {term.stem: {term.stem: 1.0} for term in question.terms}
        lexical = self._generation.lexical
        if language == question.language:
            passages = sum(lexical.count(one) for one in self.languages)
            counts = [lexical.frequencies(one, standing) for one in self.languages]
            return [
                _weighed(terms, {one: sum(c[one] for c in counts) for one in terms}, passages)
                for terms in standing.values()
            ]
        found = self._generation.lexicon.translations(question.words, language)
        for term, translations in zip(question.terms, found, strict=True):
            if not term.stem[0].isdigit():
                standing[term.stem] |= {one.term: one.strength for one in translations}
        frequencies = lexical.frequencies(language, [term for terms in standing.values() for term in terms])
        return [_weighed(terms, frequencies, lexical.count(language)) for terms in standing.values()]

    def _language(self, language: str, question: Question, admitted: Mapping[str, Any] | None, n: int) -> _Candidates:
        """Up to 2n candidates of one language."""
        sought = self.sought(language, question)
        cosines = self._cosines(language, question, sought, admitted, n)
        encoded = self._generation.catalog.encoded(list(cosines))
        passages = self._generation.catalog.passages(list(encoded))
        same = language == question.language
        by_terms = term_signals(question, language, encoded, self._generation) if same else {}
        dense, meaning = self._scales(language, question)
        found = {}
        for id, passage in passages.items():
            one = encoded[id]
            signals = _signals(
                question,
                passage,
                dense=dense.standardise(cosines[id]),
                meaning=meaning.standardise(float(one.meanings[0] @ question.meaning)),
                covered=covered_share(sought, frozenset(one.all_terms)),
                by_terms=by_terms.get(id),
            )
            found[id] = Retrieved(passage, score(signals), signals)
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
        sought: Sequence[Sought],
        admitted: Mapping[str, Any] | None,
        n: int,
    ) -> dict[str, float]:
        """e5's cosines, by id, of the n nearest passages of a language and the n that hold most of what is sought."""
        vectors = self._generation.vectors
        cosines = {one.id: one.cosine for one in vectors.nearest(language, question.vector, n, admitted)}
        strengths = [pair for word in sought for pair in word.terms.items()]
        terms, weights = zip(*strengths, strict=True) if strengths else ((), ())
        hits = self._generation.lexical.search(language, terms, n, weights)
        missing = [hit.id for hit in hits if hit.id not in cosines]
        for id, vector in vectors.vectors(language, missing, admitted).items():
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


def _weighed(terms: Mapping[str, float], frequencies: Mapping[str, int], passages: int) -> Sought:
    """What stands for a word, with the weight of how rare that is; one nothing stands for counts less."""
    held = {term: strength for term, strength in terms.items() if frequencies[term]}
    if not held:
        return Sought({}, _UNKNOWN_WEIGHT * idf(0, passages))
    frequency = min(sum(strength * frequencies[term] for term, strength in held.items()), passages)
    return Sought(held, idf(frequency, passages))
