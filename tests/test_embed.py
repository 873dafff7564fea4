"""Embedders: one behind a server that speaks OpenAI's protocol, and the names that settings give them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from index.embed import OpenAIEmbedder, open_embedder
from index.errors import BylineError
from tests.openai_server import EMBEDDINGS, OpenAIServer, embedding, refusal

KEY = "sk-a-key-that-nobody-may-see"


@contextmanager
def embedder(server: OpenAIServer) -> Iterator[OpenAIEmbedder]:
    opened = OpenAIEmbedder("small", api_key=KEY, base_url=server.url, timeout=5, retries=0)
    try:
        yield opened
    finally:
        opened.close()


def test_vectors_are_unit_rows_in_the_order_of_the_texts(openai_server: OpenAIServer) -> None:
    texts = [f"문장 number {number}" for number in range(300)]
    with embedder(openai_server) as small:
        vectors = small.embed_passages(texts)
        dimensions = small.dimensions

    wanted = np.array([embedding(text, dimensions) for text in texts])
    np.testing.assert_allclose(vectors, wanted / np.linalg.norm(wanted, axis=1, keepdims=True), atol=1e-6)
    assert vectors.dtype == np.float32
    assert len(openai_server.requests) == 3  # batches of 128


def test_no_text_asks_nothing(openai_server: OpenAIServer) -> None:
    with embedder(openai_server) as small:
        assert len(small.embed_passages([])) == 0
    assert openai_server.requests == []


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_server_that_fails_is_named_and_the_key_is_not(openai_server: OpenAIServer, status: int) -> None:
    openai_server.script(refusal(status, f"your key {KEY} is wrong"), path=EMBEDDINGS)
    with embedder(openai_server) as small, pytest.raises(BylineError) as failure:
        small.embed_queries(["why"])

    assert "127.0.0.1 failed: " in str(failure.value)
    assert f"(HTTP {status})" in str(failure.value)
    assert KEY not in str(failure.value)


@pytest.mark.parametrize("name", ["e6", "openai:", "", "ollama:bge-m3"])
def test_an_unknown_embedder_is_named(name: str) -> None:
    with pytest.raises(BylineError, match=r"no embedder is called .*; use e5, or openai:MODEL"):
        open_embedder(name)
