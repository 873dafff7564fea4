"""Loading Korean analysis takes longer than all else of an answer: only a Korean question may have to wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.sentences import Morphology, SentenceSplitter
from index.store import IndexFolder
from index.terms import Terms
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools


@pytest.fixture
def korean() -> Morphology:
    return Morphology()


@pytest.fixture
def unread(samples_index: Path, tools: Tools, korean: Morphology) -> Iterator[Assistant]:
    """An assistant over the samples that has met no Korean text yet."""
    fresh = replace(tools, terms=Terms(korean), splitter=SentenceSplitter(korean))
    with Assistant(IndexFolder(samples_index), Settings(llm="none"), fresh) as opened:
        yield opened


@pytest.mark.parametrize(
    "question",
    [
        "What did Minister Lee Do-hyun ask Canada to change about the steel quota?",
        "When does the tram Mulbit Line of Haemil City start construction?",
    ],
)
def test_an_english_question_over_korean_passages_needs_no_analysis(
    unread: Assistant, korean: Morphology, question: str
) -> None:
    answer = unread.ask(question)

    assert "ko" in {one.passage.language for one in answer.retrieved[:3]}
    assert not answer.abstained
    assert not korean.loaded


def test_a_korean_question_is_read_by_it(unread: Assistant, korean: Morphology) -> None:
    unread.search("해밀시 물빛선의 총사업비는 얼마인가?")

    assert korean.loaded
