"""Names: a person, place or organisation that a claim names stands in the cited words, or where they stand.

English gives names away by capitals, Korean by morphemes. Across scripts a name is looked for by its sound
(index/names.py) and then by its meaning, since 미국 sounds like nothing in "United States".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.meaning import SentenceEncoder
from index.names import alike, hangul_key, latin_keys, nearness, surname_spellings
from index.stopwords import stop_words
from index.terms import Terms
from rag.checks.source import Fault, Source, against, language_of

_HANGUL = re.compile(r"[가-힣]")
_CAPITALISED = r"(?:(?:[A-Z]\.){2,}|[A-Z][\w’'&-]*\w|[A-Z])"
_RUN = re.compile(rf"(?<![\w.’'-]){_CAPITALISED}(?:\s(?:(?:of|de|van|von|al|bin)\s)?{_CAPITALISED})*")
_WORD = re.compile(r"[^\W_](?:[\w’'&.-]*[^\W_])?")
_POSSESSIVE = re.compile(r"['’]s?$")
_OPENING = re.compile(r"(?:^|[.!?:;—–\"“‘'(\[]\s?|\n)$")
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february march april may june july august september october november december"
_CALENDAR = frozenset(f"{_DAYS} {_MONTHS}".split())
_TITLES = "i i'm i've i'd i'll mr mrs ms dr sir"
_NO_NAME = frozenset(f"{_DAYS} {_MONTHS} {_TITLES} bst gmt est pst am pm ok".split())
_ACRONYM = re.compile(r"(?:[A-Z]\.?){1,4}[A-Z]\.?s?")
_SOUNDS = 0.65  # likeness from which two names sound the same
_LONG = 3  # consonants from which a difference in one is forgiven,
_NEAR = 0.6  # where the rest is near enough
_MEANS = 0.52  # cosine from which a word of another language means the name
_COMMON = 0.52  # cosine from which a common noun means what was taken for a name
_STEM = 4  # letters that "Canada" and "Canadian" share at least
_SUFFIXES = re.compile(r"(?<=..)(?:인|어|계|군|식|족|산|제|측|팀|섬|시|주|강)$")
_MOST_CAPITALS = 0.6  # share of capitalised words above which a text is a headline, and capitals say nothing
_KOREAN_NAME = range(3, 5)  # syllables
_KOREAN_FULL = 3  # syllables of most Korean names, surname and given name


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, and the words it is made of."""

    written: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Looks for the names of claims; holds what reads Korean and what compares meanings."""

    terms: Terms
    encoder: SentenceEncoder

    def faults(self, claim: str, sources: Sequence[Source]) -> list[Fault]:
        """The names of `claim` that stand nowhere in its sources, their passages and headings."""
        found = _Around.of("\n".join(f"{source.text}\n{source.around}" for source in sources), self.terms)
        return [against(name.written, _other_person(name, found)) for name in self._missing(claim, found)]

    def missing(self, claim: str, text: str) -> int:
        """How many names of `claim` stand nowhere in `text`, in whatever script."""
        if not self._names(claim):  # reading a Korean text is what takes time
            return 0
        return len(self._missing(claim, _Around.of(text, self.terms)))

    def shared(self, one: str, other: str) -> bool:
        """Whether a name of `one` stands in `other`, in whatever script."""
        around = _Around.of(other, self.terms)
        return any(self._known(name, around) for name in self._names(one))

    def _missing(self, claim: str, around: _Around) -> list[Name]:
        return [name for name in self._names(claim) if not self._known(name, around)]

    def _names(self, claim: str) -> list[Name]:
        names = list(_capitalised(claim))
        if language_of(claim) == "ko":
            names += [
                Name(noun.form, tuple(noun.form.split()))
                for noun in self.terms.nouns(claim)
                if noun.proper and len(noun.form) > 1 and _HANGUL.search(noun.form)
            ]
        return list(dict.fromkeys(names))

    def _known(self, name: Name, around: _Around) -> bool:
        missing = [word for word in name.words if not (around.spells(word) or around.sounds_like(word))]
        if not missing or around.spells_out(name.written) or around.sounds_like("".join(name.words)):
            return True
        if not _crosses(name.written, around) or _other_person(name, around):
            return False
        return all(_ACRONYM.fullmatch(word) for word in missing) or self._mean(name.written, missing, around)

    def _mean(self, whole: str, missing: Sequence[str], around: _Around) -> bool:
        """Whether words of the other script, up to three side by side, mean the whole name or each of its words.

        A word that opens with a capital only as a part of a name (Street, Society) has a meaning of its own.
        """
        others = around.hangul_forms if not _HANGUL.search(whole) else around.latin_forms
        if not others:
            return False
        vectors = self.encoder.encode([whole, *missing, *others])
        asked = 1 + len(missing)
        best = (vectors[:asked] @ vectors[asked:].T).max(axis=1)
        return bool(best[0] >= _MEANS or (best[1:] >= _MEANS).all()) or self._is_common(whole, around)

    def _is_common(self, whole: str, around: _Around) -> bool:
        """Whether a Hangul word that is taken for a name has a word of its meaning there that is none."""
        if not _HANGUL.search(whole) or not around.common:
            return False
        vectors = self.encoder.encode([whole, *around.common])
        return bool((vectors[1:] @ vectors[0]).max() >= _COMMON)


@dataclass(frozen=True, slots=True)
class _Around:
    """The words that a name can be found in: Latin ones folded, Hangul ones as written, and runs of both.

    `heard` are the Latin ones that a Hangul name can sound like, and `joined` two or three of them in one.
    """

    latin: frozenset[str]
    common: tuple[str, ...]
    heard: frozenset[str]
    joined: frozenset[str]
    squashed: str
    initials: str
    latin_forms: tuple[str, ...]
    runs: tuple[str, ...]
    hangul: tuple[str, ...]
    hangul_forms: tuple[str, ...]

    @classmethod
    def of(cls, text: str, terms: Terms) -> _Around:
        words = [_folded(word) for word in _WORD.findall(text)]
        capitalised = [word for word in _WORD.findall(text) if word[0].isupper() and not _is_no_name(word)]
        days = [word for word in _WORD.findall(text) if word[0].isupper() and _folded(word) in _CALENDAR]
        runs = tuple(dict.fromkeys(match.group() for match in _RUN.finditer(text)))
        nouns = terms.nouns(text) if _HANGUL.search(text) else []
        singles = [noun.form for noun in nouns]
        pairs = [text[a.start : b.end] for a, b in pairwise(nouns) if b.start - a.end <= 1]
        threes = [text[a.start : c.end] for a, c in zip(nouns, nouns[2:], strict=False) if c.start - a.end <= 5]
        hangul = tuple(dict.fromkeys(form for form in singles if _HANGUL.search(form)))
        return cls(
            latin=frozenset(words),
            heard=frozenset(_folded(word) for word in (*capitalised, *days)),
            squashed=_squashed(text),
            initials="".join(run[0] for run in _WORD.findall(text) if run[0].isupper()).casefold(),
            common=_common(text),
            joined=frozenset(_joined(runs)),
            latin_forms=tuple(dict.fromkeys((*capitalised, *runs))),
            runs=runs,
            hangul=hangul + tuple(form.replace(" ", "") for form in pairs if _HANGUL.search(form)),
            hangul_forms=tuple(dict.fromkeys((*singles, *pairs, *threes))),
        )

    def spells(self, word: str) -> bool:
        """Whether the word stands there in its own script, inflected perhaps."""
        if _HANGUL.search(word):
            return _squashed(word) in self.squashed
        plain = _folded(word)
        if plain in self.latin or (len(plain) > _STEM and _squashed(plain) in self.squashed):
            return True
        stem = plain[: max(_STEM, len(plain) * 2 // 3)]
        return len(plain) > _STEM and any(
            known.startswith(stem) and abs(len(known) - len(plain)) <= _STEM for known in self.latin
        )

    def spells_out(self, written: str) -> bool:
        """Whether the capitals of an abbreviation are the initials of words that stand side by side."""
        letters = written.replace(".", "").casefold()
        return written.replace(".", "").isupper() and len(letters) > 1 and letters in self.initials

    def sounds_like(self, word: str) -> bool:
        """Whether a word in the other script sounds like this one; of a Korean name its part may."""
        if _HANGUL.search(word):
            parts = {word, _SUFFIXES.sub("", word)}
            return any(_sound_alike(known, part) for known in self.heard for part in parts) or any(
                alike(known, part) >= _SOUNDS for known in self.joined for part in parts
            )
        plain = _folded(word)
        return any(_sound_alike(plain, part) for known in self.hangul for part in _parts(known))


def _sound_alike(latin: str, hangul: str) -> bool:
    """Whether two words sound the same, or their consonants do but for one in three."""
    if alike(latin, hangul) >= _SOUNDS:
        return True
    heard = hangul_key(hangul)
    return (
        len(heard) >= _LONG
        and any(key[:1] == heard[:1] and _edits(heard, key) <= len(heard) // _LONG for key in latin_keys(latin))
        and nearness(latin, hangul) >= _NEAR
    )


@lru_cache(10_000)
def _edits(one: str, other: str) -> int:
    """How many letters of `one` have to be put in, left out or changed to make `other` (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, row[0] = row[0], at
        for place, known in enumerate(other, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != known))
    return row[-1]


