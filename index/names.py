"""Names across scripts: 이창양 is Lee Chang-yang, 써모 피셔 is Thermo Fisher, 러만도 is Raimondo.

Two ways lead from a Hangul name to a Latin one. A Korean name is romanised: each letter has a few spellings, and a
surname the ones that its families use. A foreign name was written down by its sound: consonants stay what they are,
while vowels are heard differently and put in where Hangul cannot join two consonants. names.toml lists the letters.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

_HANGUL = re.compile(r"[가-힣]+")
_LATIN = re.compile(r"[a-z]+")
_CONSONANT = re.compile(r"[A-Z]")
# A consonant said twice is said once; a stop also across the weak vowel: the words of "도널드 트럼프" meet in one t.
_DOUBLED = re.compile(
    "|".join(
        [rf"(?<=[{same}])_?[{same}]" for same in ("KG", "TD", "PB", "S", "C")] + [f"(?<={one}){one}" for one in "LMN"]
    )
)
_HUSHED = re.compile(r"(?<=[SC])w?i$")  # the vowel that ends 리서치, 보쉬
_VOICELESS = str.maketrans("GDB", "KTP")
_BASE, _VOWELS, _FINALS = 0xAC00, 21, 28  # how Unicode numbers the syllables of Hangul (section 3.12)
_AMBIGUOUS = 7  # letters of a Latin word that are read in more than one way; the rest is read the first way
_SHORT = 2  # consonants under which a name sounds like too many others
ALIKE = 0.7  # likeness from which on two foreign names count as one
# What a vowel costs that only one of two names has (by itself, as a glide, as a weak one), and one heard otherwise.
_VOWEL, _GLIDE, _WEAK, _OTHER_VOWEL = 0.4, 0.2, 0.1, 0.3
_CONSONANT_LOST, _OTHER_CONSONANT = 0.7, 1.0
_VOICING = 0.4  # what p for b costs, or t for d, k for g


def alike(latin: str, hangul: str) -> float:
    """How much a Latin and a Hangul word or name sound the same, 0 (not at all) to 1 (so it is spelt, or as good).

    Args:
        latin: letters; case, accents, spaces and hyphens do not count.
        hangul: syllables; spaces do not count. One syllable is like nothing but the spellings of a surname.
    """
    spelt, syllables = _letters(latin), _syllables(hangul)
    if spelt in surname_spellings(syllables) or (len(syllables) > 1 and _is_romanised(spelt, syllables)):
        return 1.0
    heard = _hangul_sound(syllables)
    if len(_key(heard)) < _SHORT:
        return 0.0
    return max((_likeness(sound, heard) for sound in _latin_sounds(spelt) if _key(sound) == _key(heard)), default=0.0)


def nearness(latin: str, hangul: str) -> float:
    """As `alike` for foreign names, but for names whose consonants differ too; a weighted Levenshtein distance."""
    heard = _hangul_sound(_syllables(hangul))
    spoken = _latin_sounds(_letters(latin))
    return max((1 - _apart(sound, heard) / max(1, len(_key(heard)), len(_key(sound))) for sound in spoken), default=0.0)


def same_name(a: str, b: str) -> bool:
    """Whether two names, as written in either script, can be one: "Lee Chang -yang" and "이창양".

    A Korean name must be romanised syllable by syllable, surname first or last; any other has to sound the same. Within
    one script they must be spelt the same, but for case, accents, spaces and hyphens.
    """
    if bool(_HANGUL.search(a)) == bool(_HANGUL.search(b)):
        return _letters(a) == _letters(b) and _syllables(a) == _syllables(b)
    latin, hangul = (b, a) if _HANGUL.search(a) else (a, b)
    given = list(_given_names(latin, hangul))
    if given:
        return any(_is_romanised(spelt, syllables) for spelt, syllables in given)
    return alike(latin, hangul) >= ALIKE


def name_likeness(a: str, b: str) -> float:
    """How much two words of different scripts are the same name: `alike`, and a Korean given name is its full name."""
    latin, hangul = (b, a) if _HANGUL.search(a) else (a, b)
    if any(_is_romanised(_letters(latin), given) for given in _given_parts(_syllables(hangul))):
        return 1.0
    return alike(latin, hangul)


def is_hangul(word: str) -> bool:
    """Whether a word is written in Hangul."""
    return _HANGUL.search(word) is not None


def is_given_name(first: str, second: str) -> bool:
    """Whether two Latin words can be the syllables of a Korean given name, as in "Chang-yang"."""
    return all(_any_syllable().fullmatch(_letters(word)) for word in (first, second))


def hangul_key(word: str) -> str:
    """The consonants, voiceless, of a Hangul word; words that sound alike have the key in common."""
    return _key(_hangul_sound(_syllables(word)))


def latin_keys(word: str) -> frozenset[str]:
    """The keys (see `hangul_key`) of all the ways a Latin word may sound."""
    return frozenset(_key(sound) for sound in _latin_sounds(_letters(word)))


def keys(word: str) -> frozenset[str]:
    """What a word is found by among words of the other script that sound alike: its consonants, voiceless.

    A Korean full name has one for its given name too. Words that sound like too many others, and words that are not
    all letters of one script, have none.
    """
    found: frozenset[str] = frozenset()
    if _HANGUL.fullmatch(word):
        found = frozenset(map(hangul_key, (word, *_given_parts(word))))
    elif _LATIN.fullmatch(_folded(word)) and len(word) > _SHORT:
        found = latin_keys(word)
    return frozenset(key for key in found if len(key) >= _SHORT)


@cache
def surname_spellings(hangul: str) -> frozenset[str]:
    """How the families of a Korean surname spell it, in small letters; nothing for what is no surname."""
    return frozenset(_table()["surnames"].get(hangul, "").split())


def _given_names(latin: str, hangul: str) -> Iterator[tuple[str, str]]:
    """What is left of both names when a Korean surname is taken off, first or last; nothing where there is none."""
    words = _LATIN.findall(_folded(latin))
    whole = _HANGUL.fullmatch(hangul.strip())
    for length in (2, 1):
        surname, given = hangul.strip()[:length], hangul.strip()[length:]
        if not (whole and words[1:] and 0 < len(given) < 3):
            continue
        for first, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
            if first in surname_spellings(surname):
                yield "".join(rest), given


def _given_parts(hangul: str) -> list[str]:
    """The two syllables of a given name that follow the surname in a Korean full name; nothing for other words."""
    return [hangul[n:] for n in (1, 2) if len(hangul) == n + 2 and surname_spellings(hangul[:n])]


@cache
def _any_syllable() -> re.Pattern[str]:
    """Matches a romanised syllable."""
    table = _table()
    initials = _spellings(table["initials"], 1)
    finals = _spellings(table["finals"], 1)
    return re.compile(
        f"(?:{initials})(?:(?:{_spellings(table['vowels'], 1)})|(?:{_spellings(table['vowels'], 2)})(?:{finals}))"
    )


def _spellings(letters: Mapping[str, Sequence[str]], column: int) -> str:
    found = {spelling for row in letters.values() for spelling in row[column].split(" ")}
    return "|".join(sorted(found))


def _is_romanised(spelt: str, syllables: str) -> bool:
    """Whether letters spell a Korean name: each row of `_romanisations` in one of its ways, one after the other."""
    reached = {0}
    for spellings in _romanisations(syllables):
        reached = {at + len(one) for at in reached for one in spellings if spelt.startswith(one, at)}
    return len(spelt) in reached


@lru_cache(10_000)
def _romanisations(syllables: str) -> tuple[Sequence[str], ...]:
    """The ways to spell each sound of a Korean name, in order."""
    table = _table()
    spellings: list[str] = []
    for initial, vowel, final in map(_jamo, syllables):
        _, open_spelling, closed_spelling = table["vowels"][vowel]
        spellings += [table["initials"][initial][1], closed_spelling if final else open_spelling]
        spellings += [table["finals"][final][1]] if final else []
    return tuple(some.split() for some in spellings if some)


@lru_cache(100_000)
def _hangul_sound(syllables: str) -> str:
    table = _table()
    sounds = (
        table["initials"][initial][0] + table["vowels"][vowel][0] + (table["finals"][final][0] if final else "")
        for initial, vowel, final in map(_jamo, syllables)
    )
    return _HUSHED.sub("_", _DOUBLED.sub("", "".join(sounds)))


@lru_cache(100_000)
def _latin_sounds(spelt: str) -> tuple[str, ...]:
    """The ways that a word in small letters may sound."""
    pattern, readings = _readings()
    heard: list[Sequence[str]] = []
    ambiguous = 0
    for match in pattern.finditer(spelt):
        sounds = readings[str(match.lastgroup)]
        ambiguous += len(sounds) > 1
        some = sounds if ambiguous <= _AMBIGUOUS else sounds[:1]
        heard.append([sound.replace("&", match.group()) for sound in some])
    return tuple(dict.fromkeys(_DOUBLED.sub("", "".join(one)) for one in product(*heard)))


@cache
def _readings() -> tuple[re.Pattern[str], Mapping[str, Sequence[str]]]:
    """One pattern for all that Latin letters are read by, and the sounds of each of its groups."""
    rules = _table()["latin"]
    pattern = re.compile("|".join(f"(?P<r{at}>{rule})" for at, rule in enumerate(rules)))
    return pattern, {f"r{at}": sounds for at, sounds in enumerate(rules.values())}


def _key(sound: str) -> str:
    return "".join(_CONSONANT.findall(sound)).translate(_VOICELESS)


def _likeness(a: str, b: str) -> float:
    """How alike two sounds of one key are, by their vowels and voicing; the more consonants, the surer."""
    pairs = list(zip(_CONSONANT.findall(a), _CONSONANT.findall(b), strict=True))
    voicing: float = _VOICING * sum(one != other for one, other in pairs)
    vowels = sum(_distance(one, other) for one, other in zip(_CONSONANT.split(a), _CONSONANT.split(b), strict=True))
    return max(0.0, 1 - (voicing + vowels) / len(pairs))


@lru_cache(10_000)
def _distance(a: str, b: str) -> float:
    """The cheapest way to make one row of vowels of another."""
    return edit_cost(a, b, _alone, _change)


@lru_cache(10_000)
def _apart(a: str, b: str) -> float:
    """The cheapest way to make one sound of another, consonants and all."""
    return edit_cost(a, b, _lost, _put)


def edit_cost(a: str, b: str, alone: Callable[[str], float], change: Callable[[str, str], float]) -> float:
    """What it costs at least to make `a` of `b` letter by letter (Wagner & Fischer, 1974).

    `alone` is the cost of a letter that one of them lacks, `change` that of one letter for another, 0 for itself.
    """
    before = [0.0]
    for letter in b:
        before.append(before[-1] + alone(letter))
    for one in a:
        row = [before[0] + alone(one)]
        for at, other in enumerate(b):
            row.append(min(before[at] + change(one, other), before[at + 1] + alone(one), row[at] + alone(other)))
        before = row
    return before[-1]


def _lost(letter: str) -> float:
    return _CONSONANT_LOST if letter.isupper() else _alone(letter)


def _put(one: str, other: str) -> float:
    """What it costs that one sound stands for another; a consonant never for a vowel."""
    if one == other:
        return 0.0
    if one.isupper() and other.isupper():
        return _VOICING if one.translate(_VOICELESS) == other.translate(_VOICELESS) else _OTHER_CONSONANT
    return _change(one, other) if one.islower() == other.islower() else _lost(one) + _lost(other)


def _alone(vowel: str) -> float:
    return _WEAK if vowel == "_" else _GLIDE if vowel in "wy" else _VOWEL


def _change(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return _OTHER_VOWEL / 2 if "_" in (one, other) else _OTHER_VOWEL


def _jamo(syllable: str) -> tuple[str, str, str]:
    """Initial, vowel and final of a Hangul syllable; the final may be empty."""
    table = _table()
    number = ord(syllable) - _BASE
    initial, vowel, final = number // (_VOWELS * _FINALS), number // _FINALS % _VOWELS, number % _FINALS
    finals = ("", *table["finals"])
    return tuple(table["initials"])[initial], tuple(table["vowels"])[vowel], finals[final]


def _syllables(text: str) -> str:
    return "".join(_HANGUL.findall(unicodedata.normalize("NFC", text)))


def _letters(text: str) -> str:
    return "".join(_LATIN.findall(_folded(text)))


def _folded(text: str) -> str:
    """Small letters without accents."""
    return "".join(one for one in unicodedata.normalize("NFD", text).casefold() if not unicodedata.combining(one))


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("index") / "names.toml").read_text(encoding="utf-8"))
