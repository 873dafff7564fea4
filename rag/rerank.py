"""Retrieved passages put in a better order: by a LlamaIndex node postprocessor, a model, or one after the other."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer import Retrieved
from rag.calls import Call, share
from rag.errors import ModelFailed, RerankFailed
from rag.messages import rerank_prompt
from rag.settings import Settings
from rag.structured import Forms, Shape, ask_object

if TYPE_CHECKING:
    from llama_index.core.postprocessor.types import BaseNodePostprocessor

_SHARE = 4  # of the time that an answer has
_POOL = 20  # passages that a model orders at once, as in RankGPT (Sun et al. 2023, section 3.2)
_SHAPE = Shape(
    "ranking",
    {
        "type": "object",
        "properties": {"order": {"type": "array", "items": {"type": "integer"}}},
        "required": ["order"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Reranked:
    """Passages in their new order, what their reader should know of that, and how long it took in seconds."""

    retrieved: tuple[Retrieved, ...]
    notices: tuple[str, ...] = ()
    seconds: float = 0.0


class Reranker:
    """Reorders passages; safe to use from many threads if the postprocessor is.

    A postprocessor may leave passages out, and its order is taken as it is. A model's is taken inside each language:
    the languages keep their places.
    """

    def __init__(self, settings: Settings, forms: Forms, postprocessor: BaseNodePostprocessor | None) -> None:
        """Without a postprocessor there is no such step; a model is asked where `settings.rerank` says so."""
        self._settings = settings
        self._forms = forms
        self._postprocessor = postprocessor

    def pool(self, k: int) -> int:
        """How many passages to retrieve where `k` are wanted in the end."""
        return k if self._idle else max(k, _POOL)

    def rerank(self, question: str, retrieved: Sequence[Retrieved], k: int, call: Call | None) -> Reranked:
        """The first `k` of `retrieved` in their new order; a step that fails leaves them as they were, and says so."""
        if self._idle:
            return Reranked(tuple(retrieved[:k]))
        started = time.monotonic()
        order, notices = tuple(retrieved), list[str]()
        try:
            order = self.by_postprocessor(question, order)
            if call is not None and self._settings.rerank == "model" and len(order) > 1:
                order, notice = _by_model(question, order, share(call, _SHARE), self._forms)
                notices.append(notice)
        except (RerankFailed, ModelFailed) as error:
            notices.append(f"the passages were not reordered: {error}")
        return Reranked(order[:k], tuple(notices), time.monotonic() - started)

    @property
    def _idle(self) -> bool:
        return self._postprocessor is None and self._settings.rerank == "none"

    def by_postprocessor(self, question: str, retrieved: Sequence[Retrieved]) -> tuple[Retrieved, ...]:
        """The passages that the postprocessor keeps, in its order, with their own scores and text.

        Raises:
            RerankFailed: it raised something, or returned passages that it was not given.
        """
        if self._postprocessor is None:
            return tuple(retrieved)
        from rag.llama import to_node

        name = type(self._postprocessor).__name__
        try:
            nodes = self._postprocessor.postprocess_nodes([to_node(one) for one in retrieved], query_str=question)
            kept = list(dict.fromkeys(node.node_id for node in nodes))
        except Exception as error:  # whatever somebody else's code raises
            from rag.refusals import one_line

            raise RerankFailed(f"{name}: {one_line(f'{type(error).__name__}: {error}', self._settings)}") from error
        given = {one.passage.id: one for one in retrieved}
        if not given.keys() >= set(kept):
            raise RerankFailed(f"{name} returned passages that it was not given; it must keep their node ids")
        return tuple(given[id] for id in kept)


def _by_model(
    question: str, retrieved: Sequence[Retrieved], call: Call, forms: Forms
) -> tuple[tuple[Retrieved, ...], str]:
    """The passages in a model's order inside each language, and the line that says who saw them."""
    prompt = rerank_prompt(question, retrieved[:_POOL], call.model.llm.metadata.context_window)
    replied = ask_object(call, prompt.messages, _SHAPE, forms)
    order = _read_order(replied.get("order"), prompt.passages)
    if not order:
        raise ModelFailed(f"{call.model.name} at {call.model.host} named none of the passages")
    sent = f"{prompt.passages} passages were sent to {call.model.name} at {call.model.host} to be ordered"
    return within_languages(retrieved, order), sent


def within_languages(retrieved: Sequence[Retrieved], order: Sequence[int]) -> tuple[Retrieved, ...]:
    """`retrieved` with the passages of each language in a new order, in the places that the language had.

    Args:
        retrieved: best first.
        order: places in `retrieved`, from 0, each at most once; those that are not named follow as they were.
    """
    rest = [at for at in range(len(retrieved)) if at not in set(order)]
    waiting: dict[str, deque[Retrieved]] = defaultdict(deque)
    for at in (*order, *rest):
        waiting[retrieved[at].passage.language].append(retrieved[at])
    return tuple(waiting[one.passage.language].popleft() for one in retrieved)


def _read_order(written: object, passages: int) -> list[int]:
    """Places from 0, of the passages that a model's list names, by their numbers from 1."""
    numbers = [str(one) for one in written] if isinstance(written, list) else []
    known = {str(number): number - 1 for number in range(1, passages + 1)}
    return list(dict.fromkeys(known[number] for number in numbers if number in known))
