"""What programs and models can call: `ask`, `search`, `sources` and `check`, over HTTP and as MCP tools.

Answers are the contract's JSON, as on the command line. Gradio reads names, types and docstrings off these methods and
offers them to clients: the docstrings are what a model knows a tool by.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from reprlib import repr as shortened
from typing import Any, TypeVar

from rag.draft.markdown import read_markdown
from rag.draft.show import draft_json
from rag.errors import BylineError
from rag.filters import Filters
from rag.library import STATES, Wanted
from rag.web.answering import Answering
from rag.web.colleague import Request
from rag.web.conversation import turns_from_messages
from rag.wire import answer_json, listed_json, retrieved_json

_MOST_PASSAGES = 200  # as on the command line
_MOST_ARTICLES = 500  # that are listed at once
LONGEST_DRAFT = 100_000  # characters
MOST_CALLS = 500  # that are served or wait; one that waits is a coroutine and a connection
Told = TypeVar("Told")


def offer(answering: Answering, at_once: int) -> None:
    """Add the endpoints to the Gradio app that is being built; `at_once` calls are served at a time.

    They go past Gradio's queue, which an MCP tool reaches only by way of a client of its own, without a login. Calls
    that Gradio queues all the same wait for their turn here, not there.
    """
    from gradio.events import api

    endpoints = Endpoints(answering, at_once)
    for endpoint in (endpoints.ask, endpoints.search, endpoints.sources, endpoints.check):
        api(endpoint, api_name=endpoint.__name__, queue=False, concurrency_limit=None)


class Endpoints:
    """The assistant as functions over JSON; failures come as Gradio's error, in one line."""

    def __init__(self, answering: Answering, at_once: int) -> None:
        """`answering` is shared by all callers, `at_once` of whom are served at a time."""
        self._answering = answering
        self._assistant = answering.assistant
        self._turns = asyncio.Semaphore(at_once)  # first come, first served
        self._calls = 0

    async def ask(
        self,
        question: str,
        k: int | None = None,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        history: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the indexed news articles, citing for every sentence the words it rests on.

        Each sentence has a verdict. Where the articles do not answer, abstained is true and nothing is made up.

        Args:
            question: a whole question in any language, with the names and dates it is about; Korean and English are
                understood best, and each finds articles in the other.
            k: how many passages to retrieve, 1 to 200; byline's setting when left out.
            since: only articles published on or after this date, such as 2024-05-01.
            until: only articles published on or before this date.
            source: only files whose path matches this glob, such as 2024/*.txt.
            history: earlier messages of the conversation, oldest first, as {"role": "user" or "assistant",
                "content": text}.

        Returns:
            question, answer (with [n] markers), abstained, language, sentences (each with citations and verdict:
            supported, partly, unsupported, contradicted, uncited or silent), citations (number, source, start, end,
            quote, title, published, outlet, language), retrieved, model, notices and timings.
        """

        def answer() -> dict[str, Any]:
            request = Request(
                _text(question, "question"),
                k=_number(k, "k", "passages", _MOST_PASSAGES),
                filters=_filters(since, until, source),
                history=turns_from_messages(history or []),
            )
            return answer_json(self._answering.ask(request))

        return await self._in_turn(answer)

    async def search(
        self,
        question: str,
        k: int | None = None,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
    ) -> list[dict[str, Any]]:
        """Find the passages of the indexed news articles that are most likely to answer a question, best first.

        No model is asked. Use this to read for yourself; use ask for an answer that is cited and checked.

        Args:
            question: in any language; Korean and English are understood best.
            k: how many passages, 1 to 200; byline's setting when left out.
            since: only articles published on or after this date, such as 2024-05-01.
            until: only articles published on or before this date.
            source: only files whose path matches this glob, such as 2024/*.txt.

        Returns:
            passages with source, start, end (characters of the file's text), text, score, language, title and
            published; also_in names other articles with the same words.
        """

        def find() -> list[dict[str, Any]]:
            passages = _number(k, "k", "passages", _MOST_PASSAGES)
            filters = _filters(since, until, source)
            found = self._assistant.search(_text(question, "question"), k=passages, filters=filters)
            return [retrieved_json(one) for one in found]

        return await self._in_turn(find)

    async def sources(
        self,
        words: str = "",
        language: str | None = None,
        outlet: str | None = None,
        since: str | None = None,
        until: str | None = None,
        state: str | None = None,
        first: int = 1,
        limit: int = 100,
    ) -> dict[str, Any]:
        """List the indexed news articles: what can be asked about, from which outlets, days and languages.

        Args:
            words: only articles with all of these words in title, file name or outlet.
            language: only articles in this language, as en or ko.
            outlet: only articles of this outlet, written as in an earlier listing.
            since: only articles published on or after this date, such as 2024-05-01.
            until: only articles published on or before this date.
            state: only articles in this state: indexed, in part, changed or gone.
            first: which of the matching articles to begin with, counted from 1.
            limit: how many to list, 1 to 500.

        Returns:
            matching (how many articles match), articles (source, title, outlet, published, language, start, end,
            passages, state), skipped (files that are not in the index, with the reason), languages and outlets.
        """

        def listed() -> dict[str, Any]:
            _filters(since, until, None)  # refuses what is no date
            for name, value in (("words", words), ("language", language), ("outlet", outlet), ("state", state)):
                _text("" if value is None else value, name)
            if state not in (None, *STATES):
                raise BylineError(f"state is {shortened(state)}; it is one of {', '.join(STATES)}")
            begin = _number(first, "first", "an article's place", 10**9) or 1
            most = _number(limit, "limit", "articles", _MOST_ARTICLES)
            library = self._assistant.library()
            wanted = Wanted(words or "", language, outlet, since, until, state)
            found = [one for one in library.articles if wanted.admits(one)]
            return {
                "matching": len(found),
                "articles": [listed_json(one) for one in found[begin - 1 :][:most]],
                "skipped": [{"source": source, "why": why} for source, why in library.skipped],
                "languages": list(library.languages),
                "outlets": list(library.outlets),
            }

        return await self._in_turn(listed)

    async def check(self, draft: str) -> dict[str, Any]:
        """Check every sentence of a draft against the indexed news articles that it cites, word for word.

        Args:
            draft: Markdown. It cites by [1] with a list of sources below, by footnotes, by [file.txt], or by links to
                the files; a source is named by its path, its file name or its article's title. A sentence that cites
                nothing gets a suggestion where an article bears it out.

        Returns:
            sentences (text, start, end, citations, cited_as, verdict, reasons and a suggestion) and citations (number,
            source, start, end, quote, title, published, outlet, language), and notices.
        """

        def checked() -> dict[str, Any]:
            text = _text(draft, "draft")
            if len(text) > LONGEST_DRAFT:
                raise BylineError(f"the draft has {len(text):,} characters; check at most {LONGEST_DRAFT:,} at a time")
            return draft_json(self._assistant.check(read_markdown("draft", text)))

        return await self._in_turn(checked)

    async def _in_turn(self, work: Callable[[], Told]) -> Told:
        """Do one caller's `work` in a thread, which it has only when its turn has come.

        Raises:
            gradio.Error: what went wrong in it, in a line; or too many wait.
        """
        import anyio.to_thread
        import gradio as gr

        if self._calls >= MOST_CALLS:
            raise gr.Error(f"{MOST_CALLS} calls wait for their turn already; call again later", print_exception=False)
        self._calls += 1
        try:
            async with self._turns:
                return await anyio.to_thread.run_sync(work)
        except BylineError as error:
            raise gr.Error(str(error), print_exception=False) from error
        finally:
            self._calls -= 1


def _filters(since: str | None, until: str | None, source: str | None) -> Filters:
    for name, value in (("since", since), ("until", until), ("source", source)):
        _text("" if value is None else value, name)
    return Filters(since, until, source)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise BylineError(f"{name} is {shortened(value)}; it is a text")
    return value


def _number(value: object, name: str, of: str, most: int) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise BylineError(f"{name} is {shortened(value)}; it is a number of {of}, 1 to {most}")
    return value
