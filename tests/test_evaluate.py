"""Question sets as they are read and refused; runs over a system whose rankings and answers stand here."""

from __future__ import annotations

import io
import itertools
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from index.article import Article, Passage, Span
from rag.answer import Answer, Citation, Retrieved, Sentence
from rag.errors import BylineError
from rag.evaluate.metrics import Score
from rag.evaluate.questions import BadQuestions, Evidence, Question, load_questions
from rag.evaluate.run import Run, evaluate, write
from rag.evaluate.table import print_run

ROW: dict[str, Any] = {
    "id": "q1",
    "question": "what about steel?",
    "language": "en",
    "type": "cross",
    "answerable": True,
    "answer": "a quota",
    "evidence": [[{"source": "ko.txt", "quote": "철강 쿼터"}, {"source": "en.txt"}]],
    "facts": [["quota", "쿼터"]],
}


@pytest.fixture
def question_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows, given as objects, lines or bytes, into a question set."""

    def written(*rows: dict[str, Any] | str, mark: bytes = b"", end: str = "\n") -> Path:
        lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
        path = tmp_path / "questions.jsonl"
        path.write_bytes(mark + "".join(f"{line}{end}" for line in lines).encode())
        return path

    return written


def without(key: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (ROW | changes).items() if name != key}


# Question sets that are right


def test_a_question_is_read_whole(question_file: Callable[..., Path]) -> None:
    expected = Question(
        id="q1",
        question="what about steel?",
        language="en",
        type="cross",
        answerable=True,
        answer="a quota",
        evidence=((Evidence("ko.txt", "철강 쿼터"), Evidence("en.txt")),),
        facts=(("quota", "쿼터"),),
    )
    assert load_questions(question_file(ROW)) == (expected,)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n  \n"])
def test_marks_line_ends_and_empty_lines_do_not_matter(
    question_file: Callable[..., Path], mark: bytes, end: str
) -> None:
    path = question_file(ROW, ROW | {"id": "q2"}, mark=mark, end=end)
    assert [question.id for question in load_questions(path)] == ["q1", "q2"]


def test_language_may_be_called_lang_and_the_rest_left_out(question_file: Callable[..., Path]) -> None:
    row = {"id": "q", "question": "?", "lang": "KO", "answerable": False, "answer": None, "note": "ours"}
    (question,) = load_questions(question_file(row))
    assert question == Question("q", "?", "ko", "untyped", answerable=False)


def test_a_line_separator_inside_a_string_ends_no_row(question_file: Callable[..., Path]) -> None:
    (question,) = load_questions(question_file(ROW | {"question": "one\u2028two\x85three"}))
    assert question.question == "one\u2028two\x85three"


# Question sets that are wrong


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (without("id"), '"id" is missing'),
        (without("question"), '"question" is missing'),
        (without("language"), '"language" is missing'),
        (without("answerable"), '"answerable" is missing'),
        (ROW | {"id": 7}, '"id" must be text, and not empty; it is 7'),
        (ROW | {"id": "a\x1b[31m"}, '"id" holds characters that cannot be printed: "a\\u001b[31m"'),
        (ROW | {"question": "  "}, '"question" must be text, and not empty; it is "  "'),
        (ROW | {"question": None}, '"question" must be text, and not empty; it is null'),
        (ROW | {"type": ["a"]}, '"type" must be text, and not empty; it is a list'),
        (ROW | {"answerable": "yes"}, '"answerable" must be true or false; it is "yes"'),
        (ROW | {"answerable": 1}, '"answerable" must be true or false; it is 1'),
        (ROW | {"answer": {}}, '"answer" must be text, and not empty; it is an object'),
        (ROW | {"lang": "ko"}, '"language" and "lang" differ; keep one'),
        (ROW | {"evidence": "ko.txt"}, '"evidence" must be a list of groups; it is "ko.txt"'),
        (
            ROW | {"evidence": [{"source": "ko.txt"}]},
            '"evidence[0]" must be a group: a list of alternatives, one at least; it is an object',
        ),
        (
            ROW | {"evidence": [[{"source": "a"}], []]},
            '"evidence[1]" must be a group: a list of alternatives, one at least; it is an empty list',
        ),
        (
            ROW | {"evidence": [["ko.txt"]]},
            '"evidence[0][0]" must be an object with "source" and "quote"; it is "ko.txt"',
        ),
        (ROW | {"evidence": [[{"quote": "x"}]]}, '"evidence[0][0].source" is missing'),
        (
            ROW | {"evidence": [[{"source": "a", "quote": " "}]]},
            '"evidence[0][0].quote" must be text, and not empty; it is " "',
        ),
        (
            ROW | {"facts": ["quota"]},
            '"facts[0]" must be a group: a list of alternatives, one at least; it is "quota"',
        ),
        (ROW | {"facts": [["quota", 5]]}, '"facts[0][1]" must be text, and not empty; it is 5'),
        ('{"id" "a"}', "column 7: not JSON: Expecting ':' delimiter"),
        ('{"id": "a", "id": "b"}', '"id" stands twice in one object; keep one'),
        ('"a question"', 'a question is a JSON object; this is "a question"'),
        ("[" * 20, "the file is one JSON array; write one object a line, without the array"),
        ('{"a": ' + "[" * 100_000, "nested too deeply to be a question"),
        ('{"id": "\\ud800"}', '"id" holds half a surrogate pair; write the character itself'),
    ],
)
def test_a_fault_is_told_as_it_is(question_file: Callable[..., Path], row: dict[str, Any] | str, fault: str) -> None:
    path = question_file(row)
    with pytest.raises(BadQuestions) as caught:
        load_questions(path)
    place = path if fault.startswith("the file") else f"{path}:1"
    assert caught.value.faults[0] == f"{place}: {fault}"


def test_all_faults_are_told_at_once_by_file_and_line(question_file: Callable[..., Path]) -> None:
    path = question_file(
        ROW,
        without("answerable", question=""),
        "",
        "{",
        ROW | {"id": "q3", "answerable": None},
        ROW | {"id": "q3"},
        ROW,
    )
    with pytest.raises(BadQuestions) as caught:
        load_questions(path)
    assert str(caught.value) == "\n".join(
        [
            f"{path}: 7 faults in the question set; mend and run again",
            f'{path}:2: "question" must be text, and not empty; it is ""',
            f'{path}:2: "answerable" is missing',
            f'{path}:2: id "q1" is that of line 1 too; an id names one question',
            f"{path}:4: column 2: not JSON: Expecting property name enclosed in double quotes",
            f'{path}:5: "answerable" must be true or false; it is null',
            f'{path}:6: id "q3" is that of line 5 too; an id names one question',
            f'{path}:7: id "q1" is that of line 1 too; an id names one question',
        ]
    )


def test_twenty_faults_are_shown_and_the_rest_counted(question_file: Callable[..., Path]) -> None:
    with pytest.raises(BadQuestions) as caught:
        load_questions(question_file(*["null"] * 33))
    lines = str(caught.value).splitlines()
    assert len(lines) == 22
    assert lines[0].endswith(": 33 faults in the question set; mend and run again")
    assert lines[-1] == "and 13 more"
    assert len(caught.value.faults) == 33


def test_bytes_that_are_not_utf8_are_told_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(json.dumps(ROW).encode() + b"\n" + '{"id": "가"}\n'.encode("cp949") * 2)
    with pytest.raises(BadQuestions) as caught:
        load_questions(path)
    assert caught.value.faults == tuple(
        f"{path}:{line}: byte 9 is not UTF-8; save the file as UTF-8" for line in (2, 3)
    )


def test_a_utf16_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(ROW), encoding="utf-16")
    with pytest.raises(BadQuestions, match="the file is UTF-16; save it as UTF-8"):
        load_questions(path)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_question(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadQuestions, match="no question in it; write one JSON object a line"):
        load_questions(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BylineError, match=r"gone\.jsonl: no such file"):
        load_questions(tmp_path / "gone.jsonl")
    with pytest.raises(BylineError, match="cannot be read"):
        load_questions(tmp_path)


# Runs

TEXTS = {
    "en.txt": "The steel quota stays. Exports rose 8.0 percent.",
    "ko.txt": "철강 쿼터는 유지된다. 수출이 늘었다.",
    "list.txt": "Ships were built in Ulsan. 배는 부산에서도 지었다.",
}
SHIPS = TEXTS["list.txt"].index("배")
ARTICLES = (
    Article("en.txt", Span(0, len(TEXTS["en.txt"])), "Steel", None, None, "en"),
    Article("ko.txt", Span(0, len(TEXTS["ko.txt"])), "철강", None, "2024-05-01", "ko"),
    Article("list.txt", Span(0, SHIPS), "Ships", None, None, "en"),
    Article("list.txt", Span(SHIPS, len(TEXTS["list.txt"])), "배", None, None, "ko"),
)


def passage(source: str, words: str, score: float = 1.0) -> Retrieved:
    start = TEXTS[source].index(words)
    span = Span(start, start + len(words))
    article = next(a for a in ARTICLES if a.source == source and a.span.start <= start < a.span.end)
    return Retrieved(Passage(article, span, words, (span,), (span,), article.language), score)


STEEL, EXPORTS = passage("en.txt", "The steel quota stays."), passage("en.txt", "Exports rose 8.0 percent.")
QUOTA, SHIP = passage("ko.txt", "철강 쿼터는 유지된다."), passage("list.txt", "배는 부산에서도 지었다.")


@dataclass
class Scripted:
    """A system that ranks and answers what is written down for each question, or raises it."""

    rankings: Mapping[str, Sequence[Retrieved]] = field(default_factory=dict)
    answers: Mapping[str, Answer | Exception] = field(default_factory=dict)
    asked: list[tuple[str, int, str | None]] = field(default_factory=list)
    unreadable: str | None = None
    library: tuple[Article, ...] = ARTICLES

    def search(self, question: str, *, k: int) -> Sequence[Retrieved]:
        return self.rankings[question][:k]

    def ask(self, question: str, *, k: int, llm: str | None) -> Answer:
        self.asked.append((question, k, llm))
        answer = self.answers[question]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def text(self, source: str) -> str:
        if source == self.unreadable:
            raise BylineError(f"{source}: gone from the index")
        return TEXTS[unicodedata.normalize("NFC", source)]

    def articles(self) -> tuple[Article, ...]:
        return self.library


def answer(question: str, text: str, *cited: Retrieved, found: Sequence[Retrieved] = (), **rest: Any) -> Answer:
    citations = tuple(
        Citation(
            number,
            hit.passage.source,
            hit.passage.span.start,
            hit.passage.span.end,
            hit.passage.text,
            "t",
            None,
            "en",
        )
        for number, hit in enumerate(cited, 1)
    )
    sentences = (Sentence(text, tuple(c.number for c in citations), "supported" if citations else "uncited"),)
    made = Answer(question, text, False, "en", sentences, citations, tuple(found) or cited, "extractive")
    return replace(made, **rest)


def ask_for(
    id: str,
    *evidence: Sequence[Evidence],
    facts: Sequence[str] = (),
    language: str = "en",
    type: str = "single",
) -> Question:
    groups = tuple(tuple(group) for group in evidence)
    return Question(id, f"{id}?", language, type, True, None, groups, tuple((fact,) for fact in facts))


CROSS = ask_for("cross", [Evidence("ko.txt", "철강쿼터")], facts=["quota", "2"], type="cross")
MULTI = ask_for("multi", [Evidence("en.txt", "steel quota")], [Evidence("ko.txt", "쿼터는")], facts=["8.0"])
NOTHING = Question("null", "null?", "ko", "null", answerable=False)
LOST = ask_for("lost", [Evidence("en.txt", "Exports")], facts=["8.0"])
QUESTIONS = (CROSS, MULTI, NOTHING, LOST)


@pytest.fixture
def system() -> Scripted:
    found = (EXPORTS, QUOTA, STEEL)
    return Scripted(
        rankings={"cross?": found, "multi?": found, "null?": (SHIP,), "lost?": (SHIP, EXPORTS)},
        answers={
            "cross?": answer("cross?", "The QUOTA stays [1][2].", QUOTA, STEEL, found=found, timings={"retrieve": 0.5}),
            "multi?": answer("multi?", "It rose 8.0 percent [1].", EXPORTS, found=found, timings={"retrieve": 1.5}),
            "null?": answer("null?", "The articles do not say.", found=(SHIP,), abstained=True),
            "lost?": BylineError("model at host:\n no\x1b[2J answer"),
        },
    )


def run_of(system: Scripted, questions: Sequence[Question] = QUESTIONS, **settings: Any) -> Run:
    ticks = itertools.count()
    return evaluate(system, questions, clock=lambda: float(next(ticks)), **settings)


def test_every_question_is_scored(system: Scripted) -> None:
    done: list[str] = []
    run = run_of(system, k=5, llm="none", on_progress=lambda row: done.append(row.question.id))
    assert done == ["cross", "multi", "null", "lost"]
    assert system.asked == [(question.question, 5, "none") for question in QUESTIONS]
    cross, multi, null, lost = (row.metrics for row in run.rows)
    assert cross == {
        "recall@1": 0.0,
        "recall@3": 1.0,
        "recall@5": 1.0,
        "hit@1": 0.0,
        "hit@3": 1.0,
        "hit@5": 1.0,
        "mrr": 0.5,
        "fact_recall": 0.5,  # the 2 of the marker [2] is not the fact "2"
        "abstained_correctly": 1.0,
        "quote_verbatim": 1.0,
    }
    assert (multi["recall@1"], multi["recall@3"], multi["mrr"], multi["fact_recall"]) == (0.0, 1.0, 0.5, 1.0)
    assert {name for name, value in null.items() if value is not None} == {"abstained_correctly"}
    assert null["abstained_correctly"] == 1.0
    assert set(lost.values()) == {0.0, None}
    assert lost["quote_verbatim"] is None


def test_a_failing_question_is_kept_counted_and_scored_zero(system: Scripted) -> None:
    run = run_of(system)
    assert [row.outcome.error for row in run.rows] == [None, None, None, "model at host: no [2J answer"]
    assert run.summary.overall.failed == 1
    assert run.summary.overall.scores["fact_recall"] == Score(0.5, 3)
    assert run.summary.overall.scores["answer_rate"] == Score(2 / 3, 3)
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


def test_the_summary_means_by_type_and_language(system: Scripted) -> None:
    summary = run_of(system).summary
    assert list(summary.by_type) == ["cross", "single", "null"]
    assert list(summary.by_language) == [("en", "ko"), ("en", "en+ko"), ("ko", None), ("en", "en")]
    scores = summary.overall.scores
    assert scores["recall@3"] == Score(2 / 3, 3)
    assert scores["abstention_precision"] == Score(1.0, 1)
    assert scores["abstention_recall"] == Score(1.0, 1)
    assert scores["abstention_f1"] == Score(1.0, 4)
    assert scores["quote_verbatim"] == Score(1.0, 2)
    assert summary.by_type["single"].scores["recall@3"] == Score(0.5, 2)
    assert summary.by_type["null"].scores["recall@3"] == Score(None, 0)
    assert summary.by_language["ko", None].questions == 1
    assert (summary.seconds["retrieve"].p50, summary.seconds["total"].p50) == (1.0, 1.0)
    assert summary.models == ("extractive",)


def test_an_abstention_states_no_fact(system: Scripted) -> None:
    declined = answer("multi?", "Not said. Nearest: 8.0 percent", found=(STEEL,), abstained=True)
    run = run_of(Scripted(answers={"multi?": declined}), [MULTI])
    assert run.rows[0].metrics["fact_recall"] == 0.0
    assert run.rows[0].metrics["abstained_correctly"] == 0.0
    assert run.summary.overall.scores["abstention_precision"] == Score(0.0, 1)
    assert run.summary.overall.scores["abstention_recall"] == Score(None, 0)


def test_what_an_unanswerable_question_expects_counts_for_nothing(system: Scripted) -> None:
    contrary = replace(NOTHING, evidence=((Evidence("gone.txt"),),), facts=(("say",),))
    run = run_of(system, [contrary])
    assert {name for name, value in run.rows[0].metrics.items() if value is not None} == {"abstained_correctly"}
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
    assert run.rows[3].outcome.retrieved == (SHIP, EXPORTS)


@pytest.mark.parametrize(("k", "cutoffs"), [(1, [1]), (4, [1, 3, 4]), (10, [1, 3, 5, 10]), (20, [1, 3, 5, 10, 20])])
def test_recall_is_scored_up_to_k(system: Scripted, k: int, cutoffs: list[int]) -> None:
    scores = run_of(system, retrieval_only=True, k=k).summary.overall.scores
    assert [name for name in scores if name.startswith("recall@")] == [f"recall@{cutoff}" for cutoff in cutoffs]


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        (ask_for("a", [Evidence("ko.txt"), Evidence("en.txt")]), ("en", "en")),  # its own language is offered
        (ask_for("a", [Evidence("ko.txt"), Evidence("en.txt")], language="ja"), ("ja", "en+ko")),
        (
            ask_for("a", [Evidence("list.txt", "배는")]),
            ("en", "ko"),
        ),  # the item of the list that holds the quote
        (ask_for("a", [Evidence("list.txt", "Ships")], language="ko"), ("ko", "en")),
        (ask_for("a", [Evidence("gone.txt")]), ("en", "?")),
        (ask_for("a"), ("en", None)),
    ],
)
def test_the_language_of_evidence_is_the_articles(question: Question, cell: tuple[str, str | None]) -> None:
    run = run_of(Scripted(rankings={"a?": ()}), [question], retrieval_only=True)
    assert list(run.summary.by_language) == [cell]


def test_a_decomposed_file_name_is_the_one_that_the_evidence_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEXTS, "기사.txt", TEXTS["ko.txt"])
    on_a_mac = replace(ARTICLES[1], source=unicodedata.normalize("NFD", "기사.txt"))
    question = ask_for("a", [Evidence("기사.txt", "철강")])
    run = run_of(Scripted(rankings={"a?": ()}, library=(on_a_mac,)), [question], retrieval_only=True)
    assert list(run.summary.by_language) == [("en", "ko")]
    assert run.summary.unreachable == ()


def test_the_whole_time_is_the_runs_own_measure(system: Scripted) -> None:
    own = answer("cross?", "text", timings={"total": 99.0})
    assert run_of(Scripted(answers={"cross?": own}), [CROSS]).summary.seconds["total"].p50 == 1.0


def test_evidence_that_no_passage_can_meet_is_named() -> None:
    question = ask_for("a", [Evidence("gone.txt")], [Evidence("en.txt", "no such\nwords"), Evidence("ko.txt", "철강")])
    run = run_of(Scripted(rankings={"a?": ()}), [question], retrieval_only=True)
    assert run.summary.unreachable == (
        "a: gone.txt is not in the index",
        'a: en.txt does not hold the quote "no such\\nwords"',
    )


@pytest.mark.parametrize(("questions", "k"), [((), 10), (QUESTIONS, 0)])
def test_a_run_of_nothing_is_refused(system: Scripted, questions: Sequence[Question], k: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        run_of(system, questions, k=k)


# What is written and shown


def test_results_are_the_contracts_rows(system: Scripted, tmp_path: Path) -> None:
    run = run_of(system)
    write(run, tmp_path / "new" / "run")
    lines = (tmp_path / "new" / "run" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert "철강" in lines[0]
    cross, _, null, lost = (json.loads(line) for line in lines)
    contract = {"question", "answer", "abstained", "language", "sentences", "citations", "retrieved"}
    assert contract | {"id", "metrics", "model", "notices", "timings"} <= set(cross)
    assert cross["metrics"] == dict(run.rows[0].metrics)
    assert [found["source"] for found in cross["retrieved"]] == ["en.txt", "ko.txt", "en.txt"]
    assert TEXTS["ko.txt"][cross["citations"][0]["start"] : cross["citations"][0]["end"]] == "철강 쿼터는 유지된다."
    assert cross["expected"]["evidence"] == [[{"source": "ko.txt", "quote": "철강쿼터"}]]
    assert cross["expected"]["evidence_language"] == "ko"
    assert null["abstained"] is True
    assert null["metrics"]["recall@5"] is None
    assert lost["error"] == "model at host: no [2J answer"
    assert (lost["id"], lost["question"]) == ("lost", "lost?")


def test_the_summary_is_written_with_the_cases_beside_each_mean(system: Scripted, tmp_path: Path) -> None:
    write(run_of(system, k=5, llm="none"), tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert (summary["k"], summary["llm"], summary["models"]) == (5, "none", ["extractive"])
    assert summary["overall"]["questions"] == 4
    assert summary["overall"]["failed"] == 1
    assert summary["overall"]["scores"]["recall@3"] == {"value": pytest.approx(2 / 3), "n": 3}
    assert summary["by_type"]["null"]["scores"]["mrr"] == {"value": None, "n": 0}
    cells = [(cell["question"], cell["evidence"]) for cell in summary["by_language"]]
    assert cells == [("en", "ko"), ("en", "en+ko"), ("ko", None), ("en", "en")]
    assert summary["seconds"]["total"] == {"p50": 1.0, "p95": 1.0, "n": 3}


def test_a_retrieval_run_is_written_with_its_passages(system: Scripted, tmp_path: Path) -> None:
    write(run_of(system, retrieval_only=True), tmp_path)
    first = json.loads((tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["retrieved"][1]["text"] == "철강 쿼터는 유지된다."
    assert first["question"] == "cross?"
    assert "answer" not in first


def test_half_a_surrogate_pair_reads_back_as_itself(tmp_path: Path) -> None:
    odd = answer("null?", "broken \udc80 text \\udc80", abstained=True)
    write(run_of(Scripted(answers={"null?": odd}), [NOTHING]), tmp_path)
    row = json.loads((tmp_path / "results.jsonl").read_text(encoding="utf-8"))
    assert row["answer"] == odd.text


def test_a_second_run_replaces_the_first_and_leaves_nothing_beside(system: Scripted, tmp_path: Path) -> None:
    write(run_of(system), tmp_path)
    write(run_of(system, [CROSS]), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.jsonl", "summary.json"]
    assert len((tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_a_row_that_cannot_be_written_leaves_the_earlier_results(system: Scripted, tmp_path: Path) -> None:
    write(run_of(system), tmp_path)
    before = (tmp_path / "results.jsonl").read_bytes()
    endless = answer("cross?", "text", timings={"retrieve": float("nan")})
    with pytest.raises(ValueError, match="JSON compliant"):
        write(run_of(Scripted(answers={"cross?": endless}), [CROSS]), tmp_path)
    assert (tmp_path / "results.jsonl").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.jsonl", "summary.json"]


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside(system: Scripted, tmp_path: Path) -> None:
    (tmp_path / "results.jsonl" / "in the way").mkdir(parents=True)
    with pytest.raises(BylineError, match="the results cannot be written"):
        write(run_of(system), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["results.jsonl"]


def test_a_folder_that_cannot_be_written_is_named(system: Scripted, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    with pytest.raises(BylineError, match="taken: the results cannot be written"):
        write(run_of(system), taken)


def printed(run: Run, *, terminal: bool = False, width: int | None = None) -> str:
    out = io.StringIO()
    print_run(run, Console(file=out, force_terminal=terminal, width=width, color_system=None))
    return out.getvalue()


def test_the_table_when_piped(system: Scripted) -> None:
    shown = printed(run_of(system)).splitlines()
    lines = [" ".join(line.split()) for line in shown]
    assert lines[:9] == [
        "n R@1 R@3 R@5 R@10 MRR facts abst F1 answered",
        "all 4 0.000 0.667 0.667 0.667 0.333 0.500 1.000 0.667",
        "cross 1 0.000 1.000 1.000 1.000 0.500 0.500 – 1.000",
        "single 2 0.000 0.500 0.500 0.500 0.250 0.500 – 0.500",
        "null 1 – – – – – – 1.000 –",
        "en → ko 1 0.000 1.000 1.000 1.000 0.500 0.500 – 1.000",
        "en → en+ko 1 0.000 1.000 1.000 1.000 0.500 1.000 – 1.000",
        "ko → – 1 – – – – – – 1.000 –",
        "en → en 1 0.000 0.000 0.000 0.000 0.000 0.000 – 0.000",
    ]
    assert all(len(line) <= 100 for line in shown[:9])
    assert not set("─━│┃╭") & set("".join(shown))
    assert "1 of 4 questions failed and count as 0:" in lines
    assert "lost: model at host: no [2J answer" in lines
    assert "Seconds a question: median 1.000, 95th percentile 1.000." in lines


def test_a_long_label_has_a_hundred_columns_when_piped(system: Scripted) -> None:
    label = "a type of questions of 34 letters!"
    shown = printed(run_of(system, [replace(CROSS, type=label)])).splitlines()
    assert shown[2].startswith(f"{label} ")
    assert shown[2].endswith("1.000")


def test_the_table_of_a_retrieval_run_has_no_answer_columns(system: Scripted) -> None:
    head = printed(run_of(system, retrieval_only=True, k=20)).splitlines()[0]
    assert " ".join(head.split()) == "n R@1 R@3 R@5 R@10 R@20 MRR"


@pytest.mark.parametrize("width", [80, 100])
def test_the_table_fits_a_terminal_and_shows_labels_as_they_are(system: Scripted, width: int) -> None:
    odd = replace(CROSS, type="[b]odd[/b] " + "type " * 12)
    shown = printed(run_of(system, [odd, NOTHING]), terminal=True, width=width)
    assert all(len(line) <= width for line in shown.splitlines())
    assert "[b]odd" in shown
    assert "─" in shown
    assert shown.count("0.500") >= 4


def test_a_terminal_too_narrow_loses_no_number(system: Scripted) -> None:
    lines = [" ".join(line.split()) for line in printed(run_of(system), terminal=True, width=40).splitlines()]
    assert "all 4 0.000 0.667 0.667 0.667 0.333 0.500 1.000 0.667" in lines


def test_many_failures_are_counted_and_the_first_shown(system: Scripted) -> None:
    failing = [replace(LOST, id=f"lost {number}") for number in range(9)]
    shown = printed(run_of(system, failing))
    assert "9 of 9 questions failed and count as 0:" in shown
    assert "lost 4: model" in shown
    assert "lost 5" not in shown
    assert "and 4 more" in shown


def test_evidence_out_of_reach_is_shown(system: Scripted) -> None:
    shown = printed(run_of(system, [replace(CROSS, evidence=((Evidence("gone.txt"),),))]))
    assert "1 entry of evidence cannot be met by this index, such as\n  cross: gone.txt is not in the index" in shown
