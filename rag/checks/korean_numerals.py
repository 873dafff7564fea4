"""Korean number words that mean a number only in their place: 이백만 is two million, 삼 개월 three months."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SINO = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_SINO_STEPS = {"십": 10, "백": 100, "천": 1000}
_SINO_LEAPS = {"만": 10**4, "억": 10**8, "조": 10**12}
_SINO_RUN = re.compile(r"[일이삼사오육칠팔구십백천만억조]*[십백천만억조][일이삼사오육칠팔구십백천만억조]*")
_SINO_DIGIT = re.compile(
    r"(?<![가-힣])[일이삼사오육칠팔구](?=\s?(?:년|개월|주|일|시간|분|초|미터|킬로|피트|마일|톤|달러|원|파운드|유로|명|인|위|회|차|세|층|퍼센트))"
)
_NATIVE_TENS = {"열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}
_NATIVE = {"하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7}
_NATIVE |= {"여덟": 8, "아홉": 9}
_NATIVE_RUN = re.compile(rf"(?<![가-힣])({'|'.join(_NATIVE_TENS)})\s?({'|'.join(_NATIVE)})(?=\s|[가-힣])")


def numerals(text: str) -> Iterator[tuple[str, float]]:
    """The number words of `text`, as written, each with what it is worth."""
    for match in _SINO_RUN.finditer(text):
        yield match.group(), _sino(match.group())
    for match in _SINO_DIGIT.finditer(text):
        yield match.group(), float(_SINO[match.group()])
    for match in _NATIVE_RUN.finditer(text):
        yield match.group(), float(_NATIVE_TENS[match[1]] + _NATIVE[match[2]])


def _sino(run: str) -> float:
    """A number in Sino-Korean words: 이백만 is two million, 수십 and 백 the magnitude alone."""
    total = section = digit = 0
    for syllable in run:
        if syllable in _SINO:
            digit = _SINO[syllable]
        elif syllable in _SINO_STEPS:
            section, digit = section + (digit or 1) * _SINO_STEPS[syllable], 0
        else:
            total, section, digit = total + ((section + digit) or 1) * _SINO_LEAPS[syllable], 0, 0
    return float(total + section + digit)
