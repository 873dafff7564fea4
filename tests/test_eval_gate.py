"""A run beside a baseline, and the gate: which rules fall, and how their figures are told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluate.compare import compare
from rag.evaluate.gate import BadRule, Rule, broken, parse_rule
from rag.evaluate.record import Run, against
from rag.evaluate.result import Outcome, Row
from tests.scripted import CROSS, EXPORTS, MULTI, NOTHING, SHIP, Scripted, ask_for, run_of


def rows(*passed: float | None, name: str = "passed") -> list[Row]:
    return [Row(ask_for(f"q{at}"), {name: value}, "en", Outcome(0.0)) for at, value in enumerate(passed)]


# Comparison


PASSED = st.sampled_from([0.0, 1.0, None])


@given(st.lists(st.tuples(PASSED, PASSED)))
def test_the_turned_questions_differ_in_passing(pairs: list[tuple[float | None, float | None]]) -> None:
    found = compare(rows(*(now for now, _ in pairs)), rows(*(before for _, before in pairs)))
    assert found.newly_failing == tuple(f"q{at}" for at, pair in enumerate(pairs) if pair == (0.0, 1.0))
    assert found.newly_passing == tuple(f"q{at}" for at, pair in enumerate(pairs) if pair == (1.0, 0.0))
    assert found.paired == len(pairs)


def test_a_change_is_of_the_questions_that_a_metric_applies_to_in_both() -> None:
    found = compare(rows(1.0, None, 0.5, name="mrr"), rows(0.0, 1.0, None, name="mrr")).overall["mrr"]
    assert (found.before, found.now, found.change, found.n) == (0.0, 1.0, 1.0, 1)


def test_a_change_that_all_questions_share_has_an_interval_of_its_own() -> None:
    before = rows(*(at / 100 for at in range(50)), name="mrr")
    found = compare(rows(*(at / 100 + 0.5 for at in range(50)), name="mrr"), before).overall["mrr"]
    assert [found.low, found.high] == pytest.approx([0.5, 0.5])


def test_the_same_run_has_not_changed(system: Scripted) -> None:
    run = run_of(system)
    found = compare(run.rows, run_of(system).rows)
    assert {one.change for one in found.overall.values()} == {0.0}
    assert (found.newly_failing, found.newly_passing, found.p_value) == ((), (), 1.0)


def test_changes_are_told_by_type_and_language(system: Scripted) -> None:
    worse = Scripted(answers=dict(system.answers) | {"cross?": system.answers["lost?"]}, rankings=system.rankings)
    found = compare(run_of(worse).rows, run_of(system).rows)
    assert found.by_type["cross"]["recall@5"].change == -1.0
    assert found.by_language["en", "ko"]["fact_recall"].change == -0.5
    assert found.by_type["single"]["recall@5"].change == 0.0


# The gate


@pytest.fixture
def worse(system: Scripted) -> Run:
    """A run in which the question in another language finds nothing more, beside one in which it did."""
    blind = Scripted(dict(system.rankings) | {"cross?": (EXPORTS, SHIP)})
    before = run_of(system, retrieval_only=True)
    return against(run_of(blind, retrieval_only=True), before)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("recall@5<-0.02", "recall@5<-0.02: 1.000 → 0.667, -0.333 [-1.000, +0.000] (n 3)"),
        ("recall@5/cross<-0.5", "recall@5/cross<-0.5: 1.000 → 0.000, -1.000 [-1.000, -1.000] (n 1)"),
        ("recall@5/en-ko < -0.5", "recall@5/en-ko < -0.5: 1.000 → 0.000, -1.000 [-1.000, -1.000] (n 1)"),
        ("recall@5<0.7", "recall@5<0.7: 0.667 [0.000, 1.000] (n 3)"),
        ("recall@5/cross<0.7", "recall@5/cross<0.7: 0.000 [0.000, 0.000] (n 1)"),
        ("precision@10>0.05", "precision@10>0.05: 0.100 [0.000, 0.200] (n 3)"),
        ("newly-failing>0", "newly-failing>0: 1 newly failing: cross"),
        ("newly_failing>0", "newly_failing>0: 1 newly failing: cross"),
        ("newly-passing<1", "newly-passing<1: 0 newly passing"),
    ],
)
def test_a_broken_rule_is_told_with_its_figures(worse: Run, rule: str, reason: str) -> None:
    assert broken([parse_rule(rule)], worse) == (reason,)


@pytest.mark.parametrize(
    "rule",
    [
        "recall@5<-0.34",
        "recall@5>+0.01",
        "recall@5/single<-0.01",
        "newly-failing>1",
        "failed>0",
        "missing>0",
        "mrr<0.1",
    ],
)
def test_a_kept_rule_says_nothing(worse: Run, rule: str) -> None:
    assert broken([parse_rule(rule)], worse) == ()


def test_a_fall_of_just_the_limit_is_allowed() -> None:
    rule = parse_rule("mrr<-0.3")
    assert not rule.broken_by(0.1 + 0.2 - 0.6)  # -0.29999999999999993 and -0.30000000000000004 alike
    assert not rule.broken_by(-0.1 - 0.2)
    assert rule.broken_by(-0.301)


def test_questions_that_fail_and_that_are_missing_are_counted(system: Scripted) -> None:
    run = against(run_of(system, [CROSS, replace(MULTI, answer="new")]), run_of(system, [CROSS, MULTI, NOTHING]))
    assert broken([parse_rule("missing>0")], run) == ("missing>0: 2 missing: null, multi",)
    assert broken([parse_rule("failed>0")], run_of(system)) == ("failed>0: 1 failed: lost",)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("recall@5", 'not a rule; write one like "recall@5<-0.02" or "newly-failing>3"'),
        ("recall@5<", "not a rule"),
        ("recall@5=-0.02", "not a rule"),
        ("recall@5<=0.02", "not a rule"),
        ("recall@5<two", "not a rule"),
        ("<0.5", "not a rule"),
        ("", "not a rule"),
        ("newly-failing>+3", 'newly-failing is a number of questions; write it like "newly-failing>3"'),
        ("newly-failing/cross>3", "newly-failing is a number of questions"),
    ],
)
def test_a_rule_that_is_none_is_refused(written: str, fault: str) -> None:
    with pytest.raises(BadRule) as caught:
        parse_rule(written)
    assert str(caught.value).startswith(f'--fail-on "{written}": {fault}')


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("recal@5<-0.02", "no question here has recal@5; there are recall@1, recall@3"),
        ("recall@5/null<-0.02", "no question here has recall@5; there are none"),
        (
            "recall@5/crss<-0.02",
            'no question is in "crss"; there are cross, single, null, en-ko, en-en+ko',
        ),
        ("fact_recall<0.5", "no question here has fact_recall"),
    ],
)
def test_a_rule_about_what_is_not_there_is_refused(worse: Run, written: str, fault: str) -> None:
    with pytest.raises(BadRule, match=r"--fail-on") as caught:
        broken([parse_rule(written)], worse)
    assert fault in str(caught.value)


@pytest.mark.parametrize("written", ["recall@5<-0.02", "newly-failing>3", "missing>0"])
def test_a_change_needs_a_baseline(system: Scripted, written: str) -> None:
    with pytest.raises(BadRule, match="give --baseline DIR"):
        broken([parse_rule(written)], run_of(system))


def test_a_rule_is_read_in_parts() -> None:
    assert parse_rule(" mrr/en-ko > -.5 ") == Rule(" mrr/en-ko > -.5 ", "mrr", "en-ko", False, -0.5, True)
