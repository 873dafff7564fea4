"""Claims made wrong on purpose: copies of a sentence with one number, date, name, unit or direction changed.

The words that are swapped are listed here, apart from the lists that the checks use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
KOREAN_WEEKDAYS = [f"{day}요일" for day in "월화수목금토일"]
DATED = re.compile(
    rf"(?:{'|'.join(MONTHS)})\.?\s+(?P<d1>\d{{1,2}})\b(?!\d)|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:{'|'.join(MONTHS)})\b"
    r"|(?P<d3>\d{1,2})일(?!간)|(?P<y1>(?:19|20)\d\d)년|(?:in|since|by|of|until|,)\s(?P<y2>(?:19|20)\d\d)\b(?![\d,.]\d)"
    rf"|(?P<wd>\b(?:{'|'.join(WEEKDAYS)})\b|[월화수목금토일]요일)|(?:in|In|last|of|by|since|until)\s(?P<mo>{'|'.join(MONTHS)})\b"
    r"|(?P<km>\d{1,2})월"
)
NUMBER = re.compile(r"(?<![\w.,:/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\d:/.,]\d|\w?\d)")
MAGNITUDES = {
    "million": "billion",
    "billion": "million",
    "thousand": "million",
    "trillion": "billion",
    "억": "조",
    "만": "억",
}
UNITS = {
    "percent": "dollars",
    "per cent": "pounds",
    "%": " people",
    "$": "€",
    "£": "$",
    "€": "£",
    "dollars": "euros",
    "miles": "metres",
    "km": "miles",
    "kilometres": "miles",
    "feet": "miles",
    "hours": "weeks",
    "minutes": "hours",
    "days": "hours",
    "weeks": "hours",
    "months": "years",
    "years": "months",
    "people": "percent",
    "tonnes": "grams",
    "원": "달러",
    "달러": "유로",
    "유로": "원",
    "퍼센트": "명",
    "명": "퍼센트",
    "톤": "그램",
    "시간": "개월",
    "개월": "시간",
    "미터": "마일",
    "마일": "미터",
    "킬로미터": "피트",
    "파운드": "달러",
    "년": "시간",
}
ENGLISH_TURNS = (
    "rose/fell increased/decreased increase/decrease rise/fall higher/lower more/less up/down grew/shrank gained/lost"
    " growth/decline won/lost win/lose victory/defeat agreed/refused accepted/rejected accept/reject approved/rejected"
    " support/oppose supported/opposed allowed/banned allow/ban started/ended start/end began/ended opened/closed"
    " open/close bought/sold buy/sell imports/exports before/after above/below first/last northern/southern"
    " north/south east/west stronger/weaker strong/weak improve/worsen improved/worsened best/worst high/low"
    " highest/lowest largest/smallest large/small success/failure succeeded/failed joined/left include/exclude"
    " profit/loss guilty/innocent legal/illegal likely/unlikely positive/negative always/never early/late older/younger"
    " man/woman men/women son/daughter father/mother most/least"
)
KOREAN_TURNS = (
    "증가/감소 상승/하락 늘었/줄었 늘어/줄어 올랐/내렸 올라/내려 확대/축소 인상/인하 급등/급락 승리/패배 이겼/졌"
    " 합의/거부 동의/반대 승인/거절 찬성/반대 지지/반대 허용/금지 시작/종료 개막/폐막"
    " 열었/닫았 매입/매도 구매/판매 수입/수출"
    " 강화/약화 개선/악화 최고/최저 높/낮 성공/실패 가입/탈퇴 포함/제외 흑자/적자"
    " 유죄/무죄 남성/여성 아버지/어머니 아들/딸"
    " 첫/마지막 북부/남부 동부/서부"
)
NEGATED = re.compile(r"\b(?P<verb>is|are|was|were|will|would|can|could|has|have|had|should|did)\b(?! not|n['’]t)")
KOREAN_NEGATED = re.compile(r"(?P<stem>[가-힣])(?P<end>했다|했습니다|한다|합니다)(?=[.\"”'’]?$)")
KOREAN_DENIALS = {
    "했다": "하지 않았다",
    "했습니다": "하지 않았습니다",
    "한다": "하지 않는다",
    "합니다": "하지 않습니다",
}


@dataclass(frozen=True, slots=True)
class Swap:
    """A sentence with one thing in it changed; `kind` says what."""

    kind: str
    text: str


def swaps(sentence: str, names: Sequence[str], other_names: Sequence[str], random: Random) -> list[Swap]:
    """One changed copy of `sentence` for each kind that it offers a place for.

    Args:
        sentence: in English or Korean.
        names: the names in it, as they stand there.
        other_names: names to put in their place.
        random: where the choices come from.
    """
    makers: Mapping[str, Callable[[], str | None]] = {
        "number": lambda: _number(sentence, random),
        "date": lambda: _date(sentence, random),
        "name": lambda: _name(sentence, names, other_names, random),
        "unit": lambda: _unit(sentence, random),
        "direction": lambda: _direction(sentence, random),
        "negation": lambda: _negation(sentence),
    }
    made = ((kind, make()) for kind, make in makers.items())
    return [Swap(kind, text) for kind, text in made if text and text != sentence]


def _number(sentence: str, random: Random) -> str | None:
    dated = [match.span() for match in DATED.finditer(sentence)]
    free = [
        match
        for match in NUMBER.finditer(sentence)
        if not any(start <= match.start() < end for start, end in dated) and len(match.group()) < 12
    ]
    if not free:
        return None
    match = random.choice(free)
    return _put(sentence, match.span(), _other_number(match.group(), random))


def _other_number(written: str, random: Random) -> str:
    """Another number of the same shape: one digit is changed."""
    digits = [at for at, char in enumerate(written) if char.isdigit()]
    at = random.choice(digits)
    others = [digit for digit in "123456789" if digit != written[at]]
    return written[:at] + random.choice(others) + written[at + 1 :]


def _date(sentence: str, random: Random) -> str | None:
    found = list(DATED.finditer(sentence))
    if not found:
        return None
    match = random.choice(found)
    group = next(name for name, value in match.groupdict().items() if value)
    written, span = match[group], match.span(group)
    if group == "wd":
        names = KOREAN_WEEKDAYS if written in KOREAN_WEEKDAYS else WEEKDAYS
        return _put(sentence, span, random.choice([name for name in names if name != written]))
    if group == "mo":
        return _put(sentence, span, random.choice([name for name in MONTHS if name != written]))
    if group.startswith("y"):
        return _put(sentence, span, str(int(written) + random.choice([-7, -3, -1, 1, 2, 5])))
    top = 12 if group == "km" else 28
    return _put(sentence, span, str(random.choice([n for n in range(1, top + 1) if n != int(written)])))


def _name(sentence: str, names: Sequence[str], other_names: Sequence[str], random: Random) -> str | None:
    others = [name for name in other_names if name not in sentence]
    if not names or not others:
        return None
    name = random.choice(list(names))
    at = sentence.index(name)
    return _put(sentence, (at, at + len(name)), random.choice(others))


def _unit(sentence: str, random: Random) -> str | None:
    table = MAGNITUDES | UNITS
    words = "|".join(map(re.escape, sorted(table, key=len, reverse=True)))
    pattern = re.compile(
        rf"(?<=\d)\s?-?(?P<u>{words})(?![A-Za-z])|(?P<s>[$£€])(?=\d)|(?<=[만억조])\s?(?P<w>원|달러|명|유로)"
    )
    found = list(pattern.finditer(sentence))
    if not found:
        return None
    match = random.choice(found)
    group = next(name for name, value in match.groupdict().items() if value)
    if match[group] == "년" and re.search(r"(?:19|20)\d\d$", sentence[: match.start(group)]):
        return None
    return _put(sentence, match.span(group), table[match[group]])


def _direction(sentence: str, random: Random) -> str | None:
    korean = re.search(r"[가-힣]", sentence) is not None
    found = []
    for pair in (KOREAN_TURNS if korean else ENGLISH_TURNS).split():
        one, other = pair.split("/")
        for word, opposite in ((one, other), (other, one)):
            pattern = rf"(?<![가-힣]){word}" if korean else rf"\b{word}\b"
            found += [(match.span(), opposite) for match in re.finditer(pattern, sentence)]
    if not found:
        return None
    span, opposite = random.choice(found)
    return _put(sentence, span, opposite)


def _negation(sentence: str) -> str | None:
    if re.search(r"[가-힣]", sentence):
        match = KOREAN_NEGATED.search(sentence)
        return _put(sentence, match.span("end"), KOREAN_DENIALS[match["end"]]) if match else None
    match = NEGATED.search(sentence)
    return _put(sentence, match.span(), f"{match.group()} not") if match else None


def _put(sentence: str, span: tuple[int, int], text: str) -> str:
    return sentence[: span[0]] + text + sentence[span[1] :]
