"""The dictionary between languages, with the encoder that it is really made of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from index import lexicon
from index.embed import Halves
from index.lexicon import Lexicon, Words, extended
from index.meaning import DIMENSIONS, SentenceEncoder

KOREAN = ["철강", "장관", "지진", "병원", "학교", "은행", "선거", "기차", "박물관", "농부", "눈", "다리"]
ENGLISH = [
    "steel",
    "minister",
    "earthquake",
    "hospital",
    "school",
    "bank",
    "election",
    "train",
    "museum",
    "farmer",
    "snow",
    "bridge",
]
New = dict[str, dict[str, Halves]]


def encoded(encoder: SentenceEncoder, **words: list[str]) -> New:
    return {
        language: dict(zip(some, encoder.encode(some).astype(np.float16), strict=True))
        for language, some in words.items()
    }


@pytest.fixture(scope="module")
def both(encoder: SentenceEncoder) -> dict[str, Words]:
    return extended({}, encoded(encoder, ko=KOREAN, en=ENGLISH))


@pytest.mark.parametrize(
    ("language", "words", "meant"), [("ko", ENGLISH, KOREAN), ("en", KOREAN, ENGLISH)], ids=["en to ko", "ko to en"]
)
def test_a_word_finds_its_translation_first(
    encoder: SentenceEncoder, both: dict[str, Words], language: str, words: list[str], meant: list[str]
) -> None:
    found = Lexicon(both).translations(encoder.encode(words), language)

    firsts = [translations[0].term if translations else None for translations in found]
    assert firsts == meant


def test_a_translation_is_sure_to_some_degree_and_the_surest_comes_first(
    encoder: SentenceEncoder, both: dict[str, Words]
) -> None:
    for translations in Lexicon(both).translations(encoder.encode(ENGLISH), "ko"):
        strengths = [one.strength for one in translations]
        assert all(0 < strength <= 1 for strength in strengths)
        assert strengths == sorted(strengths, reverse=True)
        assert len({one.term for one in translations}) == len(translations)


def test_a_word_without_a_counterpart_has_no_sure_translation(encoder: SentenceEncoder, both: dict[str, Words]) -> None:
    (found,) = Lexicon(both).translations(encoder.encode(["marmalade"]), "ko")

    assert all(one.strength < 0.3 for one in found)


def test_a_language_without_words_translates_nothing(encoder: SentenceEncoder, both: dict[str, Words]) -> None:
    vectors = encoder.encode(["steel", "minister"])

    assert Lexicon(both).translations(vectors, "fr") == [[], []]
    assert Lexicon({}).translations(vectors, "ko") == [[], []]
    assert Lexicon(both).translations(vectors[:0], "ko") == []


def test_few_words_are_enough(encoder: SentenceEncoder) -> None:
    words = extended({}, encoded(encoder, ko=["철강"], en=["steel"]))

    ((found,),) = Lexicon(words).translations(encoder.encode(["steel"]), "ko")
    assert found.term == "철강"


def test_hubness_is_the_mean_cosine_with_the_nearest_foreign_words(both: dict[str, Words]) -> None:
    korean, english = (both[language].vectors.astype(np.float32) for language in ("ko", "en"))
    cosines = korean @ english.T

    nearest = np.sort(cosines, axis=1)[:, -lexicon._NEAREST :]
    np.testing.assert_allclose(both["ko"].hubness, nearest.mean(axis=1), atol=1e-6)


def test_a_word_that_is_near_everything_is_no_translation() -> None:
    """Two terms with the same cosine: the one that is as near to every foreign word counts less."""
    query, other = np.eye(2, DIMENSIONS, dtype=np.float32)
    words = Words(("hub", "own"), np.stack([query, query]).astype(np.float16), np.array([0.6, 0.0], np.float32))

    (found,) = Lexicon({"ko": words}).translations(np.stack([query]), "ko")

    assert [one.term for one in found] == ["own", "hub"]
    assert found[0].strength > found[1].strength
    assert Lexicon({"ko": words}).translations(np.stack([other]), "ko") == [[]]


def test_words_of_one_language_alone_have_no_hubness(encoder: SentenceEncoder) -> None:
    words = extended({}, encoded(encoder, ko=KOREAN))

    assert not words["ko"].hubness.any()


def test_extending_with_nothing_new_writes_nothing(both: dict[str, Words]) -> None:
    assert extended(both, {}) == {}
    assert extended(both, {"ko": {}, "en": {}}) == {}


def test_extending_again_with_the_same_words_changes_nothing(encoder: SentenceEncoder, both: dict[str, Words]) -> None:
    again = extended(both, encoded(encoder, ko=KOREAN, en=ENGLISH))

    for language, words in again.items():
        at = {term: row for row, term in enumerate(both[language].terms)}
        rows = [at[term] for term in words.terms]
        np.testing.assert_allclose(words.vectors, both[language].vectors[rows])
        np.testing.assert_allclose(words.hubness, both[language].hubness[rows], atol=1e-6)


def test_hubness_is_measured_anew_where_the_other_languages_words_change(
    encoder: SentenceEncoder, both: dict[str, Words]
) -> None:
    new = encoded(encoder, en=["seismology", "tremor", "ministry"])

    written = extended(both, new)

    # All Korean words, known as they are, since they are measured on English ones; of English the new ones only.
    assert set(written["ko"].terms) == set(KOREAN)
    assert set(written["en"].terms) == {"seismology", "tremor", "ministry"}
    assert not np.array_equal(written["ko"].hubness, both["ko"].hubness)


def test_growing_step_by_step_ends_where_making_it_at_once_does(
    encoder: SentenceEncoder, both: dict[str, Words]
) -> None:
    known: dict[str, Words] = {}
    for start in range(0, len(KOREAN), 5):
        some = slice(start, start + 5)
        known = merged(known, extended(known, encoded(encoder, ko=KOREAN[some], en=ENGLISH[some])))

    for language in ("ko", "en"):
        stepwise = dict(zip(known[language].terms, known[language].hubness, strict=True))
        at_once = dict(zip(both[language].terms, both[language].hubness, strict=True))
        assert stepwise.keys() == at_once.keys()
        for term, hubness in at_once.items():
            assert stepwise[term] == pytest.approx(hubness, abs=1e-6)


def merged(known: Mapping[str, Words], written: Mapping[str, Words]) -> dict[str, Words]:
    """What the catalog holds after `written` has been put over `known`."""
    after = {}
    for language in {*known, *written}:
        rows: dict[str, tuple[Halves, np.float32]] = {}
        for words in (known.get(language), written.get(language)):
            if words is not None:
                pairs = zip(words.vectors, words.hubness, strict=True)
                rows |= dict(zip(words.terms, pairs, strict=True))
        vectors, hubness = zip(*rows.values(), strict=True)
        after[language] = Words(tuple(rows), np.stack(vectors), np.array(hubness, np.float32))
    return after
