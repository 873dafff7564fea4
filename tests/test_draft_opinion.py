"""A model judges a draft too: it lowers what the checks let stand, and raises nothing that they failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from index.store import IndexFolder
from rag.assistant import Assistant
from rag.draft.check import CheckedDraft
from rag.draft.markdown import read_markdown
from rag.draft.show import as_html, as_json, as_markdown, as_text
from rag.settings import Settings
from rag.tools import Tools
from tests.openai_server import OpenAIServer, Reply, answer, refusal
from tests.test_cli import bare, run

__all__ = ["bare"]

FERRY = "island-ferry-timetable.txt"
TICKET, MARS = "A single ticket costs 9,400 won.", "The boats are painted by convicts from Mars."
BOTH = f"{TICKET} [{FERRY}]\n\n{MARS} [{FERRY}]\n"

Check = Callable[..., CheckedDraft]


@pytest.fixture
def check(samples_index: Path, tools: Tools, openai_server: OpenAIServer) -> Check:
    """Check a draft with a model that gives the replies."""

    def check(text: str, *replies: Reply, llm: str | None = None, **changes: Any) -> CheckedDraft:
        openai_server.script(*replies)
        settings = Settings(api_key=SecretStr("k"), model="tiny", retries=0, base_url=openai_server.url, **changes)
        with Assistant(IndexFolder(samples_index), settings, tools) as opened:
            return opened.check(read_markdown("d.md", text), llm=llm)

    return check


def verdicts(*said: tuple[int, str, str]) -> Reply:
    entries = [{"claim": number, "verdict": verdict, "reason": why} for number, verdict, why in said]
    return answer(json.dumps({"verdicts": entries}))


def found(checked: CheckedDraft) -> list[str]:
    return [one.sentence.verdict for one in checked.claims]


def test_only_what_stands_is_sent_and_it_can_be_lowered(check: Check, openai_server: OpenAIServer) -> None:
    checked = check(BOTH, verdicts((1, "contradicted", "children pay half")), llm="auto")

    assert found(checked) == ["contradicted", "unsupported"]
    assert "tiny finds it contradicted: children pay half" in checked.claims[0].sentence.reasons
    (request,) = openai_server.requests
    assert TICKET in request.text
    assert MARS not in request.text
    assert checked.notices == (
        f"tiny at {request.headers['host']} judged 1 of the 1 sentences that the checks let stand, and lowered 1",
    )


def test_nothing_is_raised(check: Check) -> None:
    checked = check(BOTH, verdicts((1, "supported", "so it says"), (2, "supported", "so it says")), llm="auto")

    assert found(checked) == ["supported", "unsupported"]


def test_a_long_draft_goes_in_several_requests(check: Check, openai_server: OpenAIServer) -> None:
    text = "\n\n".join([f"{TICKET} [{FERRY}]"] * 11)

    checked = check(text, verdicts((10, "partly", "why")), verdicts((1, "partly", "why")), llm="auto")

    assert found(checked) == ["supported"] * 9 + ["partly"] * 2
    assert len(openai_server.requests) == 2
    assert "judged 2 of the 11 sentences" in checked.notices[0]


def test_a_model_that_fails_costs_a_notice(check: Check) -> None:
    checked = check(BOTH, refusal(401), llm="auto")

    assert found(checked) == ["supported", "unsupported"]
    assert any(one.startswith("the model's judgement is missing") for one in checked.notices)
    for written in (as_text(checked), as_html(checked), *json.loads(as_json(checked))["notices"]):
        assert "judge" in written
    assert "judgement is missing" in as_markdown(checked)


@pytest.mark.parametrize(
    ("changes", "asked"), [({}, 0), ({"judge": "model"}, 1), ({"judge": "model", "llm": "none"}, 0)]
)
def test_the_settings_decide_where_nothing_is_given(
    check: Check, openai_server: OpenAIServer, changes: dict[str, str], asked: int
) -> None:
    check(BOTH, *[verdicts((1, "partly", "why"))] * asked, **changes)

    assert len(openai_server.requests) == asked


def test_a_lowered_verdict_fails_the_gate(
    samples_index: Path, tmp_path: Path, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.url)
    openai_server.script(verdicts((1, "unsupported", "not said")))
    draft = tmp_path / "d.md"
    draft.write_text(f"{TICKET} [{FERRY}]\n", encoding="utf-8")

    assert run("check", draft, "--index", samples_index).exit_code == 0
    assert run("check", draft, "--llm", "tiny", "--index", samples_index).exit_code == 3
