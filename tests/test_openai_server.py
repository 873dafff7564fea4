"""The scripted model server of the tests does what the real ones do."""

from __future__ import annotations

import pytest

from rag.model import open_model
from tests.asking import KEY, settings_for
from tests.openai_server import (
    OpenAIServer,
    answer,
)


def test_the_server_embeds_and_lists_models(openai_server: OpenAIServer) -> None:
    from openai import OpenAI

    with OpenAI(api_key=KEY, base_url=openai_server.url, max_retries=0) as client:
        assert [model.id for model in client.models.list()] == ["scripted"]
        packed = client.embeddings.create(model="m", input=["a port reopened", "the port reopened", "금리"])
        plain = client.embeddings.create(model="m", input="a port reopened", encoding_format="float", dimensions=64)
        whole = client.embeddings.create(model="m", input="a port reopened", dimensions=512)
    vectors = [item.embedding for item in packed.data]
    assert vectors[0] == pytest.approx(plain.data[0].embedding, abs=1e-6)
    assert len(whole.data[0].embedding) == 512

    def cosine(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert cosine(vectors[0], vectors[0]) == pytest.approx(1, abs=1e-5)
    assert cosine(vectors[0], vectors[1]) > cosine(vectors[0], vectors[2])


def test_the_server_answers_whole_when_not_asked_to_stream(openai_server: OpenAIServer) -> None:
    from llama_index.core.llms import ChatMessage

    model = open_model(settings_for(openai_server), "tiny")
    assert model is not None
    openai_server.script(answer("Two ports [1]."))
    assert model.llm.chat([ChatMessage(content="Which?")]).message.content == "Two ports [1]."
