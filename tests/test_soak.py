"""A few seconds of what the soak does for an hour (`python -m tests.trust.soak`)."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from index.sentences import SentenceSplitter
from index.terms import Terms
from tests.trust.soak import soaked

SECONDS = 5


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="memory is looked at as Linux and glibc have it")
def test_anything_in_any_order_leaves_what_a_fresh_index_answers(
    tmp_path: Path, splitter: SentenceSplitter, terms: Terms
) -> None:
    soak = soaked(tmp_path, 1, splitter, terms)

    soak.run(SECONDS)

    assert soak.done["asked"] > 0
    assert soak.sizes[-1].files < soak.sizes[0].files + 60  # open files of the few generations that are held
