"""Where two retrieved articles differ on the figure or the day that is asked for.

Two sentences of different articles differ when they mean about the same, name somebody or something in common, and give
other figures of the kind that the question asks for, none of them the same. Where one of them names nobody ("the first
ferry sails on the 20th") they have to be nearer, share most of their words, and be of the same weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from index.article import Span
from index.embed import Vectors
from index.terms import Noun, Terms
from rag.answer import Retrieved
from rag.asked import asks_for_day, asks_for_number
from rag.checks.calendar import Moment, moments, resolved
from rag.checks.names import Names, names_in
from rag.checks.numbers import Quantity, quantities
from rag.checks.source import language_of
from rag.question import Question
from rag.retrieve import Retriever

_PASSAGES = 8
_NEAR = 0.5  # cosine of two sentences that can tell of the same event
_ASKED = 0.2  # cosine with the question from which a sentence may answer it
_BEHIND = 0.1  # how far the better of two sentences may be behind the one that comes nearest to the question
_NEARER = 0.65  # … of two without a name in common, which share _WORDS of the telling words of the one that has fewer,
_WORDS = 0.5
_FEWEST = 2  # and at least so many,
_DAYS = 31  # and whose articles are no further apart
_MOST = 2  # figures of the asked kind in a sentence; more of them make a list or a table


@dataclass(frozen=True, slots=True)
class Side:
    """What one article says: the place of its passage among the retrieved, the sentence's span, the figure in it."""

    rank: int
    span: Span
    written: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    rank: int
    span: Span
    text: str
    published: str | None
    meaning: Vectors
    asked: float
    nouns: tuple[Noun, ...]


def conflicting(
    question: Question, retrieved: Sequence[Retrieved], retriever: Retriever, names: Names
) -> tuple[Side, Side] | None:
    """The two sentences that differ on what `question` asks for and answer it best; None where no two do."""
    if not (asks_for_day(question.text) or asks_for_number(question.text)):
        return None
    sentences = _sentences(question, retrieved[:_PASSAGES], retriever)
    best = max((one.asked for one in sentences), default=0.0)
    pairs = (
        (one, other)
        for one, other in combinations(sentences, 2)
        if retrieved[one.rank].passage.article != retrieved[other.rank].passage.article
        and max(one.asked, other.asked) >= best - _BEHIND
        and float(one.meaning @ other.meaning) >= _NEAR
    )
    for one, other in sorted(pairs, key=lambda pair: -pair[0].asked - pair[1].asked):
        said = _differing(question.text, one, other)
        if said and _same_event(one, other, names):
            return Side(one.rank, one.span, said[0]), Side(other.rank, other.span, said[1])
    return None


def _same_event(one: _Sentence, other: _Sentence, names: Names) -> bool:
    """Whether two sentences that mean about the same tell of one thing: by a name, or where one has none, by words."""
    nouns = {each.text: each.nouns for each in (one, other)}
    if names.shared(one.text, other.text, nouns.__getitem__):
        return True
    if all(names_in(each.text, nouns.__getitem__) for each in (one, other)):
        return False
    near = float(one.meaning @ other.meaning) >= _NEARER and _days_apart(one.published, other.published) <= _DAYS
    return near and _share_words(one.text, other.text, names.terms)


def _share_words(one: str, other: str, terms: Terms) -> bool:
    """Whether most telling words of one, figures aside, stand in the other; only within a language can they."""
    stems, others = (
        {term.stem for term in terms.telling(text, language_of(text)) if not term.stem[0].isdigit()}
        for text in (one, other)
    )
    same = len(stems & others)
    return same >= _FEWEST and same >= _WORDS * min(len(stems), len(others))


def _days_apart(one: str | None, other: str | None) -> int:
    """Days between two ISO dates of publication; 0 where one is not known in full."""
    try:
        return abs((date.fromisoformat(one or "") - date.fromisoformat(other or "")).days)
    except ValueError:
        return 0


def _sentences(question: Question, retrieved: Sequence[Retrieved], retriever: Retriever) -> list[_Sentence]:
    """The sentences that may answer and give a figure."""
    found = []
    for rank, (one, known) in enumerate(zip(retrieved, retriever.encoded(retrieved), strict=True)):
        embedded = one.passage.embedded_text
        for at, span in enumerate(one.passage.sentences, start=1):
            asked = float(known.meanings[at] @ question.meaning)
            text = one.passage.quote(span)
            if asked >= _ASKED and any(char.isdigit() for char in text):
                published = one.passage.article.published
                nouns = _within(known.nouns, embedded.find(text), len(text))
                found.append(_Sentence(rank, span, text, published, known.meanings[at], asked, nouns))
    return found


def _within(nouns: Sequence[Noun], start: int, length: int) -> tuple[Noun, ...]:
    """Those of a text's nouns that stand in a part of it, by their place in that part."""
    return tuple(
        replace(noun, start=noun.start - start, end=noun.end - start)
        for noun in nouns
        if start <= noun.start and noun.end <= start + length
    )


def _differing(question: str, one: _Sentence, other: _Sentence) -> tuple[str, str] | None:
    """What the two sentences say of the asked kind, as written, where they differ."""
    if asks_for_day(question):
        return _other_days(one, other)
    return next(_other_numbers(one.text, other.text), None)


def _other_days(one: _Sentence, other: _Sentence) -> tuple[str, str] | None:
    first, second = ([day for day in moments(each.text) if day.day] for each in (one, other))
    if not (0 < len(first) <= _MOST and 0 < len(second) <= _MOST):
        return None
    if any(day.within(meant) for day in first for meant in _meant(second, other.published)):
        return None
    if any(day.within(meant) for day in second for meant in _meant(first, one.published)):
        return None
    return first[0].written, second[0].written


def _meant(dates: Sequence[Moment], published: str | None) -> list[Moment]:
    return [day for day in resolved(dates, published) if day.written]


def _other_numbers(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Figures of the same unit, one in each sentence, when the sentences agree on none of that unit."""
    first, second = _counted(one), _counted(other)
    for figure in first:
        rivals = [rival for rival in second if _dimension(rival) == _dimension(figure)]
        peers = [peer for peer in first if _dimension(peer) == _dimension(figure)]
        if len(rivals) == len(peers) == 1 and not figure.agrees(rivals[0]):
            yield figure.written, rivals[0].written


def _counted(text: str) -> list[Quantity]:
    dated = [(day.start, day.end) for day in moments(text)]
    return [one for one in quantities(text) if not any(start <= one.start < end for start, end in dated)]


def _dimension(one: Quantity) -> str | None:
    return one.unit.dimension if one.unit else None
