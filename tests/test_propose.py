"""Proposed questions: drafted from articles with and without a model, and taken from what people said of answers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from index.article import Article, Passage, Span
from index.sentences import Morphology
from rag.answer import Retrieved
from rag.assistant import Assistant
from rag.cli import byline
from rag.errors import BylineError, ModelFailed
from rag.evaluate.propose.ask_model import ask_for_question
from rag.evaluate.propose.cloze import cloze_questions, gaps
from rag.evaluate.propose.drafts import by_cloze, by_model, draft, spread
from rag.evaluate.propose.feedback import read_feedback
from rag.evaluate.propose.proposal import Proposal
from rag.evaluate.questions import BadQuestions, Evidence, Question, load_questions
from rag.model import open_model
from rag.settings import Settings
from rag.wire import answer_json
from tests.openai_server import OpenAIServer, answer, refusal

SENTENCE = "On May 3 Mayor Lee Garam of Haemil said the tram would have 17 stops and cost 340 billion won."
KOREAN = "이윤슬은 11월 9일 방콕에서 열린 결승에서 세트 점수 6대4로 이겨 상금 1,200만 원을 받게 되었다고 협회가 밝혔다."


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting or key in the environment."""
    for name in list(os.environ):
        if name.upper().startswith(("BYLINE_", "OPENAI_")):
            monkeypatch.delenv(name)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(byline, ["eval", *map(str, args)], catch_exceptions=False)


def overall(table: str) -> list[str]:
    """How many questions a run's table is over, and its recall@1."""
    (row,) = [cells for line in table.splitlines() if (cells := line.split())[:1] == ["all"] and cells[1].isdigit()]
    return row[1:3]


def passage(text: str, language: str = "en") -> Passage:
    span = Span(0, len(text))
    article = Article("tram.txt", span, "Tram", None, None, language)
    return Passage(article, span, text, (span,), (span,), language)


# --- without a model --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        (
            SENTENCE,
            "en",
            {("May 3", "date"), ("Mayor Lee Garam", "name"), ("17", "number"), ("340 billion", "number")},
        ),
        ("He works at Dock No. 2 of the old yard.", "en", set()),
        ("The talks of 2024-11-15 ended.", "en", {("2024-11-15", "date")}),
        (KOREAN, "ko", {("11월 9일", "date"), ("방콕", "name"), ("1,200만", "number")}),
    ],
)
def test_dates_names_and_figures_are_what_is_asked_for(
    morphology: Morphology, sentence: str, language: str, expected: set[tuple[str, str]]
) -> None:
    found = {(gap.span.of(sentence), gap.kind) for gap in gaps(sentence, language, morphology)}
    assert expected <= found
    if language == "en":
        assert found == expected


def test_a_cloze_question_hides_its_answer_and_quotes_its_sentence(morphology: Morphology) -> None:
    for proposal in cloze_questions(passage(SENTENCE), morphology):
        question = proposal.as_draft()
        assert proposal.answer not in question.question
        assert proposal.answer in proposal.quote
        assert question.question.replace("____", proposal.answer).endswith(f"“{SENTENCE}”")
        assert question.evidence == ((Evidence("tram.txt", SENTENCE),),)
        assert question.facts == ((proposal.answer,),)
        assert question.draft


def test_an_answer_that_stands_in_the_sentence_twice_is_not_asked_for(morphology: Morphology) -> None:
    twice = "The yard built 17 ships in spring and another 17 in autumn, the union said."
    assert list(cloze_questions(passage(twice), morphology)) == []


def test_a_language_without_a_wording_gives_no_question(morphology: Morphology) -> None:
    assert list(cloze_questions(passage(SENTENCE, "de"), morphology)) == []


# --- the round trip ---------------------------------------------------------------------------------------------------


def test_a_question_that_does_not_find_its_passage_is_thrown_away() -> None:
    there, elsewhere = passage(SENTENCE), passage("The weather was fine all week in the south, they said.")
    proposals = {
        there.id: Proposal("found?", "en", "single", "17", "17 stops", there),
        elsewhere.id: Proposal("lost?", "en", "single", "fine", "weather", elsewhere),
    }
    drafted = draft([elsewhere, there], lambda one, _: proposals[one.id], lambda _: [Retrieved(there, 1.0)], 5)
    assert [question.question for question in drafted.questions] == ["found?"]
    assert (drafted.passages, drafted.lost) == (2, 1)


