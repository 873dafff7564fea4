"""Rankings for tests: candidates made of passages, as retrieval makes them of what the index keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import numpy as np

from index.article import Passage
from index.features import Features, encode_terms
from index.meaning import DIMENSIONS, SentenceEncoder
from index.sketch import sketch
from rag.answer import Retrieved
from rag.candidates import Candidate
from rag.choose import choose
from rag.rank import NO_SIGNALS


def candidate(
    passage: Passage, score: float = 0.0, article: int = 0, encoder: SentenceEncoder | None = None
) -> Candidate:
    """A candidate without terms, and without a meaning where no encoder is given."""
    meaning = encoder.encode([passage.embedded_text])[0] if encoder else np.zeros(DIMENSIONS)
    features = Features(
        passage.id,
        passage.language,
        article,
        passage.article.outlet,
        passage.article.published,
        sketch(passage.own_words).to_bytes(),
        meaning.astype(np.float16).tobytes(),
        encode_terms([[]]),
    )
    return Candidate(features, score, np.array(astuple(NO_SIGNALS), np.float64), np.zeros(0))


def chosen(
    passages: Sequence[Passage], scores: Sequence[float], k: int = 10, encoder: SentenceEncoder | None = None
) -> tuple[Retrieved, ...]:
    """The k that are chosen of a ranking, best first."""
    by_id = {passage.id: passage for passage in passages}
    articles = list(dict.fromkeys(passage.article for passage in passages))
    ranked = [
        candidate(by_id[id], scores[passages.index(by_id[id])], articles.index(by_id[id].article), encoder)
        for id in by_id
    ]
    return choose(ranked, k, lambda ids: {id: by_id[id] for id in ids})
