"""What a question set expects, held against the index: which passages meet it, in which language it is written.

A passage meets an entry of evidence when it is of the entry's source and contains its quote, both in NFC and without
white space, so that two ways of cutting passages can be compared.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.article import Article
from rag.evaluate.questions import Evidence, Question

NOT_INDEXED = "?"


class Library(Protocol):
    """What evidence is looked up in: the part of `Assistant` that knows the texts."""

    def text(self, source: str) -> str:
        """The decoded text of a source as indexed."""

    def articles(self) -> Sequence[Article]:
        """Every article of the index."""


def squeeze(text: str) -> str:
    """`text` in NFC (UAX #15) without its white space: what the contract compares a quote in."""
    return "".join(unicodedata.normalize("NFC", text).split())


def groups_met(
    passages: Iterable[tuple[str, str]], evidence: Sequence[Sequence[Evidence]]
) -> tuple[frozenset[int], ...]:
    """Which groups of `evidence` each passage, given as (source, text) and best first, meets.

    A group is met by any one of its entries; any passage of the source meets an entry without a quote. One set of
    group numbers (from 0) a passage.
    """
    wanted = [
        (number, composed(entry.source), squeeze(entry.quote or ""))
        for number, group in enumerate(evidence)
        for entry in group
    ]
    met = []
    for source, text in passages:
        name, squeezed = composed(source), squeeze(text)
        met.append(frozenset(number for number, of, quote in wanted if of == name and quote in squeezed))
    return tuple(met)


def evidence_of(question: Question) -> tuple[tuple[Evidence, ...], ...]:
    """The evidence that counts: an unanswerable question's, if it names any, does not."""
    return question.evidence if question.answerable else ()


def composed(source: str) -> str:
    """A path in NFC: file systems keep one name composed or decomposed."""
    return unicodedata.normalize("NFC", source)


@dataclass(frozen=True, slots=True)
class _Source:
    """An indexed file as evidence is compared with it, squeezed; its articles each with their language."""

    text: str
    articles: tuple[tuple[str, str], ...]

    def languages(self, entry: Evidence) -> set[str]:
        """The languages of the articles that hold the quote, of all articles where none does."""
        quote = squeeze(entry.quote or "")
        holding = {language for text, language in self.articles if quote in text}
        return holding or {language for _, language in self.articles}


class Gold:
    """The evidence of a question set as an index has it."""

    def __init__(self, library: Library, questions: Sequence[Question]) -> None:
        """Reads the files that the evidence names.

        Raises:
            BylineError: the texts of the index cannot be read.
        """
        self._questions = questions
        self._indexed = _indexed(library, questions)

    def language(self, question: Question) -> str | None:
        """The language a question's evidence is written in; None for a question without evidence.

        Told by the index and the question set, never by what was retrieved, so that two runs have the same cells.
        Where any entry of a group is in the question's own language, that is the group's; groups in several
        languages are joined with `+`; `?` is evidence that is not in the index.
        """
        if not evidence_of(question):
            return None
        languages: set[str] = set()
        for group in question.evidence:
            sources = [(self._indexed.get(composed(entry.source)), entry) for entry in group]
            offered = {language for source, entry in sources if source for language in source.languages(entry)}
            languages |= {question.language} if question.language in offered else offered
        return "+".join(sorted(languages)) or NOT_INDEXED

    def unreachable(self) -> tuple[str, ...]:
        """The entries of evidence that no passage of this index can meet, a line each."""
        faults = []
        for question in self._questions:
            for entry in _entries(question):
                source = self._indexed.get(composed(entry.source))
                if source is None:
                    faults.append(f"{question.id}: {entry.source} is not in the index")
                elif squeeze(entry.quote or "") not in source.text:
                    quote = json.dumps(entry.quote, ensure_ascii=False)
                    faults.append(f"{question.id}: {entry.source} does not hold the quote {quote}")
        return tuple(faults)


def _entries(question: Question) -> Iterator[Evidence]:
    yield from (entry for group in evidence_of(question) for entry in group)


def _indexed(library: Library, questions: Sequence[Question]) -> Mapping[str, _Source]:
    """The files that the evidence names and the index has, by their path in NFC."""
    named = {composed(entry.source) for question in questions for entry in _entries(question)}
    articles: dict[str, list[Article]] = defaultdict(list)
    for article in library.articles():
        if composed(article.source) in named:
            articles[article.source].append(article)
    found = {}
    for source, members in articles.items():
        text = library.text(source)
        squeezed = tuple((squeeze(member.span.of(text)), member.language) for member in members)
        found[composed(source)] = _Source(squeeze(text), squeezed)
    return found
