"""Denials across languages: a claim negates what its source says, or says what its source negates.

The claim has more negations than its source, and means nearly the same without one, or more so (`affirmed.py`). Else
the predicate that is negated on one side is looked for on the other by its meaning, and has to be negated there too.
negations.toml lists the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.meaning import SentenceEncoder
from index.terms import Piece, Terms
from rag.checks.affirmed import gain
from rag.checks.source import Fault, Source, language_of
from rag.checks.word_lists import word_lists

DENIES, AFFIRMS = "it denies what the cited text says", "it says what the cited text denies"
_REACH = 4  # pieces between a negation and the predicate that it negates
_NEAR = 4  # pieces from a predicate within which another word can turn it around
_SAME = 0.7  # cosine from which a predicate is one of another language
_NEARER = 0.01  # what taking a negation out adds to the cosine where the other text has none,
_APART = -0.025  # and what it takes from it at most


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
    if not {language, *others} <= word_lists("negations").keys() or language in others:
        return []
    if _denies(claim, sources, terms, encoder):
        return [Fault(DENIES, contradicts=True)]
    if _affirms(claim, sources, terms, encoder):
        return [Fault(AFFIRMS, contradicts=True)]
    return []


def _denies(claim: str, sources: Sequence[Source], terms: Terms, encoder: SentenceEncoder) -> bool:
    """Whether the claim negates what its sources do not: it has more negations, and comes nearer without one."""
    language = language_of(claim)
    surely = _count("surely", claim, language)
    if not surely or (nearer := gain(claim, [source.text for source in sources], encoder)) <= _APART:
        return False
    if surely > sum(_count("perhaps", source.text, source.language) for source in sources):
        return True
    if nearer > _NEARER and surely > sum(_count("surely", source.text, source.language) for source in sources):
        return True
    stated, cited = _Predicates.of(claim, terms), [_Predicates.of(source.text, terms) for source in sources]
    return any(all(_turned(stated, at, one, encoder) for one in cited) for at in stated.negated)


def _affirms(claim: str, sources: Sequence[Source], terms: Terms, encoder: SentenceEncoder) -> bool:
    """Whether a source negates a predicate that the claim has without, and comes nearer to the claim without that."""
    stated = _Predicates.of(claim, terms)
    return any(
        gain(source.text, [claim], encoder) > _NEARER
        and any(_turned(cited, at, stated, encoder) for at in cited.negated)
        for source in sources
        for cited in [_Predicates.of(source.text, terms)]
    )


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
    patterns = word_lists("negations")[language]
    return len(re.findall(patterns[list_], re.sub(patterns["only"], " ", text), re.IGNORECASE))


def _negated_by(at: int, pieces: Sequence[Piece], language: str) -> int | None:
    """The place of the predicate that the piece at `at` negates; None where it negates none."""
    lists = word_lists("negations")[language]
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
    lists = word_lists("negations")[language]
    return (
        piece.stem in lists["pieces"].split() or re.search(lists["perhaps"], piece.written, re.IGNORECASE) is not None
    )


def _may_be_negated(piece: Piece, language: str) -> bool:
    lists = word_lists("negations")[language]
    is_letter = len(piece.stem) == 1 and piece.stem.isascii()  # of "U.S."
    return piece.telling and not is_letter and piece.stem not in f"{lists['pieces']} {lists['empty']}".split()
