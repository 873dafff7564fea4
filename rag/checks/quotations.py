"""Quotations: what a claim puts in quotation marks stands so in its source; across languages that is not judged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.checks.source import Fault, Source, language_of

_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|「([^「」]+)」|『([^『』]+)』|‘([^‘’]{12,})’(?!\w)")
_ELLIPSIS = re.compile(r"\s*(?:…|\.{3}|\[\s*(?:…|\.{3})\s*\])\s*")
_ADDED = re.compile(r"\[[^\]]*\]")  # what a writer puts into a quotation, in brackets
_LEAST = 2  # words; one word in quotation marks is a coinage or irony as often as speech
_LEAST_KOREAN = 5  # syllables


def quotation_faults(claim: str, sources: Sequence[Source]) -> list[Fault]:
    """The quotations of `claim` that stand in none of its sources of the same language."""
    held = [_plain(f"{source.text}\n{source.around}") for source in sources]
    faults = []
    for match in _QUOTED.finditer(claim):
        quoted = next(group for group in match.groups() if group)
        if any(source.language != language_of(quoted) for source in sources) or not _is_speech(quoted):
            continue
        parts = [_plain(part) for piece in _ELLIPSIS.split(quoted) for part in _ADDED.split(piece)]
        if not any(all(part in text for part in parts) for text in held):
            faults.append(Fault(f"the quotation '{quoted.strip()}' does not stand in the cited text"))
    return faults


def _is_speech(quoted: str) -> bool:
    return len(quoted.split()) >= _LEAST or (language_of(quoted) == "ko" and len(quoted) >= _LEAST_KOREAN)


def _plain(text: str) -> str:
    """Letters and digits alone: marks, spaces and capitals are set by whoever quotes."""
    return re.sub(r"[\W_]+", "", text.casefold())