def test_drafts_are_spread_over_articles_and_kinds(assistant: Assistant, morphology: Morphology) -> None:
    passages = spread(assistant)
    drafted = draft(passages, by_cloze(morphology), assistant.search, 12)
    sources = [entry.source for question in drafted.questions for group in question.evidence for entry in group]
    kinds = [question.type for question in drafted.questions]
    assert len(drafted.questions) == 12
    assert len(set(sources)) >= 8
    assert {"cloze number", "cloze name", "cloze date"} == set(kinds)
    assert {question.language for question in drafted.questions} == {"en", "ko"}
    assert spread(assistant) == passages != spread(assistant, seed=1)


def test_drafts_are_taken_from_the_places_named(assistant: Assistant, samples: Path, tmp_path: Path) -> None:
    chosen = samples / "night-clinic.txt"
    assert {passage.source for passage in spread(assistant, [chosen])} == {"night-clinic.txt"}
    with pytest.raises(BylineError, match="nothing of it is in the index"):
        spread(assistant, [tmp_path])


# --- with a model -----------------------------------------------------------------------------------------------------

REPLY = "Question: How many stops will Haemil's tram have?\nAnswer: 17\nQuote: “the tram would have 17\u00a0stops”"


@pytest.fixture
def ask(openai_server: OpenAIServer) -> Callable[[str], Proposal | None]:
    """Asks a model on loopback for a question on the sentence, in a language."""
    settings = Settings(base_url=openai_server.url, api_key=SecretStr("key"), retries=0)
    model = open_model(settings, "writer")
    assert model is not None
    return lambda language: ask_for_question(passage(SENTENCE), language, model, settings)


def test_a_models_question_is_taken_with_the_words_that_answer_it(
    ask: Callable[[str], Proposal | None], openai_server: OpenAIServer
) -> None:
    openai_server.script(answer(REPLY), answer(REPLY.replace("How many", "몇")))
    same, cross = ask("en"), ask("ko")
    assert same is not None
    assert cross is not None
    assert (same.question, same.answer, same.type) == ("How many stops will Haemil's tram have?", "17", "single")
    assert same.quote == "the tram would have 17\u00a0stops"
    assert (cross.language, cross.type) == ("ko", "cross")
    first, second = openai_server.requests
    assert SENTENCE in first.text
    assert "in English" in first.text
    assert "in Korean" in second.text


@pytest.mark.parametrize(
    "reply",
    [
        "I cannot think of one.",
        REPLY.replace("17\u00a0stops", "18 stops"),
        REPLY.replace("Answer: 17\n", ""),
        REPLY.replace("“the tram would have 17\u00a0stops”", "“”"),
        REPLY.replace("How many", "How many " * 100),
    ],
)
def test_a_reply_that_is_no_question_is_none(
    ask: Callable[[str], Proposal | None], openai_server: OpenAIServer, reply: str
) -> None:
    openai_server.script(answer(reply))
    assert ask("en") is None


def test_a_model_that_fails_is_named(ask: Callable[[str], Proposal | None], openai_server: OpenAIServer) -> None:
    openai_server.script(refusal(401, "bad key key"))
    with pytest.raises(ModelFailed, match="OPENAI_API_KEY"):
        ask("en")


def test_a_model_is_asked_by_turns_in_the_languages_of_the_index(openai_server: OpenAIServer) -> None:
    settings = Settings(base_url=openai_server.url, api_key=SecretStr("key"), retries=0)
    model = open_model(settings, "writer")
    assert model is not None
    openai_server.script(*[answer(REPLY)] * 4)
    propose = by_model(model, settings, ("en", "ko"))
    asked = [propose(passage(SENTENCE), number) for number in range(4)]
    assert [one.language for one in asked if one] == ["en", "ko", "en", "ko"]


# --- on the command line ----------------------------------------------------------------------------------------------


