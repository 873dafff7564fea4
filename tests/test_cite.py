"""Citations as facts about files: the words at the offsets, as indexed and as they stand on disk now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Page, Passage, Span
from rag.answer import Copy, Place, Retrieved
from rag.cite import Standing, cite, not_verbatim, standing

TEXT = "공유하기\nThe minister asked Canada to lift the quota. 장관이 요청했다.\n"
SPAN = Span(5, 49)


def retrieved(text: str = TEXT, span: Span = SPAN, copies: Sequence[Copy] = ()) -> Retrieved:
    article = Article("달/a.txt", Span(0, len(text)), "Quota talks", "The Ledger", "2024-11-14", "en")
    passage = Passage(article, span, span.of(text), (span,), (span,), "en")
    return Retrieved(passage, 1.0, copies=tuple(copies))


def test_a_citation_carries_what_is_known_of_its_article() -> None:
    found = cite(3, retrieved(), SPAN)

    assert (found.number, found.source, found.title, found.outlet) == (3, "달/a.txt", "Quota talks", "The Ledger")
    assert (found.published, found.language, found.also_in) == ("2024-11-14", "en", ())
    assert found.quote == "The minister asked Canada to lift the quota."


def test_a_citation_names_the_page_on_which_its_quote_begins() -> None:
    one = retrieved()
    paged = replace(one, passage=replace(one.passage, pages=(Page(4, 0), Page(5, 20))))

    assert cite(1, one, SPAN).page is None
    assert [cite(1, paged, span).page for span in (SPAN, Span(19, 30), Span(20, 30))] == [4, 4, 5]


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("The minister asked Canada to lift the quota.", "The minister asked Canada to lift the quota."),
        ("The minister asked\nCanada  to lift the quota.", "The minister asked\nCanada  to lift the quota."),
        ("The minister has asked Canada to lift its quota.", "The minister has asked Canada to lift its quota."),
        ("The minister asked Canada to lift 2 quotas.", None),
        ("A minister flew to Canada.", None),
    ],
    ids=["verbatim", "wrapped", "edited", "another figure", "another sentence"],
)
def test_a_citation_is_also_where_a_copy_has_its_words(sentence: str, place: str | None) -> None:
    text = f"Quotas\nTalks began on Monday. {sentence} They go on."
    start = text.index(sentence)
    article = Article("b.txt", Span(0, len(text)), "Quotas", None, None, "en")
    cuts = (Span(0, 6), Span(7, 30), Span(start, start + len(sentence)), Span(start + len(sentence) + 1, len(text)))
    passage = Passage(article, article.span, text, (article.span,), cuts, "en")
    copy = Copy(Place("b.txt", 0, 6), "Quotas", (passage,))

    found = cite(1, retrieved(copies=[copy]), SPAN)

    assert [text[one.start : one.end] for one in found.also_in] == ([place] if place else [])


@given(text=st.text(min_size=1), data=st.data())
def test_the_quote_is_the_text_at_the_offsets(text: str, data: st.DataObject) -> None:
    """Of any text, whatever a character takes in bytes or on the screen."""
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    inner_start, inner_end = sorted(data.draw(st.tuples(st.integers(start, end), st.integers(start, end))))

    found = cite(1, retrieved(text, Span(start, end)), Span(inner_start, inner_end))

    assert found.quote == text[found.start : found.end]
    assert standing(found, {found.source: text}.get) is Standing.VERBATIM


def test_a_file_that_has_changed_before_the_quote_makes_it_stale() -> None:
    found = cite(1, retrieved(), SPAN)

    assert standing(found, lambda _: f"New! {TEXT}") is Standing.STALE
    assert standing(found, lambda _: TEXT.replace("quota", "limit")) is Standing.STALE
    assert standing(found, lambda _: "") is Standing.STALE


def test_a_change_behind_the_quote_does_not_matter() -> None:
    assert standing(cite(1, retrieved(), SPAN), lambda _: f"{TEXT}댓글 8") is Standing.VERBATIM


def test_a_file_that_is_gone_is_missing() -> None:
    assert standing(cite(1, retrieved(), SPAN), lambda _: None) is Standing.MISSING


def test_only_what_no_longer_stands_is_told_by_number_and_file() -> None:
    good, bad = cite(1, retrieved(), SPAN), cite(2, retrieved(), Span(5, 17))

    assert not_verbatim([good, bad], lambda _: TEXT) == {}
    stale = "달/a.txt has changed since it was indexed; run `byline index`"
    assert not_verbatim([good, bad], lambda _: TEXT.replace("lift", "drop")) == {1: stale}
    gone = "달/a.txt is gone since it was indexed"
    assert not_verbatim([good, bad], lambda _: None) == {1: gone, 2: gone}
