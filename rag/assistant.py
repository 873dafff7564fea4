"""The door: open an index, search it, ask it. Everything is put together here and passed down.

from rag import Assistant
assistant = Assistant.open(".byline")
answer = assistant.ask("what did Lee request about Section 232?")
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from index.article import Article, digest_bytes
from index.decode import Unreadable
from index.errors import BylineError
from index.remembered import Remembered
from index.rows import Counts
from index.store import Generation, IndexFolder
from rag.answer import Answer, Retrieved, Turn
from rag.answerer import Answerer, Asked
from rag.calls import Call
from rag.check import Checker
from rag.compose import Draft
from rag.filters import ALL, Filters
from rag.interpret import Interpreted, Interpreter
from rag.library import Library, library
from rag.log import Audit, log_answer
from rag.model import open_model
from rag.rerank import Reranked, Reranker
from rag.retrieve import Retriever, open_pool
from rag.rewrite import Rewriter
from rag.settings import Settings, load_settings
from rag.structured import Forms
from rag.tools import Tools, open_tools
from rag.usage import Meter, UsageOption
from rag.words import words_in

if TYPE_CHECKING:
    from llama_index.core.postprocessor.types import BaseNodePostprocessor
    from llama_index.core.query_engine import BaseQueryEngine
    from llama_index.core.retrievers import BaseRetriever

    from index.sync import Indexer
    from rag.draft.check import CheckedDraft
    from rag.draft.manuscript import Manuscript
    from rag.preview import Outgoing

_LONGEST_QUESTION = 4000  # characters


class Assistant:
    """Answers questions over one index. Safe to use from many threads; sees a new index without being reopened."""

    def __init__(
        self,
        folder: IndexFolder,
        settings: Settings,
        tools: Tools,
        *,
        reranker: BaseNodePostprocessor | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        """All parts are passed in; see `open`. `today` is what "yesterday" in a question counts from."""
        self._folder = folder
        self._settings = settings
        self._tools = tools
        self._reading = replace(tools, embedder=Remembered(tools.embedder))
        self._forms = Forms()
        self._usage_option = UsageOption()
        self._interpreter = Interpreter(tools.encoder, Rewriter(self._forms, today))
        self._reranker = Reranker(settings, self._forms, reranker)
        self._pool = open_pool()
        self._lock = threading.Lock()
        self._name: str | None = None
        self._generation: Generation | None = None

    @classmethod
    def open(
        cls,
        path: str | Path = ".byline",
        settings: Settings | None = None,
        *,
        reranker: BaseNodePostprocessor | None = None,
        ahead: bool = False,
    ) -> Assistant:
        """The assistant over the index in the folder `path`.

        `reranker` is any LlamaIndex node postprocessor. It is given the candidate passages of every question, may leave
        some out, and its order is the one that counts. With `ahead`, Korean analysis is loaded at once and beside the
        rest, not with the first Korean question.

        Raises:
            BylineError: there is no index there, it cannot be read, or another embedder made it.
        """
        chosen = settings or load_settings()
        folder = IndexFolder(Path(path))
        tools = open_tools(chosen, korean=ahead)
        assistant = cls(folder, chosen, tools, reranker=reranker)
        assistant.generation()
        return assistant

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            if self._generation is not None:
                self._generation.close()
            self._generation, self._name = None, None

    def generation(self) -> Generation:
        """The current generation of the index, opened anew after `byline index` has made another.

        Raises:
            BylineError: as `open`.
        """
        name = self._folder.current()
        with self._lock:
            if self._generation is None or name != self._name:
                # Another thread may be reading the one that is replaced: it closes when nobody holds it any more.
                self._generation, self._name = self._opened(), name
            return self._generation

    def search(self, question: str, *, k: int | None = None, filters: Filters = ALL) -> tuple[Retrieved, ...]:
        """The `k` passages most likely to answer `question`, best first. No model is asked.

        Raises:
            BylineError: the question is empty or too long, the index cannot be read, or the reranker failed.
        """
        k = k or self._settings.k
        retriever = self._retriever()
        prepared = retriever.prepare(_checked(question))
        found = retriever.retrieve(prepared, self._reranker.pool(k), filters)
        return self._reranker.by_postprocessor(prepared.text, found)[:k]

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        llm: str | None = None,
        filters: Filters = ALL,
        history: Sequence[Turn] = (),
    ) -> Answer:
        """A cited and checked answer.

        Args:
            question: in any language.
            k: how many passages to retrieve; the setting when None.
            llm: `auto`, `none` or a model's name; the setting when None.
            filters: which articles count.
            history: the turns before, oldest first; a model makes the question self-contained from them
                (`Settings.rewrite`).

        Raises:
            BylineError: the question is empty or too long, or the index cannot be read. A model that fails is no
                error: the answer is extractive then, and a notice says so.
        """
        *_, answer = self.stream(question, k=k, llm=llm, filters=filters, history=history)
        assert isinstance(answer, Answer)  # the last thing a stream yields
        return answer

    def stream(
        self,
        question: str,
        *,
        k: int | None = None,
        llm: str | None = None,
        filters: Filters = ALL,
        history: Sequence[Turn] = (),
        unsupported: Literal["mark", "cut"] | None = None,
    ) -> Iterator[str | Answer]:
        """As `ask`, but first the pieces of a model's text as they come, with the markers it wrote.

        The checked `Answer` comes last, and replaces them. Closing the iterator ends the request. `unsupported` is what
        becomes of sentences that are not borne out; the setting when None.
        """
        model = open_model(self._settings, llm or self._settings.llm)
        asked = _checked(question)
        started = time.monotonic()
        until = started + self._settings.answer_timeout
        meter = Meter(self._usage_option) if model else None
        call = Call(model, self._settings, until, meter) if model else None
        retriever = self._retriever()
        sought = self._interpreter.interpret(asked, history, retriever, call if self._settings.rewrite else None)
        ranked = self._ranked(sought, retriever, k or self._settings.k, filters, call)
        helped = {"rewrite": sought.seconds, "rerank": ranked.seconds}
        timings = {"retrieve": time.monotonic() - started - sum(helped.values())}
        timings |= {stage: seconds for stage, seconds in helped.items() if seconds}
        language = sought.question.language
        notices = (*sought.notices, *ranked.notices, *_mix(language, ranked.retrieved))
        draft = Draft(question, language, ranked.retrieved, notices, timings)
        chosen = self._settings.model_copy(update={"unsupported": unsupported}) if unsupported else self._settings
        answerer = Answerer(chosen, self._reading, retriever, self._forms, self.read_now)
        answers = answerer.answer(
            Asked(draft, sought.question, tuple(history), until, meter, sought.also, filters, sought.completed),
            model,
        )
        with closing(answers):
            for event in answers:
                if isinstance(event, Answer):
                    self._record(event)
                yield event

    def preview(
        self, question: str, *, k: int | None = None, llm: str | None = None, filters: Filters = ALL
    ) -> Outgoing | None:
        """What `ask` would send to the model for its answer, unsent; None where no model would be asked.

        The question is not rewritten for it: that alone would send it.

        Raises:
            BylineError: as `ask`.
        """
        model = open_model(self._settings, llm or self._settings.llm)
        if model is None:
            return None
        from rag.checks.names import Names
        from rag.preview import outgoing

        retriever = self._retriever()
        prepared = retriever.prepare(_checked(question))
        found = retriever.retrieve(prepared, k or self._settings.k, filters)
        return outgoing(prepared, found, retriever, Names(self._tools.terms, self._tools.encoder), model)

    def check(self, manuscript: Manuscript, *, llm: str | None = None) -> CheckedDraft:
        """The verdict on every sentence of a draft (see `rag.draft.read`), with the words each rests on.

        Args:
            manuscript: the draft.
            llm: `auto`, `none` or the name of a model that judges too; None: the settings say (`judge`).

        Raises:
            BylineError: there is no sentence in it, or there can be no such model. One that fails costs a notice.
        """
        from rag.draft.check import DraftChecker
        from rag.draft.opinion import with_opinion

        model = open_model(self._settings, llm or (self._settings.llm if self._settings.judge == "model" else "none"))
        checker = Checker(self._tools.encoder, self._tools.embedder, self._tools.terms)
        drafts = DraftChecker(self._retriever(), checker, self._tools.split, self.articles(), self.read_now)
        checked = drafts.check(manuscript)
        return with_opinion(checked, model, self._settings, self._forms) if model else checked

    def articles(self) -> tuple[Article, ...]:
        """Every article in the index, by source and place."""
        return self.generation().catalog.articles()

    @property
    def path(self) -> Path:
        """The folder that holds the index."""
        return self._folder.path

    @property
    def tools(self) -> Tools:
        """The language tools that the index was made with."""
        return self._tools

    def indexer(self) -> Indexer:
        """What keeps this index in step with its articles, with the same language tools."""
        from rag.indexing import open_indexer

        return open_indexer(self._folder.path, self._settings, self._tools)

    def library(self) -> Library:
        """Every article in the index with its passages counted, and the files that were skipped."""
        return library(self.generation().catalog)

    def counts(self) -> Counts:
        """How much is in the index."""
        return self.generation().catalog.counts()

    def text(self, source: str) -> str:
        """The text of a file as indexed, decoded or extracted: what the offsets of citations count in.

        Raises:
            BylineError: no file of that name is in the index.
        """
        text = self.generation().catalog.text(source)
        if text is None:
            raise BylineError(f"{source}: no such file in the index")
        return text

    def as_retriever(self, *, k: int | None = None, filters: Filters = ALL) -> BaseRetriever:
        """A LlamaIndex retriever over the same index; nodes carry source, start, end and language."""
        from rag.llama import AssistantRetriever

        return AssistantRetriever(self, k=k, filters=filters)

    def as_query_engine(self, *, llm: str | None = None) -> BaseQueryEngine:
        """A LlamaIndex query engine that answers as `ask` does; the response's metadata is the contract's JSON."""
        from rag.llama import AssistantQueryEngine

        return AssistantQueryEngine(self, llm=llm)

    def read_now(self, source: str) -> str | None:
        """The text of a source as it is on disk now; None where it is gone or unreadable.

        A file of the very bytes that were indexed has the text that was indexed: extraction is deterministic.
        """
        from index.formats import extract

        catalog = self.generation().catalog
        record = catalog.file(source)
        if record is None:
            return None
        try:
            data = (Path(record.root) / source).read_bytes()
            if digest_bytes(data) == record.digest:
                return catalog.text(source)
            return extract(data, source, self._tools.splitter.word_ends).text
        except (OSError, Unreadable):
            return None

    def _record(self, answer: Answer) -> None:
        """Log an answer and, where that is asked for, add it to the audit before anybody sees it."""
        log_answer(answer)
        if self._settings.audit_file is not None:
            Audit(self._settings.audit_file).write(answer)

    def _opened(self) -> Generation:
        generation = self._folder.open()
        made_with = generation.catalog.recall("embedder")
        if made_with != self._tools.embedder.name:
            generation.close()
            raise BylineError(
                f"{self._folder.path}: this index was made with the embedder {made_with}, and"
                f" {self._tools.embedder.name} is set; set it back, or build anew with `byline index --rebuild`"
            )
        return generation

    def _retriever(self) -> Retriever:
        tools, generation = self._reading, self.generation()
        generation.lexical.refuse_cut()
        return Retriever(generation, tools.embedder, tools.encoder, tools.terms, pool=self._pool)

    def _ranked(
        self, sought: Interpreted, retriever: Retriever, k: int, filters: Filters, call: Call | None
    ) -> Reranked:
        """The `k` passages to answer from."""
        found = retriever.retrieve(sought.searched, self._reranker.pool(k), filters, sought.also)
        return self._reranker.rerank(sought.question.text, found, k, call)


def _checked(question: str) -> str:
    bare = " ".join(question.split())
    if not any(char.isalnum() for char in bare):
        raise BylineError('the question is empty; ask something like "what did the minister request?"')
    if len(bare) > _LONGEST_QUESTION:
        raise BylineError(f"the question has {len(bare)} characters; ask in at most {_LONGEST_QUESTION}")
    return bare


def _mix(language: str, retrieved: Sequence[Retrieved]) -> tuple[str, ...]:
    counts = Counter(one.passage.language for one in retrieved)
    return (words_in(language).mix(dict(counts.most_common())),) if retrieved else ()
