"""What kind of thing a question asks for, told from its words."""

from __future__ import annotations

import re

_DAY = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:day|date|month|year)\b|\bday of\b|언제|며칠|몇\s?[월일년]|어느\s?날|무슨\s?요일",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|large|big|long|old|tall|far|high|fast)\b"
    r"|\bwhat (?:percentage|share|number|amount|price)\b"
    r"|몇|얼마(?!나\s?자주)",
    re.IGNORECASE,
)


def asks_for_day(question: str) -> bool:
    """Whether an English or Korean question asks when something is."""
    return _DAY.search(question) is not None


def asks_for_number(question: str) -> bool:
    """Whether an English or Korean question asks how many or how much."""
    return _NUMBER.search(question) is not None
