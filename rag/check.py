"""Whether the cited words bear a sentence out: the verdict on each sentence of an answer, with reasons.

First what can be read off (`rag.checks`): figures, dates, names, quotations, direction. Then what both encoders make of
it, as a probability. Neither asks a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.article import Passage, Span
from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.answer import Verdict
from rag.checks.absence import LEFT_OPEN, only_leaves_open
from rag.checks.bounds import bound_faults
from rag.checks.coverage import coverage, coverage_faults
from rag.checks.dates import date_faults, dated_spans
from rag.checks.denials import denial_faults
from rag.checks.direction import direction_faults
from rag.checks.names import Names
from rag.checks.numbers import number_faults
from rag.checks.people import people_faults
from rag.checks.quotations import quotation_faults
from rag.checks.source import Fault, Source, language_of
from rag.checks.substance import substance_fault
from rag.checks.substitutions import substitution_faults
from rag.confidence import Likeness, confidence

# Over 600 English news sentences and their Korean translations (NTREX), nine in ten pairs have a cosine above
# SUPPORTED, and one sentence in seventeen has another neighbour above it; one pair in seventy is below RELATED.
SUPPORTED = 0.57
RELATED = 0.45
_BEST_SPANS = 2  # sentences of a passage that a citation points at, at most
_TOGETHER, _EACH = 0.03, 0.2  # how much nearer two have to be than one, and each of the two at least


@dataclass(frozen=True, slots=True)
class Bearing:
    """The words of a passage that come nearest to a claim: their span in the file, and the cosine with the claim."""

    span: Span
    text: str
    cosine: float
    passage: Passage


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, its reasons, and the probability, by meaning alone, that the cited words say it."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    confidence: float | None = None


class Checker:
    """Compares claims with passages; holds what reads language, remembers nothing."""

    def __init__(self, encoder: SentenceEncoder, embedder: Embedder, terms: Terms) -> None:
        """Both encoders give vectors of sentences in one space for all languages."""
        self._encoder = encoder
        self._embedder = embedder
        self._terms = terms
        self._names = Names(terms, encoder)

    def bearing(self, claim: str, passage: Passage) -> Bearing:
        """The sentence of `passage`, or two that stand side by side, that come nearest to `claim`.

        Of those that are about the same, the ones that hold its figures come first: a headline is often nearer to a
        claim than the sentence that states it. Two sentences have to be nearer than one, and each of them near.
        """
        alone = len(passage.sentences)
        windows = [
            Span(first.start, last.end)
            for size in range(1, _BEST_SPANS + 1)
            for first, last in zip(passage.sentences, passage.sentences[size - 1 :], strict=False)
        ]
        texts = [passage.quote(window) for window in windows]
        vectors = self._encoder.encode([claim, *texts])
        cosines = vectors[1:] @ vectors[0]
        least = [*cosines[:alone], *np.minimum(cosines[: alone - 1], cosines[1:alone])]
        related = [at for at in range(len(texts)) if cosines[at] >= RELATED and least[at] >= _EACH]
        lacking = {at: len(_figure_faults(claim, [Source.of(texts[at], passage)])) for at in related}
        scores = [cosine + _TOGETHER * (at < alone) for at, cosine in enumerate(cosines)]
        best = max(related, key=lambda at: (-lacking[at], scores[at]), default=int(cosines.argmax()))
        return Bearing(windows[best], texts[best], float(cosines[best]), passage)

    def judge(self, claim: str, evidence: Sequence[Bearing], question: str | None = None) -> Finding:
        """Whether `evidence`, all of it together, bears `claim` out.

        Args:
            claim: one sentence, without markers.
            evidence: the cited words; none for a sentence that cites nothing.
            question: what the claim is to answer, where that is known: it has to say more than that.
        """
        if question and only_leaves_open(claim, question, self._terms):
            return Finding("silent", (LEFT_OPEN,))
        if not evidence:
            return Finding("uncited", ("it cites nothing",))
        if question and (empty := substance_fault(claim, question, self._terms)):
            return Finding("unsupported", (empty.reason,))
        nearest = max(one.cosine for one in evidence)
        sources = [Source.of(one.text, one.passage) for one in evidence]
        faults = self.faults(claim, sources)
        reasons = [fault.reason for fault in faults]
        if nearest < SUPPORTED:
            how = "only loosely related" if nearest >= RELATED else "about something else"
            reasons.append(f"the cited words are {how} (similarity {nearest:.2f})")
        return Finding(verdict_of(faults, nearest), tuple(reasons), confidence(self._likeness(claim, sources, nearest)))

    def _likeness(self, claim: str, sources: Sequence[Source], nearest: float) -> Likeness:
        vectors = self._embedder.embed_passages([claim, *(source.text for source in sources)])
        held, asked = coverage(claim, sources, self._terms, self._encoder)
        across = all(source.language != language_of(claim) for source in sources)
        return Likeness(nearest, float((vectors[1:] @ vectors[0]).max()), held / max(1, asked), across)

    def faults(self, claim: str, sources: Sequence[Source]) -> list[Fault]:
        """What `claim` says that its sources, all of them together, do not; see `rag.checks`."""
        return [
            *_figure_faults(claim, sources),
            *self._names.faults(claim, sources),
            *people_faults(claim, sources),
            *quotation_faults(claim, sources),
            *direction_faults(claim, sources, self._terms),
            *denial_faults(claim, sources, self._terms, self._encoder),
            *bound_faults(claim, sources),
            *substitution_faults(claim, sources, self._terms, self._encoder),
            *coverage_faults(claim, sources, self._terms, self._encoder),
        ]


def _figure_faults(claim: str, sources: Sequence[Source]) -> list[Fault]:
    return [*date_faults(claim, sources), *number_faults(claim, sources, dated_spans(claim))]


def verdict_of(faults: Sequence[Fault], nearest: float) -> Verdict:
    """The verdict on a claim with `faults` whose cosine with the nearest cited words is `nearest`."""
    if nearest >= RELATED and any(fault.contradicts for fault in faults):
        return "contradicted"
    if nearest < RELATED or (faults and nearest < SUPPORTED):
        return "unsupported"
    return "partly" if faults or nearest < SUPPORTED else "supported"
