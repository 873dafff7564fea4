"""An index as it would be without one of its files: for asking the questions that this file alone answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from index.embed import Vectors
from index.lexical import Hit, LexicalStore, pairs
from index.lexicon import Lexicon
from index.moments import Moments, of_meanings, of_sentences
from index.scope import Scope
from index.store import Generation
from index.vectors import Neighbour, VectorStore


class _LexicalWithout(LexicalStore):
    def __init__(self, whole: LexicalStore, left_out: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """`left_out`: by language and passage id, the terms of what is left out."""
        self._whole = whole
        self._left_out = left_out

    def count(self, language: str) -> int:
        return self._whole.count(language) - len(self._left_out.get(language, {}))

    def frequencies(self, language: str, terms: Iterable[str]) -> dict[str, int]:
        found = self._whole.frequencies(language, terms)
        gone = [set(some) for some in self._left_out.get(language, {}).values()]
        return {term: n - sum(term in some for some in gone) for term, n in found.items()}

    def pair_frequencies(self, language: str, pairs_of: Iterable[str]) -> dict[str, int]:
        found = self._whole.pair_frequencies(language, pairs_of)
        gone = [set(pairs(some)) for some in self._left_out.get(language, {}).values()]
        return {pair: n - sum(pair in some for some in gone) for pair, n in found.items()}

    def search(
        self,
        language: str,
        terms: Sequence[str],
        n: int,
        weights: Sequence[float] | None = None,
        scope: Scope | None = None,
    ) -> list[Hit]:
        gone = self._left_out.get(language, {})
        hits = self._whole.search(language, terms, n + len(gone), weights, scope)
        return [hit for hit in hits if hit.id not in gone][:n]


class _VectorsWithout(VectorStore):
    def __init__(self, whole: VectorStore, left_out: frozenset[str]) -> None:
        self._whole = whole
        self._left_out = left_out

    def vectors(self, language: str, ids: Sequence[str]) -> dict[str, Vectors]:
        return self._whole.vectors(language, [id for id in ids if id not in self._left_out])

    def nearest(self, language: str, query: Vectors, n: int, scope: Scope | None = None) -> list[Neighbour]:
        found = self._whole.nearest(language, query, n + len(self._left_out), scope)
        return [one for one in found if one.id not in self._left_out][:n]


class GenerationWithout(Generation):
    """`whole` without the file `source`: its vectors, terms and what they add to the sums are left out."""

    def __init__(self, whole: Generation, source: str) -> None:
        super().__init__(whole.path, whole.catalog)
        self._whole = whole
        self._ids = whole.catalog.passage_languages(source)
        self._encoded = whole.catalog.encoded(list(self._ids))

    @cached_property
    def vectors(self) -> VectorStore:
        """The vectors that are left."""
        return _VectorsWithout(self._whole.vectors, frozenset(self._ids))

    @cached_property
    def lexical(self) -> LexicalStore:
        """The terms that are left."""
        by_language: dict[str, dict[str, Sequence[str]]] = {}
        for id, language in self._ids.items():
            by_language.setdefault(language, {})[id] = self._encoded[id].all_terms
        return _LexicalWithout(self._whole.lexical, by_language)

    @cached_property
    def moments(self) -> dict[str, Moments]:
        """The sums without the file's vectors."""
        found = dict(self._whole.moments)
        for language in set(self._ids.values()):
            ids = [id for id, other in self._ids.items() if other == language]
            rows = np.stack(list(self._whole.vectors.vectors(language, ids).values()))
            meanings = [self._encoded[id].meanings for id in ids]
            found[language] = found[language].minus(rows)
            found[of_meanings(language)] = found[of_meanings(language)].minus(np.stack([one[0] for one in meanings]))
            found[of_sentences(language)] = found[of_sentences(language)].minus(
                np.concatenate([m[1:] for m in meanings])
            )
        return found

    @cached_property
    def mean_lengths(self) -> dict[str, float]:
        """As of the whole: one file hardly changes them."""
        return self._whole.mean_lengths

    @cached_property
    def lexicon(self) -> Lexicon:
        """As of the whole."""
        return self._whole.lexicon
