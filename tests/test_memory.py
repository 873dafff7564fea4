"""What is loaded is held once, and what loading took is returned."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from index.int8.graph import build_probe
from index.int8.session import open_session

_ANONYMOUS = """
from index.sentences import Morphology
Morphology().kiwi
rollup = open("/proc/self/smaps_rollup").read()
print(rollup.partition("Anonymous:")[2].split()[0])
"""


def test_a_session_does_not_hold_the_model_that_it_was_made_of() -> None:
    model = build_probe()
    before = sys.getrefcount(model)

    session = open_session(model, exact=True)

    assert session.get_inputs()
    assert sys.getrefcount(model) == before


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells what memory a process has")
def test_korean_analysis_keeps_little_of_the_memory_that_loading_it_took() -> None:
    mebibytes = {delay: anonymous(delay) // 1024 for delay in (None, "10")}

    assert mebibytes[None] < mebibytes["10"] - 40


def anonymous(purge_delay: str | None) -> int:
    """The anonymous memory, in KiB, of a process with Kiwi; `purge_delay` is what the user has set, if anything."""
    environment = {name: value for name, value in os.environ.items() if name != "MIMALLOC_PURGE_DELAY"}
    if purge_delay is not None:
        environment["MIMALLOC_PURGE_DELAY"] = purge_delay
    told = subprocess.run(
        [sys.executable, "-c", _ANONYMOUS], env=environment, capture_output=True, text=True, check=True
    )
    return int(told.stdout)
