"""The JSON of the contract: its keys, no more and no fewer, and values that JSON has."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Page, Passage, Span
from rag.answer import Answer, Citation, Conflict, Copy, Place, Retrieved, Sentence
from rag.wire import answer_json, retrieved_json

# DESIGN.md's keys; the extras are `conflicts`, `confidence`, `page`, and `title`, `published`, `outlet`, `also_in` of
# places.
ANSWER = (
    "question answer abstained language sentences citations retrieved model notices timings conflicts confidence usage"
)
SENTENCE = "text citations verdict reasons confidence"
CITATION = "number source start end quote title published language outlet also_in page"
PASSAGE = "source start end text score language title published also_in page"

_TEXT = st.text(max_size=20)
_PLACES = st.lists(st.builds(Place, _TEXT, st.integers(0, 9), st.integers(9, 20)), max_size=2).map(tuple)
_ARTICLES = st.builds(Article, _TEXT, st.just(Span(0, 9)), _TEXT, st.none() | _TEXT, st.none() | _TEXT, _TEXT)
_PAGES = st.just(()) | st.integers(1, 9).map(lambda number: (Page(number, 0),))
_PASSAGES = st.builds(Passage, _ARTICLES, st.just(Span(2, 9)), _TEXT, st.just(()), st.just(()), _TEXT, _PAGES)
_COPIES = st.builds(Copy, st.builds(Place, _TEXT, st.integers(0, 9), st.integers(9, 20)), _TEXT)
_RETRIEVED = st.builds(Retrieved, _PASSAGES, st.floats(-99, 99), copies=st.lists(_COPIES, max_size=2).map(tuple))
_SENTENCES = st.builds(
    Sentence,
    _TEXT,
    st.lists(st.integers(1, 9)).map(tuple),
    st.sampled_from(["supported", "partly", "unsupported", "uncited", "contradicted"]),
    st.lists(_TEXT).map(tuple),
    st.none() | st.floats(0, 1),
)
_CITATIONS = st.builds(
    Citation,
    st.integers(1, 9),
    _TEXT,
    st.integers(0, 9),
    st.integers(9, 20),
    _TEXT,
    _TEXT,
    st.none() | _TEXT,
    _TEXT,
    st.none() | _TEXT,
    _PLACES,
    st.none() | st.integers(1, 9),
)
ANSWERS = st.builds(
    Answer,
    _TEXT,
    _TEXT,
    st.booleans(),
    st.sampled_from(["en", "ko"]),
    st.lists(_SENTENCES, max_size=2).map(tuple),
    st.lists(_CITATIONS, max_size=2).map(tuple),
    st.lists(_RETRIEVED, max_size=2).map(tuple),
    _TEXT,
    st.lists(_TEXT, max_size=2).map(tuple),
    st.dictionaries(_TEXT, st.floats(0, 99), max_size=2),
    st.lists(st.builds(Conflict, _TEXT, st.lists(st.integers(1, 9)).map(tuple)), max_size=2).map(tuple),
    st.none() | st.floats(0, 1),
)


@given(answer=ANSWERS)
def test_an_answer_has_the_contracts_keys_and_reads_back_as_it_was_written(answer: Answer) -> None:
    written = answer_json(answer)

    assert set(written) == set(ANSWER.split())
    assert all(set(one) == set(SENTENCE.split()) for one in written["sentences"])
    assert all(set(one) == set(CITATION.split()) for one in written["citations"])
    assert all(set(one) == set(PASSAGE.split()) for one in written["retrieved"])
    places = [place for one in (*written["citations"], *written["retrieved"]) for place in one["also_in"]]
    assert all(set(place) == {"source", "start", "end"} for place in places)
    assert json.loads(json.dumps(written, allow_nan=False)) == written


@given(answer=ANSWERS)
def test_the_values_are_the_answers(answer: Answer) -> None:
    written = answer_json(answer)

    assert (written["question"], written["answer"], written["abstained"], written["language"], written["model"]) == (
        answer.question,
        answer.text,
        answer.abstained,
        answer.language,
        answer.model,
    )
    assert [one["page"] for one in written["citations"]] == [one.page for one in answer.citations]
    assert [one["verdict"] for one in written["sentences"]] == [one.verdict for one in answer.sentences]
    assert [(one["number"], one["start"], one["end"], one["quote"]) for one in written["citations"]] == [
        (one.number, one.start, one.end, one.quote) for one in answer.citations
    ]
    assert written["notices"] == list(answer.notices)
    assert written["timings"].keys() == answer.timings.keys()


@given(one=_RETRIEVED)
def test_a_passage_has_its_span_and_what_is_known_of_its_article(one: Retrieved) -> None:
    written = retrieved_json(one)

    assert (written["start"], written["end"], written["text"]) == (2, 9, one.passage.text)
    assert (written["source"], written["title"]) == (one.passage.article.source, one.passage.article.title)
    assert written["published"] == one.passage.article.published
    assert written["page"] == (one.passage.pages[0].number if one.passage.pages else None)
    assert abs(written["score"] - one.score) <= 0.0001
