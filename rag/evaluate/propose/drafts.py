"""Draft questions from the indexed articles, kept where they retrieve the passage that they were made from.

Passages are taken from each article in turn, so that a long one does not fill the set. The round trip (Alberti et al.
2019, there for answers) throws away questions that nobody could trace back; it also favours questions that this very
index does well on, so a drafted set compares two versions and praises neither.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from index.article import Passage, digest
from index.catalog import Catalog
from index.sentences import Morphology
from rag.answer import Retrieved
from rag.assistant import Assistant
from rag.errors import BylineError
from rag.evaluate.gold import squeeze
from rag.evaluate.propose.ask_model import ask_for_question
from rag.evaluate.propose.cloze import cloze_questions
from rag.evaluate.propose.proposal import Proposal
from rag.evaluate.questions import Question
from rag.model import Model
from rag.settings import Settings

Propose = Callable[[Passage, int], Proposal | None]
"""A question on a passage, the n-th that is asked for, or None."""
_LEAST_WORDS = 80  # characters of its own that a passage needs to be asked about


@dataclass(frozen=True, slots=True)
class Drafted:
    """Draft questions, and how many proposals were thrown away since they did not find their passage."""

    questions: tuple[Question, ...]
    passages: int
    lost: int


def draft(
    passages: Sequence[Passage],
    propose: Propose,
    search: Callable[[str], Sequence[Retrieved]],
    n: int,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Drafted:
    """Up to `n` questions on the passages, in their order.

    Args:
        passages: what to ask about.
        propose: makes a question on a passage.
        search: what a question retrieves.
        n: how many questions are wanted.
        on_progress: called with the number of questions so far.
    """
    kept: dict[str, Question] = {}
    looked_at = lost = 0
    for passage in passages:
        if len(kept) == n:
            break
        looked_at += 1
        proposal = propose(passage, len(kept))
        if proposal is None:
            continue
        if finds_its_passage(proposal, search(proposal.question)):
            question = proposal.as_draft()
            kept.setdefault(question.id, question)
            on_progress(len(kept))
        else:
            lost += 1
    return Drafted(tuple(kept.values()), looked_at, lost)


def finds_its_passage(proposal: Proposal, retrieved: Sequence[Retrieved]) -> bool:
    """Whether any retrieved passage is of the proposal's source and holds its quote."""
    quote = squeeze(proposal.quote)
    return any(
        one.passage.source == proposal.passage.source and quote in squeeze(one.passage.text) for one in retrieved
    )


def spread(assistant: Assistant, places: Sequence[Path] = (), seed: int = 0) -> tuple[Passage, ...]:
    """Every passage that says enough, of the indexed files at `places` or under them, of all files without any.

    One of each article comes first, then a second of each, and so on; which ones, is drawn by `seed`.

    Raises:
        BylineError: nothing at one of the places is in the index.
    """
    catalog = assistant.generation().catalog
    sources = dict.fromkeys(article.source for article in assistant.articles())
    by_article: dict[str, list[Passage]] = defaultdict(list)
    for source in _at(places, sources, catalog) if places else sources:
        for passage in catalog.passages_of(source):
            if len(passage.own_words) >= _LEAST_WORDS:
                by_article[f"{source}:{passage.article.span.start}"].append(passage)
    turns = [sorted(members, key=lambda one: digest(f"{seed}:{one.id}")) for members in by_article.values()]
    turns.sort(key=lambda members: digest(f"{seed}:{members[0].id}"))
    return tuple(passage for turn in zip_longest(*turns) for passage in turn if passage is not None)


def _at(places: Sequence[Path], sources: Iterable[str], catalog: Catalog) -> Iterator[str]:
    roots = {source: file.root for source, file in catalog.files().items()}
    files = {source: (Path(roots[source]) / source).resolve() for source in sources}
    for place in places:
        if not any(file.is_relative_to(place.resolve()) for file in files.values()):
            raise BylineError(f"{place}: nothing of it is in the index; run `byline index {place}` first")
    yield from (s for s, file in files.items() if any(file.is_relative_to(place.resolve()) for place in places))


def by_cloze(morphology: Morphology) -> Propose:
    """Proposes gaps, of the kind that has been taken least so far."""
    taken: Counter[str] = Counter()

    def propose(passage: Passage, _: int) -> Proposal | None:
        found = list(cloze_questions(passage, morphology))
        if not found:
            return None
        chosen = min(found, key=lambda one: (taken[one.type], digest(one.question)))
        taken[chosen.type] += 1
        return chosen

    return propose


def by_model(model: Model, settings: Settings, languages: Sequence[str]) -> Propose:
    """Asks a model, by turns in the passage's language and in another one of the index."""

    def propose(passage: Passage, number: int) -> Proposal | None:
        others = sorted(set(languages) - {passage.language})
        language = others[number // 2 % len(others)] if others and number % 2 else passage.language
        return ask_for_question(passage, language, model, settings)

    return propose


def languages_of(passages: Sequence[Passage]) -> Iterator[str]:
    """The languages that passages are in, the most frequent first."""
    return (name for name, _ in Counter(passage.language for passage in passages).most_common())
