"""The login of the page: hashed, and not to be guessed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.settings import Settings
from rag.web.login import FAILURES, MINUTE, Attempts, Login
from tests.browser import serving

PASSWORD = "correct horse 말 battery"


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def url(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    login = Login.of("ann", PASSWORD)
    with serving(assistant, Settings(llm="none"), tmp_path_factory.mktemp("page"), login=login) as address:
        yield address


def test_the_password_itself_is_not_kept() -> None:
    login, again = Login.of("ann", PASSWORD), Login.of("ann", PASSWORD)

    assert PASSWORD not in repr(dataclasses.asdict(login))
    assert PASSWORD.encode() not in login.hashed
    assert login.hashed != again.hashed  # each has a salt of its own
    assert login.admits("ann", PASSWORD)


@settings(max_examples=15)
@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_else_is_admitted(user: str, password: str) -> None:
    assert Login.of("ann", PASSWORD).admits(user, password) == ((user, password) == ("ann", PASSWORD))


def test_five_failures_a_minute() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(FAILURES):
        assert attempts.wait("a") == 0
        attempts.begin("a")
        clock.now += 2

    assert attempts.wait("a") == MINUTE - 2 * FAILURES
    assert attempts.wait("b") == 0
    clock.now = MINUTE
    assert attempts.wait("a") == 0
    attempts.begin("a")
    assert attempts.wait("a") == 2  # the second of the five is a minute old then


def test_a_right_password_is_no_failure() -> None:
    attempts = Attempts(Clock())
    for _ in range(2 * FAILURES):
        attempts.begin("a")
        attempts.succeed("a")

    assert attempts.wait("a") == 0


def test_many_clients_do_not_fill_the_memory() -> None:
    attempts = Attempts(Clock())
    for number in range(20_000):
        attempts.begin(str(number))

    assert len(attempts._tries) <= 10_000


def test_the_sixth_guess_in_a_minute_is_refused_and_the_right_one_with_it(url: str) -> None:
    def log_in(password: str) -> httpx.Response:
        return httpx.post(f"{url}/login", data={"username": "ann", "password": password})

    assert log_in(PASSWORD).status_code == 200
    assert [log_in(f"guess {number}").status_code for number in range(FAILURES)] == [400] * FAILURES

    refused = log_in(PASSWORD)

    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= MINUTE
    assert refused.text.startswith("too many wrong passwords; try again in ")
