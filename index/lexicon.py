"""A dictionary between the languages of an index, made of nothing but its own words.

The second encoder was trained on translations, so it puts a word near its translations: steel and 철강 have a cosine of
0.80, unrelated words one below 0.5. Some words are near everything; that is taken off, as in CSLS (Conneau et al., Word
Translation Without Parallel Data, 2018, section 2.3): a word's score is its cosine less its mean cosine with the
nearest words of the other languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.article import digest
from index.embed import Halves, Vectors
from index.halves import widened
from index.int8.product import ByteRows
from index.meaning import DIMENSIONS

_SAMPLE = 1000  # words of the other languages that a word's hubness is measured on
_NEAREST = 10
_MOST = 20  # translations of a word that are kept
_MANY = 20_000  # words from which on they are looked through in bytes first
_REMEMBERED = 5_000  # words whose translations are kept; 4 KiB each
_LEAST, _CERTAIN = 0.45, 0.80  # scores at which a translation begins to count, and counts in full


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: their terms, the unit vectors of the words (n, 512), and their hubness (n,)."""

    terms: tuple[str, ...]
    vectors: Halves
    hubness: Vectors


@dataclass(frozen=True, slots=True)
class Translation:
    """A term of another language that means what a word of the question means, from 0 (hardly) to 1 (certainly)."""

    term: str
    strength: float


class Lexicon:
    """The words of all languages of a generation, for looking translations up."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        """`words` by language; their hubness as `extended` gives it."""
        self._vocabularies = {language: _Vocabulary(some) for language, some in words.items() if some.terms}
        self._known: dict[tuple[str, bytes], list[Translation]] = {}

    def translations(self, vectors: Vectors, language: str) -> list[list[Translation]]:
        """For each word vector (rows of shape (n, 512)) the terms of `language` that mean the same, best first."""
        vocabulary = self._vocabularies.get(language)
        if vocabulary is None:
            return [[] for _ in vectors]
        keys = [(language, vector.tobytes()) for vector in vectors]
        found = {key: known for key in keys if (known := self._known.get(key)) is not None}
        new = [at for at, key in enumerate(keys) if key not in found]
        if new:
            looked_up = vocabulary.translations(vectors[new])
            found |= {keys[at]: some for at, some in zip(new, looked_up, strict=True)}
            # The words that people ask for are soon the same again.
            self._known = {**(self._known if len(self._known) < _REMEMBERED else {}), **found}
        return [found[key] for key in keys]


class _Vocabulary:
    """The words of one language; where there are many, in half precision, and looked through in single bytes first."""

    def __init__(self, words: Words) -> None:
        self._terms = words.terms
        self._bias = words.hubness - words.hubness.mean()
        many = len(words.terms) > _MANY
        self._rows = words.vectors if many else words.vectors.astype(np.float32)
        self._bytes = ByteRows(words.vectors, self._bias) if many else None

    def translations(self, vectors: Vectors) -> Iterator[list[Translation]]:
        """The translations of each of `vectors`, best first."""
        if self._bytes is None:
            for scores in vectors @ self._rows.T - self._bias:
                likely = np.flatnonzero(scores >= _LEAST)
                yield self._best(likely, scores[likely])
            return
        products = self._bytes.products(vectors)
        least = _LEAST - products.off - products.shift
        for at, likely in enumerate(products.among_highest(_MOST)):
            vector, words = vectors[at], likely[products.scores[at, likely] >= least[at]]
            yield self._best(words, widened(self._rows[words]) @ vector - self._bias[words])

    def _best(self, words: npt.NDArray[np.intp], scores: Vectors) -> list[Translation]:
        order = np.argsort(-scores, kind="stable")[:_MOST]
        order = order[scores[order] > _LEAST]
        strengths = np.minimum(1, (scores[order] - _LEAST) / (_CERTAIN - _LEAST))
        found = zip(words[order].tolist(), strengths.tolist(), strict=True)
        return [Translation(self._terms[word], strength) for word, strength in found]


def extended(known: Mapping[str, Words], new: Mapping[str, Mapping[str, Halves]]) -> dict[str, Words]:
    """What to write so that a lexicon of `known` words also has the `new` ones (vectors by term, by language).

    The hubness of known words is measured anew where the words that it is measured on have changed.
    """
    before = {language: _by_term(words) for language, words in known.items()}
    after = {language: {**before.get(language, {}), **new.get(language, {})} for language in {*before, *new}}
    found = {}
    for language, vectors in after.items():
        others = _sample(after, language)
        same = language in known and np.array_equal(others, _sample(before, language))
        changed = new.get(language, {}) if same else vectors
        if changed:
            rows = np.stack(list(changed.values()))
            found[language] = Words(tuple(changed), rows, _hubness(rows, others))
    return found


def _by_term(words: Words) -> dict[str, Halves]:
    return dict(zip(words.terms, words.vectors, strict=True))


def _sample(words: Mapping[str, Mapping[str, Halves]], language: str) -> Vectors:
    """Some words of the other languages, chosen by a hash of each, so that additions disturb the choice little."""
    others = [
        (digest(term), vector) for other in sorted(words) if other != language for term, vector in words[other].items()
    ]
    chosen = sorted(others, key=lambda pair: pair[0])[:_SAMPLE]
    rows = np.stack([vector for _, vector in chosen]) if chosen else np.zeros((0, DIMENSIONS))
    return rows.astype(np.float32)


def _hubness(vectors: Halves, others: Vectors) -> Vectors:
    """Mean cosine of each word (rows of `vectors`) with its ten nearest of `others`; zeros where there are none."""
    if not len(others):
        return np.zeros(len(vectors), np.float32)
    nearest = min(_NEAREST, len(others))
    found = np.zeros(len(vectors), np.float32)
    for start in range(0, len(vectors), _SAMPLE):
        cosines = vectors[start : start + _SAMPLE].astype(np.float32) @ others.T
        found[start : start + _SAMPLE] = np.partition(cosines, -nearest, axis=1)[:, -nearest:].mean(axis=1)
    return found
