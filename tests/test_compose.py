"""Answers put together: numbers in the order of use, quotes that stand in the file, and what has changed since."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Embedder
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.answer import Answer
from rag.assistant import Assistant
from rag.check import Checker
from rag.compose import Draft, abstention, from_extracts, from_model
from rag.extract import Extract
from rag.judged import Judged, judge
from rag.markers import Marked
from rag.words import words_in

QUESTION = "What did Minister Lee Do-hyun ask Canada to change about the steel quota?"


@pytest.fixture(scope="module")
def draft(assistant: Assistant) -> Draft:
    return Draft(QUESTION, "en", assistant.search(QUESTION), ("a notice from before",), {"retrieve": 0.1})


@pytest.fixture(scope="module")
def checker(encoder: SentenceEncoder, embedder: Embedder, terms: Terms) -> Checker:
    return Checker(encoder, embedder, terms)


def extracts_of(draft: Draft, *places: tuple[int, int]) -> list[Extract]:
    """The sentences (rank, place in the passage) as extracts."""
    found = []
    for rank, at in places:
        passage = draft.retrieved[rank].passage
        span = passage.sentences[at % len(passage.sentences)]
        found.append(Extract(rank, span, passage.quote(span), 1.0))
    return found


def judged(draft: Draft, marked: Sequence[Marked], checker: Checker) -> list[Judged]:
    return [judge(one, draft.retrieved, checker, draft.question) for one in marked]


def holds(answer: Answer, assistant: Assistant) -> None:
    """What is true of every answer: see the contract."""
    assert [one.number for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert len({(one.source, one.start, one.end) for one in answer.citations}) == len(answer.citations)
    used = list(dict.fromkeys(number for one in answer.sentences for number in one.citations))
    assert used == [one.number for one in answer.citations]  # numbered in the order of use, and all of them used
    assert {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)} == set(used)
    for one in answer.citations:
        assert one.quote == assistant.text(one.source)[one.start : one.end]


@given(places=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=4))
@settings(max_examples=40)
def test_extracts_become_numbered_verbatim_citations(
    draft: Draft, assistant: Assistant, places: list[tuple[int, int]]
) -> None:
    answer = from_extracts(draft, extracts_of(draft, *places), assistant.read_now)

    holds(answer, assistant)
    assert answer.model == "extractive"
    assert all(one.verdict == "supported" and not one.reasons for one in answer.sentences)
    assert all(len(one.citations) == 1 for one in answer.sentences)
    assert answer.notices == draft.notices
    assert (answer.question, answer.language, answer.retrieved) == (QUESTION, "en", draft.retrieved)


def test_a_sentence_taken_twice_is_cited_under_one_number(draft: Draft, assistant: Assistant) -> None:
    answer = from_extracts(draft, extracts_of(draft, (0, 0), (1, 0), (0, 0)), assistant.read_now)

    assert [one.citations for one in answer.sentences] == [(1,), (2,), (1,)]


def test_each_extract_is_a_line_of_the_text(draft: Draft, assistant: Assistant) -> None:
    answer = from_extracts(draft, extracts_of(draft, (0, 0), (1, 0)), assistant.read_now)

    lines = answer.text.split("\n")
    assert len(lines) == 2
    for line, sentence, number in zip(lines, answer.sentences, (1, 2), strict=True):
        assert line == f"{' '.join(sentence.text.split())} [{number}]"


def test_the_language_of_what_is_cited_is_named(draft: Draft, assistant: Assistant) -> None:
    by_language = {one.passage.language: rank for rank, one in enumerate(draft.retrieved)}
    places = [(rank, 0) for rank in by_language.values()]

    answer = from_extracts(draft, extracts_of(draft, *places), assistant.read_now)

    assert [one.language for one in answer.citations] == list(by_language)
    assert set(by_language) == {"en", "ko"}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("Something else altogether.", "has changed since it was indexed; run `byline index`"),
        (None, "is gone since it was indexed"),
    ],
    ids=["changed", "gone"],
)
def test_a_source_that_is_no_longer_what_it_was_makes_its_sentence_partly(
    draft: Draft, assistant: Assistant, now: str | None, told: str
) -> None:
    sources = [one.passage.source for one in draft.retrieved]
    other = next(rank for rank, source in enumerate(sources) if source != sources[0])

    def read_now(source: str) -> str | None:
        return now if source == sources[0] else assistant.read_now(source)

    answer = from_extracts(draft, extracts_of(draft, (0, 0), (other, 0)), read_now)

    line = f"{sources[0]} {told}"
    assert [one.verdict for one in answer.sentences] == ["partly", "supported"]
    assert [one.reasons for one in answer.sentences] == [(line,), ()]
    assert answer.notices == (*draft.notices, line)


# --- a model's text ---------------------------------------------------------------------------------------------------


@given(
    marked=st.lists(
        st.builds(
            Marked,
            st.sampled_from(["The minister asked Canada for a yearly quota.", "모른다.", "It rained 9,999 times."]),
            st.lists(st.integers(1, 10), max_size=2, unique=True).map(tuple),
        ),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=6)
def test_a_models_markers_become_citations_of_words(
    draft: Draft, assistant: Assistant, checker: Checker, marked: list[Marked]
) -> None:
    answer = from_model(draft, judged(draft, marked, checker), "tiny", assistant.read_now)

    holds(answer, assistant)
    assert [one.text for one in answer.sentences] == [one.text for one in marked]
    for sentence, one in zip(answer.sentences, marked, strict=True):
        assert (sentence.verdict == "uncited") == (not one.numbers)
        sources = {draft.retrieved[number - 1].passage.source for number in one.numbers}
        assert {answer.citations[number - 1].source for number in sentence.citations} == sources


def test_a_marker_is_narrowed_to_the_words_that_bear_the_sentence_out(
    draft: Draft, assistant: Assistant, checker: Checker
) -> None:
    texts = [one.passage.text for one in draft.retrieved]
    at = next(number for number, text in enumerate(texts, start=1) if "제47조" in text)
    said = "이 장관은 제47조에 따라 분기마다 배정하는 쿼터를 연간 단위로 바꿔 달라고 요청했다."

    answer = from_model(draft, judged(draft, [Marked(said, (at,))], checker), "tiny", assistant.read_now)

    (citation,) = answer.citations
    assert "연간 단위로" in citation.quote
    assert len(citation.quote) < len(texts[at - 1])
    assert answer.sentences[0].verdict == "supported"
    assert answer.text == f"{said} [1]"


@pytest.mark.parametrize(
    ("said", "shown"),
    [("It sails at 6 a.m..", "It sails at 6 a.m."), ("It sails.", "It sails."), ("It sails...", "It sails...")],
)
def test_a_sentence_ends_in_one_full_stop(
    draft: Draft, assistant: Assistant, checker: Checker, said: str, shown: str
) -> None:
    """Models write "at 6 a.m. [1]." and leave two behind when the marker is taken out."""
    assert (
        from_model(draft, judged(draft, [Marked(said, (1,))], checker), "tiny", assistant.read_now).sentences[0].text
        == shown
    )


def test_a_models_sentence_over_a_changed_file_is_no_better_than_partly(draft: Draft, checker: Checker) -> None:
    marked = [Marked("The archer won.", (1,)), Marked(draft.retrieved[0].passage.article.title, ())]

    answer = from_model(draft, judged(draft, marked, checker), "tiny", lambda _: None)

    line = f"{draft.retrieved[0].passage.source} is gone since it was indexed"
    assert answer.sentences[0].verdict == "unsupported"  # it was that before
    assert answer.sentences[0].reasons[-1] == line
    assert answer.sentences[1].verdict == "uncited"
    assert line in answer.notices


@pytest.mark.parametrize(("language", "text"), [("en", "The articles do not say."), ("ko", "기사에는 답이 없습니다.")])
def test_an_abstention_says_so_and_keeps_what_was_nearest(draft: Draft, language: str, text: str) -> None:
    answer = abstention(draft, words_in(language), "extractive", ["Turandot"])

    assert answer.abstained
    assert (answer.text, answer.sentences, answer.citations) == (text, (), ())
    assert answer.retrieved == draft.retrieved
    assert answer.notices == (*draft.notices, words_in(language).unknown_words(["Turandot"]))
    assert abstention(draft, words_in(language), "extractive", []).notices == draft.notices
