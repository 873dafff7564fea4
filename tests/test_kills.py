"""A run of indexing that is killed leaves a whole index, the one before or the one after."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from tests.trust.kills import Parts, Runs, Trial, changes


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    with Runs() as runs:
        yield runs


@pytest.mark.parametrize("kind", list(changes()))
def test_a_killed_run_leaves_a_whole_index(
    kind: str, runs: Runs, splitter: SentenceSplitter, terms: Terms, morphology: Morphology, tmp_path: Path
) -> None:
    trial = Trial(changes()[kind], tmp_path, runs, Parts(morphology, splitter, terms))
    chance = random.Random(kind)

    for _ in range(3):
        trial.kill(chance)
