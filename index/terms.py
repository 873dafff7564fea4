"""The terms that lexical search works on: Korean morphemes, stems of other languages, numbers in one spelling.

Numbers and Latin-script names are spelt alike whatever the language around them, so that a Korean and an English text
share what they can share.
"""

from __future__ import annotations

import re
import threading
import unicodedata

import snowballstemmer

from index.language import script_language
from index.sentences import Morphology

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_POSSESSIVE = re.compile(r"['’]s$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# Nouns, roots, verbs, adjectives, adverbs, modifiers, foreign words, numbers, Han characters; no particles or endings.
_CONTENT = ("N", "XR", "VV", "VA", "MM", "MAG", "SL", "SN", "SH", "W_")
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


class Terms:
    """Cuts text into search terms; Korean analysis is loaded with the first Korean text."""

    def __init__(self, morphology: Morphology) -> None:
        self._morphology = morphology
        self._lock = threading.Lock()
        self._stemmers = {code: snowballstemmer.stemmer(name) for code, name in _STEMMERS.items()}

    def of(self, text: str, language: str) -> list[str]:
        """The terms of `text` in order, repeats kept.

        Args:
            text: any text; it is matched in NFKC, case folded.
            language: what to stem Latin-script words as; Hangul is cut into morphemes whatever it says.
        """
        folded = unicodedata.normalize("NFKC", text)
        if script_language(folded) == "ko" or _HANGUL.search(folded):
            return [term for morpheme in self._morphemes(folded) for term in self._stems(morpheme, "en")]
        return self._stems(folded, language)

    def _morphemes(self, text: str) -> list[str]:
        tokens = self._morphology.kiwi.tokenize(text)
        return [token.form for token in tokens if token.tag.startswith(_CONTENT)]

    def _stems(self, text: str, language: str) -> list[str]:
        words = [_plain(word) for word in _WORD.findall(text)]
        stemmer = self._stemmers.get(language)
        if stemmer is None:
            return words
        with self._lock:  # snowball's stemmers keep the word they work on
            return [str(stem) for stem in stemmer.stemWords(words)]


def _plain(word: str) -> str:
    return _THOUSANDS.sub("", _POSSESSIVE.sub("", word.casefold()))
