"""A question made ready for retrieval: everything about it that does not depend on a passage."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

from index.dates import find_dates
from index.embed import Vectors
from index.meaning import SentenceEncoder
from index.terms import Term, Terms
from rag.clauses import clauses


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question, its language (ISO 639-1), and what it is searched by.

    `embedding` is e5's vector, which may still be under way, `meaning` the second encoder's; `terms` are its telling
    terms, in order, and `words` the second encoder's vectors of their words, shape (terms, 512); `clauses` are the
    terms of each of its clauses; `dates` are the full dates that it names.
    """

    text: str
    language: str
    embedding: Future[Vectors]
    meaning: Vectors
    terms: tuple[Term, ...]
    words: Vectors
    clauses: tuple[frozenset[str], ...]
    dates: frozenset[str]

    @property
    def vector(self) -> Vectors:
        """e5's vector, waited for. Raises what embedding raised."""
        return self.embedding.result()


def prepare(text: str, language: str, embedding: Future[Vectors], encoder: SentenceEncoder, terms: Terms) -> Question:
    """Make the question `text` in `language` (ISO 639-1) ready; `embedding` is e5's vector of it."""
    telling = tuple(terms.telling(text, language))
    meanings = encoder.encode([text, *(term.word for term in telling)])
    return Question(
        text=text,
        language=language,
        embedding=embedding,
        meaning=meanings[0],
        terms=telling,
        words=meanings[1:],
        clauses=tuple(clauses(text, lambda piece: [term.stem for term in terms.telling(piece, language)])),
        dates=frozenset(found.iso for found in find_dates(text)),
    )
