"""Every metric of a ranking against trec_eval (through ir-measures), or its own script's definition."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, P, R, Success, nDCG

from rag.evaluate import ranking
from rag.evaluate.gold import groups_met
from rag.evaluate.metrics import retrieval_metrics
from rag.evaluate.questions import Evidence
from rag.evaluate.result import Found
from tests.scripted import ask_for

CLOSE = 1e-9


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
def test_hit_precision_and_reciprocal_rank_are_trec_evals(ranked: tuple[list[set[int]], int], k: int) -> None:
    met, groups = ranked
    names = [str(rank) for rank in range(len(met))]
    relevant = {str(rank) for rank, found in enumerate(met) if found} or {"never retrieved"}
    assert ranking.hit_at(k, met, groups) == pytest.approx(trec_eval(Success @ k, names, relevant), abs=CLOSE)
    assert ranking.precision_at(k, met, groups) == pytest.approx(trec_eval(P @ k, names, relevant), abs=CLOSE)
    assert ranking.reciprocal_rank(met, groups) == pytest.approx(trec_eval(RR, names, relevant), abs=CLOSE)


@given(rankings(), st.integers(1, 20))
def test_average_precision_and_ndcg_are_trec_evals_over_groups(ranked: tuple[list[set[int]], int], k: int) -> None:
    met, groups = ranked
    names: list[str] = []
    for rank, found in enumerate(met):
        new = sorted({f"group {number}" for number in found} - set(names))
        names += new or [f"nothing new at {rank}"]
    relevant = {f"group {number}" for number in range(groups)}
    assert ranking.average_precision(met, groups) == pytest.approx(trec_eval(AP, names, relevant), abs=CLOSE)
    assert ranking.ndcg_at(k, met, groups) == pytest.approx(trec_eval(nDCG @ k, names, relevant), abs=CLOSE)


@given(rankings(), st.integers(1, 20))
def test_all_evidence_is_full_recall(ranked: tuple[list[set[int]], int], k: int) -> None:
    met, groups = ranked
    found = {number for numbers in met[:k] for number in numbers}
    assert ranking.all_evidence_at(k, met, groups) == float(found == set(range(groups)))


@given(
    st.lists(
        st.text("ab c\n", min_size=1).filter(str.strip), min_size=1, max_size=4, unique_by=lambda g: "".join(g.split())
    ),
    st.lists(st.text("ab c\n", max_size=8), max_size=14),
)
def test_the_multihop_figures_are_its_scripts(gold: list[str], texts: list[str]) -> None:
    """retrieval_evaluate.py in its own terms: strings without spaces, the first eleven texts walked through."""
    golds, retrieved = (["".join(text.split()) for text in some] for some in (gold, texts))
    first, total = 0, 0.0
    seen: set[str] = set()
    for rank, text in enumerate(retrieved[:11], 1):
        inside = {one for one in golds if one in text}
        if inside and rank <= 10:
            first = first or rank
            total += len(inside - seen) / rank
            seen |= inside
    met = groups_met([("a.txt", text) for text in texts], [[Evidence("a.txt", one)] for one in gold])[:10]
    groups = len(gold)
    assert ranking.multihop_map_at(10, met, groups) == pytest.approx(total / min(groups, 10), abs=CLOSE)
    assert ranking.hit_at(4, met, groups) == float(0 < first <= 4)
    assert ranking.hit_at(10, met, groups) == float(0 < first <= 10)
    assert ranking.reciprocal_rank(met, groups) == pytest.approx(1 / first if first else 0.0, abs=CLOSE)


@given(rankings())
def test_recall_never_falls_with_k(ranked: tuple[list[set[int]], int]) -> None:
    met, groups = ranked
    recalls = [ranking.recall_at(k, met, groups) for k in range(1, 20)]
    assert recalls == sorted(recalls, key=lambda recall: recall or 0.0)


METRICS = [
    lambda met, groups: ranking.recall_at(5, met, groups),
    lambda met, groups: ranking.all_evidence_at(5, met, groups),
    lambda met, groups: ranking.hit_at(5, met, groups),
    lambda met, groups: ranking.precision_at(5, met, groups),
    ranking.reciprocal_rank,
    ranking.average_precision,
    lambda met, groups: ranking.ndcg_at(10, met, groups),
    lambda met, groups: ranking.multihop_map_at(10, met, groups),
]


@pytest.mark.parametrize("metric", METRICS)
def test_without_evidence_no_metric_applies(metric: Callable[[ranking.Met, int], float | None]) -> None:
    assert metric([set()], 0) is None


@pytest.mark.parametrize("k", [0, -1])
def test_a_cutoff_below_one_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        ranking.recall_at(k, [{0}], 1)


def test_a_repeated_text_counts_once_and_takes_no_place() -> None:
    steel, ships = Found("a.txt", 0, 5, "steel", 2.0, "en", "t"), Found("a.txt", 9, 14, "ships", 1.0, "en", "t")
    question = ask_for("q", [Evidence("a.txt", "ships")])
    found = [steel, steel, ships, ships]
    scores = retrieval_metrics(question, found, [set(), set(), {0}, {0}], 10)
    assert (scores["mrr"], scores["precision@3"], scores["map"]) == (1 / 2, 1 / 3, 1 / 2)


def test_an_article_counts_wherever_its_passage_is() -> None:
    question = ask_for("q", [Evidence("a.txt", "ships")], [Evidence("b.txt", "steel")])
    found = [Found("a.txt", 0, 5, "steel", 2.0, "en", "t")]
    scores = retrieval_metrics(question, found, [set()], 5)
    assert (scores["recall@5"], scores["source_recall@5"]) == (0.0, 0.5)
