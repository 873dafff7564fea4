"""Passages put in another order: by LlamaIndex postprocessors, by a model inside each language, by ones that fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import SecretStr

from index.article import Article, Passage, Span
from index.store import IndexFolder
from rag import Assistant
from rag.answer import Answer, Retrieved
from rag.errors import RerankFailed
from rag.rerank import within_languages
from rag.settings import Settings
from rag.tools import Tools
from tests.openai_server import OpenAIServer, Reply, answer, hang, refusal

KEY = "sk-test-0123456789abcdef"
TALKS = "What did Minister Lee Do-hyun ask Canada to change about the steel quota?"  # in articles of both languages

Open = Callable[..., Assistant]


class Backwards(BaseNodePostprocessor):
    """The last first, with scores of its own."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        assert query_bundle is not None
        assert query_bundle.query_str == TALKS
        return [NodeWithScore(node=one.node, score=0.5) for one in reversed(nodes)]


class Broken(BaseNodePostprocessor):
    """Raises what a hosted reranker raises."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        raise ConnectionError(f"no route to the\nreranker with {KEY}")


class Inventive(BaseNodePostprocessor):
    """Returns a passage of its own making."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return [NodeWithScore(node=TextNode(text="trust me"), score=1.0), *nodes]


@pytest.fixture
def with_reranker(samples_index: Path, tools: Tools) -> Open:
    def opened(reranker: BaseNodePostprocessor) -> Assistant:
        settings = Settings(llm="none", api_key=SecretStr(KEY))
        return Assistant(IndexFolder(samples_index), settings, tools, reranker=reranker)

    return opened


@pytest.fixture
def ask(samples_index: Path, tools: Tools, openai_server: OpenAIServer) -> Callable[..., Answer]:
    """Asks a model that orders the passages first, as scripted."""

    def asked(*replies: Reply, **changes: Any) -> Answer:
        openai_server.script(*replies)
        given: dict[str, Any] = {"base_url": openai_server.url, "api_key": SecretStr(KEY), "model": "tiny"}
        settings = Settings(**given | {"retries": 0, "repair": False, "rewrite": False, "rerank": "model"} | changes)
        with Assistant(IndexFolder(samples_index), settings, tools) as opened:
            return opened.ask(TALKS)

    return asked


def ids(retrieved: tuple[Retrieved, ...]) -> list[str]:
    return [one.passage.id for one in retrieved]


# --- postprocessors ---------------------------------------------------------------------------------------------------


def test_a_postprocessors_order_counts(with_reranker: Open, assistant: Assistant) -> None:
    candidates = assistant.search(TALKS, k=20)

    with with_reranker(Backwards()) as opened:
        found = opened.search(TALKS, k=5)
        answered = opened.ask(TALKS, k=5)

    assert found == answered.retrieved == tuple(reversed(candidates))[:5]
    assert "rerank" in answered.timings


def test_what_a_postprocessor_leaves_out_is_not_retrieved(with_reranker: Open, assistant: Assistant) -> None:
    candidates = assistant.search(TALKS, k=20)
    cutoff = candidates[4].score

    with with_reranker(SimilarityPostprocessor(similarity_cutoff=cutoff)) as opened:
        found = opened.search(TALKS)

    assert found == tuple(one for one in candidates if one.score >= cutoff)
    assert 0 < len(found) < 10


def test_where_a_postprocessor_leaves_nothing_the_articles_do_not_say(with_reranker: Open) -> None:
    with with_reranker(SimilarityPostprocessor(similarity_cutoff=1e6)) as opened:
        assert opened.ask(TALKS).abstained


def test_a_postprocessor_may_be_given_where_an_index_is_opened(samples_index: Path, assistant: Assistant) -> None:
    with Assistant.open(samples_index, Settings(llm="none"), reranker=Backwards()) as opened:
        assert ids(opened.search(TALKS, k=1)) == ids(assistant.search(TALKS, k=20))[-1:]


@pytest.mark.parametrize(
    ("reranker", "line"),
    [
        (Broken(), "Broken: ConnectionError: no route to the reranker with …"),
        (Inventive(), "Inventive returned passages that it was not given; it must keep their node ids"),
    ],
)
def test_a_postprocessor_that_fails_costs_an_answer_a_notice(
    with_reranker: Open, assistant: Assistant, reranker: BaseNodePostprocessor, line: str
) -> None:
    with with_reranker(reranker) as opened:
        answered = opened.ask(TALKS)
        with pytest.raises(RerankFailed) as refused:
            opened.search(TALKS)

    assert f"the passages were not reordered: {line}" in answered.notices
    assert answered.retrieved == assistant.search(TALKS)
    assert answered.text == assistant.ask(TALKS).text
    assert str(refused.value) == line


