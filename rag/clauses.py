"""Taking a long question apart: each clause asks for something of its own, and may be answered by another article."""

from __future__ import annotations

import re
from collections.abc import Callable

_LEAST = 3  # telling words that a clause needs to stand by itself
_JOINTS = re.compile(
    r"[;:?!]|,\s"
    r"|\b(?:while|whereas|although|though|but|and|or|unlike|after|before|between|despite|who|which|that|whose|where|when|with"
    r"|in contrast (?:to|with)|contrast(?:ed|ing)? with|compared (?:to|with)|as opposed to|according to"
    r"|as (?:reported|mentioned|discussed|noted|described) (?:by|in))\b"
    r"|(?<=[고며])\s|(?<=지만)\s|(?<=으나)\s|(?<=하나)\s|\s(?:그리고|또는|및|대해|비해|반면)\s",
    re.IGNORECASE,
)


def clauses(question: str, terms_of: Callable[[str], list[str]]) -> list[frozenset[str]]:
    """The telling terms of each clause of `question`; a clause with too few of them joins the one before it.

    Args:
        question: in English or Korean; in other languages only punctuation parts clauses.
        terms_of: gives the telling terms of a text.
    """
    found: list[frozenset[str]] = []
    for piece in _pieces(question):
        terms = frozenset(terms_of(piece))
        if found and (len(terms) < _LEAST or len(found[-1]) < _LEAST):
            found[-1] |= terms
        elif terms:
            found.append(terms)
    return found


def _pieces(question: str) -> list[str]:
    """The text between joints; a joining word opens the piece behind it."""
    pieces = []
    start = 0
    for joint in _JOINTS.finditer(question):
        pieces.append(question[start : joint.start()])
        start = joint.start() if joint.group()[0].isalpha() else joint.end()
    return [*pieces, question[start:]]
