"""Runs over a scripted system: what each question scores, and what becomes of failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from rag.answer import Copy, Place
from rag.evaluate.questions import Evidence, Question
from rag.evaluate.result import Found
from rag.evaluate.scores import Score
from tests.scripted import (
    CROSS,
    EXPORTS,
    LOST,
    MULTI,
    NOTHING,
    QUESTIONS,
    QUOTA,
    SHIP,
    STEEL,
    Scripted,
    answer,
    ask_for,
    run_of,
    values,
)


def test_every_question_is_scored(system: Scripted) -> None:
    done: list[str] = []
    run = run_of(system, k=5, llm="none", on_progress=lambda row: done.append(row.question.id))
    assert done == ["cross", "multi", "null", "lost"]
    assert system.asked == [(question.question, 5, "none") for question in QUESTIONS]
    cross, multi, null, lost = (row.metrics for row in run.rows)
    assert {name: cross[name] for name in ("recall@1", "recall@3", "recall@5", "mrr", "passed")} == {
        "recall@1": 0.0,
        "recall@3": 1.0,
        "recall@5": 1.0,
        "mrr": 0.5,
        "passed": 0.0,
    }
    assert cross["fact_recall"] == 0.5  # the 2 of the marker [2] is not the fact "2"
    assert (cross["abstained_correctly"], cross["quote_verbatim"]) == (1.0, 1.0)
    assert (multi["recall@1"], multi["recall@3"], multi["mrr"], multi["fact_recall"]) == (0.0, 1.0, 0.5, 1.0)
    assert {name for name, value in null.items() if value is not None} == {"abstained_correctly", "passed"}
    assert (null["abstained_correctly"], null["passed"]) == (1.0, 1.0)
    assert set(lost.values()) == {0.0, None}
    assert lost["quote_verbatim"] is None


def test_a_failing_question_is_kept_counted_and_scored_zero(system: Scripted) -> None:
    run = run_of(system)
    assert [row.outcome.error for row in run.rows] == [None, None, None, "model at host: no [2J answer"]
    assert run.summary.overall.failed == 1
    assert values(run.summary.overall)["fact_recall"] == Score(0.5, 3)
    assert values(run.summary.overall)["answer_rate"] == Score(2 / 3, 3)
    assert run.summary.seconds["total"].n == 3


def test_a_bug_is_named_by_its_type(system: Scripted) -> None:
    del system.rankings["lost?"]  # type: ignore[attr-defined]
    run = run_of(system, retrieval_only=True)
    assert run.rows[3].outcome.error == "KeyError: 'lost?'"
    assert run.rows[3].metrics["recall@10"] == 0.0


def test_a_text_that_cannot_be_read_fails_the_question_that_cites_it(system: Scripted) -> None:
    system.unreadable = "list.txt"
    answers = dict(system.answers) | {"null?": answer("null?", "배는 [1].", SHIP)}
    run = run_of(replace(system, answers=answers))
    assert run.rows[2].outcome.error == "list.txt: gone from the index"
    assert run.rows[3].question.id == "lost"


def test_an_interrupt_stops_the_run(system: Scripted) -> None:
    def interrupt(row: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_of(system, on_progress=interrupt)


def test_an_abstention_states_no_fact(system: Scripted) -> None:
    declined = answer("multi?", "Not said. Nearest: 8.0 percent", found=(STEEL,), abstained=True)
    run = run_of(Scripted(answers={"multi?": declined}), [MULTI])
    assert run.rows[0].metrics["fact_recall"] == 0.0
    assert run.rows[0].metrics["abstained_correctly"] == 0.0
    assert values(run.summary.overall)["abstention_precision"] == Score(0.0, 1)
    assert values(run.summary.overall)["abstention_recall"] == Score(None, 0)


def test_what_an_unanswerable_question_expects_counts_for_nothing(system: Scripted) -> None:
    contrary = replace(NOTHING, evidence=((Evidence("gone.txt"),),), facts=(("say",),))
    run = run_of(system, [contrary])
    assert {name for name, value in run.rows[0].metrics.items() if value is not None} == {
        "abstained_correctly",
        "passed",
    }
    assert run.rows[0].evidence_language is None
    assert run.summary.unreachable == ()


def test_passages_beyond_k_count_for_nothing() -> None:
    found = (EXPORTS, SHIP, QUOTA)
    run = run_of(Scripted(answers={"cross?": answer("cross?", "text", found=found)}), [CROSS], k=2)
    assert (run.rows[0].metrics["recall@2"], run.rows[0].metrics["mrr"]) == (0.0, 0.0)


def test_a_citation_of_a_source_that_is_not_indexed_is_not_verbatim(system: Scripted) -> None:
    cited = replace(answer("null?", "x [1].", SHIP).citations[0], source="gone.txt")
    run = run_of(Scripted(answers={"null?": answer("null?", "x [1].", citations=(cited,))}), [NOTHING])
    assert run.rows[0].metrics["quote_verbatim"] == 0.0


def test_a_retrieval_run_asks_for_no_answer(system: Scripted) -> None:
    run = run_of(system, retrieval_only=True)
    assert system.asked == []
    assert "fact_recall" not in run.summary.overall.scores
    assert "abstention_f1" not in run.summary.overall.scores
    assert run.rows[3].metrics["recall@3"] == 1.0
    assert run.rows[3].outcome.answer is None
    assert run.rows[3].outcome.retrieved == (Found.of(SHIP), Found.of(EXPORTS))


@pytest.mark.parametrize(("questions", "k"), [((), 10), (QUESTIONS, 0)])
def test_a_run_of_nothing_is_refused(system: Scripted, questions: Sequence[Question], k: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        run_of(system, questions, k=k)


def test_a_passage_meets_what_its_copies_meet() -> None:
    wire = replace(EXPORTS, copies=(Copy(Place("list.txt", 0, 24), "Ships were built in Ulsan."),))
    question = ask_for("a", [Evidence("list.txt", "built in Ulsan")], [Evidence("ko.txt")])
    (row,) = run_of(Scripted({"a?": (wire,)}), [question], retrieval_only=True).rows
    assert (row.metrics["recall@1"], row.metrics["source_recall@1"], row.met) == (0.5, 0.5, ((0,),))


def test_questions_put_at_a_time_score_as_one_by_one(system: Scripted) -> None:
    def scored(jobs: int) -> list[tuple[str, Mapping[str, float | None]]]:
        return [(row.question.id, row.metrics) for row in run_of(system, jobs=jobs).rows]

    assert scored(4) == scored(1)


def test_what_an_earlier_run_has_asked_is_not_asked_again(system: Scripted) -> None:
    first = run_of(system, [CROSS, LOST])
    system.asked.clear()
    again = run_of(system, known={row.question.id: row for row in first.rows})
    assert [question for question, _, _ in system.asked] == ["multi?", "null?"]
    assert [row.metrics for row in again.rows] == [row.metrics for row in run_of(system).rows]
