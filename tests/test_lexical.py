"""The lexical index: BM25 as the papers have it, incremental, and apart for each language."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import BylineError
from index.lexical import Entry, LexicalStore
from index.scope import Scope

K1, B = 1.2, 0.75
WORDS = ["steel", "quota", "철강", "쿼터", "47", "3.5", "tram"]
# tantivy keeps lengths up to 40 exactly, longer ones rounded.
CORPORA = st.dictionaries(
    st.sampled_from("abcdefgh"), st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), min_size=1
)
CORPUS = {"a": ["steel", "quota", "steel"], "b": ["steel", "tram"], "c": ["tram", "tram", "쿼터"]}


def bm25(corpus: Mapping[str, Sequence[str]], query: Sequence[str], weights: Sequence[float]) -> dict[str, float]:
    """BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009), the idf never negative."""
    mean = sum(map(len, corpus.values())) / len(corpus)
    scores: dict[str, float] = {}
    for term, weight in zip(query, weights, strict=True):
        n = sum(term in terms for terms in corpus.values())
        idf = math.log(1 + (len(corpus) - n + 0.5) / (n + 0.5))
        for id, terms in corpus.items():
            if frequency := Counter(terms)[term]:
                norm = K1 * (1 - B + B * len(terms) / mean)
                scores[id] = scores.get(id, 0.0) + weight * idf * frequency * (K1 + 1) / (frequency + norm)
    return scores


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new folder each time."""
    root = tmp_path_factory.mktemp("lexical")
    return (root / str(number) for number in count())


def entries(corpus: Mapping[str, Sequence[str]]) -> list[Entry]:
    return [Entry(id, terms) for id, terms in corpus.items()]


@pytest.fixture
def store(tmp_path: Path) -> LexicalStore:
    store = LexicalStore(tmp_path / "lexical")
    store.write("en", entries(CORPUS))
    return store


def found(store: LexicalStore, *terms: str, language: str = "en") -> set[str]:
    return {hit.id for hit in store.search(language, terms, 10)}


