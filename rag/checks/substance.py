"""Substance: a sentence tells something of the world that was not said by the question already.

One that repeats the question, or speaks of the question, the passages or whoever answers, is borne out by nothing,
however near its words are to those it cites. substance.toml lists how such sentences open, and what adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from index.terms import Terms
from rag.checks.names import names_in
from rag.checks.numbers import quantities
from rag.checks.source import Fault, language_of
from rag.checks.word_lists import word_lists

_CHOICE = 1 / 3  # share of the question's telling words under which an answer picks some of them
_OPENING = r"[\s\"'“‘(*#-]*(?:(?:yes|no|so|well|however|therefore|답변|답)[,:.]?\s+)?"


def substance_fault(claim: str, question: str, terms: Terms) -> Fault | None:
    """What keeps `claim`, which was to answer `question`, from saying anything; None where it does."""
    lists = _lists().get(language_of(claim))
    if lists is None:
        return None
    if lists["answering"].match(claim):
        return Fault("it speaks of the question or of whoever answers, not of what happened")
    if lists["passages"].match(claim) and not _specific(claim, question, terms):
        return Fault("it speaks of the passages, not of what they tell")
    if claim.rstrip().endswith("?"):
        return Fault("it asks and tells nothing")
    if _wants_more(question) and _repeats(claim, question, terms):
        return Fault("it says nothing that the question does not say already")
    return None


def _wants_more(question: str) -> bool:
    """Whether the answer cannot be made of the question's own words: it asks what or who, and offers no choice."""
    lists = _lists().get(language_of(question))
    return lists is not None and bool(
        lists["asks"].search(question) and not lists["polar"].match(question) and not lists["chooses"].search(question)
    )


def _repeats(claim: str, question: str, terms: Terms) -> bool:
    """Whether each piece of `claim` that tells something stands in the question, and much of the question in it.

    A negation tells something, and so does a figure. A name out of a long question is a choice among its words.
    """
    language = language_of(claim)
    if language != language_of(question):
        return False
    empty, marks = _lists()[language]["empty"], word_lists("negations")[language]["pieces"].split()
    asked, said = terms.pieces(question, language), terms.pieces(claim, language)
    held = {piece.stem for piece in said if piece.telling and piece.stem not in empty}
    known = {piece.stem for piece in asked if piece.telling and piece.stem not in empty}
    words = {piece.stem for piece in said if piece.telling or language == "en"} - empty
    denied = {piece.stem for piece in said if piece.stem in marks}
    new = (words | denied) - {piece.stem for piece in asked}
    return not new and len(held & known) >= _CHOICE * len(known) and not states_other_figures(claim, question)


def _specific(claim: str, question: str, terms: Terms) -> bool:
    """Whether `claim` gives a figure or a name that the question has not."""
    known = {name.written for name in names_in(question, terms.nouns)}
    names = {name.written for name in names_in(claim, terms.nouns)}
    return bool(names - known) or states_other_figures(claim, question)


def states_other_figures(claim: str, question: str) -> bool:
    """Whether `claim` gives a figure that `question` has not."""
    asked = quantities(question)
    return any(not any(one.agrees(other) for other in asked) for one in quantities(claim))


def empty_words(language: str) -> frozenset[str]:
    """The stems and morphemes of a language that add nothing to a question; none for one without a list."""
    return frozenset(_lists().get(language, {}).get("empty", ()))


@cache
def _lists() -> Mapping[str, Mapping[str, Any]]:
    """The patterns of substance.toml, compiled, and its words, by language."""
    lists = word_lists("substance")
    return {language: {name: _read(name, entry) for name, entry in some.items()} for language, some in lists.items()}


def _read(name: str, entry: str) -> Any:
    if name == "empty":
        return frozenset(entry.split())
    opening = _OPENING if name in ("answering", "passages") else ""
    return re.compile(f"{opening}(?:{entry})", re.IGNORECASE)
