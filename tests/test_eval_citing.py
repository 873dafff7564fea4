"""How well answers cite, against ALCE's definitions counted by hand and TREC RAG's weights."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import Citation, Sentence, Verdict
from rag.evaluate import citing
from rag.evaluate.citing import Statement
from rag.evaluate.metrics import statements_of
from tests.scripted import EXPORTS, QUOTA, STEEL, answer

CLOSE = 1e-9
VERDICTS: tuple[Verdict, ...] = ("supported", "partly", "unsupported", "uncited")


def holds(premises: Sequence[str], claim: str) -> bool:
    """An entailment that can be counted by hand: the premises have every letter of the claim."""
    return set(claim) <= set("".join(premises))


PREMISES = st.none() | st.lists(st.text("abc", max_size=3), max_size=4).map(tuple)
STATEMENTS = st.lists(st.builds(Statement, st.text("abc", min_size=1, max_size=3), PREMISES), max_size=5)


@given(STATEMENTS)
def test_recall_and_precision_are_alces(statements: list[Statement]) -> None:
    """Gao et al. 2023, §4.3, sentence by sentence and citation by citation."""
    supported, useful, citations = 0, 0, 0
    for one in statements:
        if one.cited is None or not one.cited:
            continue
        citations += len(one.cited)
        if not holds(one.cited, one.claim):
            continue
        supported += 1
        for at in range(len(one.cited)):
            others = [words for place, words in enumerate(one.cited) if place != at]
            irrelevant = bool(others) and not holds([one.cited[at]], one.claim) and holds(others, one.claim)
            useful += not irrelevant
    if not statements:
        assert citing.citation_recall(statements, holds) is None
        assert citing.citation_precision(statements, holds) is None
    else:
        recall, precision = supported / len(statements), useful / citations if citations else 0.0
        assert citing.citation_recall(statements, holds) == pytest.approx(recall, abs=CLOSE)
        assert citing.citation_precision(statements, holds) == pytest.approx(precision, abs=CLOSE)


SENTENCES = st.lists(
    st.builds(Sentence, st.just("x"), st.lists(st.integers(1, 4), max_size=3).map(tuple), st.sampled_from(VERDICTS)),
    max_size=8,
)


@given(SENTENCES)
def test_support_is_weighted_as_trec_rag_does(sentences: list[Sentence]) -> None:
    judged = [{"supported": 1.0, "partly": 0.5}.get(one.verdict, 0.0) for one in sentences if one.citations]
    precision, recall = citing.weighted_support(sentences)
    assert precision == (pytest.approx(sum(judged) / len(judged), abs=CLOSE) if judged else None)
    assert recall == (pytest.approx(sum(judged) / len(sentences), abs=CLOSE) if sentences else None)
    bare = [one for one in sentences if not one.citations]
    assert citing.uncited(sentences) == (len(bare) / len(sentences) if sentences else None)


@given(st.sets(st.sampled_from("abcd")), st.lists(st.sets(st.sampled_from("abcde"), min_size=1), max_size=4))
def test_cited_sources_by_counting(cited: set[str], gold: list[set[str]]) -> None:
    right = [source for source in cited if any(source in group for group in gold)]
    met = [group for group in gold if any(source in cited for source in group)]
    precision = len(right) / len(cited) if cited and gold else None
    assert citing.cited_source_precision(cited, gold) == precision
    assert citing.cited_source_recall(cited, gold) == (len(met) / len(gold) if gold else None)


def cite(start: int, end: int, quote: str, source: str = "a.txt") -> Citation:
    return Citation(1, source, start, end, quote, "title", None, "en")


@pytest.mark.parametrize(
    ("citation", "rate"),
    [
        (cite(4, 9, "steel"), 1.0),
        (cite(4, 9, "Steel"), 0.0),
        (cite(5, 10, "steel"), 0.0),
        (cite(-5, -1, "quot"), 0.0),  # Python would count it from the end
        (cite(10, 99, "quota"), 0.0),
        (cite(4, 4, ""), 0.0),
        (cite(4, 9, "steel", "gone.txt"), 0.0),
    ],
)
def test_quote_verbatim(citation: Citation, rate: float) -> None:
    texts = {"a.txt": "the steel quota"}
    assert citing.quote_verbatim([citation], texts.get) == rate
    assert citing.quote_verbatim([citation, cite(4, 9, "steel")], texts.get) == (rate + 1) / 2


def test_a_marker_leads_to_a_place_in_an_indexed_file_or_not() -> None:
    texts = {"a.txt": "the steel quota"}
    sentences = [
        Sentence("one", (1, 2), "supported"),
        Sentence("two", (3, 1), "partly"),
        Sentence("three", (), "uncited"),
    ]
    sound = cite(4, 9, "not its words: that is another metric")
    outside = Citation(2, "a.txt", 10, 99, "quota", "title", None, "en")
    assert citing.pointer_validity(sentences, [sound, outside], texts.get) == 2 / 4  # 3 is no citation at all
    assert citing.pointer_validity(sentences[2:], [sound], texts.get) is None


def test_statements_are_sentences_with_the_words_they_cite() -> None:
    made = answer("q", "The quota [2024] stays [1][2].", STEEL, QUOTA)
    assert statements_of(made) == (
        Statement("The quota [2024] stays.", ("The steel quota stays.", "철강 쿼터는 유지된다.")),
    )


def test_a_sentence_with_a_marker_that_leads_nowhere_cites_nothing() -> None:
    made = answer("q", "It rose [1].", EXPORTS, sentences=(Sentence("It rose.", (1, 7), "supported"),))
    assert statements_of(made) == (Statement("It rose.", None),)
