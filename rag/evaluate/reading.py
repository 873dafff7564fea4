"""What an evaluation reads answers with: what a token is, and whether words bear a claim out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Article, Passage, Span
from index.language import script_language
from index.sentences import Morphology
from rag.check import Bearing, Checker
from rag.evaluate.answering import Tokens
from rag.evaluate.citing import Entails
from rag.tools import Tools

_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_ARTICLES = frozenset({"a", "an", "the"})
_SYMBOLS = ("SF", "SP", "SS", "SE", "SO", "SW", "SB")  # Sejong tags of punctuation and signs


@dataclass(frozen=True, slots=True)
class Reading:
    """The language tools of an evaluation."""

    tokens: Tokens
    entails: Entails


def open_reading(tools: Tools) -> Reading:
    """The tools byline has itself: Korean morphemes, and the checker that gives answers their verdicts."""
    checker, morphology = Checker(tools.encoder, tools.embedder, tools.terms), tools.splitter.morphology

    def entails(premises: Sequence[str], claim: str) -> bool:
        vectors = tools.encoder.encode([claim, *premises])
        cosines = vectors[1:] @ vectors[0]
        passages = [_passage(premise) for premise in premises]
        bearings = [
            Bearing(one.span, one.text, float(cosine), one) for one, cosine in zip(passages, cosines, strict=True)
        ]
        return checker.judge(claim, bearings).verdict == "supported"

    return Reading(lambda text: tokens(text, morphology), entails)


def _passage(text: str) -> Passage:
    """Words that are cited, as a passage of an article of which nothing else is known."""
    span, language = Span(0, len(text)), script_language(text) or "en"
    article = Article("", span, title="", outlet=None, published=None, language=language)
    return Passage(article, span, text, kept=(span,), sentences=(span,), language=language)


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
