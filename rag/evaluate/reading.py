"""What an evaluation reads answers with: what a token is, and whether words bear a claim out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Span
from index.meaning import SentenceEncoder
from index.sentences import Morphology
from rag.check import Bearing, Checker
from rag.evaluate.answering import Tokens
from rag.evaluate.citing import Entails

_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_ARTICLES = frozenset({"a", "an", "the"})
_SYMBOLS = ("SF", "SP", "SS", "SE", "SO", "SW", "SB")  # Sejong tags of punctuation and signs


@dataclass(frozen=True, slots=True)
class Reading:
    """The language tools of an evaluation."""

    tokens: Tokens
    entails: Entails


def open_reading(encoder: SentenceEncoder, morphology: Morphology) -> Reading:
    """The tools byline has itself: Korean morphemes, and the checker that gives answers their verdicts."""
    checker = Checker(encoder)

    def entails(premises: Sequence[str], claim: str) -> bool:
        vectors = encoder.encode([claim, *premises])
        cosines = vectors[1:] @ vectors[0]
        bearings = [
            Bearing(Span(0, len(one)), one, float(cosine)) for one, cosine in zip(premises, cosines, strict=True)
        ]
        return checker.judge(claim, bearings).verdict == "supported"

    return Reading(lambda text: tokens(text, morphology), entails)


def tokens(text: str, morphology: Morphology) -> list[str]:
    """The tokens of a text as answers are compared by them: case folded, without punctuation and English articles.

    SQuAD's normalisation (Rajpurkar et al. 2016, evaluation script); Korean words are cut into morphemes, since a
    particle would make another word of a right answer.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not _HANGUL.search(folded):
        return [word for word in _WORD.findall(folded) if word not in _ARTICLES]
    found = (token for token in morphology.kiwi.tokenize(folded) if not token.tag.startswith(_SYMBOLS))
    return [token.form for token in found if token.form not in _ARTICLES]
