"""Names: a person, place or organisation that a claim names stands in the cited words, or where they stand.

English gives names away by capitals, Korean by morphemes. Across scripts a name is looked for by its sound
(index/names.py) and then by its meaning, since 미국 sounds like nothing in "United States".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.meaning import SentenceEncoder
from index.names import surname_spellings
from index.terms import Terms
from rag.checks.around import ACRONYM, HANGUL, POSSESSIVE, RUN, WORD, Around, Nouns, folded, is_no_name, is_weekday
from rag.checks.calendar import PAPERS
from rag.checks.places import country_of
from rag.checks.source import Fault, Source, against, language_of

_OPENING = re.compile(r"(?:^|[.!?:;—–\"“‘'(\[]\s?|\n)$")
_MEANS = 0.52  # cosine from which a word of another language means the name
_SAME_COUNTRY = 0.65  # … and a country's: what means another one is nearer to it than to other words
_COMMON = 0.52  # cosine from which a common noun means what was taken for a name,
_COMMON_UNLISTED = 0.6  # and what no dictionary has
_PART_MEANS = 0.45  # … one word of a name of which another stands there
_MOST_CAPITALS = 0.6  # share of capitalised words above which a text is a headline, and capitals say nothing
_TAKES_OFF = 0.01  # of the cosine with its source that a claim loses with a name that belongs there
_SHORTEST = 3  # letters: "St" and "La" stand for too much
_KOREAN_FULL = 3  # syllables of most Korean names, surname and given name


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, and the words it is made of; `listed` says that no dictionary lacks it."""

    written: str
    words: tuple[str, ...]
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Names:
    """Looks for the names of claims; holds what reads Korean and what compares meanings."""

    terms: Terms
    encoder: SentenceEncoder

    def faults(self, claim: str, sources: Sequence[Source]) -> list[Fault]:
        """The names of `claim` that stand nowhere in its sources, their passages and headings."""
        found = Around([text for source in sources for text in (source.text, source.around)], self.terms.nouns)
        missing = [(name, _other_person(name, found)) for name in self._missing(claim, found)]
        return [
            against(name.written, other)
            for name, other in missing
            if other or not self._belongs(name.written, claim, sources)
        ]

    def missing(self, claim: str, texts: Sequence[str], nouns: Nouns) -> int:
        """How many names of `claim` stand in none of `texts`, of which `nouns` gives the Korean nouns."""
        around = Around(texts, nouns)
        return sum(not self._known(name, around) for name in names_in(claim, self.terms.nouns))

    def shared(self, one: str, other: str, nouns: Nouns) -> bool:
        """Whether a name of `one` stands in `other`, in whatever script; `nouns` gives the Korean nouns of both."""
        around = Around([other], nouns)
        return any(self._known(name, around) for name in names_in(one, nouns))

    def _missing(self, claim: str, around: Around) -> list[Name]:
        names = names_in(claim, self.terms.nouns, unlisted=True)
        return [name for name in names if not self._known(name, around, claim)]

    def _belongs(self, hangul: str, claim: str, sources: Sequence[Source]) -> bool:
        """Whether what Korean analysis took for a name is of the sources' matter: without it a claim is further off."""
        others = [source.text for source in sources if source.language != language_of(claim)]
        if not others or not HANGUL.search(hangul) or country_of(hangul):
            return False
        vectors = self.encoder.encode([claim, claim.replace(hangul, "", 1), *others])
        whole, without = (vectors[:2] @ vectors[2:].T).max(axis=1)
        return bool(whole - without >= _TAKES_OFF)

    def _known(self, name: Name, around: Around, claim: str = "") -> bool:
        unspelt = [word for word in name.words if not around.spells(word)]
        if not unspelt or around.spells_out(name.written):
            return True
        if len(name.written) < _SHORTEST and name.written.isascii() and not name.written.isupper():
            return True
        missing = _unheard(name.words, unspelt, around)
        if missing and len(missing) < len(name.words) and not _other_person(name, around):
            missing = [word for word in missing if not around.nearly_sounds_like(word)]
        if not missing or around.sounds_like("".join(name.words)) or self._lent(name, around):
            return True
        if not name.listed or any(is_weekday(word) for word in missing):
            # no dictionary means a name, no other day is the same
            return self._is_common(name.written, around, _COMMON if name.listed else _COMMON_UNLISTED)
        if not _crosses(name.written, around) or _other_person(name, around):
            return False
        if all(ACRONYM.fullmatch(word) for word in missing) and not around.acronyms - set(WORD.findall(claim)):
            return True
        return self._mean(name, missing, around)

    def _lent(self, name: Name, around: Around) -> bool:
        return HANGUL.search(name.written) is not None and around.lends(name.written, listed=name.listed)

    def _mean(self, name: Name, missing: Sequence[str], around: Around) -> bool:
        """Whether words of the other script, up to three side by side, mean the whole name or each of its words.

        A word that opens with a capital only as a part of a name (Street, Society) has a meaning of its own; where
        the rest of the name was found, less is enough.
        """
        whole = name.written
        others = around.hangul_forms if not HANGUL.search(whole) else around.latin_forms
        if country := country_of(whole):
            return self._is_country(country, whole, others)
        if not others:
            return False
        vectors = self.encoder.encode([whole, *missing, *others])
        asked = 1 + len(missing)
        best = (vectors[:asked] @ vectors[asked:].T).max(axis=1)
        least = _MEANS if len(missing) == len(name.words) else _PART_MEANS
        return bool(best[0] >= _MEANS or (best[1:] >= least).all()) or self._is_common(whole, around, _COMMON)

    def _is_country(self, country: str, name: str, others: Sequence[str]) -> bool:
        """Whether one of `others` is a name of that country, or means it ("British") and is none of another."""
        countries = {other: country_of(other) for other in others}
        if country in countries.values():
            return True
        unknown = [other for other in others if countries[other] is None]
        vectors = self.encoder.encode([name, *unknown])
        return bool(unknown) and bool((vectors[1:] @ vectors[0]).max() >= _SAME_COUNTRY)

    def _is_common(self, whole: str, around: Around, least: float) -> bool:
        """Whether a Hangul word that is taken for a name has a word of its meaning there that is none."""
        if not HANGUL.search(whole) or not around.common:
            return False
        vectors = self.encoder.encode([whole, *around.common])
        return bool((vectors[1:] @ vectors[0]).max() >= least)


