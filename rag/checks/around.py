"""The words that a name can be found in: those of the cited texts, in both scripts.

Latin words are read off at once. Korean nouns are asked for only where a name is not spelt as in the claim, since
analysing Korean takes as long as everything else here together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, pairwise

from index.names import alike, edit_cost, hangul_key, latin_keys, nearness, surname_spellings
from index.stopwords import stop_words
from index.terms import Noun

Nouns = Callable[[str], Sequence[Noun]]

HANGUL = re.compile(r"[가-힣]")
_LETTER = r"[^\W_가-힣]"  # a Latin word ends where a Korean particle begins: "Die Zeit는"
CAPITALISED = rf"(?:(?:[A-Z]\.){{2,}}|[A-Z](?:{_LETTER}|[_’'&-])*{_LETTER}|[A-Z])"
RUN = re.compile(rf"(?<![\w.’'-]){CAPITALISED}(?:\s(?:(?:of|de|van|von|al|bin)\s)?{CAPITALISED})*")
WORD = re.compile(rf"{_LETTER}(?:(?:{_LETTER}|[_’'&.-])*{_LETTER})?|[가-힣]+")
POSSESSIVE = re.compile(r"['’]s?$")
ACRONYM = re.compile(r"(?:[A-Z]\.?){1,4}[A-Z]\.?s?")
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february march april may june july august september october november december"
_CALENDAR = frozenset(f"{_DAYS} {_MONTHS}".split())
_TITLES = "i i'm i've i'd i'll mr mrs ms dr sir"
_NO_NAME = frozenset(f"{_DAYS} {_MONTHS} {_TITLES} bst gmt est pst am pm ok".split())
_SOUNDS = 0.65  # likeness from which two names sound the same
_LONG = 3  # consonants from which a difference in one is forgiven,
_NEAR = 0.6  # where the rest is near enough
_VERY_NEAR, _SPELT = 0.75, 3  # nearness from which two sound alike whatever their consonants, in so many letters
_MAY_BE = 0.5  # … nearness of a part of a name
_HANGUL_WORD = re.compile(r"[가-힣]{2,}")
_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:으로|에서|에게|까지|부터|이라고|라고|이|가|은|는|을|를|의|와|과|도|로|에|씨)$"
)
_PART = 2  # letters that a part of a hyphenated name has more than
_STEM = 4  # letters that "Canada" and "Canadian" share at least
_SUFFIXES = re.compile(r"(?<=..)(?:인|어|계|군|식|족|산|제|측|팀|섬|시|주|강)$")
_INFLECTION = re.compile(r"(?<=.{4})(?:ing|ed|s)$")
_KOREAN_NAME = range(3, 5)  # syllables
_PAIR, _THREE = 1, 5  # characters that may stand between the first and the last of two nouns, of three


class Around:
    """The words of some texts: Latin ones folded, Hangul ones as written, and runs of both."""

    def __init__(self, texts: Sequence[str], nouns: Nouns) -> None:
        """`nouns` gives the nouns of a Korean text, by their place in it."""
        self._texts = texts
        self._nouns = nouns

    @cached_property
    def latin(self) -> frozenset[str]:
        """Every word, folded."""
        return frozenset(folded(word) for word in self._words)

    @cached_property
    def runs(self) -> tuple[str, ...]:
        """Runs of capitalised words."""
        return tuple(dict.fromkeys(match.group() for text in self._texts for match in RUN.finditer(text)))

    @cached_property
    def latin_forms(self) -> tuple[str, ...]:
        """Capitalised words and runs of them, without those that are no names."""
        return tuple(dict.fromkeys((*self._capitalised, *(run for run in self.runs if not is_no_name(run)))))

    @cached_property
    def hangul(self) -> tuple[str, ...]:
        """Korean nouns, and two that stand side by side as one."""
        singles = dict.fromkeys(noun.form for _, nouns in self._read for noun in nouns if HANGUL.search(noun.form))
        pairs = (form.replace(" ", "") for text, nouns in self._read for form in _pairs(text, nouns))
        return (*singles, *(form for form in pairs if HANGUL.search(form)))

    @cached_property
    def hangul_forms(self) -> tuple[str, ...]:
        """Korean nouns of more than a syllable, and up to three of them as they stand side by side."""
        singles = (noun.form for _, nouns in self._read for noun in nouns)
        pairs = (form for text, nouns in self._read for form in _pairs(text, nouns))
        threes = (form for text, nouns in self._read for form in _threes(text, nouns))
        return tuple(form for form in dict.fromkeys(chain(singles, pairs, threes)) if len(form) > 1)

    @cached_property
    def common(self) -> tuple[str, ...]:
        """The Latin words that are no names, and pairs of them."""
        return tuple(dict.fromkeys(chain.from_iterable(map(_common, self._texts))))

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """Words of capitals, without full stops."""
        return frozenset(word.replace(".", "") for word in self._words if ACRONYM.fullmatch(word))

    def spells(self, word: str) -> bool:
        """Whether the word stands there in its own script, inflected perhaps."""
        if HANGUL.search(word):
            return _squashed(word) in self._squashed
        plain = folded(word)
        if plain in self.latin or (len(plain) > _STEM and _squashed(plain) in self._squashed):
            return True
        stem = plain[: max(_STEM, len(plain) * 2 // 3)]
        return len(plain) > _STEM and any(
            known.startswith(stem) and abs(len(known) - len(plain)) <= _STEM for known in self.latin
        )

    def spells_out(self, written: str) -> bool:
        """Whether the capitals of an abbreviation are the initials of words that stand side by side."""
        letters = written.replace(".", "").casefold()
        return written.replace(".", "").isupper() and len(letters) > 1 and letters in self._initials

    def sounds_like(self, word: str) -> bool:
        """Whether a word in the other script sounds like this one; of a Korean name its part may."""
        if HANGUL.search(word):
            parts = {word, _SUFFIXES.sub("", word)}
            return any(_sound_alike(known, part) for known in self._heard for part in parts) or any(
                alike(known, part) >= _SOUNDS for known in self._joined for part in parts
            )
        plain = folded(word)
        return any(_sound_alike(plain, part) for known in self.hangul for part in _parts(known)) or (
            len(plain) >= _SPELT and any(nearness(plain, known) >= _VERY_NEAR for known in self._bare)
        )

    def nearly_sounds_like(self, word: str) -> bool:
        """Whether a word in the other script may sound like this one, as a part of a name whose rest was found."""
        if HANGUL.search(word):
            return any(nearness(known, word) >= _MAY_BE for known in self._heard)
        return any(nearness(folded(word), known) >= _MAY_BE for known in self.hangul if len(known) > 1)

    def lends(self, hangul: str, *, listed: bool) -> bool:
        """Whether a Latin word that is no name sounds like a Hangul one: 게리맨더 is in "gerrymandered".

        A Hangul word that is `listed` in dictionaries has to sound very near.
        """
        words = {word for known in self._lower for word in (known, _INFLECTION.sub("", known))}
        if listed:
            return any(nearness(word, hangul) >= _VERY_NEAR for word in words)
        return any(_sound_alike(word, hangul) for word in words)

    @cached_property
    def _lower(self) -> frozenset[str]:
        words = (word for word in self._words if word.isascii() and word.islower())
        return frozenset(word for word in words if len(word) >= _SPELT and word not in stop_words())

    @cached_property
    def _bare(self) -> frozenset[str]:
        """The Hangul words without the particle that may be behind them: names that analysis has cut elsewhere."""
        words = (word for text in self._texts for word in _HANGUL_WORD.findall(text))
        return frozenset(_PARTICLE.sub("", word) for word in words)

    @cached_property
    def _words(self) -> list[str]:
        return [word for text in self._texts for word in WORD.findall(text)]

    @cached_property
    def _capitalised(self) -> list[str]:
        return [word for word in dict.fromkeys(self._words) if word[0].isupper() and not is_no_name(word)]

    @cached_property
    def _heard(self) -> frozenset[str]:
        """The Latin words that a Hangul name can sound like, folded; days and months are written by their sound too."""
        days = (word for word in self._words if word[0].isupper() and folded(word) in _CALENDAR)
        hyphenated = (word for word in self._words if "-" in word and HANGUL.search(word) is None)
        parts = (part for word in hyphenated for part in word.split("-") if len(part) > _PART and part[0].isupper())
        return frozenset(map(folded, chain(self._capitalised, days, parts)))

    @cached_property
    def _joined(self) -> frozenset[str]:
        """Two or three capitalised words side by side, as one: Korean writes China Daily as 차이나데일리."""
        runs = [run.split() for run in self.runs]
        return frozenset(
            "".join(run[at : at + size]) for run in runs for size in (2, 3) for at in range(len(run) - size + 1)
        )

    @cached_property
    def _squashed(self) -> str:
        return "".join(map(_squashed, self._texts))

    @cached_property
    def _initials(self) -> str:
        return "".join(word[0] for word in self._words if word[0].isupper()).casefold()

    @cached_property
    def _read(self) -> list[tuple[str, Sequence[Noun]]]:
        """The texts that have Korean in them, each with its nouns."""
        return [(text, self._nouns(text)) for text in self._texts if HANGUL.search(text)]


@lru_cache(20_000)  # an article's words are read again for every question that it is near to
def folded(word: str) -> str:
    """`word` in small letters, without a possessive or full stops."""
    return POSSESSIVE.sub("", word.casefold().replace("’", "'")).replace(".", "")


def is_weekday(word: str) -> bool:
    """Whether a word is an English day of the week."""
    return folded(word) in _DAYS.split()


def is_no_name(word: str) -> bool:
    """Whether a capitalised word says nothing of whom or what: a title, a day, a stop word."""
    plain = folded(word).rstrip(".")
    return plain in _NO_NAME or (plain in stop_words() and not word.isupper())


def _common(text: str) -> list[str]:
    words = [word for word in WORD.findall(text) if word.isascii() and word.islower()]
    telling = {word for word in words if word not in stop_words() and len(word) >= _STEM}
    pairs = [f"{one} {other}" for one, other in pairwise(words) if one in telling and other in telling]
    return [*(word for word in words if word in telling), *pairs]


def _pairs(text: str, nouns: Sequence[Noun]) -> Iterator[str]:
    return (text[a.start : b.end] for a, b in pairwise(nouns) if b.start - a.end <= _PAIR)


def _threes(text: str, nouns: Sequence[Noun]) -> Iterator[str]:
    return (text[a.start : c.end] for a, c in zip(nouns, nouns[2:], strict=False) if c.start - a.end <= _THREE)


@lru_cache(20_000)
def _sound_alike(latin: str, hangul: str) -> bool:
    """Whether two words sound the same, or their consonants do but for one in three."""
    if alike(latin, hangul) >= _SOUNDS:
        return True
    heard, near = hangul_key(hangul), nearness(latin, hangul)
    if near >= _VERY_NEAR:
        return len(latin) >= _SPELT
    return (
        len(heard) >= _LONG
        and near >= _NEAR
        and any(key[:1] == heard[:1] and _edits(heard, key) <= len(heard) // _LONG for key in latin_keys(latin))
    )


@lru_cache(10_000)
def _edits(one: str, other: str) -> float:
    """How many letters of `one` have to be put in, left out or changed to make `other` (Levenshtein)."""
    return edit_cost(one, other, lambda _: 1.0, lambda a, b: float(a != b))


def _parts(hangul: str) -> list[str]:
    """A Hangul word, and what of it can answer to one word of a Latin name: surname, given name, the bare stem."""
    parts = [hangul, _SUFFIXES.sub("", hangul)]
    if len(hangul) in _KOREAN_NAME:
        parts += [
            part for size in (1, 2) if surname_spellings(hangul[:size]) for part in (hangul[:size], hangul[size:])
        ]
    return [part for part in dict.fromkeys(parts) if part]


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
