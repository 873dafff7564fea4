"""`byline index --watch`: staying in step with folders for as long as it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_WAIT = 250  # milliseconds of silence after which it is asked whether to go on
_SETTLE = 400  # milliseconds within which further changes belong to the same one


def changes(paths: Sequence[Path], leave_out: Path, stop: Callable[[], bool]) -> Iterator[None]:
    """Yields once as soon as `paths` are watched, and then after every change in them, until `stop` says so.

    Many changes at once are one. What happens in the folder `leave_out`, and to hidden files, is no change.
    """
    from watchfiles import watch

    hidden = leave_out.resolve()

    def counts(_change: object, path: str) -> bool:
        return not (Path(path).is_relative_to(hidden) or Path(path).name.startswith("."))

    watching = False
    for found in watch(
        *paths, watch_filter=counts, debounce=_SETTLE, rust_timeout=_WAIT, yield_on_timeout=True, raise_interrupt=True
    ):
        if stop():
            return
        if found or not watching:
            watching = True
            yield
