"""Asking a scripted model over the wire: the passages it is given, what came of it, and how it failed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pydantic import SecretStr

from index.article import Article, Passage, Span
from rag.answer import Retrieved, Turn
from rag.errors import ModelFailed
from rag.generate import Event, generate
from rag.model import open_model
from rag.settings import Settings
from tests.openai_server import (
    OpenAIServer,
)

KEY = "sk-test-0123456789abcdef"
TIMEOUT = 0.7  # seconds that a test of a silent server takes


@pytest.fixture(scope="session")
def model_loaded() -> None:
    """Loads what the first question to a model loads, so that no deadline of a test pays for it."""
    from llama_index.core.utils import get_tokenizer

    get_tokenizer()("warm")
    open_model(settings(base_url="http://127.0.0.1:9/v1"), "tiny")


def settings(**values: Any) -> Settings:
    return Settings(**values)


def settings_for(server: OpenAIServer, **changes: Any) -> Settings:
    given: dict[str, Any] = {"base_url": server.url, "api_key": SecretStr(KEY), "answer_timeout": 20.0}
    return settings(**given | changes)


def passage(text: str, title: str = "Ports reopen", source: str = "ports.txt") -> Retrieved:
    span = Span(0, len(text))
    article = Article(source, span, title, None, "2024-03-05", "en")
    return Retrieved(Passage(article, span, text, (span,), (span,), "en"), 1.0)


PASSAGES = [passage(f"Port number {number} reopened on Monday.") for number in range(1, 5)]


def events_of(
    server: OpenAIServer,
    retrieved: list[Retrieved] = PASSAGES,
    *,
    history: tuple[Turn, ...] = (),
    **changes: Any,
) -> list[Event]:
    settings = settings_for(server, **changes)
    model = open_model(settings, "tiny")
    assert model is not None
    return list(generate("Which ports?", retrieved, model=model, language="en", settings=settings, history=history))


def text_of(events: list[Event]) -> str:
    return "".join(event for event in events if isinstance(event, str))


def failure_of(server: OpenAIServer, **changes: Any) -> str:
    with pytest.raises(ModelFailed) as caught:
        events_of(server, **changes)
    line = str(caught.value)
    assert line.startswith(f"the model server at {server.host} ")
    assert "\n" not in line
    assert KEY not in line
    return line.removeprefix(f"the model server at {server.host} ")


def model_threads(wait: float) -> list[threading.Thread]:
    readers = [thread for thread in threading.enumerate() if thread.name == "byline-model"]
    for thread in readers:
        thread.join(wait)
    return [thread for thread in readers if thread.is_alive()]
