"""The assistant inside LlamaIndex: nodes with offsets, responses with the contract, and no global of LlamaIndex's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llama_index.core import Settings as Globals
from llama_index.core.base.response.schema import Response
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import MetadataMode, NodeWithScore, TextNode

from rag.assistant import Assistant
from rag.filters import Filters
from tests.loop import in_a_loop

QUESTION = "Who will lead Daon Cell's new laboratory?"


@pytest.fixture(autouse=True)
def no_globals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """LlamaIndex makes its global model and embedder, from OpenAI, when they are first asked for: nobody may ask."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr(Globals, "_llm", None)
    monkeypatch.setattr(Globals, "_embed_model", None)
    yield
    assert Globals._llm is None
    assert Globals._embed_model is None


def check(nodes: list[NodeWithScore], assistant: Assistant) -> None:
    """The nodes are the passages of a search, in its order, with their place in the file."""
    found = assistant.search(QUESTION, k=len(nodes))
    for scored, one in zip(nodes, found, strict=True):
        node = scored.node
        assert isinstance(node, TextNode)
        start, end = node.metadata["start"], node.metadata["end"]
        assert node.text == assistant.text(node.metadata["source"])[start:end]
        assert (node.start_char_idx, node.end_char_idx) == (start, end)
        assert (node.id_, scored.score) == (one.passage.id, one.score)
        assert node.metadata["language"] == one.passage.language
        assert node.metadata["title"] == one.passage.article.title
        assert node.metadata["published"] == one.passage.article.published


def test_the_retriever_gives_nodes_with_offsets(assistant: Assistant) -> None:
    retriever = assistant.as_retriever(k=4)

    nodes = retriever.retrieve(QUESTION)

    assert isinstance(retriever, BaseRetriever)
    assert len(nodes) == 4
    check(nodes, assistant)


def test_the_retriever_filters(assistant: Assistant) -> None:
    nodes = assistant.as_retriever(filters=Filters(source="*.md")).retrieve(QUESTION)

    assert {node.metadata["source"] for node in nodes} == {"glass-substrate-line.md", "power-chip-fab.ko.md"}


def test_a_nodes_metadata_is_not_sent_to_a_model(assistant: Assistant) -> None:
    (node,) = assistant.as_retriever(k=1).retrieve(QUESTION)

    assert node.node.get_content(MetadataMode.LLM) == node.node.get_content(MetadataMode.NONE)
    assert node.node.get_content(MetadataMode.EMBED) == node.node.get_content(MetadataMode.NONE)


def test_the_retriever_works_asynchronously(assistant: Assistant) -> None:
    nodes = in_a_loop(assistant.as_retriever(k=3).aretrieve(QUESTION))

    check(nodes, assistant)


def test_the_query_engine_answers_with_the_contract_as_metadata(assistant: Assistant) -> None:
    response = assistant.as_query_engine().query(QUESTION)

    assert isinstance(response, Response)
    assert response.metadata is not None
    assert response.metadata["answer"] == response.response
    assert response.metadata["citations"][0]["number"] == 1
    assert "Carvalho" in str(response)
    check(response.source_nodes, assistant)


def test_the_query_engine_works_asynchronously(assistant: Assistant) -> None:
    engine = assistant.as_query_engine(llm="none")

    response = in_a_loop(engine.aquery(QUESTION))

    assert str(response) == assistant.ask(QUESTION).text
