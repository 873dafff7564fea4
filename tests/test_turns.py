"""Turns are had in the order in which they were asked for, so many at a time."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from rag.web.turns import Turns

WAITING = 6


def test_those_who_wait_go_first_and_in_order() -> None:
    turns, had = Turns(1), []

    def have(name: int) -> None:
        with turns.turn():
            had.append(name)

    threads = [threading.Thread(target=have, args=(name,)) for name in range(WAITING)]
    with turns.turn():
        for at, thread in enumerate(threads, start=1):
            thread.start()
            while len(turns._waiting) < at:
                pass
    with turns.turn():  # a newcomer, behind all of them
        assert had == list(range(WAITING))
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_than_so_many_have_one_at_a_time(at_once: int) -> None:
    turns = Turns(at_once)
    late = threading.Event()

    def have() -> None:
        with turns.turn():
            late.set()

    with ExitStack() as held:
        for _ in range(at_once):
            held.enter_context(turns.turn())
        thread = threading.Thread(target=have)
        thread.start()
        while not turns._waiting:
            pass
        assert not late.is_set()
    thread.join()
    assert late.is_set()


def test_a_turn_that_fails_is_over() -> None:
    turns = Turns(1)
    with pytest.raises(ValueError, match="late"), turns.turn():
        raise ValueError("late")
    with turns.turn():
        pass