@given(
    corpus=CORPORA,
    query=st.lists(st.tuples(st.sampled_from([*WORDS, "absent"]), st.floats(0.25, 4)), min_size=1, max_size=5),
)
@settings(max_examples=25)
def test_scores_and_order_are_those_of_bm25(
    folders: Iterator[Path], corpus: dict[str, list[str]], query: list[tuple[str, float]]
) -> None:
    store = LexicalStore(next(folders))
    store.write("en", entries(corpus))
    terms, weights = [term for term, _ in query], [weight for _, weight in query]

    hits = store.search("en", terms, 20, weights)

    assert {hit.id: hit.score for hit in hits} == pytest.approx(bm25(corpus, terms, weights), rel=1e-4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_no_weights_are_weights_of_one(store: LexicalStore) -> None:
    assert store.search("en", ["steel", "tram"], 5) == store.search("en", ["steel", "tram"], 5, [1.0, 1.0])
    assert store.search("en", ["steel", "steel"], 5) == store.search("en", ["steel"], 5, [2.0])


def test_no_more_hits_than_asked_and_none_without_a_term(store: LexicalStore) -> None:
    assert [hit.id for hit in store.search("en", ["steel"], 1)] == ["a"]
    assert store.search("en", [], 5) == store.search("en", ["absent"], 5) == []


def test_languages_do_not_see_each_other(store: LexicalStore) -> None:
    store.write("ko", [Entry("d", ["steel", "철강"])])

    assert found(store, "steel") == {"a", "b"}
    assert found(store, "steel", language="ko") == {"d"}
    assert store.languages() == ("en", "ko")


def test_a_passage_can_be_dropped_and_written_again_at_once(store: LexicalStore) -> None:
    store.write("en", [Entry("a", ["철강"])], drop=["a"])

    assert found(store, "steel") == {"b"}
    assert found(store, "철강") == {"a"}
    assert store.count("en") == 3


def test_dropping_forgets_and_what_is_not_there_is_passed_over(store: LexicalStore) -> None:
    store.write("en", [], drop=["a", "never"])

    assert found(store, "steel", "quota", "tram") == {"b", "c"}
    assert store.count("en") == 2


def test_frequencies_count_the_passages_that_are_there(store: LexicalStore) -> None:
    assert store.frequencies("en", ["steel", "tram", "absent", "steel"]) == {"steel": 2, "tram": 2, "absent": 0}

    store.write("en", [Entry("b", ["tram"])], drop=["a", "b"])

    assert store.frequencies("en", ["steel", "tram", "quota"]) == {"steel": 0, "tram": 2, "quota": 0}


def test_few_frequencies_are_remembered(store: LexicalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.lexical._REMEMBERED", 3)
    for word in ("steel", "tram", "absent", "quota", "steel", "tram"):
        for terms in ([word], [word, "steel", f"{word}s"]):
            asked = store.frequencies("en", terms)
            assert asked == {term: len(found(store, term)) for term in dict.fromkeys(terms)}
            assert len(store._known) <= 6


def test_what_was_written_is_there_for_the_next_one_to_open_it(store: LexicalStore, tmp_path: Path) -> None:
    store.seal()
    again = LexicalStore(tmp_path / "lexical")

    assert again.search("en", ["steel"], 5) == store.search("en", ["steel"], 5)
    assert again.count("en") == 3


def test_terms_are_whole_whatever_they_are_made_of(store: LexicalStore) -> None:
    odd = ["3.5", "o'neill", "c", "철강", "AND", "(", '"', "title:x", "*"]
    store.write("en", [Entry("odd", odd)])

    assert all(found(store, term) == {"odd"} for term in odd)
    assert found(store, "3") == found(store, "and") == found(store, "철") == set()


def test_a_broken_index_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "lexical" / "en").mkdir(parents=True)
    (tmp_path / "lexical" / "en" / "meta.json").write_text("{")

    with pytest.raises(BylineError, match=r"en: the lexical index cannot be read .*`byline doctor --fix`$"):
        LexicalStore(tmp_path / "lexical").count("en")


@pytest.mark.parametrize("gone", ["meta.json", "*.pos"])
def test_a_file_that_is_gone_is_one_clear_line_and_no_empty_index(
    store: LexicalStore, tmp_path: Path, gone: str
) -> None:
    store.seal()
    for path in (tmp_path / "lexical" / "en").glob(gone):
        path.unlink()

    with pytest.raises(BylineError, match=r"en: the lexical index cannot be read .*`byline doctor --fix`$"):
        LexicalStore(tmp_path / "lexical").search("en", ["steel"], 5)
    assert not list((tmp_path / "lexical" / "en").glob(gone))


@pytest.mark.parametrize(
    ("scope", "ids"),
    [
        (Scope(since=20241106), {"c", "d"}),
        (Scope(until=20241106), {"b", "c"}),
        (Scope(since=20241105, until=20241106), {"b", "c"}),
        (Scope(sources=("one.txt", "other.txt")), {"a", "b"}),
        (Scope(since=20241106, sources=("two.txt",)), {"c", "d"}),
        (Scope(sources=()), set()),
        (Scope(), {"a", "b", "c", "d"}),
    ],
)
def test_a_scope_confines_a_search_before_its_cut_off(tmp_path: Path, scope: Scope, ids: set[str]) -> None:
    store = LexicalStore(tmp_path / "lexical")
    better = [Entry(f"better {at}", ["steel"], "elsewhere.txt", 20200101) for at in range(20)]
    wanted = [
        Entry("a", ["steel", "tram"], "one.txt", 0),
        Entry("b", ["steel", "tram"], "one.txt", 20241105),
        Entry("c", ["steel", "tram"], "two.txt", 20241106),
        Entry("d", ["steel", "tram"], "two.txt", 20241107),
    ]
    store.write("en", wanted if scope in (Scope(), Scope(until=20241106)) else [*better, *wanted])

    hits = store.search("en", ["steel"], 4, scope=scope)

    assert {hit.id for hit in hits} == ids
    everything = {hit.id: hit.score for hit in store.search("en", ["steel"], 50)}
    assert all(hit.score == pytest.approx(everything[hit.id]) for hit in hits)
