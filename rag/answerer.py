"""From a question and what was retrieved for it to a checked answer: by a model where there is one, else verbatim.

Whether the articles answer at all is decided first, from the evidence. A model that fails costs the reader its prose
and nothing else: the answer is then made of the articles' own sentences.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from rag.abstain import Decision, weigh
from rag.answer import Answer, Turn
from rag.calls import Call
from rag.check import Checker
from rag.checks.names import Names
from rag.compose import EXTRACTIVE, Draft, ReadNow, abstention, from_extracts, from_model
from rag.conflicts import Side, conflicting
from rag.errors import ModelFailed
from rag.extract import extract
from rag.filters import ALL, Filters
from rag.generate import Abstained, Notice, Sent, generate
from rag.judged import finished, judge, said_once
from rag.log import log
from rag.markers import parse
from rag.model import Model
from rag.question import Question
from rag.retrieve import Retriever
from rag.revise import Reviser
from rag.settings import Settings
from rag.structured import Forms
from rag.tools import Tools
from rag.usage import Meter
from rag.words import words_in


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way to an answer: what is known so far, the turns before, and the deadline.

    `until` is on `time.monotonic()`'s clock; `meter` counts the tokens of the model, where there is one; `also` is the
    question in other languages, `completed` the question with words of those before that it leans on, where it does,
    and `filters` say which articles count.
    """

    draft: Draft
    question: Question
    history: tuple[Turn, ...]
    until: float
    meter: Meter | None
    also: tuple[Question, ...] = ()
    filters: Filters = ALL
    completed: Question | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """What a model wrote, and what is to be told about that; `passages` of the retrieved ones were in its prompt."""

    text: str
    passages: int
    abstained: bool
    notices: tuple[Notice, ...]

    @property
    def cut(self) -> bool:
        """Whether it lacks its end."""
        return any(notice.cut for notice in self.notices)


class Answerer:
    """Answers over one generation of the index."""

    def __init__(self, settings: Settings, tools: Tools, retriever: Retriever, forms: Forms, read_now: ReadNow) -> None:
        """`forms` is how hosts take requests for JSON; `read_now` gives a source's text now, None where it is gone."""
        self._settings = settings
        self._tools = tools
        self._retriever = retriever
        self._read_now = read_now
        self._names = Names(tools.terms, tools.encoder)
        self._checker = Checker(tools.encoder, tools.embedder, tools.terms)
        self._reviser = Reviser(self._checker, tools.split, forms)

    def answer(self, asked: Asked, model: Model | None) -> Generator[str | Answer]:
        """The pieces of a model's text as they come, then the checked answer; closing it ends the request."""
        started = time.monotonic()
        decision = self._decide(asked)
        conflict = self._conflict(asked) if decision.enough else None
        asked = replace(asked, draft=replace(asked.draft, confidence=decision.confidence, conflict=conflict))
        if not decision.enough:
            name = model.name if model else EXTRACTIVE
            answer = abstention(asked.draft, words_in(asked.draft.language), name, decision.unknown_words)
        elif model is None:
            answer = self._extractive(asked)
        else:
            try:
                answer = yield from self._by_model(asked, model)
            except ModelFailed as error:
                log(logging.ERROR, "model failed", model=model.name, host=model.host)
                log(logging.DEBUG, "the model's failure", why=str(error))  # a server's words may be those it was sent
                notice = f"{error}; these are sentences of the articles instead"
                answer = self._extractive(_told(asked, notice))
        timings = {**asked.draft.timings, "answer": time.monotonic() - started}
        yield replace(answer, timings=timings, usage=asked.meter.total if asked.meter else None)

    def _conflict(self, asked: Asked) -> tuple[Side, Side] | None:
        return conflicting(asked.question, asked.draft.retrieved, self._retriever, self._names)

    def _decide(self, asked: Asked) -> Decision:
        """Whether the articles answer the question as it was asked or, where they do not, in another language."""
        decision = weigh(asked.question, asked.draft.retrieved, self._retriever, self._names)
        for version in asked.also:
            if decision.enough:
                break
            found = self._retriever.retrieve(version, len(asked.draft.retrieved), asked.filters)
            decision = max(
                decision, weigh(version, found, self._retriever, self._names), key=lambda one: one.confidence
            )
        return decision

    def _extractive(self, asked: Asked) -> Answer:
        extracts = extract(
            asked.question,
            asked.draft.retrieved,
            self._retriever,
            self._tools.embedder,
            completed=asked.completed,
        )
        if not extracts:
            return abstention(asked.draft, words_in(asked.draft.language), EXTRACTIVE, ())
        return from_extracts(asked.draft, extracts, self._read_now)

    def _by_model(self, asked: Asked, model: Model) -> Generator[str, None, Answer]:
        """Yields the model's pieces; returns the answer made of them."""
        if "ko" in self._retriever.languages:  # the checks will want it by the time that the model is done
            self._tools.splitter.morphology.load_ahead()
        written = yield from self._written(asked, model)
        sent = f"the question and the passages were sent to {model.name} at {model.host}"
        asked = _told(asked, sent, *(notice.text for notice in written.notices))
        if written.abstained:
            return abstention(asked.draft, words_in(asked.draft.language), model.name, ())
        parsed = parse(written.text, written.passages, self._tools.split)
        sentences, repeated = said_once(finished(parsed.sentences) if written.cut else parsed.sentences)
        draft = _told(asked, *(notice for notice in (parsed.notice(written.passages), repeated) if notice)).draft
        judged = [judge(one, draft.retrieved, self._checker, draft.question) for one in sentences]
        given = replace(draft, retrieved=draft.retrieved[: written.passages])
        revised = self._reviser.revise(judged, given, Call(model, self._settings, asked.until, asked.meter))
        if not any(one.numbers for one in revised.judged):
            raise ModelFailed(f"{model.name} at {model.host} wrote nothing that rests on a passage")
        return from_model(_noted(draft, revised.notices), revised.judged, model.name, self._read_now)

    def _written(self, asked: Asked, model: Model) -> Generator[str, None, _Written]:
        pieces: list[str] = []
        notices: list[Notice] = []
        passages = len(asked.draft.retrieved)
        abstained = False
        for event in generate(
            asked.question.text,
            asked.draft.retrieved,
            model=model,
            language=asked.draft.language,
            settings=self._settings,
            history=asked.history,
            until=asked.until,
            meter=asked.meter,
        ):
            match event:
                case str():
                    pieces.append(event)
                    yield event
                case Notice():
                    notices.append(event)
                case Sent():
                    passages = event.passages
                case Abstained():
                    abstained = True
        return _Written("".join(pieces), passages, abstained, tuple(notices))


def _told(asked: Asked, *notices: str) -> Asked:
    return replace(asked, draft=_noted(asked.draft, notices))


def _noted(draft: Draft, notices: Sequence[str]) -> Draft:
    return replace(draft, notices=(*draft.notices, *notices))
