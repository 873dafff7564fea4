"""The data of the answering side: what was retrieved, what is cited, what each sentence rests on.

These are the contract's shapes; `rag.wire` turns them into the contract's JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from index.article import Passage
from rag.rank import NO_SIGNALS, Signals
from rag.usage import Usage

Verdict = Literal["supported", "partly", "unsupported", "uncited", "contradicted", "silent"]
FAILING: frozenset[Verdict] = frozenset({"unsupported", "contradicted", "uncited"})
SIGNS: Mapping[Verdict, str] = MappingProxyType(
    {"supported": "✓", "partly": "~", "unsupported": "✗", "uncited": "?", "contradicted": "≠", "silent": "○"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a source file, in code points of its decoded text, half-open."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Copy:
    """The words of a retrieved passage in another article: their place there, and the text from one end to the other.

    `passages` are that article's, in order: a quote is looked for in all of them.
    """

    place: Place
    text: str
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage with the score it was ranked by (higher is better) and the signals that it was made of.

    `copies` are the other articles that have the same words, in the order of their rank.
    """

    passage: Passage
    score: float
    signals: Signals = NO_SIGNALS
    copies: tuple[Copy, ...] = ()

    @property
    def also_in(self) -> tuple[Place, ...]:
        """The other places where the same words stand."""
        return tuple(copy.place for copy in self.copies)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a source file that an answer rests on, with its verbatim words.

    `number` is the n of the answer's `[n]` marker. `quote == text[start:end]` of the file's text as indexed; `page` is
    the page the quote begins on, counted from 1, None where the file has no pages.
    """

    number: int
    source: str
    start: int
    end: int
    quote: str
    title: str
    published: str | None
    language: str
    outlet: str | None = None
    also_in: tuple[Place, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, its citation numbers, and whether those citations bear it out, with the reasons.

    `confidence` is the probability, by its meaning alone, that the cited words say it; None where that was not asked.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    confidence: float | None = None


def held(sentences: Sequence[Sentence]) -> tuple[int, int]:
    """How many sentences are supported, and how many state anything: one that only leaves something open does not."""
    stating = [one.verdict for one in sentences if one.verdict != "silent"]
    return stating.count("supported"), len(stating)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where the articles differ on what was asked: a sentence that says so, and the citations of both sides."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited and checked answer.

    `text` carries the `[n]` markers; `language` is the question's (ISO 639-1); `model` is `extractive` or the model's
    name; `notices` are things the reader should know (which host got the text, what was dropped); `timings` are seconds
    by stage. `conflicts` are where the articles differ on what was asked; `confidence` is the probability, before any
    model was asked, that the articles answer at all, None where that was not weighed. `usage` sums all requests to the
    model, those for rewriting, reranking, judging and repair too; None without a model. `unknown_words` are the words
    of the question that no article holds, where it abstains for lack of evidence.
    """

    question: str
    text: str
    abstained: bool
    language: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    retrieved: tuple[Retrieved, ...]
    model: str
    notices: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    confidence: float | None = None
    usage: Usage | None = None
    unknown_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation and the answer it got."""

    question: str
    answer: str
