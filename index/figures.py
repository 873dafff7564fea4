"""Figures in Korean and English text, as values to compare: 1,500억 = 150 billion, 8.0 % = 8, three = 3."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# In 2024.11.05 the full stops part day from month; they are no decimal points.
_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|(?<![\d.])\d+\.\d+(?!\.?\d)|\d+"
_ROUNDING = 1e-14  # relative; what multiplying by a magnitude may be off by
_KOREAN_SMALL = {"천": 10**3, "백": 10**2}
_KOREAN_MAGNITUDES = {"만": 10**4, "억": 10**8, "조": 10**12}
_HUNDRED = 10**2
_ENGLISH_MAGNITUDES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_UNITS = {
    word: float(value)
    for value, words in enumerate(
        (
            "zero",
            "one first january",
            "two second twice double doubled february",
            "three third triple tripled march",
            "four fourth april",
            "five fifth may",
            "six sixth june",
            "seven seventh july",
            "eight eighth august",
            "nine ninth september",
            "ten tenth october",
            "eleven eleventh november",
            "twelve twelfth december",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        )
    )
    for word in words.split()
}
_TENS = {
    "twenty": 20.0,
    "thirty": 30.0,
    "forty": 40.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "seventy": 70.0,
    "eighty": 80.0,
    "ninety": 90.0,
}
_KOREAN_WORDS = {
    "한": 1,
    "두": 2,
    "세": 3,
    "네": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
    "열": 10,
}
_COUNTERS = "명|개|곳|번|차례|가지|건|대|척|달|시간|나라|회사|기업|사람|배|주|해|살|장|권|편|팀"
# A run of Korean magnitudes is one figure: 3조 4,500억, 7만 6천, 2천300억, 1천500.
_KOREAN = re.compile(
    rf"(?:(?:{_NUMBER})\s?(?:[천백]\s?[만억조]?|[만억조])\s?)+"
    r"(?:(?:(?<=[천백만억조])\d{1,4}|(?<=[만억조]\s)(?:\d,\d{3}|\d{3,4}))(?![\d.,년]))?"
)
_KOREAN_PART = re.compile(rf"(?P<number>{_NUMBER})\s?(?P<small>[천백])?\s?(?P<magnitude>[만억조])?")
_ENGLISH = re.compile(
    rf"(?P<number>{_NUMBER})(?:[\s-]?(?P<magnitude>thousand|million|billion|trillion|bn|mn|m|k)(?![A-Za-z]))?",
    re.IGNORECASE,
)
_SHORT = {"bn": 10**9, "mn": 10**6, "m": 10**6, "k": 10**3}
_WORD = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[\s-](?P<more>{'|'.join(_UNITS)}))?|(?P<unit>{'|'.join(_UNITS)}))"
    rf"(?:[\s-](?P<magnitude>hundred|{'|'.join(_ENGLISH_MAGNITUDES)}))?\b",
    re.IGNORECASE,
)
# In one word, 한편 is "meanwhile", 한번 "for a try", 한때 "at one time", 열대 the tropics, 세대 a household.
_KOREAN_COUNT = re.compile(
    rf"(?<![가-힣])(?!열대|세대|한[편번때])(?P<korean>{'|'.join(_KOREAN_WORDS)})(?=\s?(?:{_COUNTERS}))"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as written, and the values it can stand for: 232조 is article 232 of a law, or 232 trillion won.

    `start` and `end` are where it stands in the text that was read; `in_words` says that it is not in digits.
    """

    written: str
    values: frozenset[float]
    start: int
    end: int
    in_words: bool = False

    def agrees(self, other: Figure) -> bool:
        """Whether the two can be the same number."""
        return any(math.isclose(a, b, rel_tol=_ROUNDING) for a in self.values for b in other.values)


def figures(text: str) -> list[Figure]:
    """The figures of `text`: those in digits, with their magnitude, and number words, months among them."""
    return [*digit_figures(text), *_word_figures(text)]


def spelt_out(text: str) -> list[str]:
    """The figures of `text` that have a magnitude, as plain digits: 1,500억 and 150 billion are both 150000000000."""
    with_magnitude = (one for one in digit_figures(text) if not one.written[-1].isdigit())
    return [f"{max(one.values):.0f}" for one in with_magnitude]


def digit_figures(text: str) -> list[Figure]:
    """The figures of `text` that are written in digits, with their magnitude."""
    found = [_figure(match, _korean_values(match.group())) for match in _KOREAN.finditer(text)]
    taken = [(one.start, one.end) for one in found]
    found.extend(
        _figure(match, [_english_value(match)])
        for match in _ENGLISH.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
    )
    return found


def _figure(match: re.Match[str], values: Iterable[float], *, in_words: bool = False) -> Figure:
    written = match.group().rstrip()
    return Figure(written, frozenset(values), match.start(), match.start() + len(written), in_words)


def _word_figures(text: str) -> Iterator[Figure]:
    for match in _WORD.finditer(text):
        yield _figure(match, [_worded_value(match)], in_words=True)
    for match in _KOREAN_COUNT.finditer(text):
        yield _figure(match, [float(_KOREAN_WORDS[match["korean"]])], in_words=True)


def missing_figures(claim: str, evidence: str) -> list[str]:
    """The figures that `claim` has in digits, as written, that agree with none of `evidence`."""
    known = figures(evidence)
    return [one.written for one in digit_figures(claim) if not any(one.agrees(other) for other in known)]


def _korean_values(written: str) -> Iterator[float]:
    """What a run of Korean magnitudes is worth; 조 alone may also be the article of a law (제232조)."""
    parts = list(_KOREAN_PART.finditer(written))
    total = below = 0.0  # below: thousands and hundreds that wait for their magnitude, as in 2천300억
    for part in parts:
        below += _plain(part["number"]) * _KOREAN_SMALL.get(part["small"] or "", 1)
        if part["magnitude"]:
            total, below = total + below * _KOREAN_MAGNITUDES[part["magnitude"]], 0.0
    yield total + below
    if len(parts) == 1 and parts[0]["magnitude"] == "조" and not parts[0]["small"]:
        yield _plain(parts[0]["number"])


def _worded_value(match: re.Match[str]) -> float:
    magnitude = (match["magnitude"] or "").lower()
    tens, unit = (match["tens"] or "").lower(), (match["more"] or match["unit"] or "").lower()
    count = _TENS.get(tens, 0.0) + _UNITS.get(unit, 0.0)
    return count * (_HUNDRED if magnitude == "hundred" else _ENGLISH_MAGNITUDES.get(magnitude, 1))


def _english_value(match: re.Match[str]) -> float:
    magnitude = (match["magnitude"] or "").lower()
    return _plain(match["number"]) * (_ENGLISH_MAGNITUDES.get(magnitude) or _SHORT.get(magnitude) or 1)


def _plain(number: str) -> float:
    return float(number.replace(",", ""))
