"""Ranking across languages: its arithmetic, against the same sums done the long way."""

from __future__ import annotations

import math
from dataclasses import astuple, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embed import Vectors
from index.moments import Moments
from rag import rank
from rag.bm25 import idf
from rag.cover import Cover
from rag.rank import NO_SIGNALS, Scale, Signals, Sought, Weights, best_cosine, scales, score

DIMENSIONS = 8
_SIGNALS = [one.name for one in fields(Signals)]
_EACH = st.tuples(*[st.floats(-50, 50)] * len(_SIGNALS))
_TERMS = st.sampled_from(["steel", "quota", "minister", "철강", "쿼터", "장관", "47"])
_SOUGHT = st.lists(
    st.builds(Sought, st.dictionaries(_TERMS, st.floats(0, 1), max_size=3), st.floats(0, 20)), max_size=5
)


def units(rows: int, seed: int, *, towards: int = 0) -> Vectors:
    """Random unit vectors, leaning towards one axis so that their cosines have a mean worth taking off."""
    vectors = np.random.default_rng(seed).normal(size=(rows, DIMENSIONS))
    vectors[:, towards] += 2
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def moments_of(vectors: Vectors) -> Moments:
    return Moments.empty(DIMENSIONS).plus(vectors)


@given(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=4), seed=st.integers(0, 2**32 - 1))
def test_a_scale_is_the_mean_and_the_shrunk_deviation_of_the_cosines(sizes: list[int], seed: int) -> None:
    collections = {f"l{at}": units(size, seed + at, towards=at) for at, size in enumerate(sizes)}
    query = units(1, seed + 99)[0]

    found = scales(query, {name: moments_of(vectors) for name, vectors in collections.items()})

    cosines = {name: vectors.astype(float) @ query.astype(float) for name, vectors in collections.items()}
    within = sum(len(some) * some.var() for some in cosines.values()) / sum(sizes)
    for name, some in cosines.items():
        shrunk = (len(some) * some.var() + rank._PRIOR * within) / (len(some) + rank._PRIOR)
        assert found[name].mean == pytest.approx(some.mean(), abs=1e-9)
        assert found[name].deviation ** 2 == pytest.approx(max(shrunk, 1e-12), rel=1e-6, abs=1e-9)


def test_a_language_without_passages_has_no_scale() -> None:
    query = units(1, 1)[0]

    found = scales(query, {"en": moments_of(units(5, 2)), "ko": Moments.empty(DIMENSIONS)})

    assert set(found) == {"en"}
    assert scales(query, {"ko": Moments.empty(DIMENSIONS)}) == {}


def test_a_single_passage_gets_a_deviation_from_the_others() -> None:
    query = units(1, 1)[0]
    many, alone = units(40, 2), units(1, 3)

    found = scales(query, {"en": moments_of(many), "ko": moments_of(alone)})

    assert found["ko"].deviation > found["en"].deviation / 4
    assert abs(found["ko"].standardise(float(alone[0] @ query))) < 1e-3  # it stands at its language's mean


def test_a_language_of_three_passages_neither_wins_nor_loses_by_noise() -> None:
    draws = 300
    won = answered = 0
    for seed in range(draws):
        rows = np.random.default_rng(seed).normal(size=(304, 64))
        query, many, few = np.split((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), [1, 301])
        won += _best_language(query[0], many, few) == "few"
        few[0] = query[0]
        answered += _best_language(query[0], many, few) == "few"

    assert won <= 0.03 * draws  # 3 of 303 passages would win one time in a hundred if all were alike
    assert answered >= 0.9 * draws


def _best_language(query: Vectors, many: Vectors, few: Vectors) -> str:
    found = scales(query, {"many": Moments.empty(64).plus(many), "few": Moments.empty(64).plus(few)})
    best = {name: found[name].standardise(float((rows @ query).max())) for name, rows in (("many", many), ("few", few))}
    return max(best, key=lambda name: best[name])


def test_an_offset_between_languages_does_not_matter() -> None:
    """The reason for all this: the same spread of cosines, lower by 0.1, gives the same scores."""
    high, low = Scale(0.80, 0.02), Scale(0.70, 0.02)

    assert high.standardise(0.85) == pytest.approx(low.standardise(0.75))


@given(values=_EACH, weights=_EACH)
def test_the_score_is_the_weighted_sum_of_the_signals(values: tuple[float, ...], weights: tuple[float, ...]) -> None:
    signals = Signals(**dict(zip(_SIGNALS, values, strict=True)))  # type: ignore[arg-type]
    weighed = Weights(**dict(zip(_SIGNALS, weights, strict=True)))

    expected = sum(value * weight for value, weight in zip(values, weights, strict=True))
    assert score(signals, weighed) == pytest.approx(expected, abs=1e-9)


def test_the_weights_are_one_for_each_signal() -> None:
    assert {one.name for one in fields(Weights)} == set(_SIGNALS)
    assert len(astuple(NO_SIGNALS)) == len(astuple(rank.FITTED))


@given(passages=st.integers(1, 10**6), data=st.data())
def test_idf_is_that_of_bm25(passages: int, data: st.DataObject) -> None:
    frequency = data.draw(st.integers(0, passages))

    assert math.exp(idf(frequency, passages)) - 1 == pytest.approx((passages - frequency + 0.5) / (frequency + 0.5))
    assert idf(frequency, passages) > 0


@given(passages=st.integers(2, 10**6), data=st.data())
def test_a_rarer_word_weighs_more(passages: int, data: st.DataObject) -> None:
    rare, common = sorted(data.draw(st.sets(st.integers(0, passages), min_size=2, max_size=2)))

    assert idf(rare, passages) > idf(common, passages)


@given(sought=_SOUGHT, terms=st.frozensets(_TERMS), more=st.frozensets(_TERMS))
def test_what_is_covered_is_a_share_that_grows_with_the_terms(
    sought: list[Sought], terms: frozenset[str], more: frozenset[str]
) -> None:
    share = Cover(sought).share(terms)

    assert 0 <= share <= 1 + 1e-12
    assert Cover(sought).share(terms | more) >= share


def test_a_word_counts_by_its_weight_and_its_surest_translation() -> None:
    sought = [Sought({"steel": 1.0}, 3.0), Sought({"장관": 0.9, "총리": 0.4}, 1.0)]

    assert Cover(sought).share(frozenset()) == 0
    assert Cover(sought).share(frozenset({"steel"})) == pytest.approx(0.75)
    assert Cover(sought).share(frozenset({"장관", "총리"})) == pytest.approx(0.25 * 0.9)
    assert Cover(sought).share(frozenset({"steel", "총리"})) == pytest.approx(0.75 + 0.25 * 0.4)


def test_a_word_that_nothing_stands_for_can_only_lower_the_share() -> None:
    assert Cover([Sought({"steel": 1.0}, 1.0), Sought({}, 1.0)]).share(frozenset({"steel"})) == pytest.approx(0.5)
    assert Cover([]).share(frozenset({"steel"})) == 0


def test_the_best_cosine_is_the_highest_and_zero_without_rows() -> None:
    query, rows = units(1, 5)[0], units(12, 6)

    assert best_cosine(query, rows) == pytest.approx(max(float(row @ query) for row in rows))
    assert best_cosine(query, rows[:0]) == 0
