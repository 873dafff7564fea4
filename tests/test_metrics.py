"""Every metric against another implementation: trec_eval (through ir-measures), NumPy, or a count by hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success

from rag.answer import Citation
from rag.evaluate import answering, citing, gold, ranking, scores
from rag.evaluate.abstention import abstention_tallies, decided_correctly
from rag.evaluate.questions import Evidence
from rag.evaluate.scores import Latency

CLOSE = 1e-9
DECISIONS = st.lists(st.tuples(st.booleans(), st.sampled_from([True, False, None])), max_size=30)


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[set[int]], int]:
    """For each rank the groups that its passage meets, and how many groups there are."""
    groups = draw(st.integers(1, 5))
    passages = st.sets(st.integers(0, groups - 1), max_size=groups)
    return draw(st.lists(passages, max_size=15)), groups


def trec_eval(measure: ir_measures.measures.Measure, ranked: Sequence[str], relevant: set[str]) -> float:
    qrels = [ir_measures.Qrel("q", name, 1) for name in relevant]
    run = [ir_measures.ScoredDoc("q", name, float(-rank)) for rank, name in enumerate(ranked)]
    # trec_eval leaves a query without a ranking out; a document that is not judged changes no measure here.
    run = run or [ir_measures.ScoredDoc("q", "unjudged", 0.0)]
    return float(ir_measures.calc_aggregate([measure], qrels, run)[measure])


def groups_as_documents(met: Sequence[set[int]], groups: int) -> list[str]:
    """The ranking as one of groups: a rank is `groups` places wide and holds the groups first met there."""
    ranked: list[str] = []
    seen: set[int] = set()
    for rank, found in enumerate(met):
        new = [f"group {number}" for number in sorted(found - seen)]
        ranked += new + [f"nothing {rank} {place}" for place in range(groups - len(new))]
        seen |= found
    return ranked


@given(rankings(), st.integers(1, 20))
def test_evidence_recall_is_trec_evals_recall_over_groups(ranked: tuple[list[set[int]], int], k: int) -> None:
    met, groups = ranked
    relevant = {f"group {number}" for number in range(groups)}
    expected = trec_eval(R @ (k * groups), groups_as_documents(met, groups), relevant)
    assert ranking.recall_at(k, met, groups) == pytest.approx(expected, abs=CLOSE)


@given(rankings(), st.integers(1, 20))
def test_hit_and_reciprocal_rank_are_trec_evals(ranked: tuple[list[set[int]], int], k: int) -> None:
    met, groups = ranked
    names = [str(rank) for rank in range(len(met))]
    relevant = {str(rank) for rank, found in enumerate(met) if found} or {"never retrieved"}
    assert ranking.hit_at(k, met, groups) == pytest.approx(trec_eval(Success @ k, names, relevant), abs=CLOSE)
    assert ranking.reciprocal_rank(met, groups) == pytest.approx(trec_eval(RR, names, relevant), abs=CLOSE)


@given(rankings())
def test_recall_never_falls_with_k(ranked: tuple[list[set[int]], int]) -> None:
    met, groups = ranked
    recalls = [ranking.recall_at(k, met, groups) for k in range(1, 20)]
    assert recalls == sorted(recalls, key=lambda recall: recall or 0.0)


def test_without_evidence_or_facts_a_metric_does_not_apply() -> None:
    assert ranking.recall_at(5, [set()], 0) is None
    assert ranking.hit_at(5, [set()], 0) is None
    assert ranking.reciprocal_rank([set()], 0) is None
    assert answering.fact_recall([], "an answer") is None
    assert citing.quote_verbatim((), lambda source: None) is None


@pytest.mark.parametrize("k", [0, -1])
def test_a_cutoff_below_one_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        ranking.recall_at(k, [{0}], 1)


GROUPS = ((Evidence("a.txt", "steel  quota"), Evidence("b.txt")), (Evidence("a.txt", "철강\n쿼터"),))


@pytest.mark.parametrize(
    ("source", "text", "met"),
    [
        ("a.txt", "the steel quota", {0}),
        ("a.txt", "the st eel\nquo\u3000ta, 철 강쿼터", {0, 1}),
        ("a.txt", "the Steel quota", set()),  # the quote is verbatim: case counts
        ("b.txt", "anything", {0}),
        ("c.txt", "steel quota 철강 쿼터", set()),
        ("a.txt", unicodedata.normalize("NFD", "철강 쿼터"), {1}),
        ("a.txt", "", set()),
    ],
)
def test_a_passage_meets_a_group(source: str, text: str, met: set[int]) -> None:
    assert gold.groups_met([(source, text)], GROUPS) == (frozenset(met),)


def test_a_source_is_the_same_composed_and_decomposed() -> None:
    decomposed = unicodedata.normalize("NFD", "기사.txt")
    assert decomposed != "기사.txt"
    assert gold.groups_met([(decomposed, "")], [[Evidence("기사.txt")]]) == (frozenset({0}),)


WORDS = st.lists(st.sampled_from(["Steel", "철강", "232조", "é", " ", "\n", "a"]), max_size=8).map("".join)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), WORDS), max_size=6),
    st.lists(st.tuples(st.sampled_from("ab"), WORDS)),
)
def test_groups_met_by_the_definition(passages: list[tuple[str, str]], entries: list[tuple[str, str]]) -> None:
    def bare(text: str) -> str:
        return "".join(char for char in unicodedata.normalize("NFC", text) if not char.isspace())

    expected = tuple(
        {at for at, (of, quote) in enumerate(entries) if of == source and bare(quote) in bare(text)}
        for source, text in passages
    )
    groups = [[Evidence(of, quote)] for of, quote in entries]
    decomposed = [(source, unicodedata.normalize("NFD", text)) for source, text in passages]
    assert gold.groups_met(passages, groups) == expected
    assert gold.groups_met(decomposed, groups) == expected


@pytest.mark.parametrize(
    ("facts", "answer", "recall"),
    [
        ([["flexib", "유연성"], ["steel"]], "FLEXIBILITY of Steel measures", 1.0),
        ([["flexib", "유연성"], ["steel"]], "유연성을 요청했다", 0.5),
        ([["straße"]], "die STRASSE", 1.0),
        ([["유연성"]], unicodedata.normalize("NFD", "유연성"), 1.0),
        ([["8.0"], ["2024"], ["retail"]], "grew 8.0 percent", 1 / 3),
        ([["steel"]], "", 0.0),
    ],
)
def test_fact_recall(facts: list[list[str]], answer: str, recall: float) -> None:
    assert answering.fact_recall(facts, answer) == pytest.approx(recall, abs=CLOSE)


@given(st.lists(st.lists(st.sampled_from(["Steel", "철강", "8.0"]), min_size=1), min_size=1), WORDS)
def test_fact_recall_by_the_definition(facts: list[list[str]], answer: str) -> None:
    met = 0
    for group in facts:
        for string in group:
            if string.casefold() in answer.casefold():
                met += 1
                break
    assert answering.fact_recall(facts, answer) == pytest.approx(met / len(facts), abs=CLOSE)


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


@given(DECISIONS)
def test_abstention_scores_by_counting_sets(decisions: list[tuple[bool, bool | None]]) -> None:
    unanswerable = {at for at, (answerable, _) in enumerate(decisions) if not answerable}
    abstained = {at for at, (_, did) in enumerate(decisions) if did is True}
    answered = {at for at, (_, did) in enumerate(decisions) if did is False}
    answerable = set(range(len(decisions))) - unanswerable
    both = len(unanswerable & abstained)

    found = {name: tally.value for name, tally in abstention_tallies(decisions).items()}
    assert found["abstention_precision"] == (both / len(abstained) if abstained else None)
    assert found["abstention_recall"] == (both / len(unanswerable) if unanswerable else None)
    assert found["answer_rate"] == (len(answerable & answered) / len(answerable) if answerable else None)
    if not unanswerable:
        assert found["abstention_f1"] is None
    elif not both:
        assert found["abstention_f1"] == 0.0
    else:
        harmonic = 2 / (len(abstained) / both + len(unanswerable) / both)
        assert found["abstention_f1"] == pytest.approx(harmonic, abs=CLOSE)

    right = [decided_correctly(decision) for decision in decisions]
    assert sum(right) == both + len(answerable & answered)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=20))
def test_the_mean_leaves_none_out(values: list[float | None]) -> None:
    present = [value for value in values if value is not None]
    score = scores.mean(values)
    assert score.n == len(present)
    if present:
        assert score.value == pytest.approx(float(np.mean(present)), abs=CLOSE)
    else:
        assert score.value is None


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_latency_is_numpys_percentile(seconds: list[float]) -> None:
    found = scores.latency(seconds)
    assert found.n == len(seconds)
    assert found.p50 == pytest.approx(float(np.percentile(seconds, 50)), abs=CLOSE)
    assert found.p95 == pytest.approx(float(np.percentile(seconds, 95)), abs=CLOSE)


def test_latency_of_nothing() -> None:
    assert scores.latency([]) == Latency(None, None, 0)
