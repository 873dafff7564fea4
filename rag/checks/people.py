"""Who did it: the Minister Lee of a claim is not the President Lee of its source. titles.toml lists the offices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from index.names import surname_spellings
from rag.checks.source import Fault, Source
from rag.checks.word_lists import word_lists

_NAME = r"(?P<name>(?-i:[A-Z])[\w’'-]+(?:\s(?-i:[A-Z])[\w’'-]+){0,2})"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an office, as written: the words that can be the surname, folded, and the office's name."""

    written: str
    surnames: frozenset[str]
    office: str


def people_faults(claim: str, sources: Sequence[Source]) -> list[Fault]:
    """The people of `claim` whose surname its sources know, passage and heading included, with other offices only."""
    known = [one for source in sources for one in people(f"{source.text}\n{source.around}")]
    faults = []
    for person in people(claim):
        namesakes = [one for one in known if one.surnames & person.surnames]
        if namesakes and all(one.office != person.office for one in namesakes):
            faults.append(
                Fault(f"it says '{person.written}' where the cited text speaks of '{namesakes[0].written}'", True)
            )
    return list(dict.fromkeys(faults))


def people(text: str) -> Iterator[Person]:
    """The people of `text` who are named with their office, "Minister Lee" or 이 장관."""
    english, korean, offices = _patterns()
    for match in english.finditer(text):
        surnames = frozenset(word.casefold() for word in match["name"].split())
        yield Person(match.group(), surnames, offices[match["office"].casefold()])
    for match in korean.finditer(text):
        if spellings := surname_spellings(match["surname"]):
            yield Person(match.group(), spellings | {match["surname"]}, offices[match["office"]])


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    """How people stand with their office in English and in Korean, and the office behind each of its words."""
    lists = word_lists("titles")
    offices = {
        word.strip().casefold(): name
        for name, entry in lists.items()
        for some in entry.values()
        for word in some.split(",")
    }
    longest = sorted(offices, key=len, reverse=True)
    english = "|".join(re.escape(word) for word in longest if word.isascii())
    korean = "|".join(word for word in longest if not word.isascii())
    return (
        re.compile(rf"(?<![\w-])(?P<office>{english})\s{_NAME}", re.IGNORECASE),
        re.compile(rf"(?<![가-힣])(?P<surname>[가-힣])(?:[가-힣]{{2}})?\s(?P<office>{korean})(?![가-힣]{{2}})"),
        offices,
    )
