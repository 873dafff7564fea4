"""What is written down: events without words, and an audit when asked; what `--dry-run` shows is what is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from index.errors import BylineError
from index.store import IndexFolder
from rag.assistant import Assistant
from rag.cli.ask_command import command as ask_command
from rag.log import start_log
from rag.settings import Settings
from rag.tools import Tools
from tests.openai_server import OpenAIServer, answer, refusal

KEY = "sk-trust-77ab"
QUESTION = "At what time does the first ferry leave Haemil?"
NOWHERE = "Which Brazilian river is the longest?"


@pytest.fixture(autouse=True)
def logging_off() -> Iterator[None]:
    yield
    start_log(Settings(llm="none"))


def opened(index: Path, tools: Tools, server: OpenAIServer | None = None, **given: Any) -> Assistant:
    asked: dict[str, Any] = {"llm": "none"}
    if server is not None:
        asked = {"base_url": server.url, "api_key": SecretStr(KEY), "model": "tiny"}
    settings = Settings(**asked | {"rewrite": False, "repair": False, "retries": 0} | given)
    start_log(settings)
    return Assistant(IndexFolder(index), settings, tools)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_answer_is_an_event_without_its_words(
    samples_index: Path, tools: Tools, openai_server: OpenAIServer, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    openai_server.script(answer("At 6:40 a.m. [1]."), refusal(500, f"cannot read: {QUESTION} {KEY}"))
    with opened(samples_index, tools, openai_server, log="info", log_file=log) as assistant:
        answers = [assistant.ask(QUESTION), assistant.ask(QUESTION)]

    told = lines(log)
    assert [(one["level"], one["event"]) for one in told] == [
        ("info", "answered"),
        ("error", "model failed"),
        ("info", "answered"),
    ]
    assert told[0]["model"] == "tiny"
    assert told[1]["host"] == openai_server.host
    written = log.read_text(encoding="utf-8")
    assert KEY not in written
    assert QUESTION not in written
    for answered in answers:
        assert all(one.quote not in written for one in answered.citations)
        assert all(one.text not in written for one in answered.sentences)


def test_words_are_logged_at_debug_alone(samples_index: Path, tools: Tools, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with opened(samples_index, tools, log="debug", log_file=log) as assistant:
        assistant.ask(QUESTION)

    assert [one["level"] for one in lines(log) if QUESTION in json.dumps(one)] == ["debug"]


def test_a_log_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BylineError, match=r"the log cannot be written \(Is a directory\)"):
        start_log(Settings(log="info", log_file=tmp_path))


def test_the_audit_has_every_answer_with_what_it_rests_on(samples_index: Path, tools: Tools, tmp_path: Path) -> None:
    audit = tmp_path / "audit.jsonl"
    with opened(samples_index, tools, audit_file=audit) as assistant:
        answered, _ = assistant.ask(QUESTION), assistant.ask(NOWHERE)

    first, second = lines(audit)
    assert (first["question"], first["model"]) == (QUESTION, "extractive")
    assert [one["quote"] for one in first["citations"]] == [one.quote for one in answered.citations]
    assert [one["verdict"] for one in first["sentences"]] == [one.verdict for one in answered.sentences]
    assert (second["question"], second["abstained"]) == (NOWHERE, True)
    assert audit.stat().st_mode & 0o077 == 0


def test_what_cannot_be_audited_is_not_answered(samples_index: Path, tools: Tools, tmp_path: Path) -> None:
    with (
        opened(samples_index, tools, audit_file=tmp_path) as assistant,
        pytest.raises(BylineError, match=r"the audit cannot be written"),
    ):
        assistant.ask(QUESTION)


def test_what_a_dry_run_shows_is_what_is_sent(samples_index: Path, tools: Tools, openai_server: OpenAIServer) -> None:
    openai_server.script(answer("At 6:40 a.m. [1]."))
    with opened(samples_index, tools, openai_server) as assistant:
        preview = assistant.preview(QUESTION)
        assert openai_server.requests == []
        assistant.ask(QUESTION)
        unanswerable = assistant.preview(NOWHERE)

    (sent,) = (request.body["messages"] for request in openai_server.requests)
    assert preview is not None
    assert [(role, without_code(text)) for role, text in preview.messages] == [
        (one["role"], without_code(one["content"])) for one in sent
    ]
    assert (unanswerable and unanswerable.messages) == ()


def test_a_dry_run_without_a_model_says_that_nothing_is_sent(samples_index: Path) -> None:
    ran = CliRunner().invoke(ask_command, [QUESTION, "--dry-run", "--llm", "none", "--index", str(samples_index)])

    assert (ran.exit_code, ran.output) == (0, "nothing would be sent: no model is asked\n")


def without_code(text: str) -> str:
    """The text without the code of its fences, which each prompt draws anew."""
    return re.sub(r"\b[0-9a-f]{16}\b", "CODE", text)
