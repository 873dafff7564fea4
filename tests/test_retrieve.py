"""Retrieval over the samples: across languages, through filters, in order, and each text once."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Passage, Span
from index.embed import Embedder
from index.errors import BylineError
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.answer import Place, Retrieved
from rag.assistant import Assistant
from rag.candidates import in_order
from rag.filters import ALL, Filters
from rag.question import Question
from rag.rank import score
from rag.retrieve import Retriever
from tests import rankings
from tests.rankings import candidate

_DAYS = st.dates(date(2024, 10, 10), date(2024, 11, 20)).map(date.isoformat)


@pytest.fixture(scope="module")
def retriever(assistant: Assistant, embedder: Embedder, encoder: SentenceEncoder, terms: Terms) -> Retriever:
    return Retriever(assistant.generation(), embedder, encoder, terms)


@pytest.fixture(scope="module")
def ferry(retriever: Retriever) -> Question:
    return retriever.prepare("When does the ferry to the islands leave?")


@pytest.mark.parametrize(
    ("question", "source", "language"),
    [
        ("How many masks did the craftsman give to the museum?", "mask-museum.ko.txt", "ko"),
        ("Which colour does the vaccine sticker turn when it gets too warm?", "vaccine-sticker.ko.txt", "ko"),
        ("How is eelgrass planted on the sea bed?", "seagrass-carbon.ko.txt", "ko"),
        ("고비 사막에 심은 나무는 몇 퍼센트가 살아 있나?", "dust-belt-mongolia.txt", "en"),
        ("제천 야간 진료소는 어린이 몇 명을 진료했나?", "night-clinic.txt", "en"),
        ("유리 기판 시험 라인의 합격률은?", "glass-substrate-line.md", "en"),
    ],
)
def test_a_question_finds_an_article_in_the_other_language(
    assistant: Assistant, question: str, source: str, language: str
) -> None:
    found = {one.passage.source: one.passage.language for one in assistant.search(question, k=5)}

    assert found.get(source) == language


def test_the_language_of_a_question_is_known(retriever: Retriever) -> None:
    assert retriever.prepare("이도현 장관은 캐나다에 무엇을 요청했나?").language == "ko"
    assert retriever.prepare("What did Lee ask of Canada?").language == "en"
    assert set(retriever.languages) == {"en", "ko"}


def test_a_word_is_sought_in_the_other_language_by_its_translation(retriever: Retriever) -> None:
    question = retriever.prepare("Which steel quota does Section 47 set?")

    sought = {term: strength for word in retriever.sought("ko", question) for term, strength in word.terms.items()}

    assert sought.get("철강", 0) > 0.5
    assert sought.get("47") == 1.0  # written alike in all languages
    assert all(word.weight > 0 for word in retriever.sought("ko", question))


@pytest.mark.parametrize(
    ("question", "language", "name"),
    [
        ("이도현 장관은 캐나다에 무엇을 요청했나?", "en", "dohyun"),
        ("What did Lee Do-hyun ask of Canada?", "ko", "이도현"),
        ("What did Dohyun Lee ask of Canada?", "ko", "이도현"),
    ],
)
def test_a_name_is_sought_in_the_other_script(retriever: Retriever, question: str, language: str, name: str) -> None:
    words = retriever.sought(language, retriever.prepare(question))

    standing = [word.terms[name] for word in words if name in word.terms]
    assert standing == [1.0] * (1 if language == "en" else 2)  # "Lee" is the name's too


@given(k=st.integers(1, 40))
@settings(max_examples=15)
def test_the_best_come_first_each_text_once_and_no_more_than_k(retriever: Retriever, ferry: Question, k: int) -> None:
    found = retriever.retrieve(ferry, k)

    assert len(found) == k
    assert found[0].score == max(one.score for one in found)
    assert len({one.passage.own_words for one in found}) == k
    assert found == retriever.retrieve(ferry, 40)[:k]


def test_the_newer_comes_first_among_equals(retriever: Retriever, ferry: Question) -> None:
    passage = retriever.retrieve(ferry, 1)[0].passage
    days = ("2024-11-05", "2024-11-07", None, "2024-11-06")
    dated = [candidate(replace(passage, article=replace(passage.article, published=day))) for day in days]

    ranked = in_order([*dated, dated[0]._replace(score=1.0)])

    assert [one.features.published for one in ranked] == ["2024-11-05", "2024-11-07", "2024-11-06", "2024-11-05", None]


def test_a_score_is_made_of_the_signals_beside_it(assistant: Assistant) -> None:
    for one in assistant.search("When does the ferry to the islands leave?"):
        assert one.score == pytest.approx(score(one.signals))
        assert one.signals.same_language == (one.passage.language == "en")


def test_every_passage_is_verbatim_what_its_span_covers(assistant: Assistant, retriever: Retriever) -> None:
    found = retriever.retrieve(retriever.prepare("장관 minister"), 200)

    assert {one.passage.language for one in found} == {"en", "ko"}
    for one in found:
        assert one.passage.text == one.passage.span.of(assistant.text(one.passage.source))
        assert one.passage.article.span.start <= one.passage.span.start
        assert one.passage.span.end <= one.passage.article.span.end


# --- filters ----------------------------------------------------------------------------------------------------------


def admitted(article: Article, filters: Filters) -> bool:
    """The documented meaning of filters, the long way: an undated article is neither before nor after a date."""
    if (filters.since or filters.until) and article.published is None:
        return False
    early = filters.since is not None and str(article.published) < filters.since
    late = filters.until is not None and str(article.published) > filters.until
    named = filters.source is None or fnmatch.fnmatchcase(article.source, filters.source)
    return named and not early and not late


@given(
    since=st.none() | _DAYS,
    until=st.none() | _DAYS,
    source=st.sampled_from([None, "*", "*.ko.*", "Haemil*", "*-*", "다온셀*", "steel-quota-talks.ko.tx?", "*.md"]),
)
@settings(max_examples=25)
def test_filters_leave_the_articles_that_they_admit_and_no_other(
    assistant: Assistant,
    retriever: Retriever,
    ferry: Question,
    since: str | None,
    until: str | None,
    source: str | None,
) -> None:
    filters = Filters(since, until, source)

    found = retriever.retrieve(ferry, 200, filters)

    assert all(admitted(one.passage.article, filters) for one in found)
    places = {one.passage.source for one in found} | {place.source for one in found for place in one.also_in}
    assert places == {article.source for article in assistant.articles() if admitted(article, filters)}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(since="2030-01-01"),
        Filters(until="1999-12-31"),
        Filters("2024-11-05", "2024-11-01"),
        Filters(source="nothing-like-it*"),
    ],
)
def test_filters_that_admit_nothing_give_nothing(assistant: Assistant, filters: Filters) -> None:
    assert assistant.search("ferry", filters=filters) == ()


def test_a_day_is_inside_the_filter_that_begins_and_ends_on_it(assistant: Assistant) -> None:
    found = assistant.search("Haemil", k=200, filters=Filters(since="2024-11-12", until="2024-11-12"))

    assert {one.passage.article.published for one in found} == {"2024-11-12"}


def test_no_filter_is_no_filter(retriever: Retriever, ferry: Question) -> None:
    assert retriever.retrieve(ferry, 10, Filters()) == retriever.retrieve(ferry, 10, ALL)
    assert not ALL.any
    assert Filters(source="*").any


@pytest.mark.parametrize(
    "written", ["yesterday", "2024-13-01", "2024-02-30", "20241101", "2024-11-1", "2024-W45-1", ""]
)
@pytest.mark.parametrize("side", ["since", "until"])
def test_what_is_no_date_is_refused_in_a_clear_line(side: str, written: str) -> None:
    with pytest.raises(BylineError) as refused:
        Filters(written) if side == "since" else Filters(None, written)

    assert str(refused.value) == f"--{side} {written}: not a date; write it as 2024-05-31"


# --- a text that stands in two places ---------------------------------------------------------------------------------


def retrieved(source: str, text: str, points: float) -> Retrieved:
    span = Span(5, 5 + len(text))
    article = Article(source, span, "A title", None, None, "en")
    return Retrieved(Passage(article, span, text, (span,), (span,), "en"), points)


def chosen(ranked: Sequence[Retrieved], k: int = 9) -> tuple[Retrieved, ...]:
    return rankings.chosen([one.passage for one in ranked], [one.score for one in ranked], k)


def test_a_text_in_two_places_is_one_result_that_names_both() -> None:
    text = "The yard won an order for six carriers."
    ranked = [
        retrieved("first.txt", text, 3.0),
        retrieved("other.txt", "The ferry leaves at dawn.", 2.0),
        retrieved("copy.txt", text.upper().replace(" ", "\n  "), 1.0),
    ]

    first, other = chosen(ranked)

    assert (first.passage, first.score) == (ranked[0].passage, 3.0)
    assert first.also_in == (Place("copy.txt", 5, 5 + len(ranked[2].passage.text)),)
    assert other == ranked[1]


def test_different_texts_of_different_articles_are_chosen_in_their_order() -> None:
    ranked = [retrieved("a.txt", "one", 3), retrieved("b.txt", "two", 2), retrieved("c.txt", "three", 1)]

    assert chosen(ranked, 2) == tuple(ranked[:2])
    assert chosen(ranked) == tuple(ranked)
    assert chosen(()) == ()


def test_the_same_word_composed_and_decomposed_is_the_same_text() -> None:
    assert len(chosen([retrieved("a", "\ud0c8", 2), retrieved("b", "\u1110\u1161\u11af", 1)])) == 1


@given(texts=st.lists(st.sampled_from(["one", "two", "three", "four"]), max_size=12))
def test_copies_lose_no_place(texts: list[str]) -> None:
    ranked = [retrieved(f"{at}.txt", text, -at) for at, text in enumerate(texts)]

    kept = chosen(ranked, 12)

    assert sorted(one.passage.text for one in kept) == sorted(set(texts))
    for one in kept:
        named = [one.passage.source, *(place.source for place in one.also_in)]
        assert named == [f"{at}.txt" for at, text in enumerate(texts) if text == one.passage.text]


def test_a_wire_copy_is_one_result_with_the_original(assistant: Assistant) -> None:
    found = assistant.search("When is Hull No. 3117 to be delivered?", k=5)

    papers = {"narae-shipyard-ammonia-carriers.txt", "biz_20241107_shipyard.txt"}
    assert [{one.passage.source, *(place.source for place in one.also_in)} for one in found].count(papers) == 1
    assert len([one for one in found if one.passage.source in papers]) == 1


def test_a_question_can_be_anything_with_a_letter_or_a_digit(assistant: Assistant) -> None:
    for question in (
        "zzzz",
        "12",
        "나라",
        "🙂 a",
        "e\u0301",
        json.dumps({"a": "b"}),
        " a\0b ",
        "SELECT * FROM files; --",
    ):
        assert len(assistant.search(question, k=3)) == 3
