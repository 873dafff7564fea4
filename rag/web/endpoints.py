"""What programs can call: `ask` and `search`, with the contract's JSON as on the command line.

Gradio reads names, types and docstrings off these methods and offers them to clients.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.filters import Filters
from rag.web.conversation import turns_from_messages
from rag.wire import answer_json, retrieved_json

_MOST_PASSAGES = 200  # as on the command line


class Endpoints:
    """The assistant as functions over JSON; failures come as Gradio's error, in one line."""

    def __init__(self, assistant: Assistant) -> None:
        """`assistant` is shared by all callers."""
        self._assistant = assistant

    def ask(
        self,
        question: str,
        k: int | None = None,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        history: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the indexed articles, with citations that were checked against the files.

        Args:
            question: in any language; Korean and English are understood best.
            k: how many passages to retrieve, 1 to 200; byline's setting when left out.
            since: only articles published on or after this date, such as 2024-05-01.
            until: only articles published on or before this date.
            source: only files whose path matches this glob, such as 2024/*.txt.
            history: earlier messages of the conversation, oldest first, as {"role": "user" or "assistant",
                "content": text}.

        Returns:
            question, answer (with [n] markers), abstained, language, sentences (each with citations and verdict),
            citations (number, source, start, end, quote, title, published, outlet, language), retrieved, model,
            notices and timings.
        """
        with _failures_in_a_line():
            answer = self._assistant.ask(
                question,
                k=_checked(k),
                filters=Filters(since, until, source),
                history=turns_from_messages(history or []),
            )
        return answer_json(answer)

    def search(
        self,
        question: str,
        k: int | None = None,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
    ) -> list[dict[str, Any]]:
        """Find the passages of the indexed articles that are most likely to answer a question, best first.

        Args:
            question: in any language; Korean and English are understood best.
            k: how many passages, 1 to 200; byline's setting when left out.
            since: only articles published on or after this date, such as 2024-05-01.
            until: only articles published on or before this date.
            source: only files whose path matches this glob, such as 2024/*.txt.

        Returns:
            passages with source, start, end, text, score, language, title and published.
        """
        with _failures_in_a_line():
            found = self._assistant.search(question, k=_checked(k), filters=Filters(since, until, source))
        return [retrieved_json(one) for one in found]


def _checked(k: object) -> int | None:
    if k is None:
        return None
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= _MOST_PASSAGES:
        raise BylineError(f"k is {k!r}; it is a number of passages, 1 to {_MOST_PASSAGES}")
    return k


@contextmanager
def _failures_in_a_line() -> Iterator[None]:
    import gradio as gr

    try:
        yield
    except BylineError as error:
        raise gr.Error(str(error), print_exception=False) from error