def test_drafts_are_left_out_until_somebody_accepts_them(samples_index: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.jsonl"
    done = run("draft", "-n", "3", "-o", out, "--llm", "none", "--index", samples_index)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("3 drafts from ")
    refused = run(out, "--retrieval-only", "--index", samples_index)
    assert refused.exit_code == 1
    assert 'all 3 questions are drafts; take "draft": true away' in refused.stderr
    with_drafts = run(out, "--retrieval-only", "--drafts", "--index", samples_index)
    assert overall(with_drafts.stdout)[0] == "3"
    first, *rest = out.read_text(encoding="utf-8").splitlines()
    out.write_text("\n".join([first.replace(', "draft": true', ""), *rest]), encoding="utf-8")
    accepted = run(out, "--retrieval-only", "--index", samples_index)
    assert overall(accepted.stdout)[0] == "1"


def test_drafting_never_overwrites(samples_index: Path, tmp_path: Path) -> None:
    out = tmp_path / "q.jsonl"
    out.write_text("mine", encoding="utf-8")
    done = run("draft", "-o", out, "--index", samples_index)
    assert (done.exit_code, out.read_text(encoding="utf-8")) == (1, "mine")
    assert "is there already" in done.stderr


def test_a_set_is_unpacked_indexed_and_asked(tmp_path: Path) -> None:
    paragraph = {
        "context": SENTENCE,
        "qas": [
            {
                "id": "a",
                "question": "How many stops?",
                "answers": [{"text": "17", "answer_start": SENTENCE.index("17")}],
            }
        ],
    }
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"data": [{"title": "Tram", "paragraphs": [paragraph]}]}), encoding="utf-8")
    done = run("unpack", path, "-o", tmp_path / "articles")
    assert (done.exit_code, done.stdout) == (0, f"1 articles written to {tmp_path / 'articles'}\n")
    index = tmp_path / "index"
    assert CliRunner().invoke(byline, ["index", str(tmp_path / "articles"), "--index", str(index)]).exit_code == 0
    table = run(path, "--retrieval-only", "--index", index).stdout
    assert overall(table) == ["1", "1.000"]


# --- feedback ---------------------------------------------------------------------------------------------------------

FERRY = "When does the Route No. 3 ferry leave Mokpo?"


@pytest.fixture
def feedback(tmp_path: Path) -> Callable[..., Path]:
    def written(*rows: dict[str, Any]) -> Path:
        path = tmp_path / "feedback.jsonl"
        path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
        return path

    return written


def verdict(answered: dict[str, Any], verdict: str = "right", **rest: Any) -> dict[str, Any]:
    return {
        "time": "2026-01-01T00:00:00Z",
        "question": answered["question"],
        "verdict": verdict,
        "what": None,
        "answer": answered,
        "comment": "",
    } | rest


def test_a_right_answer_is_a_question_with_its_evidence(
    assistant: Assistant, feedback: Callable[..., Path], samples_index: Path, tmp_path: Path
) -> None:
    answered = answer_json(assistant.ask(FERRY))
    path = feedback(verdict(answered, "wrong"), verdict(answered))
    out = tmp_path / "q.jsonl"
    added = run("add", path, "-o", out)
    assert added.stdout == f"1 questions added to {out}, 0 of them drafts; 0 were there already\n"
    (question,) = load_questions(out)
    assert (question.question, question.answerable, question.draft) == (FERRY, True, False)
    assert question.evidence[0][0].source == answered["citations"][0]["source"]
    assert question.answer is not None
    assert "[1]" not in question.answer
    assert run("add", path, "-o", out).stdout.endswith("0 of them drafts; 1 were there already\n")
    table = run(out, "--index", samples_index, "--llm", "none").stdout
    assert overall(table) == ["1", "1.000"]


def test_a_right_refusal_is_an_unanswerable_question(feedback: Callable[..., Path]) -> None:
    refused = {"question": "Who won?", "answer": "The articles do not say.", "abstained": True, "language": "en"}
    (judged,) = read_feedback(feedback(verdict(refused)))
    assert judged.question == Question(judged.question.id, "Who won?", "en", "chat", answerable=False)


def test_a_wrong_answer_is_a_draft_with_what_was_said_of_it(feedback: Callable[..., Path], tmp_path: Path) -> None:
    answered = {"question": "누가 이겼나?", "answer": "Lee.", "abstained": False}
    path = feedback(verdict(answered, "wrong", what="wrong source", comment="it was Kim"))
    run("add", path, "-o", tmp_path / "q.jsonl")
    row = json.loads((tmp_path / "q.jsonl").read_text(encoding="utf-8"))
    assert (row["draft"], row["note"], row["language"]) == (True, "wrong source: it was Kim", "ko")
    assert "evidence" not in row
    assert "answer" not in row


def test_every_bad_row_of_feedback_is_named(feedback: Callable[..., Path]) -> None:
    path = feedback(
        {"verdict": "fine"}, verdict({"question": "Who?", "answer": "Lee."}), verdict({"question": "Why?"}, "wrong")
    )
    with pytest.raises(BadQuestions) as caught:
        read_feedback(path)
    assert caught.value.faults == (
        f'{path}:1: "question" must be text, and not empty; it is null',
        f'{path}:1: "verdict" must be "right" or "wrong"; it is "fine"',
        f'{path}:1: "answer" must be an object, as `byline ask --json` prints it; it is null',
        f'{path}:2: "answer" is right and cites nothing: no "citations" with number, source and quote',
    )
