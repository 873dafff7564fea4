"""Where terms stand in passages, counted over their codes, is what counting them word by word finds."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from index.features import Features, encode_terms
from index.lexical import pairs
from index.stopwords import stop_terms
from rag.matches import match

_TERMS = st.sampled_from(["steel", "quota", "철강", "장관", "232", "the", "of", "장"])
_PASSAGES = st.lists(st.lists(st.lists(_TERMS, max_size=6), min_size=1, max_size=4), min_size=1, max_size=5)
_SOUGHT = st.lists(_TERMS.filter(lambda term: term not in stop_terms()), unique=True, min_size=1)

Parts = Sequence[Sequence[str]]


def features(passages: Sequence[Parts]) -> list[Features]:
    return [Features(str(at), "en", at, None, None, b"", b"", encode_terms(one)) for at, one in enumerate(passages)]


def joined(parts: Parts) -> list[str]:
    return [term for part in parts for term in part]


@given(passages=_PASSAGES, sought=_SOUGHT)
def test_terms_are_counted_by_passage(passages: list[Parts], sought: list[str]) -> None:
    found = match(features(passages), sought).by_passage()

    assert found.counts.tolist() == [[joined(one).count(term) for term in sought] for one in passages]
    assert found.lengths.tolist() == [len(joined(one)) for one in passages]


@given(passages=_PASSAGES, sought=_SOUGHT)
def test_terms_are_counted_by_sentence_without_the_heading(passages: list[Parts], sought: list[str]) -> None:
    found, of_passage = match(features(passages), sought).by_sentence()

    sentences = [(at, part) for at, one in enumerate(passages) for part in one[1:]]
    assert of_passage.tolist() == [at for at, _ in sentences]
    assert found.counts.tolist() == [[part.count(term) for term in sought] for _, part in sentences]
    assert found.lengths.tolist() == [len(part) for _, part in sentences]


@given(passages=_PASSAGES, sought=_SOUGHT, data=st.data())
def test_pairs_are_counted_with_stop_words_passed_over(
    passages: list[Parts], sought: list[str], data: st.DataObject
) -> None:
    column = st.integers(0, len(sought) - 1)
    asked = data.draw(st.lists(st.tuples(column, column), unique=True))

    found = match(features(passages), sought).by_pair(asked)

    held = [pairs(joined(one)) for one in passages]
    names = [f"{sought[one]}+{sought[other]}" for one, other in asked]
    assert found.counts.tolist() == [[some.count(name) for name in names] for some in held]
    assert found.lengths.tolist() == [len(some) for some in held]


def test_nothing_is_found_of_nothing() -> None:
    assert match(features([[["steel"]]]), []).by_passage().counts.shape == (1, 0)
