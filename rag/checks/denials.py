"""Denials across languages: a claim negates what its source says, or says what its source negates.

Where the claim has more plain negations than its source has words that another language may say with one, their number
is enough. Otherwise the predicate that is negated on one side is looked for on the other by its meaning, and has to be
negated there too.
negations.toml lists the words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from index.meaning import SentenceEncoder
from index.terms import Piece, Terms
from rag.checks.source import Fault, Source, language_of

DENIES, AFFIRMS = "it denies what the cited text says", "it says what the cited text denies"
_REACH = 4  # pieces between a negation and the predicate that it negates
_NEAR = 4  # pieces from a predicate within which another word can turn it around
_SAME = 0.65  # cosine from which a predicate is one of another language


@dataclass(frozen=True, slots=True)
class _Predicates:
    """The telling words of a text, as a dictionary has them; the places of those negated, and of those surely not."""

    words: tuple[str, ...]
    negated: frozenset[int]
    plain: frozenset[int]

    @classmethod
    def of(cls, text: str, terms: Terms) -> _Predicates:
        language = language_of(text)
        pieces = terms.pieces(text, language)
        listed = {term.stem: term.word for term in terms.words(text, language)}
        telling = [at for at, piece in enumerate(pieces) if _may_be_negated(piece, language)]
        marked = {_negated_by(at, pieces, language) for at in range(len(pieces))}
        turning = [at for at, piece in enumerate(pieces) if _may_turn(piece, language)]
        near = {at for at in telling if any(0 < abs(at - other) <= _NEAR for other in turning)}
        return cls(
            words=tuple(_dictionary_form(at, pieces, listed) for at in telling),
            negated=frozenset(place for place, at in enumerate(telling) if at in marked),
            plain=frozenset(place for place, at in enumerate(telling) if at not in near),
        )


def denial_faults(claim: str, sources: Sequence[Source], terms: Terms, encoder: SentenceEncoder) -> list[Fault]:
    """Where `claim` and its sources negate different things; only where all of them are in another language than it."""
    language = language_of(claim)
    others = {source.language for source in sources}
    if not {language, *others} <= negations().keys() or language in others:
        return []
    if _count("surely", claim, language) > sum(_count("perhaps", source.text, source.language) for source in sources):
        return [Fault(DENIES, contradicts=True)]
    stated = _Predicates.of(claim, terms)
    cited = [_Predicates.of(source.text, terms) for source in sources]
    if any(all(_turned(stated, at, one, encoder) for one in cited) for at in stated.negated):
        return [Fault(DENIES, contradicts=True)]
    if any(_turned(one, at, stated, encoder) for one in cited for at in one.negated):
        return [Fault(AFFIRMS, contradicts=True)]
    return []


def _turned(one: _Predicates, at: int, other: _Predicates, encoder: SentenceEncoder) -> bool:
    """Whether `other` has the negated predicate of `one` at `at` without a negation; each is the other's likest."""
    if not other.words:
        return False
    vectors = encoder.encode([*one.words, *other.words])
    cosines = vectors[: len(one.words)] @ vectors[len(one.words) :].T
    best = int(cosines[at].argmax())
    return bool(cosines[at, best] >= _SAME) and int(cosines[:, best].argmax()) == at and best in other.plain


def _count(list_: str, text: str, language: str) -> int:
    """How many words of a list of negations.toml `text` has, besides those that come to "only"."""
    patterns = negations()[language]
    return len(re.findall(patterns[list_], re.sub(patterns["only"], " ", text), re.IGNORECASE))


def _negated_by(at: int, pieces: Sequence[Piece], language: str) -> int | None:
    """The place of the predicate that the piece at `at` negates; None where it negates none."""
    lists = negations()[language]
    if pieces[at].stem in lists["ahead"].split():
        places = range(at + 1, min(len(pieces), at + 1 + _REACH))
    elif pieces[at].stem in lists["behind"].split():
        places = range(at - 1, max(-1, at - 1 - _REACH), -1)
    else:
        return None
    return next((place for place in places if _may_be_negated(pieces[place], language)), None)


def _dictionary_form(at: int, pieces: Sequence[Piece], listed: Mapping[str, str]) -> str:
    word = listed.get(pieces[at].stem, pieces[at].written)
    is_verb = at + 1 < len(pieces) and pieces[at + 1].stem == "하" and not word.endswith("다")
    return f"{word}하다" if is_verb else word


def _may_turn(piece: Piece, language: str) -> bool:
    lists = negations()[language]
    return (
        piece.stem in lists["pieces"].split() or re.search(lists["perhaps"], piece.written, re.IGNORECASE) is not None
    )


def _may_be_negated(piece: Piece, language: str) -> bool:
    lists = negations()[language]
    is_letter = len(piece.stem) == 1 and piece.stem.isascii()  # of "U.S."
    return piece.telling and not is_letter and piece.stem not in f"{lists['pieces']} {lists['empty']}".split()


@cache
def negations() -> Mapping[str, Any]:
    """The lists of negations.toml, by language."""
    return tomllib.loads((files("rag.checks") / "negations.toml").read_text(encoding="utf-8"))