def _capitalised(claim: str) -> Iterator[Name]:
    """Runs of capitalised words; one word alone at the start of a sentence is capitalised whatever it is."""
    words = [word for word in _WORD.findall(claim) if word[0].isalpha()]
    if words and sum(word[0].isupper() for word in words) > _MOST_CAPITALS * len(words):
        return
    for match in _RUN.finditer(claim):
        run = [word for word in match.group().split() if not _is_no_name(word)]
        opens = _OPENING.search(claim[: match.start()]) is not None
        if run and not (opens and len(match.group().split()) == 1 and not match.group()[1:].isupper()):
            yield Name(" ".join(run), tuple(_POSSESSIVE.sub("", word) for word in run if word[0].isupper()))


def _is_no_name(word: str) -> bool:
    plain = _folded(word).rstrip(".")
    return plain in _NO_NAME or (plain in stop_words() and not word.isupper())


def _common(text: str) -> tuple[str, ...]:
    """The Latin words of a text that are no names, and pairs of them."""
    words = [word for word in _WORD.findall(text) if word.isascii() and word.islower()]
    telling = [word for word in words if word not in stop_words() and len(word) >= _STEM]
    pairs = [f"{one} {other}" for one, other in pairwise(words) if other in telling and one in telling]
    return tuple(dict.fromkeys((*telling, *pairs)))


