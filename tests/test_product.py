"""Products in single bytes are near enough to the real ones to say where the real ones are to be looked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Vectors
from index.int8.product import ByteRows
from index.lexicon import Lexicon, Words, extended


def units(rows: int, seed: int, dimensions: int = 512) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimensions))
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


@given(rows=st.integers(1, 300), vectors=st.integers(1, 9), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_a_product_is_off_by_no_more_than_it_says(rows: int, vectors: int, seed: int) -> None:
    many, few = units(rows, seed), units(vectors, seed + 1)

    products, off = ByteRows(many).products(few)

    assert np.abs(products - few @ many.T).max() < off < 0.02


def test_rows_that_lie_close_together_are_told_apart_more_finely() -> None:
    many, few = units(500, 1), units(1, 2)
    close = many + 4 * few
    close /= np.linalg.norm(close, axis=1, keepdims=True)

    apart, near = (ByteRows(some).products(few)[1] for some in (many, close))

    assert near < 0.6 * apart


def test_many_words_have_the_translations_that_they_would_have_among_few() -> None:
    korean, english = units(21_000, 1), units(12, 2)
    korean[:600] = np.repeat(english, 50, axis=0) + 0.03 * np.random.default_rng(3).normal(size=(600, 512))
    korean /= np.linalg.norm(korean, axis=1, keepdims=True)
    words = extended({}, {"ko": {f"단어{at}": row for at, row in enumerate(korean)}})["ko"]
    fewer = Words(words.terms[:700], words.vectors[:700].astype(np.float16).astype(np.float32), words.hubness[:700])

    among_many, among_few = (Lexicon({"ko": some}).translations(english, "ko") for some in (words, fewer))

    assert all(len(some) == 20 for some in among_many)
    assert [[one.term for one in some] for some in among_many] == [[one.term for one in some] for some in among_few]
