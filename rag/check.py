"""Whether the cited words bear a sentence out: the verdict on each sentence of an answer, with reasons.

Two questions are asked of a sentence and the words it cites, in whichever languages they are: does every figure of
the sentence stand there, and do they mean the same (the second encoder, which was trained on translations).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Passage, Span
from index.embed import Embedder
from index.figures import missing_figures
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.answer import Verdict

# Over 600 English news sentences and their Korean translations (NTREX), nine in ten pairs have a cosine above
# SUPPORTED, and one sentence in seventeen has another neighbour above it; one pair in seventy is below RELATED.
SUPPORTED = 0.57
RELATED = 0.45
_BEST_SPANS = 2  # sentences of a passage that a citation points at, at most


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

    def bearing(self, claim: str, passage: Passage) -> Bearing:
        """The sentence of `passage`, or two that stand side by side, that come nearest to `claim`.

        Of those that are about the same, the ones that hold its figures come first: a headline is often nearer to a
        claim than the sentence that states it.
        """
        windows = [
            Span(first.start, last.end)
            for size in range(1, _BEST_SPANS + 1)
            for first, last in zip(passage.sentences, passage.sentences[size - 1 :], strict=False)
        ]
        texts = [passage.quote(window) for window in windows]
        vectors = self._encoder.encode([claim, *texts])
        cosines = vectors[1:] @ vectors[0]
        lacking = [len(missing_figures(claim, text)) for text in texts]
        best = max(range(len(texts)), key=lambda at: (cosines[at] >= RELATED, -lacking[at], cosines[at]))
        return Bearing(windows[best], texts[best], float(cosines[best]), passage)

    def judge(self, claim: str, evidence: Sequence[Bearing]) -> Finding:
        """Whether `evidence`, all of it together, bears `claim` out.

        Args:
            claim: one sentence, without markers.
            evidence: the cited words; none for a sentence that cites nothing.
        """
        if not evidence:
            return Finding("uncited", ("it cites nothing",))
        missing = missing_figures(claim, "\n".join(one.text for one in evidence))
        nearest = max(one.cosine for one in evidence)
        reasons = [f"{figure} is not in the cited words" for figure in missing]
        if nearest < SUPPORTED:
            how = "only loosely related" if nearest >= RELATED else "about something else"
            reasons.append(f"the cited words are {how} (similarity {nearest:.2f})")
        if nearest < RELATED or (missing and nearest < SUPPORTED):
            return Finding("unsupported", tuple(reasons))
        return Finding("partly" if reasons else "supported", tuple(reasons))