# --- a model ----------------------------------------------------------------------------------------------------------


def test_a_model_orders_passages_inside_their_language(
    ask: Callable[..., Answer], assistant: Assistant, openai_server: OpenAIServer
) -> None:
    candidates = assistant.search(TALKS, k=20)
    order = [5, 4, 3, 2, 1, *range(20, 5, -1)]

    answered = ask(answer(json.dumps({"order": order})), answer("A quota by the year [1]."), context_window=32_768)

    languages = [one.passage.language for one in candidates]
    assert {"en", "ko"} == set(languages)
    assert [one.passage.language for one in answered.retrieved] == languages[:10]
    for language in ("en", "ko"):
        mine = [candidates[number - 1] for number in order if candidates[number - 1].passage.language == language]
        got = [one for one in answered.retrieved if one.passage.language == language]
        assert ids(tuple(got)) == ids(tuple(mine[: len(got)]))
    ordering, answering = openai_server.requests
    assert ordering.body["response_format"]["type"] == "json_schema"
    assert "<passage 20 " in ordering.text
    assert "<passage 11 " not in answering.text
    assert f"20 passages were sent to tiny at {openai_server.host} to be ordered" in answered.notices


@pytest.mark.parametrize(
    ("written", "first"), [('{"order": [3]}', 3), ('{"order": ["3", 3, 99, -1, true, null, 1.5]}', 3)]
)
def test_what_a_model_does_not_name_follows_as_it_was(
    ask: Callable[..., Answer], assistant: Assistant, written: str, first: int
) -> None:
    candidates = list(assistant.search(TALKS, k=20))
    named = candidates[first - 1]
    mine = [one for one in candidates if one.passage.language == named.passage.language]

    answered = ask(answer(written), answer("A quota by the year [1]."))

    got = [one for one in answered.retrieved if one.passage.language == named.passage.language]
    assert got == [named, *(one for one in mine if one is not named)][: len(got)]


@pytest.mark.parametrize(
    "reply",
    [answer("the third"), answer('{"order": []}'), answer('{"order": 3}'), hang(), refusal(500, f"broken {KEY}")],
    ids=["prose", "empty", "no list", "silence", "fault"],
)
def test_an_order_that_is_none_costs_a_notice_alone(
    ask: Callable[..., Answer], assistant: Assistant, reply: Reply
) -> None:
    answered = ask(reply, answer("A quota by the year [1]."), answer_timeout=8.0)

    assert answered.retrieved == assistant.search(TALKS)
    assert answered.text.startswith("A quota by the year. [1]")
    (notice,) = (one for one in answered.notices if one.startswith("the passages were not reordered: "))
    assert KEY not in notice


def test_no_model_orders_where_none_answers(ask: Callable[..., Answer], assistant: Assistant) -> None:
    answered = ask(llm="none")

    assert answered.retrieved == assistant.search(TALKS)
    assert not any("reordered" in one for one in answered.notices)


# --- languages keep their places --------------------------------------------------------------------------------------


def retrieved(languages: list[str]) -> tuple[Retrieved, ...]:
    """Different passages in these languages."""
    found = []
    for at, language in enumerate(languages):
        span = Span(at, at + 1)
        article = Article("a.txt", span, "T", None, None, language)
        found.append(Retrieved(Passage(article, span, "x", (span,), (span,), language), -float(at)))
    return tuple(found)


@given(st.lists(st.sampled_from(["en", "ko", "ja"]), max_size=12), st.data())
def test_every_language_keeps_its_places(languages: list[str], data: st.DataObject) -> None:
    before = retrieved(languages)
    order = data.draw(st.permutations(range(len(before))))[: data.draw(st.integers(0, len(before)))]

    after = within_languages(before, order)

    assert [one.passage.language for one in after] == languages
    assert sorted(one.passage.span.start for one in after) == list(range(len(before)))
    for language in set(languages):
        named = [at for at in order if languages[at] == language]
        got = [one.passage.span.start for one in after if one.passage.language == language]
        assert got[: len(named)] == named
        assert got[len(named) :] == sorted(got[len(named) :])
