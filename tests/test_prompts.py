"""The prompts: what goes in comes out once and verbatim, and what is missing or unknown is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from prompts import PromptError, load, load_parts

ANSWER = {
    "language": "English",
    "abstention": "NO_ANSWER",
    "fence": "c0de",
    "passages": "(passages)",
    "question": "Who spoke?",
}


def test_every_prompt_loads_with_the_variables_that_it_names() -> None:
    files = sorted(Path(prompts.__file__).parent.glob("*.md"))
    assert {file.stem for file in files} >= {"answer", "passage", "rerank", "rewrite", "turn"}
    for file in files:
        names = set(re.findall(r"\{\{(\w+)\}\}", file.read_text(encoding="utf-8")))
        text = load(file.stem, **{name: f"<{name}>" for name in names})
        assert all(f"<{name}>" in text for name in names)
        assert "{{" not in text
        assert "<!--" not in text


def test_the_parts_are_what_the_model_is_and_what_it_is_asked() -> None:
    parts = load_parts("answer", **ANSWER)
    assert "Write in English" in parts.system
    assert "NO_ANSWER" in parts.system
    assert parts.user.endswith("Who spoke?")
    assert "Who spoke?" not in parts.system
    assert load("answer", **ANSWER) == f"{parts.system}\n{parts.user}"


@given(st.text())
def test_a_value_goes_in_once_and_verbatim(value: str) -> None:
    question = f"a{value}{{{{fence}}}} {{}} \\1 <!-- user -->\nz"
    parts = load_parts("answer", **ANSWER | {"question": question})
    assert parts.user.endswith(question)
    assert parts.system == load_parts("answer", **ANSWER).system


def test_a_missing_variable_is_named_with_its_file() -> None:
    with pytest.raises(PromptError, match=r"prompts/turn\.md: variable answer is missing"):
        load("turn", question="Who?")


def test_an_unknown_variable_is_named_with_those_that_exist() -> None:
    with pytest.raises(PromptError, match=r"variable colour does not occur in it; it has answer, question"):
        load("turn", question="Who?", answer="Lee.", colour="red")


@pytest.mark.parametrize("name", ["nothing", "../pyproject", "", "ANSWER", "answer.md"])
def test_an_unknown_prompt_is_refused_with_those_that_exist(name: str) -> None:
    with pytest.raises(PromptError, match=r"no such prompt; there are answer, "):
        load(name)


def test_a_prompt_in_one_piece_has_no_parts() -> None:
    with pytest.raises(PromptError, match=r"prompts/turn\.md: no <!-- system --> line"):
        load_parts("turn", question="Who?", answer="Lee.")
