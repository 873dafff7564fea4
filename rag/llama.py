"""The assistant as LlamaIndex knows such things: a retriever and a query engine, for chains made by others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.answer import Retrieved
from rag.filters import ALL, Filters
from rag.wire import answer_json

if TYPE_CHECKING:
    from rag.assistant import Assistant


class AssistantRetriever(BaseRetriever):
    """Nodes of the passages that a question retrieves, best first, with source and offsets in their metadata."""

    def __init__(self, assistant: Assistant, *, k: int | None = None, filters: Filters = ALL) -> None:
        """`k` passages a question, the assistant's setting when None, of the articles that `filters` admit."""
        super().__init__(callback_manager=CallbackManager())
        self._assistant = assistant
        self._k = k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._assistant.search(query_bundle.query_str, k=self._k, filters=self._filters)
        return [to_node(one) for one in found]


class AssistantQueryEngine(BaseQueryEngine):
    """Answers of the assistant as LlamaIndex responses; `metadata` holds the contract's JSON."""

    def __init__(self, assistant: Assistant, *, llm: str | None = None) -> None:
        """`llm` is auto, none or a model's name; the assistant's setting when None."""
        super().__init__(callback_manager=CallbackManager())
        self._assistant = assistant
        self._llm = llm

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        answer = self._assistant.ask(query_bundle.query_str, llm=self._llm)
        nodes = [to_node(one) for one in answer.retrieved]
        return Response(response=answer.text, source_nodes=nodes, metadata=answer_json(answer))

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def to_node(retrieved: Retrieved) -> NodeWithScore:
    """A retrieved passage as a LlamaIndex node; its offsets are the file's."""
    passage = retrieved.passage
    node = TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.span.start,
        end_char_idx=passage.span.end,
        metadata={
            "source": passage.source,
            "start": passage.span.start,
            "end": passage.span.end,
            "title": passage.article.title,
            "published": passage.article.published,
            "outlet": passage.article.outlet,
            "language": passage.language,
        },
    )
    # A node's text is what is shown and sent; its metadata is for programs.
    node.excluded_llm_metadata_keys = list(node.metadata)
    node.excluded_embed_metadata_keys = list(node.metadata)
    return NodeWithScore(node=node, score=retrieved.score)
