"""Why a sentence of a report has its verdict: what is wrong with it, or what of it stands in the words it cites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.checks.calendar import moments
from rag.checks.names import names_in
from rag.checks.numbers import quantities
from rag.report.build import Line, Report
from rag.report.labels import Labels
from rag.web.phrases.messages import retold


def why(line: Line, report: Report, labels: Labels) -> str:
    """The reasons of a verdict; of a supported sentence that it is verbatim, else its figures, dates and names.

    A name counts where it is spelt alike in a quote; figures and dates have been held against the quotes by what they
    are worth. Where there are none, how sure it is by meaning; empty where that was not asked.
    """
    sentence = line.sentence
    if sentence.reasons or sentence.verdict != "supported":
        return "; ".join(retold(reason, labels.language) or reason for reason in sentence.reasons)
    quotes = [_one_line(note.quote) for note in report.notes if note.number in line.notes]
    if any(_one_line(sentence.text) in quote for quote in quotes):
        return labels.verbatim
    if same := list(dict.fromkeys(_same(sentence.text, quotes))):
        return labels.same.format(values=", ".join(same))
    return "" if sentence.confidence is None else labels.likely.format(percent=round(100 * sentence.confidence))


def _same(text: str, quotes: Sequence[str]) -> Iterator[str]:
    """The dates, figures and names of a supported sentence, as it writes them."""
    dates = [one for one in moments(text) if not one.relative]
    yield from (one.written for one in dates)
    for figure in quantities(text):
        if not any(one.start <= figure.start < one.end for one in dates):
            yield figure.written
    for name in names_in(text, lambda _: ()):
        if any(name.written.casefold() in quote.casefold() for quote in quotes):
            yield name.written


def _one_line(text: str) -> str:
    return " ".join(text.split())
