"""A few hundred examples of what the fuzzer tries for an hour (`python -m tests.trust.fuzz`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.document import Reader
from index.sentences import SentenceSplitter
from tests.trust.fuzz import Trials, try_for

EXAMPLES = 40


@pytest.mark.parametrize("name", ["reading", "decoding", "markers", "drafts", "question sets", "reports"])
def test_whatever_there_is_is_taken_or_refused(
    name: str, reader: Reader, splitter: SentenceSplitter, tmp_path: Path
) -> None:
    try_for(Trials(reader, splitter, tmp_path).targets()[name], EXAMPLES, start=1)
