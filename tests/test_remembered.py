"""Vectors that are remembered are those the embedder makes, and no more are kept than was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from index.embed import Embedder, Vectors
from index.remembered import RememberedPassages

TEXTS = ["The ferry leaves at nine.", "배는 아홉 시에 떠난다.", "The ferry leaves at nine.", "Nothing else does."]


@dataclass
class Counted:
    """An embedder that says what it was asked for."""

    embedder: Embedder
    asked: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.embedder.name

    @property
    def dimensions(self) -> int:
        return self.embedder.dimensions

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self.embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embedder.embed_queries(texts)


@pytest.fixture
def counted(embedder: Embedder) -> Counted:
    return Counted(embedder)


def test_vectors_are_the_embedders_and_made_once(counted: Counted) -> None:
    remembered = RememberedPassages(counted)
    for texts in (TEXTS, TEXTS[::-1], TEXTS[1:2]):
        assert np.array_equal(remembered.embed_passages(texts), counted.embedder.embed_passages(texts))
    assert sorted(counted.asked) == sorted(set(TEXTS))
    assert remembered.embed_passages([]).shape == (0, counted.dimensions)
    assert np.array_equal(remembered.embed_queries(TEXTS[:1]), counted.embed_queries(TEXTS[:1]))


def test_what_was_asked_for_longest_ago_is_forgotten(counted: Counted) -> None:
    remembered = RememberedPassages(counted, most=2)
    first, second, third = sorted(set(TEXTS))
    for text in (first, second, first, third, first, second):
        remembered.embed_passages([text])
    assert counted.asked == [first, second, third, second]