def _joined(runs: Sequence[str]) -> Iterator[str]:
    """Two or three capitalised words that stand side by side, as one: Korean writes China Daily as 차이나데일리."""
    for run in runs:
        words = run.split()
        yield from ("".join(words[at : at + size]) for size in (2, 3) for at in range(len(words) - size + 1))


def _crosses(written: str, around: _Around) -> bool:
    """Whether the name could stand there in the other script only."""
    return bool(around.hangul) if not _HANGUL.search(written) else bool(around.latin)


def _parts(hangul: str) -> list[str]:
    """A Hangul word, and what of it can answer to one word of a Latin name: surname, given name, the bare stem."""
    parts = [hangul, _SUFFIXES.sub("", hangul)]
    if len(hangul) in _KOREAN_NAME:
        parts += [
            part for size in (1, 2) if surname_spellings(hangul[:size]) for part in (hangul[:size], hangul[size:])
        ]
    return [part for part in dict.fromkeys(parts) if part]


def _other_person(name: Name, around: _Around) -> str | None:
    """Somebody else of the same surname in the source, where there is one such person."""
    surname = name.words[0][0] if _HANGUL.search(name.words[0]) else _folded(name.words[0])
    others = {known for known in around.hangul if len(known) == _KOREAN_FULL and known != name.written}
    if _HANGUL.search(surname):
        found = {known for known in others if known[0] == surname} if len(name.words[0]) == _KOREAN_FULL else set()
    elif len(name.words) > 1:
        found = {known for known in others if surname in surname_spellings(known[0])}
        found |= {
            run for run in around.runs if " " in run and _folded(run.split()[0]) == surname and run != name.written
        }
    else:
        found = set()
    return found.pop() if len(found) == 1 else None


def _folded(word: str) -> str:
    return _POSSESSIVE.sub("", word.casefold().replace("’", "'")).replace(".", "")


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
