"""The questions of a set embedded in one go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.embed import Embedder, Forwarding, Vectors
from rag.evaluate.ahead import EmbeddedAhead


class Counting(Forwarding):
    """The embedder behind, with the questions that it was asked for."""

    def __init__(self, behind: Embedder) -> None:
        super().__init__(behind)
        self.asked: list[list[str]] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(list(texts))
        return super().embed_queries(texts)


def test_a_set_is_embedded_once_and_every_vector_is_what_it_was(embedder: Embedder) -> None:
    counting = Counting(embedder)
    ahead = EmbeddedAhead(counting, ["Which  quota?", "철강\n쿼터", "Which quota?"])
    assert counting.asked == [["Which quota?", "철강 쿼터"]]
    for text in ("철강 쿼터", "Which quota?"):
        assert np.array_equal(ahead.embed_queries([text]), embedder.embed_queries([text]))
    assert len(counting.asked) == 1


def test_what_is_no_question_of_the_set_is_embedded_then(embedder: Embedder) -> None:
    counting = Counting(embedder)
    ahead = EmbeddedAhead(counting, ["one"])
    assert np.array_equal(ahead.embed_queries(["one", "two"]), embedder.embed_queries(["one", "two"]))
    assert counting.asked == [["one"], ["one", "two"]]
    assert ahead.embed_queries([]).shape == (0, embedder.dimensions)
    assert (ahead.name, ahead.dimensions) == (embedder.name, embedder.dimensions)
    assert np.array_equal(ahead.embed_passages(["one"]), embedder.embed_passages(["one"]))
