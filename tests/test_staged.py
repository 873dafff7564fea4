"""Work in stages: everything comes through in order, nothing piles up, and no thread is left behind."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from threading import Event

import pytest

from index.staged import staged


class Source:
    """Numbers, with how many were drawn, and whether it was closed."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = numbers
        self.drawn = 0
        self.closed = False

    def items(self) -> Generator[int, None, None]:
        try:
            for number in self._numbers:
                self.drawn += 1
                yield number
        finally:
            self.closed = True


def double(number: int) -> int:
    return 2 * number


def test_everything_comes_through_in_order() -> None:
    source = Source(range(100))

    assert list(staged(staged(source.items(), double, 3), double, 1)) == [4 * number for number in range(100)]
    assert source.closed


def test_stages_run_at_the_same_time() -> None:
    later = Event()

    def first(number: int) -> int:
        if number == 1:  # is not through before the second stage has the number before it
            assert later.wait(timeout=60)
        return number

    def second(number: int) -> int:
        later.set()
        return number

    assert list(staged(staged(Source(range(2)).items(), first, 1), second, 1)) == [0, 1]


def test_little_is_made_ahead() -> None:
    source = Source(range(100))
    stage = staged(source.items(), double, 2)

    for taken in range(1, 100):
        next(stage)
        assert source.drawn <= taken + 2 + 1  # those that wait, and the one that is being made
    stage.close()


def test_an_error_comes_after_the_results_before_it() -> None:
    source = Source(range(100))

    def work(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    stage = staged(staged(source.items(), work, 5), double, 5)

    assert [next(stage) for _ in range(3)] == [0, 2, 4]
    with pytest.raises(ValueError, match="three"):
        next(stage)
    assert source.closed


def test_an_error_of_the_items_is_raised_too() -> None:
    def items() -> Generator[int, None, None]:
        yield 1
        raise OSError("gone")

    stage = staged(items(), double, 1)

    assert next(stage) == 2
    with pytest.raises(OSError, match="gone"):
        next(stage)


def test_closing_ends_every_thread() -> None:
    source = Source(range(10_000))
    before = threading.active_count()
    stage = staged(staged(source.items(), double, 2), double, 2)

    next(stage)
    stage.close()

    assert source.closed
    assert threading.active_count() == before
    assert source.drawn < 10
