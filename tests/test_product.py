"""Products in single bytes are near enough to the real ones to say where the real ones are to be looked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Vectors
from index.int8.product import ByteRows, Products
from index.lexicon import Lexicon, Words, extended


def units(rows: int, seed: int, dimensions: int = 512) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimensions))
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


@given(rows=st.integers(1, 300), vectors=st.integers(1, 9), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_a_product_is_off_by_no_more_than_it_says(rows: int, vectors: int, seed: int) -> None:
    many, few = units(rows, seed), units(vectors, seed + 1)

    less = np.linspace(-0.1, 0.1, rows, dtype=np.float32)

    found = ByteRows(many, less).products(few)

    products = found.scores[:, :rows] + found.shift[:, np.newaxis]
    assert np.abs(products - (few @ many.T - less)).max() < found.off < 0.02
    assert (found.scores[:, rows:] == -np.inf).all()
    assert (found.maxima == found.scores.reshape(vectors, -1, 64).max(axis=2)).all()


@given(
    exact=st.lists(st.integers(0, 40), min_size=64, max_size=400),
    off=st.integers(0, 10),
    n=st.integers(1, 12),
    left_out=st.sets(st.integers(0, 399)),
)
def test_the_highest_are_among_the_likely(exact: list[int], off: int, n: int, left_out: set[int]) -> None:
    exact = exact[: len(exact) // 64 * 64]
    rough = np.array(exact, np.float32) + np.random.default_rng(n).integers(-off, off + 1, len(exact))
    inside = [at for at in range(len(exact)) if at not in left_out]
    scores = rough.astype(np.float32)[np.newaxis, :]
    products = Products(scores, scores.reshape(1, -1, 64).max(axis=2), np.zeros(1, np.float32), off)

    (likely,) = products.inside(np.isin(np.arange(len(exact)), inside)).among_highest(n)

    assert set(likely) <= set(inside)
    best = sorted((exact[at] for at in inside), reverse=True)[:n]
    assert sorted((exact[at] for at in likely), reverse=True)[:n] == best


def test_rows_that_lie_close_together_are_told_apart_more_finely() -> None:
    many, few = units(500, 1), units(1, 2)
    close = many + 4 * few
    close /= np.linalg.norm(close, axis=1, keepdims=True)

    apart, near = (ByteRows(some).products(few).off for some in (many, close))

    assert near < 0.6 * apart


def test_many_words_have_the_translations_that_they_would_have_among_few() -> None:
    korean, english = units(21_000, 1), units(12, 2)
    korean[:600] = np.repeat(english, 50, axis=0) + 0.03 * np.random.default_rng(3).normal(size=(600, 512))
    korean /= np.linalg.norm(korean, axis=1, keepdims=True)
    words = extended({}, {"ko": {f"단어{at}": row for at, row in enumerate(korean.astype(np.float16))}})["ko"]
    fewer = Words(words.terms[:700], words.vectors[:700], words.hubness[:700])

    among_many, among_few = (Lexicon({"ko": some}).translations(english, "ko") for some in (words, fewer))

    assert all(len(some) == 20 for some in among_many)
    assert [[one.term for one in some] for some in among_many] == [[one.term for one in some] for some in among_few]
