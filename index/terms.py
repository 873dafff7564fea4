"""The terms that lexical search works on: Korean morphemes, stems of other languages, numbers in one spelling.

Numbers and Latin-script names are spelt alike whatever the language around them, so that a Korean and an English text
share what they can share.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from index.figures import spelt_out
from index.names import is_given_name
from index.sentences import Morphology
from index.stopwords import stop_terms

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_HYPHENATED = re.compile(r"\b(?P<first>[A-Z][a-z]+) ?-(?P<second>[A-Za-z][a-z]+)\b")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_POSSESSIVE = re.compile(r"['’]s$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Nouns, roots, verbs, adjectives, adverbs, modifiers, foreign words, numbers, Han characters; no particles or endings.
_CONTENT = ("N", "XR", "VV", "VA", "MM", "MAG", "SL", "SN", "SH", "W_")
_NOUNS = ("NNG", "NNP", "SL", "XR")
_INFLECTED = ("VV", "VA")
_REMEMBERED = 50_000  # words of a language with their stems
_TEXTS = 512  # with their nouns: an answer's sentences are checked against the same few passages
_STEMMERS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
    "ru": "russian",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A search term, and the word it stands for: what a dictionary would list it under."""

    stem: str
    word: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a text, or a Korean morpheme: its stem, how it is written, and whether it tells anything."""

    stem: str
    written: str
    telling: bool


@dataclass(frozen=True, slots=True)
class Noun:
    """A Korean noun, or a word in another script beside it: where it stands, and whether it is a name.

    `listed` says that the dictionary has it; an index does not keep that.
    """

    form: str
    start: int
    end: int
    proper: bool
    listed: bool = True


class Terms:
    """Cuts text into search terms; Korean analysis is loaded with the first Korean text."""

    def __init__(self, morphology: Morphology) -> None:
        self._morphology = morphology
        self._lock = threading.Lock()
        self._stemmers: dict[str, Any] = {}
        self._stemmed: dict[str, dict[str, str]] = {}
        self._nouns = lru_cache(_TEXTS)(self._read_nouns)

    def of(self, text: str, language: str) -> list[str]:
        """The terms of `text` in order, repeats kept; see `words`."""
        return [term.stem for term in self.words(text, language)]

    def words(self, text: str, language: str) -> list[Term]:
        """The terms of `text` in order, repeats kept, each with its word; at the end figures that have a magnitude.

        Args:
            text: any text; it is matched in NFKC, case folded.
            language: what to stem Latin-script words as; Hangul is cut into morphemes whatever it says.
        """
        folded = unicodedata.normalize("NFKC", text)
        figures = [Term(digits, digits) for digits in spelt_out(folded)]
        if _HANGUL.search(folded):
            return [
                *(term for form, word in self._morphemes(folded) for term in self._stems(form, word, "en")),
                *figures,
            ]
        return [*self._stems(folded, None, language), *figures]

    def telling(self, text: str, language: str) -> list[Term]:
        """The terms of a question that a passage may be found by: each once, without stop words."""
        found = {term.stem: term for term in self.words(text, language)}
        stop = stop_terms()
        return [term for term in found.values() if term.stem not in stop and term.word not in stop]

    def pieces(self, text: str, language: str) -> list[Piece]:
        """All of `text` in order, for comparing two texts piece by piece."""
        folded = unicodedata.normalize("NFKC", text)
        if _HANGUL.search(folded):
            return [
                Piece(token.form, token.form, token.tag.startswith(_CONTENT))
                for token in self._morphology.kiwi.tokenize(folded)
                if not token.tag.startswith("S") or token.tag in ("SL", "SN", "SH")
            ]
        stop = stop_terms()
        return [Piece(term.stem, term.word, term.stem not in stop) for term in self._stems(folded, None, language)]

    def nouns(self, text: str) -> tuple[Noun, ...]:
        """The nouns of a Korean text in order, no particles; a compound comes in its parts. Other texts have none."""
        return self._nouns(text) if _HANGUL.search(text) else ()

    def _read_nouns(self, text: str) -> tuple[Noun, ...]:
        return tuple(
            Noun(token.form, token.start, token.end, token.tag == "NNP", not token.oov)
            for token in self._morphology.kiwi.tokenize(text)
            if token.tag in _NOUNS
        )

    def _morphemes(self, text: str) -> Iterator[tuple[str, str]]:
        for token in self._morphology.kiwi.tokenize(text):
            if token.tag.startswith(_CONTENT):
                yield token.form, f"{token.form}다" if token.tag.startswith(_INFLECTED) else token.form

    def _stems(self, text: str, word: str | None, language: str) -> list[Term]:
        words = [_plain(found) for found in _WORD.findall(_HYPHENATED.sub(_given_name, text))]
        with self._lock:  # snowball's stemmers keep the word they work on
            stems = self._stemmed_words(words, language)
        return [
            Term(stem, word if word and _HANGUL.search(stem) else plain)
            for stem, plain in zip(stems, words, strict=True)
        ]

    def _stemmed_words(self, words: list[str], language: str) -> list[str]:
        """The stems of `words`, most of which have been met before: the stemmers are Python, and slow."""
        stemmer = self._stemmer(language)
        if stemmer is None:
            return words
        known = self._stemmed.setdefault(language, {})
        if len(known) > _REMEMBERED:
            known.clear()
        for word in words:
            if word not in known:
                known[word] = stemmer.stemWord(word)
        return [known[word] for word in words]

    def _stemmer(self, language: str) -> Any:
        if language not in self._stemmers:
            import snowballstemmer

            name = _STEMMERS.get(language)
            self._stemmers[language] = snowballstemmer.stemmer(name) if name else None
        return self._stemmers[language]


def _given_name(match: re.Match[str]) -> str:
    """A Korean given name in one word: "Chang -yang" is Changyang; anything else as it is."""
    first, second = match["first"], match["second"]
    return first + second if is_given_name(first, second) else match.group()


def _plain(word: str) -> str:
    return _THOUSANDS.sub("", _POSSESSIVE.sub("", word.casefold()))