def names_in(claim: str, nouns: Nouns, *, unlisted: bool = False) -> list[Name]:
    """The names of `claim`, each once; `nouns` reads it where it is Korean.

    With `unlisted`, Korean nouns that no dictionary has count too: names of abroad, most of them.
    """
    names = list(_capitalised(claim))
    if language_of(claim) == "ko":
        names += [
            Name(noun.form, tuple(noun.form.split()), noun.listed)
            for noun in nouns(claim)
            if (noun.proper or (unlisted and not noun.listed)) and len(noun.form) > 1 and HANGUL.search(noun.form)
        ]
    return list(dict.fromkeys(names))


def _capitalised(claim: str) -> Iterator[Name]:
    """Runs of capitalised words; one word alone at the start of a sentence is capitalised whatever it is."""
    words = [word for word in WORD.findall(claim) if word[0].isalpha()]
    if words and sum(word[0].isupper() for word in words) > _MOST_CAPITALS * len(words):
        return
    for match in RUN.finditer(claim):
        written = match.group().split()
        run = [
            word
            for word, behind in zip(written, [*written[1:], ""], strict=True)
            if not is_no_name(word) or re.fullmatch(PAPERS, behind)
        ]
        opens = _OPENING.search(claim[: match.start()]) is not None
        if run and not (opens and len(match.group().split()) == 1 and not match.group()[1:].isupper()):
            yield Name(" ".join(run), tuple(POSSESSIVE.sub("", word) for word in run if word[0].isupper()))


def _unheard(words: Sequence[str], unspelt: Sequence[str], around: Around) -> list[str]:
    """The words of a name that sound like nothing there, neither alone nor with a neighbour: Des Moines is 데스모인."""
    silent = [word for word in unspelt if not around.sounds_like(word)]
    heard = {
        word
        for pair in pairwise(words)
        if len(words) > 2 and not set(pair).isdisjoint(silent) and around.sounds_like("".join(pair))
        for word in pair
    }
    return [word for word in silent if word not in heard]


def _crosses(written: str, around: Around) -> bool:
    """Whether the name could stand there in the other script only."""
    return bool(around.hangul) if not HANGUL.search(written) else bool(around.latin)


def _other_person(name: Name, around: Around) -> str | None:
    """Somebody else of the same surname in the source, where there is one such person."""
    surname = name.words[0][0] if HANGUL.search(name.words[0]) else folded(name.words[0])
    others = {known for known in around.hangul if len(known) == _KOREAN_FULL and known != name.written}
    if HANGUL.search(surname):
        found = {known for known in others if known[0] == surname} if len(name.words[0]) == _KOREAN_FULL else set()
    elif len(name.words) > 1:
        found = {known for known in others if surname in surname_spellings(known[0])}
        found |= {
            run
            for run in around.runs
            if " " in run and folded(run.split()[0]) == surname and run not in name.written and name.written not in run
        }
    else:
        found = set()
    return found.pop() if len(found) == 1 else None
