"""A report as Markdown, with footnotes that `byline check` reads again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rag.answer import Answer, Sentence
from rag.report.build import Report, Section, assemble
from rag.report.labels import Labels, labels_in
from rag.report.why import why

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~])")
_LIST_MARK = re.compile(r"^(\d+)([.)])(?=\s)|^([-+])(?=\s)")


def as_markdown(report: Report) -> str:
    """One section a question, the notes as footnotes, the table of verdicts, the sources."""
    labels = labels_in(report.language)
    lines = [f"# {escaped(report.title)}", "", escaped(labels.summary(report)), ""]
    for section in report.sections:
        lines += [f"## {escaped(section.answer.question)}", "", *_prose(section), ""]
    lines += [f"## {labels.verification}", "", *_table(report, labels), ""]
    if report.notes:
        lines += [f"## {labels.sources}", "", *(f"- {escaped(labels.about(one))}" for one in report.sources), ""]
        lines += [f"[^{note.number}]: {escaped(labels.note(note))}" for note in report.notes]
    return "\n".join(lines).rstrip("\n") + "\n"


def answer_as_markdown(answer: Answer) -> str:
    """An answer to be pasted somewhere: its sentences, the verdicts on those that are not supported, and its notes."""
    report = assemble([answer], title="", made=date.min)
    labels = labels_in(report.language)
    (section,) = report.sections
    said = [
        f"{escaped(line.sentence.text)}{_marks(line.notes)}{_doubt(line.sentence, labels)}" for line in section.lines
    ]
    notes = [f"[^{note.number}]: {escaped(labels.note(note))}" for note in report.notes]
    return "\n".join([" ".join(said) or escaped(answer.text), "", *notes]).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    """`text` on one line, with every character escaped that Markdown would take for markup."""
    flat = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _LIST_MARK.sub(lambda mark: f"{mark[1]}\\{mark[2]}" if mark[1] else f"\\{mark[3]}", flat)


def _prose(section: Section) -> Iterator[str]:
    if section.answer.abstained or not section.lines:
        yield escaped(section.answer.text)
    said = (
        " ".join(escaped(line.sentence.text) + _marks(line.notes) for line in lines) for lines in section.paragraphs
    )
    yield "\n\n".join(said)


def _table(report: Report, labels: Labels) -> Iterator[str]:
    yield f"| {labels.question} | {labels.sentence} | {labels.verdict} | {labels.why} | {labels.notes} |"
    yield "|---|---|---|---|---|"
    for number, section in enumerate(report.sections, start=1):
        for line in section.lines:
            sentence = line.sentence
            cells = (escaped(sentence.text), labels.signed(sentence.verdict), escaped(why(line, report, labels)))
            yield f"| {number} | {' | '.join(cells)} | {', '.join(map(str, line.notes))} |"


def _doubt(sentence: Sentence, labels: Labels) -> str:
    return "" if sentence.verdict == "supported" else f" *({labels.signed(sentence.verdict)})*"


def _marks(notes: Sequence[int]) -> str:
    return "".join(f"[^{number}]" for number in notes)
