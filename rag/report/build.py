"""Asking the questions of a report, and numbering the notes of all its answers through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from index.decode import Unreadable, decode
from rag.answer import Answer, Citation, Sentence, held
from rag.compose import EXTRACTIVE
from rag.errors import BylineError

if TYPE_CHECKING:
    from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the report and the numbers of the footnotes that it carries."""

    sentence: Sentence
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A question, its answer, and the answer's sentences with their footnotes."""

    answer: Answer
    lines: tuple[Line, ...]

    @property
    def paragraphs(self) -> tuple[tuple[Line, ...], ...]:
        """The lines by paragraph: a model's are one, the articles' own words, headings among them, one each."""
        if self.answer.model == EXTRACTIVE:
            return tuple((line,) for line in self.lines)
        return (self.lines,) if self.lines else ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report: `notes` are the citations of all sections, numbered through from 1, each span once.

    `language` is the one that most questions are in.
    """

    title: str
    made: date
    language: str
    sections: tuple[Section, ...]
    notes: tuple[Citation, ...]

    @property
    def sources(self) -> tuple[Citation, ...]:
        """The articles cited, each once, by its first citation; in the order of use."""
        first: dict[tuple[str, str], Citation] = {}
        for note in self.notes:
            first.setdefault((note.source, note.title), note)
        return tuple(first.values())

    @property
    def summary(self) -> tuple[int, int]:
        """How many sentences are supported, of how many that state anything."""
        return held([line.sentence for section in self.sections for line in section.lines])


def read_questions(path: Path) -> tuple[str, ...]:
    """The questions of a file: one a line, or those of a question set (.jsonl).

    Raises:
        BylineError: it cannot be read, is malformed, or holds no question.
    """
    if path.suffix.lower() == ".jsonl":
        from rag.evaluate.questions import load_questions

        return tuple(one.question for one in load_questions(path))
    try:
        text = decode(path.read_bytes()).text
    except (OSError, Unreadable) as error:
        raise BylineError(f"{path}: cannot be read ({error})") from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())  # a file without words is unreadable


def build(
    assistant: Assistant,
    questions: Sequence[str],
    *,
    title: str,
    made: date,
    llm: str | None = None,
    k: int | None = None,
    on_progress: Callable[[], None] = lambda: None,
) -> Report:
    """Ask every question and put the answers together; `on_progress` is called after each.

    Raises:
        BylineError: as `Assistant.ask`.
    """
    answers = []
    for question in questions:
        answers.append(assistant.ask(question, k=k, llm=llm))
        on_progress()
    return assemble(answers, title=title, made=made)


def assemble(answers: Sequence[Answer], *, title: str, made: date) -> Report:
    """The report of some answers."""
    numbers: dict[tuple[str, int, int], int] = {}
    notes: list[Citation] = []
    sections = []
    for answer in answers:
        renumbered: dict[int, int] = {}
        for citation in answer.citations:
            place = (citation.source, citation.start, citation.end)
            if place not in numbers:
                numbers[place] = len(numbers) + 1
                notes.append(replace(citation, number=numbers[place]))
            renumbered[citation.number] = numbers[place]
        lines = (Line(one, tuple(renumbered[number] for number in one.citations)) for one in answer.sentences)
        sections.append(Section(answer, tuple(lines)))
    language = Counter(answer.language for answer in answers).most_common(1)[0][0]
    return Report(title, made, language, tuple(sections), tuple(notes))
