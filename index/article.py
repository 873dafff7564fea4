"""The data of the indexing side: an article inside a file, and the passages it is retrieved by.

Every offset in this package counts Unicode code points in the file's decoded text and every range is half-open.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

_SENTENCE_END = re.compile(r"[.。…][\"'”’)\]]*$")


def digest(text: str) -> str:
    """A name for a text by its content: 128 bits of BLAKE2b, in hexadecimal."""
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def digest_bytes(data: bytes) -> str:
    """A name for bytes by what they are: 128 bits of BLAKE2b, in hexadecimal."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points, `start` up to but not including `end`, in a file's decoded text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def moved(self, by: int) -> Span:
        """The range of the same length `by` code points further on."""
        return Span(self.start + by, self.end + by)

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a file: most files hold one, a list page holds one for each of its items.

    `source` is the POSIX path relative to the indexed folder; `span` is where the article lies in the decoded text;
    `published` is an ISO date, None where the text gives none.
    """

    source: str
    span: Span
    title: str
    outlet: str | None
    published: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paginated file: its number, counted from 1, and where its text begins."""

    number: int
    start: int


@dataclass(frozen=True)
class Passage:
    """A run of whole sentences of one article: what is embedded, retrieved and cited.

    `text` is verbatim `decoded_text[span.start:span.end]`; `kept` are the parts of it, in file offsets, that are the
    article's own words (furniture inside the span is left out of them); `sentences` are its sentences, in file
    offsets, all of them within `kept`; `pages` are the pages it stands on, none where the file has no pages.
    """

    article: Article
    span: Span
    text: str
    kept: tuple[Span, ...]
    sentences: tuple[Span, ...]
    language: str
    pages: tuple[Page, ...] = ()

    @property
    def source(self) -> str:
        """The path of the file that the passage stands in."""
        return self.article.source

    @cached_property
    def id(self) -> str:
        """A name made of place and content: the same words at the same place are the same passage, whenever indexed.

        The same text may hold other words (`kept`), or count as another language, by what stands around it.
        """
        article = self.article
        kept = [(span.start, span.end) for span in self.kept]
        parts = (self.source, self.span.start, self.span.end, article.title, article.published, self.language, kept)
        return digest("\0".join(map(str, (*parts, self.text))))

    @property
    def heading(self) -> str:
        """What its article says above the passage: title, outlet and date, one a line, as far as they are known.

        A title that the passage holds itself is not said again; one that ends as a sentence does is none, but the first
        words of an article that has no title.
        """
        article = self.article
        held = _SENTENCE_END.search(article.title) or _squeezed(article.title) in _squeezed(self.own_words)
        return "\n".join(part for part in ("" if held else article.title, article.outlet, article.published) if part)

    @property
    def embedded_text(self) -> str:
        """What is embedded: heading and own words."""
        return f"{self.heading}\n{self.own_words}".lstrip("\n")

    def page(self, span: Span) -> int | None:
        """The number of the page on which a span inside this passage begins; None where the file has no pages."""
        begun = [page.number for page in self.pages if page.start <= span.start]
        return begun[-1] if begun else None

    def quote(self, span: Span) -> str:
        """The verbatim text of a span given in file offsets that lies inside this passage."""
        return self.text[span.start - self.span.start : span.end - self.span.start]

    @property
    def own_words(self) -> str:
        """The passage without the page furniture inside it: what is embedded and searched."""
        return "\n".join(self.quote(span) for span in self.kept)


def _squeezed(text: str) -> str:
    return "".join(text.split())
