"""The questions of a set embedded in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from index.embed import Embedder, Vectors
from rag.evaluate.ahead import EmbeddedAhead


@dataclass
class Counting:
    """The embedder behind, with what it was asked for."""

    behind: Embedder
    asked: list[list[str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.behind.name

    @property
    def dimensions(self) -> int:
        return self.behind.dimensions

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self.behind.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(list(texts))
        return self.behind.embed_queries(texts)


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
