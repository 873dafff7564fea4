"""What an article says of itself: its title, its outlet, the day it was published.

Only the article's own words count. A file's time says when it was saved, and a date inside the prose says when
something happened; neither is a date of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.clean import Line, is_prose
from index.dates import find_dates

_HEAD = 12  # lines from the top in which title, outlet and date are looked for
_FOOT = 4
_ABOUT = 80  # characters up to which a line with a date is about the article, not about the world
_HEADLINE = 20  # width from which a line may be a headline; a Hangul syllable is as wide as two Latin letters
_LONGEST_TITLE = 200
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_HEADING = re.compile(r"^#\s+(?P<title>.+)$")
_FRONT_MATTER = re.compile(r"^(?P<key>title|outlet|publisher|source)\s*:\s*[\"']?(?P<value>.+?)[\"']?$", re.IGNORECASE)
_NOT_HEADLINE = re.compile(r"^[▲△▼▽▶◀■□◆◇○●ⓒ©]|^\[?(?:사진|photo)|\s\|\s|\s·\s|기자$|기자\s+\S+@|^by\s", re.IGNORECASE)
_ITEM_MARK = re.compile(r"^[\s#\-–—|·*]+|[\s|·*]+$")
_SOURCE = re.compile(
    r"^(?:출처|자료|제공)\s*[:=]\s*(?P<name>.{2,40})$|^/\s?(?P<agency>[^\s/].{1,20})$"
    r"|^\([^)=]{1,20}=(?P<dateline>[^)\s]{2,20})\)"
    r"|^(?P<paper>\S{1,12}(?:신문|일보|경제|뉴스|방송))\s[가-힣]{2,4}\s(?:\S{1,6})?기자$",
)
_COPYRIGHT = re.compile(
    r"(?:©|ⓒ|\(c\)|copyrights?)[\s©ⓒ]*(?:\(c\)\s*)?(?:\d{4}\s*)?(?:by\s+)?(?P<name>[^\d().,|/]{2,40}?)"
    r"(?=[\s(.,|]*(?:\(|\.|,|\||all rights|무단|$))",
    re.IGNORECASE,
)
_MASTHEAD = re.compile(
    r"^(?:[A-Z][\w'’.-]*\s|&\s){1,5}(?:Bulletin|Chronicle|Daily|Gazette|Herald|Journal|Ledger|Magazine|News|Observer|Post"
    r"|Quarterly|Reporter|Review|Telegraph|Times|Tribune|Weekly)$"
)
_PARTS = re.compile(r"\s[|·/]\s|\s*[,=]\s*|\s[-–—]\s")
_NO_OUTLET = re.compile(
    r"(?:입력|등록|수정|승인|작성|게재|송고|발행|보도|배포)(?:일|일시|시간|시점)?\s*:?$|기자|특파원|에디터|\bby\b|\bdate\b|published|posted|updated"
    r"|\breporter\b.*\b\w+$|^(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\.?$|\d|[\[\]{}:<>]",
    re.IGNORECASE,
)

# Korean running text: a name has no particle or ending, and no bracket that is opened and not closed.
_RUNNING = re.compile(r"(?<=[가-힣])(?:[은는을를에의며]|다\.?|부터|까지|따라|[하대]여)$|\([^)]*$|^[^(]*\)")
# What may follow the date of a line about the article: a weekday, a clock, a zone, another part of the line.
_AFTER_DATE = re.compile(
    r"^(?:[\W\d]|[월화수목금토일](?:요일)?(?!\w)|오전|오후|\d[시분초]|T(?=\d)|[ap]\.?m\b\.?|at\b|[A-Z]{3,4}\b)*(?:[|·].*)?$",
    re.IGNORECASE,
)


def title_of(lines: Sequence[Line], fallback: str) -> str:
    """The title of an article: a heading, or the first line of the head that reads as a headline.

    Args:
        lines: the article's kept lines, in order.
        fallback: what to call an article that has no line.
    """
    head = [line.text for line in lines[:_HEAD]]
    for text in head:
        if match := _HEADING.match(text) or _front_matter(text, "title"):
            return _shortened(match["title"] if "title" in match.groupdict() else match["value"])
    candidates = [text for text in _before_prose(head) if not _mostly_date(text) and not _NOT_HEADLINE.search(text)]
    wide = [text for text in candidates if _width(text) >= _HEADLINE]
    wide = [text for text in wide if not is_masthead(text)] or wide
    best = wide[0] if wide else max(candidates, key=_width, default=head[0] if head else fallback)
    return _shortened(best)


def item_title(lines: Sequence[Line], fallback: str) -> str:
    """The title of an item of a list page: the line above its text, or its first line.

    Args:
        lines: the item's kept lines, in order.
        fallback: what to call an item that has no line.
    """
    words = [line.text for line in lines if not _is_date_alone(line.text)]
    for before, text in pairwise(words):
        if is_prose(text):
            return _shortened(before)
    return _shortened(words[0]) if words else fallback


def published_of(lines: Sequence[Line]) -> str | None:
    """The ISO date that a short line near the top, or at the foot, gives; None where there is none."""
    for line in (*lines[:_HEAD], *lines[-_FOOT:]):
        dates = find_dates(line.text)
        if dates and len(line.text) <= _ABOUT and (_mostly_date(line.text) or not is_prose(line.text)):
            return dates[0].iso
    return None


def outlet_of(lines: Sequence[Line], dropped: Sequence[Line]) -> str | None:
    """The outlet's name: named as the source, beside the date, in the copyright notice, or by the masthead.

    Args:
        lines: the article's kept lines.
        dropped: the lines dropped as furniture, among which the copyright notice is.
    """
    head = [line.text for line in lines[:_HEAD]]
    for text in (*head, *(line.text for line in lines[-_FOOT:])):
        if match := _front_matter(text, "outlet", "publisher", "source"):
            return str(match["value"])
        if match := _SOURCE.search(text):
            return next(name.strip() for name in match.groups() if name)
    beside = next(_beside_date(head), None)
    if beside:
        return beside
    notices = (match["name"].strip() for line in dropped if (match := _COPYRIGHT.search(line.text)))
    return next(notices, None) or _masthead(head)


def is_masthead(text: str) -> bool:
    """Whether a line is named as English-language papers are: "The Harbour Gazette"."""
    return bool(_MASTHEAD.match(text))


def _masthead(head: Sequence[str]) -> str | None:
    """A line above the text that is named as outlets are, where another line can be the headline."""
    above = list(_before_prose(head))
    return next((text for text in above if is_masthead(text)), None) if len(above) > 1 else None


def _before_prose(head: Sequence[str]) -> Iterator[str]:
    """The lines above the first paragraph; the very first line counts even if it ends as a sentence does."""
    for at, text in enumerate(head):
        if at and is_prose(text) and _width(text) >= 2 * _HEADLINE:
            return
        if len(text) <= _LONGEST_TITLE:
            yield text


def _front_matter(text: str, *keys: str) -> re.Match[str] | None:
    match = _FRONT_MATTER.match(text)
    return match if match and match["key"].lower() in keys else None


def _beside_date(head: Sequence[str]) -> Iterator[str]:
    """Names that stand before a date in its line, or in the line above it."""
    for at, text in enumerate(head):
        dates = find_dates(text)
        if not dates or len(text) > _ABOUT or (is_prose(text) and not _mostly_date(text)):
            continue
        if not _AFTER_DATE.match(text[dates[-1].span.end :]):
            continue
        above = head[at - 1] if at >= 2 and not is_prose(head[at - 1]) else ""
        names = [*_PARTS.split(text[: dates[0].span.start]), *_PARTS.split(above)]
        for name in names:
            bare = name.strip(" |·-–—,*_#(")
            named = not (bare.isupper() or _NO_OUTLET.search(bare) or _RUNNING.search(bare))
            if named and 2 <= len(bare) <= 40:
                yield bare


def _is_date_alone(text: str) -> bool:
    return bool(find_dates(text)) and _mostly_date(text) and not is_prose(text)


def _mostly_date(text: str) -> bool:
    covered = sum(len(found.span) for found in find_dates(text))
    return covered > 0 and len(text) - covered <= max(covered, 32)


def _width(text: str) -> int:
    return len(text) + len(_HANGUL.findall(text))


def _shortened(text: str) -> str:
    dates = find_dates(text)
    marked = dates and dates[0].span.start <= 2 and len(dates[0].span) + 4 < len(text)
    bare = _ITEM_MARK.sub("", text[dates[0].span.end :].lstrip(" ])}>") if marked else text) or text
    return bare if len(bare) <= _LONGEST_TITLE else bare[: _LONGEST_TITLE - 1].rstrip() + "…"
