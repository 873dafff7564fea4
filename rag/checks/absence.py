"""Absence: a sentence says of the articles that they leave open what was asked, and says nothing else.

Nothing can be cited for it, and nothing is claimed of the world: it is neither borne out nor unsupported. What it says
is open has to be the question's own words, so that no statement of its own hides there. absence.toml has the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from index.terms import Terms
from rag.checks.source import language_of
from rag.checks.substance import empty_words, states_other_figures
from rag.checks.word_lists import word_lists

LEFT_OPEN = "it only says what the articles leave open, which nothing can be cited for"


def only_leaves_open(claim: str, question: str, terms: Terms) -> bool:
    """Whether `claim`, in the language of `question`, tells nothing but that the articles do not answer that."""
    language = language_of(claim)
    lists = _lists().get(language)
    if lists is None or language != language_of(question):
        return False
    opening = lists["opens"].match(claim)
    if not opening or not lists["ends"].search(claim, opening.end()) or lists["joins"].search(claim, opening.end()):
        return False
    known = {piece.stem for piece in terms.pieces(question, language)} | empty_words(language) | lists["kinds"]
    said = {piece.stem for piece in terms.pieces(claim[opening.end() :], language) if piece.telling}
    return said <= known and not states_other_figures(claim, question)


@cache
def _lists() -> Mapping[str, Mapping[str, Any]]:
    """The patterns of absence.toml, compiled, and its words, by language."""
    lists = word_lists("absence")
    return {language: {name: _read(name, entry) for name, entry in some.items()} for language, some in lists.items()}


def _read(name: str, entry: str) -> Any:
    if name == "kinds":
        return frozenset(entry.split())
    return re.compile(rf"(?:{entry})[.\s\"”*]*$" if name == "ends" else entry, re.IGNORECASE)
