"""How well questions are answered without a model: over the samples, and over the real articles where they are.

The floors are what a change may not fall below; ARCHITECTURE.md has what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.document import Reader
from index.store import IndexFolder
from index.sync import Indexer
from rag.assistant import Assistant
from rag.evaluate.questions import Question, load_questions
from rag.evaluate.reading import Reading, open_reading
from rag.evaluate.record import Run, Setup
from rag.evaluate.run import evaluate
from rag.settings import Settings
from rag.tools import Tools

QUESTIONS = Path(__file__).parent.parent / "samples" / "questions.jsonl"
RETRIEVAL = Setup(10, None, retrieval_only=True)


@pytest.fixture(scope="module")
def questions() -> tuple[Question, ...]:
    return load_questions(QUESTIONS)


@pytest.fixture(scope="module")
def over_samples(samples_index: Path, tools: Tools) -> Iterator[Assistant]:
    with Assistant(IndexFolder(samples_index), Settings(llm="none"), tools) as opened:
        yield opened


@pytest.fixture(scope="module")
def over_shared(
    shared: Path, reader: Reader, tools: Tools, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    folder = IndexFolder(tmp_path_factory.mktemp("shared") / ".byline")
    indexer = Indexer(
        folder, reader, tools.embedder, tools.encoder, tools.terms, passage_chars=500, max_file_bytes=20_000_000
    )
    indexer.run([shared / "articles"])
    with Assistant(folder, Settings(llm="none"), tools) as opened:
        yield opened


@pytest.fixture(scope="module")
def reading(tools: Tools) -> Reading:
    return open_reading(tools)


@pytest.fixture(scope="module")
def samples_run(over_samples: Assistant, questions: tuple[Question, ...], reading: Reading) -> Run:
    return evaluate(over_samples, questions, reading, setup=RETRIEVAL)


@pytest.fixture(scope="module")
def shared_run(over_shared: Assistant, shared: Path, reading: Reading) -> Run:
    return evaluate(over_shared, load_questions(shared / "questions" / "dev.jsonl"), reading, setup=RETRIEVAL)


def recall(run: Run, type: str | None = None) -> float:
    """Evidence recall@5 of the questions of a type, of all without one."""
    score = (run.summary.by_type[type] if type else run.summary.overall).scores["recall@5"]
    assert score.value is not None
    return score.value


def missed(run: Run) -> str:
    """The questions whose evidence is not all among the first five, for whoever reads the failure."""
    return ", ".join(row.question.id for row in run.rows if (row.metrics.get("recall@5") or 0) < 1)


def test_the_evidence_of_every_question_can_be_met(samples_run: Run) -> None:
    assert samples_run.summary.unreachable == ()
    assert samples_run.summary.overall.failed == 0


def test_the_samples_evidence_is_among_the_first_five(samples_run: Run) -> None:
    assert recall(samples_run) >= 0.95, missed(samples_run)


def test_the_samples_evidence_in_the_other_language_is_too(samples_run: Run) -> None:
    assert recall(samples_run, "cross") >= 0.90, missed(samples_run)


def test_every_citation_is_verbatim_in_its_file(
    over_samples: Assistant, questions: tuple[Question, ...], reading: Reading
) -> None:
    """One question of each type and language, since an answer takes longer than a search."""
    chosen = list({(one.type, one.language): one for one in questions}.values())

    run = evaluate(over_samples, chosen, reading, setup=Setup(10, "none", retrieval_only=False))

    answers = [row.outcome.answer for row in run.rows if row.outcome.answer]
    assert len(answers) == len(chosen) >= 12
    citations = [citation for answer in answers for citation in answer.citations]
    assert citations
    for one in citations:
        assert one.quote == over_samples.text(one.source)[one.start : one.end]
        assert one.quote == (over_samples.read_now(one.source) or "")[one.start : one.end]  # and as it is on disk


def test_the_real_articles_evidence_is_among_the_first_five(shared_run: Run) -> None:
    assert recall(shared_run) >= 0.85, missed(shared_run)


def test_the_real_articles_evidence_in_the_other_language_is_too(shared_run: Run) -> None:
    assert recall(shared_run, "cross") >= 0.75, missed(shared_run)


def test_the_question_that_byline_was_made_for(over_shared: Assistant) -> None:
    answer = over_shared.ask("what did Lee request about Section 232?")

    first = answer.citations[0]
    assert first.source == "001_6ef1ca8856d1c790.txt"
    assert "232조" in first.quote
    assert first.quote == over_shared.text(first.source)[first.start : first.end]
    assert (answer.language, first.language) == ("en", "ko")
