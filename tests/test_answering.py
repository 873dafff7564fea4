"""Questions that meet in the page: a second process answers beside its own, as it would, and may end at any time."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from index.store import IndexFolder
from rag.answer import Answer
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.settings import load_settings
from rag.tools import Tools
from rag.web.answering import ENDED, Answering
from rag.web.colleague import Request
from tests.conftest import MakeIndex

BRIDGE = "The Haemil bridge reopens on 3 May 2024, the mayor said.\nIt had been closed for repairs since March.\n"
TRAM = "The Haemil tram will cost 41.2 billion won, the council said.\nWork begins in June 2025.\n"
WHEN = Request("When does the Haemil bridge reopen?")
CLOSED = Request("Since when had the Haemil bridge been closed for repairs?")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    (made / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    return made


@pytest.fixture
def answering(make_index: MakeIndex, folder: Path, tools: Tools) -> Iterator[Answering]:
    settings = load_settings(llm="none")
    with (
        Assistant(IndexFolder(make_index(folder)), settings, tools) as assistant,
        closing(Answering(assistant, settings, processes=1)) as opened,
    ):
        yield opened


@contextmanager
def busy(answering: Answering) -> Iterator[None]:
    """The page's own process at an answer, and whatever process it has called for ready."""
    with closing(answering.stream(WHEN)) as held:
        next(held)
        yield


def call_for_help(answering: Answering) -> None:
    with busy(answering):
        answering.ask(WHEN)
    for thread in threading.enumerate():
        if thread.name == "byline-colleague":
            thread.join()


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings={})


def send(answering: Answering, number: signal.Signals) -> None:
    """A signal to the other process."""
    (colleague,) = answering._colleagues
    assert colleague.pid is not None
    os.kill(colleague.pid, number)


def test_a_question_alone_starts_no_process_and_one_beside_another_is_answered_as_alone(answering: Answering) -> None:
    alone = answering.ask(WHEN)
    assert not answering._colleagues
    call_for_help(answering)

    assert len(answering._colleagues) == 1
    with busy(answering):
        assert untimed(answering.ask(WHEN)) == untimed(alone)
    with busy(answering), pytest.raises(BylineError, match="the question is empty"):
        answering.ask(Request(" "))


def test_the_other_process_sees_a_new_index(
    answering: Answering, make_index: MakeIndex, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    call_for_help(answering)
    (folder / "tram.txt").write_text(TRAM, encoding="utf-8")
    make_index(folder)

    with busy(answering):
        answer = answering.ask(Request("How much will the Haemil tram cost?"))
    assert answer.citations[0].source == "tram.txt"
    assert ENDED not in answer.notices
    assert capfd.readouterr().err == ""


def test_questions_at_the_other_process_get_their_own_answers(answering: Answering) -> None:
    asked = [WHEN, CLOSED] * 3
    alone = [untimed(answering.ask(one)) for one in asked]
    call_for_help(answering)
    with busy(answering), ThreadPoolExecutor(len(asked)) as pool:
        assert [untimed(one) for one in pool.map(answering.ask, asked)] == alone


def test_all_questions_at_a_process_that_hangs_are_asked_again(answering: Answering) -> None:
    call_for_help(answering)
    next(iter(answering._colleagues))._patience = 0.2
    send(answering, signal.SIGSTOP)
    with busy(answering), ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(answering.ask, [WHEN, CLOSED]))
    assert [ENDED in answer.notices for answer in answers] == [True, True]
    assert [answer.question for answer in answers] == [WHEN.question, CLOSED.question]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_process_that_ends_or_hangs_costs_a_notice_and_is_replaced(
    answering: Answering, number: signal.Signals
) -> None:
    alone = answering.ask(WHEN)
    call_for_help(answering)
    next(iter(answering._colleagues))._patience = 0.2
    send(answering, number)

    with busy(answering):
        answer = answering.ask(WHEN)
    assert (answer.text, answer.notices) == (alone.text, (*alone.notices, ENDED))
    assert not answering._colleagues
    call_for_help(answering)
    with busy(answering):
        assert untimed(answering.ask(WHEN)) == untimed(alone)


def test_where_no_process_can_start_the_page_answers(answering: Answering, capfd: pytest.CaptureFixture[str]) -> None:
    other = load_settings(llm="none", embedder="openai:another", api_key="none")
    with closing(Answering(answering.assistant, other, processes=1)) as alone:
        call_for_help(alone)
        with busy(alone):
            assert alone.ask(WHEN).citations[0].source == "bridge.txt"
        assert not alone._colleagues
    assert capfd.readouterr().err == ""
