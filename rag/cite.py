"""From a passage and a span to a citation, and from a citation back to the file on disk.

A citation is a fact about a file. It is made from the text as indexed, and held against the bytes as they are now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from index.article import Passage, Span
from index.normal import normalise
from rag.answer import Citation, Place, Retrieved, Sentence
from rag.wording import sentences, version_of


class Standing(StrEnum):
    """What a citation is worth against the file as it is now."""

    VERBATIM = "verbatim"
    STALE = "stale"
    MISSING = "missing"


def cite(number: int, retrieved: Retrieved, span: Span) -> Citation:
    """The citation of `span` (file offsets) inside a retrieved passage, under the number `[number]`.

    It is also in those copies of the passage where its own words, or a version of them, stand.
    """
    passage = retrieved.passage
    quote = passage.quote(span)
    elsewhere = (place_in(copy.passages, quote) for copy in retrieved.copies)
    return Citation(
        number=number,
        source=passage.source,
        start=span.start,
        end=span.end,
        quote=quote,
        title=passage.article.title,
        published=passage.article.published,
        language=passage.language,
        outlet=passage.article.outlet,
        also_in=tuple(place for place in elsewhere if place),
        page=passage.page(span),
    )


def place_in(passages: Sequence[Passage], quote: str) -> Place | None:
    """Where `quote` stands in an article: verbatim but for white space, else as the sentence that is a version of it.

    Args:
        passages: the passages of the article, in order.
        quote: a sentence or two of another article.
    """
    if not passages:
        return None
    span = _verbatim(passages, quote) or version_of(quote, [one for passage in passages for one in sentences(passage)])
    return Place(passages[0].source, span.start, span.end) if span else None


class Numbering:
    """Hands out citation numbers in the order of first use; the same span always gets the same one."""

    def __init__(self) -> None:
        self._by_span: dict[tuple[str, Span], Citation] = {}

    def number(self, retrieved: Retrieved, span: Span) -> int:
        """The number of the citation of `span` (file offsets) inside a retrieved passage."""
        key = (retrieved.passage.source, span)
        if key not in self._by_span:
            self._by_span[key] = cite(len(self._by_span) + 1, retrieved, span)
        return self._by_span[key].number

    @property
    def all(self) -> tuple[Citation, ...]:
        """The citations handed out, in the order of their numbers."""
        return tuple(self._by_span.values())


def standing(citation: Citation, read: Callable[[str], str | None]) -> Standing:
    """Whether the quote stands in its file, at its offsets.

    Args:
        citation: what is checked.
        read: gives the text of a source as it is on disk now, None where it is gone or unreadable.
    """
    text = read(citation.source)
    if text is None:
        return Standing.MISSING
    return Standing.VERBATIM if text[citation.start : citation.end] == citation.quote else Standing.STALE


def not_verbatim(citations: Sequence[Citation], read: Callable[[str], str | None]) -> dict[int, str]:
    """For each citation that no longer stands in its file: its number, and a sentence for the reader."""
    found = {}
    for citation in citations:
        match standing(citation, read):
            case Standing.STALE:
                found[citation.number] = f"{citation.source} has changed since it was indexed; run `byline index`"
            case Standing.MISSING:
                found[citation.number] = f"{citation.source} is gone since it was indexed"
            case Standing.VERBATIM:
                pass
    return found


def _verbatim(passages: Sequence[Passage], quote: str) -> Span | None:
    """The span of the article's own words that hold those of `quote`, white space and composition set aside."""
    for passage in passages:
        if quote in passage.text:
            start = passage.span.start + passage.text.index(quote)
            return Span(start, start + len(quote))
    written: list[str] = []
    origins: list[Span] = []
    for passage in passages:
        for kept in passage.kept:
            for character, origin in _characters(passage.quote(kept)):
                written.append(character)
                origins.append(Span(kept.start + origin.start, kept.start + origin.end))
    wanted = "".join(character for character, _ in _characters(quote))
    at = "".join(written).find(wanted)
    return Span(origins[at].start, origins[at + len(wanted) - 1].end) if wanted and at >= 0 else None


def _characters(text: str) -> Iterator[tuple[str, Span]]:
    """The characters of `text` in NFC without white space, each with where it comes from."""
    normal = normalise(text)
    for at, character in enumerate(normal.text):
        if not character.isspace():
            yield character, normal.to_source(Span(at, at + 1))


def with_broken(sentence: Sentence, broken: Mapping[int, str]) -> Sentence:
    """`sentence` with what is the matter with its citations (by number, see `not_verbatim`); at most `partly` then."""
    reasons = tuple(broken[number] for number in sentence.citations if number in broken)
    if not reasons:
        return sentence
    verdict = "partly" if sentence.verdict == "supported" else sentence.verdict
    return replace(sentence, verdict=verdict, reasons=(*sentence.reasons, *reasons))
