"""Vectors that are remembered are those the embedder makes, and no more are kept than was said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from index.embed import Embedder, Forwarding, Vectors
from index.remembered import Remembered

TEXTS = ["The ferry leaves at nine.", "배는 아홉 시에 떠난다.", "The ferry leaves at nine.", "Nothing else does."]


class Counted(Forwarding):
    """The embedder behind, with the texts that it was asked for."""

    def __init__(self, behind: Embedder) -> None:
        super().__init__(behind)
        self.asked: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed_queries(texts)


@pytest.fixture
def counted(embedder: Embedder) -> Counted:
    return Counted(embedder)


def test_vectors_are_the_embedders_and_made_once(counted: Counted, embedder: Embedder) -> None:
    remembered = Remembered(counted)
    for texts in (TEXTS, TEXTS[::-1], TEXTS[1:2]):
        assert np.array_equal(remembered.embed_passages(texts), embedder.embed_passages(texts))
    assert sorted(counted.asked) == sorted(set(TEXTS))
    assert remembered.embed_passages([]).shape == (0, counted.dimensions)


def test_a_question_is_no_passage_and_is_embedded_once_too(counted: Counted, embedder: Embedder) -> None:
    remembered = Remembered(counted)
    remembered.embed_passages(TEXTS)
    counted.asked.clear()
    for _ in range(2):
        assert np.array_equal(remembered.embed_queries(TEXTS[:1]), embedder.embed_queries(TEXTS[:1]))
    assert counted.asked == TEXTS[:1]


def test_what_was_asked_for_longest_ago_is_forgotten(counted: Counted) -> None:
    remembered = Remembered(counted, most=2)
    first, second, third = sorted(set(TEXTS))
    for text in (first, second, first, third, first, second):
        remembered.embed_passages([text])
    assert counted.asked == [first, second, third, second]
