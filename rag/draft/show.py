"""A checked draft for its writer: as text, Markdown, a page of HTML, and as the contract's JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.answer import SIGNS, Citation, Verdict
from rag.draft.check import CheckedClaim, CheckedDraft
from rag.wire import citation_json, sentence_json


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a source, on one line, and where they stand."""

    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table of verdicts; `line` counts from 1 in the draft's text."""

    line: int
    verdict: Verdict
    sign: str
    text: str
    cited: tuple[str, ...]
    reasons: tuple[str, ...]
    quoted: tuple[Quoted, ...]
    suggested: Quoted | None


def draft_json(checked: CheckedDraft) -> dict[str, Any]:
    """A checked draft under the contract's keys, ready for `json.dumps`.

    Each sentence also has `start` and `end` in the draft's text, `cited_as`, and a `suggestion` where there is one.
    """
    return {
        "draft": checked.name,
        "sentences": [_claim_json(one) for one in checked.claims],
        "citations": [citation_json(one) for one in checked.citations],
        "notices": list(checked.notices),
    }


def as_json(checked: CheckedDraft) -> str:
    """`draft_json` as text."""
    return json.dumps(draft_json(checked), ensure_ascii=False, indent=2) + "\n"


def as_text(checked: CheckedDraft) -> str:
    """A paragraph a sentence, for a terminal."""
    blocks = []
    for row in rows(checked):
        lines = [f"{row.sign} {row.line}: {row.text}{''.join(f' {one}' for one in row.cited)}"]
        lines += [f"    {row.verdict}: {reason}" for reason in row.reasons]
        lines += [f"    {one.place}: “{one.quote}”" for one in row.quoted]
        if row.suggested:
            lines.append(f"    could cite {row.suggested.place}: “{row.suggested.quote}”")
        blocks.append("\n".join(lines))
    ending = "\n".join([summary(checked), *(f"note: {notice}" for notice in checked.notices)])
    return "\n\n".join([*blocks, ending]) + "\n"


def as_markdown(checked: CheckedDraft) -> str:
    """A table with a row a sentence."""
    lines = [f"# {_cell(title(checked))}", "", summary(checked), ""]
    lines += [line for notice in checked.notices for line in (_cell(notice), "")]
    lines += ["| line | verdict | sentence | why | words it rests on |", "|---|---|---|---|---|"]
    for row in rows(checked):
        words = [f"{one.place}: “{one.quote}”" for one in row.quoted]
        if row.suggested:
            words.append(f"could cite {row.suggested.place}: “{row.suggested.quote}”")
        cited = "".join(f" {one}" for one in row.cited)
        cells = (f"{row.sign} {row.verdict}", row.text + cited, _joined(row.reasons), _joined(words))
        lines.append(f"| {row.line} | {' | '.join(_cell(one) for one in cells)} |")
    return "\n".join(lines) + "\n"


def as_html(checked: CheckedDraft) -> str:
    """A page by itself."""
    from rag.pages import render

    return render(
        "check.html",
        language="en",
        title=title(checked),
        summary=summary(checked),
        notices=checked.notices,
        rows=list(rows(checked)),
    )


def rows(checked: CheckedDraft) -> list[Row]:
    """The table of verdicts, in the order of the draft."""
    by_number = {one.number: one for one in checked.citations}
    return [_row(one, [by_number[number] for number in one.sentence.citations]) for one in checked.claims]


def title(checked: CheckedDraft) -> str:
    """What the table is of."""
    return f"Citations of {checked.name}"


def summary(checked: CheckedDraft) -> str:
    """How many sentences there are, and of each verdict."""
    counts = Counter(one.sentence.verdict for one in checked.claims)
    parts = [f"{counts[verdict]} {verdict}" for verdict in SIGNS if counts[verdict] and verdict != "supported"]
    good = f"{counts['supported']} of {len(checked.claims)} sentences supported"
    return ", ".join([good, *parts])


def _row(one: CheckedClaim, citations: Sequence[Citation]) -> Row:
    return Row(
        line=one.claim.line,
        verdict=one.sentence.verdict,
        sign=SIGNS[one.sentence.verdict],
        text=one.sentence.text,
        cited=tuple(reference.written for reference in one.claim.references),
        reasons=one.sentence.reasons,
        quoted=tuple(_quoted(citation) for citation in citations),
        suggested=_quoted(one.suggestion) if one.suggestion else None,
    )


def _quoted(citation: Citation) -> Quoted:
    return Quoted(f"{citation.source}:{citation.start}–{citation.end}", " ".join(citation.quote.split()))


def _claim_json(one: CheckedClaim) -> dict[str, Any]:
    return {
        **sentence_json(one.sentence),
        "start": one.claim.start,
        "end": one.claim.end,
        "cited_as": [reference.written for reference in one.claim.references],
        "suggestion": citation_json(one.suggestion) if one.suggestion else None,
    }


def _joined(parts: Sequence[str]) -> str:
    return "; ".join(parts)


def _cell(text: str) -> str:
    """Text inside a cell of a Markdown table, with what would be markup there escaped."""
    return "".join(f"\\{char}" if char in "\\|`*_[]<>#" else char for char in " ".join(text.split()))
