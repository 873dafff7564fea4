"""A run in numbers, by type and language."""

from __future__ import annotations

import pytest

from rag.evaluate.scores import Score
from tests.scripted import CROSS, Scripted, answer, run_of, values


def test_the_summary_means_by_type_and_language(system: Scripted) -> None:
    summary = run_of(system).summary
    assert list(summary.by_type) == ["cross", "single", "null"]
    assert list(summary.by_language) == [("en", "ko"), ("en", "en+ko"), ("ko", None), ("en", "en")]
    scores = values(summary.overall)
    assert scores["recall@3"] == Score(2 / 3, 3)
    assert scores["abstention_precision"] == Score(1.0, 1)
    assert scores["abstention_recall"] == Score(1.0, 1)
    assert scores["abstention_f1"] == Score(1.0, 1)
    assert scores["quote_verbatim"] == Score(1.0, 2)
    assert values(summary.by_type["single"])["recall@3"] == Score(0.5, 2)
    assert values(summary.by_type["null"])["recall@3"] == Score(None, 0)
    assert summary.by_language["ko", None].questions == 1
    assert (summary.seconds["retrieve"].p50, summary.seconds["total"].p50) == (1.0, 1.0)
    assert summary.models == ("extractive",)


@pytest.mark.parametrize(("k", "cutoffs"), [(1, [1]), (4, [1, 3, 4]), (10, [1, 3, 5, 10]), (20, [1, 3, 5, 10, 20])])
def test_recall_is_scored_up_to_k(system: Scripted, k: int, cutoffs: list[int]) -> None:
    scores = run_of(system, retrieval_only=True, k=k).summary.overall.scores
    assert [name for name in scores if name.startswith("recall@")] == [f"recall@{cutoff}" for cutoff in cutoffs]


def test_the_whole_time_is_the_runs_own_measure(system: Scripted) -> None:
    own = answer("cross?", "text", timings={"total": 99.0})
    assert run_of(Scripted(answers={"cross?": own}), [CROSS]).summary.seconds["total"].p50 == 1.0
