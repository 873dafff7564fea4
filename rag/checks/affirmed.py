"""A text with one of its negations taken out: what it would say if it did not deny that.

What a claim denies that its source affirms brings the two nearer when it is taken out; what both deny, by another word
perhaps, sets them apart. negations.toml lists how each language takes a negation back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from index.meaning import SentenceEncoder
from rag.checks.source import language_of
from rag.checks.word_lists import word_lists

_JOIN = 3  # characters around a seam in which a Korean stem and its ending contract: 하 + 았다 is 했다


def gain(text: str, others: Sequence[str], encoder: SentenceEncoder) -> float:
    """How much nearer (cosine) `text` comes to the nearest of `others` without the negation that parts them most.

    -1 where it has none that can be taken out.
    """
    variants = list(affirmed(text))
    if not variants:
        return -1.0
    vectors = encoder.encode([text, *variants, *others])
    cosines = (vectors[: 1 + len(variants)] @ vectors[1 + len(variants) :].T).max(axis=1)
    return float(cosines[1:].max() - cosines[0])


def affirmed(text: str) -> Iterator[str]:
    """`text` without each of its negations in turn."""
    language = language_of(text)
    for pattern, instead in _taken_back(language):
        for match in pattern.finditer(text):
            seam = match.start()
            joined = text[:seam] + instead + text[match.end() :]
            yield _contracted(joined, seam) if language == "ko" else joined


def _contracted(text: str, seam: int) -> str:
    """`text` with a Korean stem and its ending, which now meet at `seam`, in one."""
    start, end = max(0, seam - _JOIN), seam + _JOIN
    around = text[start:end]
    for apart, joined in word_lists("negations")["ko"]["contracted"].items():
        around = around.replace(apart, joined, 1)
    return text[:start] + around + text[end:]


@cache
def _taken_back(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    listed = word_lists("negations").get(language, {}).get("taken_back", {})
    return tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in listed.items())
