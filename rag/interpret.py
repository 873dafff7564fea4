"""From what was asked to what is searched for: the question and, where a model helps, its versions in other languages.

A model that fails, or writes something else than the question, costs a notice and nothing more.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.embed import Vectors
from index.language import question_language
from index.meaning import SentenceEncoder
from rag.answer import Turn
from rag.calls import Call, share
from rag.errors import ModelFailed
from rag.followup import words_before
from rag.question import Question
from rag.rank import best_cosine
from rag.retrieve import Retriever
from rag.rewrite import Rewriter
from rag.words import words_in

_SHARE = 4  # a rewriting gets a fourth of the time that an answer has
_MOST_LANGUAGES = 6  # every version is searched for in every language
# The second encoder's cosine from which a text is taken for a rewriting: all 261 questions of mixed_ko_en are nearer to
# their translation (0.42 and more), 19 in 20 pairs of different ones are not.
_SAME_MEANING = 0.35


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What is searched for: the question and the same in other languages.

    `notices` are what its reader should know of that; `seconds` is how long a model took over it; `completed` is a
    question that leans on the ones before, with words of theirs.
    """

    question: Question
    also: tuple[Question, ...] = ()
    notices: tuple[str, ...] = ()
    seconds: float = 0.0
    completed: Question | None = None

    @property
    def searched(self) -> Question:
        """What passages are looked for with, before the versions in other languages."""
        return self.completed or self.question


class Interpreter:
    """Makes questions ready for retrieval, with a model's help where there is one; safe to use from many threads."""

    def __init__(self, encoder: SentenceEncoder, rewriter: Rewriter) -> None:
        """The second encoder tells whether a rewriting means what was asked."""
        self._encoder = encoder
        self._rewriter = rewriter

    def interpret(self, text: str, history: Sequence[Turn], retriever: Retriever, call: Call | None) -> Interpreted:
        """The question `text`, ready to be retrieved with by `retriever`.

        Where there is history, or the index has a language other than the question's, the model of `call` is asked to
        write it anew. Without a call, or a usable reply, one that leans on the questions before is searched for with
        words of theirs.
        """
        question = retriever.prepare(text)
        languages = tuple(dict.fromkeys((question.language, *retriever.languages)))[:_MOST_LANGUAGES]
        if call is None or not (history or len(languages) > 1):
            return _with_words_before(question, history, retriever)
        started = time.monotonic()
        try:
            texts = self._rewriter.rewrite(text, history, languages, share(call, _SHARE))
            found = self._read(question, history, _versions(texts, retriever), call)
        except ModelFailed as error:
            found = _with_words_before(question, history, retriever)
            how = "not written anew" if found.completed else "searched for as it stands"
            found = replace(found, notices=(f"the question was {how}: {error}", *found.notices))
        return replace(found, seconds=time.monotonic() - started)

    def _read(
        self, asked: Question, history: Sequence[Turn], versions: Mapping[str, Question], call: Call
    ) -> Interpreted:
        """What to search for, of the `versions` by language that mean what was `asked`."""
        own = versions.get(asked.language, asked)
        question = own if best_cosine(own.meaning, self._subjects(asked, history)) >= _SAME_MEANING else asked
        also = tuple(
            version
            for language, version in versions.items()
            if language != asked.language and float(version.meaning @ question.meaning) >= _SAME_MEANING
        )
        by = f"{call.model.name} at {call.model.host}"
        if not also and (question is asked):
            raise ModelFailed(f"{by} wrote no usable rewriting of it")
        words = words_in(asked.language)
        texts = [one.text for one in also]
        if question.text == asked.text and texts:
            return Interpreted(asked, also, (words.searched_also(texts, by),))
        return Interpreted(question, also, (words.searched([question.text, *texts], by),))

    def _subjects(self, asked: Question, history: Sequence[Turn]) -> Vectors:
        """What a rewriting can be about: the question, and what was said before."""
        said = [text for turn in history for text in (turn.question, turn.answer)]
        return self._encoder.encode([asked.text, *said])


def _with_words_before(question: Question, history: Sequence[Turn], retriever: Retriever) -> Interpreted:
    words = words_before(question, history, retriever.prepare)
    if not words:
        return Interpreted(question)
    searched = retriever.prepare(f"{question.text} {' '.join(words)}", question.language)
    return Interpreted(question, notices=(words_in(question.language).with_before(words),), completed=searched)


def _versions(texts: Mapping[str, str], retriever: Retriever) -> dict[str, Question]:
    """The texts that are in the language they are said to be in, ready for retrieval."""
    return {
        language: retriever.prepare(text, language)
        for language, text in texts.items()
        if question_language(text, (language,)) == language
    }
