"""Judging a draft: each claim against the articles it cites, located to the words that bear it out.

Where a claim cites nothing, or what it cites does not bear it out, the index is searched for an article that does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.article import Article
from rag.answer import FAILING, Citation, Retrieved, Sentence
from rag.check import Bearing, Checker, Finding
from rag.checks.source import language_of
from rag.cite import Numbering, cite, not_verbatim, with_broken
from rag.draft.claims import Claim, Splitter, claims
from rag.draft.manuscript import Manuscript
from rag.draft.sources import Source, SourceNames, Unknown
from rag.errors import BylineError
from rag.filters import ALL, Filters
from rag.question import Question
from rag.retrieve import Retriever
from rag.words import ABSTENTIONS

_PASSAGES = 8  # of a cited article, or of the index, that are retrieved for a claim,
_NEAREST = 2  # and of them the best retrieved, and those with the nearest sentences, that are read closely
_ALL_PASSAGES = 200  # of a list page, where only one item of it is meant
_WORST_LAST = ("supported", "partly", "contradicted", "unsupported", "uncited", "silent")


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim of the draft, its verdict, and where that is bad the words elsewhere that would bear it out.

    `sentence.citations` are numbers of `CheckedDraft.citations`; `suggestion` has the number 0.
    """

    claim: Claim
    sentence: Sentence
    suggestion: Citation | None = None

    @property
    def failing(self) -> bool:
        """Whether the draft cannot go out like this."""
        return self.sentence.verdict in FAILING


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with the verdict on each of its sentences, and the words that these rest on.

    `notices` are things its reader should know: which host was asked what.
    """

    name: str
    claims: tuple[CheckedClaim, ...]
    citations: tuple[Citation, ...]
    notices: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """ISO 639-1 code of the script that most of the draft's sentences are in."""
        return language_of(" ".join(one.claim.text for one in self.claims))


@dataclass(frozen=True, slots=True)
class _Found:
    """Words of an article that come near to a claim."""

    retrieved: Retrieved
    bearing: Bearing


class DraftChecker:
    """Checks drafts against one generation of the index."""

    def __init__(
        self,
        retriever: Retriever,
        checker: Checker,
        split: Splitter,
        articles: Sequence[Article],
        read_now: Callable[[str], str | None],
    ) -> None:
        """All parts are passed in.

        Args:
            retriever: searches the index.
            checker: judges claims.
            split: gives the spans of the sentences of a paragraph.
            articles: all that the index holds.
            read_now: the decoded text of a source as it is on disk now, None where it is gone.
        """
        self._retriever = retriever
        self._checker = checker
        self._split = split
        self._names = SourceNames(articles)
        self._read_now = read_now

    def check(self, manuscript: Manuscript) -> CheckedDraft:
        """The verdict on every sentence of a draft's prose.

        Raises:
            BylineError: there is none.
        """
        # That the articles do not say is byline's own sentence, in a report it made; nothing can be cited for it.
        found = [claim for claim in claims(manuscript, self._split) if claim.text not in ABSTENTIONS]
        if not found:
            raise BylineError(f"{manuscript.name}: there is no sentence in it to check")
        numbering = Numbering()
        checked = [self._checked(claim, numbering) for claim in found]
        broken = not_verbatim(numbering.all, self._read_now)
        held = tuple(replace(one, sentence=with_broken(one.sentence, broken)) for one in checked)
        return CheckedDraft(manuscript.name, held, numbering.all)

    def _checked(self, claim: Claim, numbering: Numbering) -> CheckedClaim:
        question = self._retriever.prepare(claim.text)
        meant = [self._names.find(reference) for reference in claim.references]
        sources = dict.fromkeys(one for one in meant if isinstance(one, Source))
        found = [one for source in sources for one in self._in_source(claim, question, source)]
        unknown = tuple(dict.fromkeys(one.reason for one in meant if isinstance(one, Unknown)))
        finding = self._judge(claim, found)
        if sources and not found:
            finding = Finding("unsupported", ("there are no sentences in what it cites",))
        finding = _with_unknown(finding, unknown)
        numbers = dict.fromkeys(numbering.number(one.retrieved, one.bearing.span) for one in found)
        sentence = Sentence(claim.text, tuple(numbers), finding.verdict, finding.reasons, finding.confidence)
        if finding.verdict not in FAILING:
            return CheckedClaim(claim, sentence)
        return CheckedClaim(claim, sentence, self._suggestion(claim, question, finding))

    def _in_source(self, claim: Claim, question: Question, source: Source) -> list[_Found]:
        """The words of a cited file that bear the claim out best: of one passage, or of two where those do better."""
        filters = Filters(source=_literally(source.name))
        retrieved = self._retriever.retrieve(question, _ALL_PASSAGES if source.article else _PASSAGES, filters)
        passages = [one for one in retrieved if source.article in (None, one.passage.article)]
        ranked = self._ranked(claim, question, passages[:_PASSAGES])
        together = [[ranked[0], other] for other in ranked[1:]]
        return min([ranked[:1], *together], key=lambda some: _rank(self._judge(claim, some)))

    def _suggestion(self, claim: Claim, question: Question, finding: Finding) -> Citation | None:
        """Words anywhere in the index that bear the claim out; partly is enough for one that cites nothing."""
        ranked = self._ranked(claim, question, self._retriever.retrieve(question, _PASSAGES, ALL))
        enough = ("supported", "partly") if finding.verdict == "uncited" else ("supported",)
        if not ranked or self._judge(claim, ranked[:1]).verdict not in enough:
            return None
        return cite(0, ranked[0].retrieved, ranked[0].bearing.span)

    def _ranked(self, claim: Claim, question: Question, retrieved: Sequence[Retrieved]) -> list[_Found]:
        """What comes nearest to the claim in each of the likeliest passages, the best first."""
        encoded = self._retriever.encoded(retrieved)
        cosines = [float((one.meanings[1:] @ question.meaning).max(initial=-1.0)) for one in encoded]
        by_sentence = sorted(range(len(retrieved)), key=lambda at: -cosines[at])
        likely = dict.fromkeys([*range(min(_NEAREST, len(retrieved))), *by_sentence[:_NEAREST]])
        found = [_Found(retrieved[at], self._checker.bearing(claim.text, retrieved[at].passage)) for at in likely]
        return sorted(found, key=lambda one: (_rank(self._judge(claim, [one])), -one.bearing.cosine))

    def _judge(self, claim: Claim, found: Sequence[_Found]) -> Finding:
        return self._checker.judge(claim.text, [one.bearing for one in found], claim.question)


def _with_unknown(finding: Finding, unknown: tuple[str, ...]) -> Finding:
    """`finding` where some of the claim's citations lead nowhere."""
    if not unknown:
        return finding
    if finding.verdict in ("uncited", "silent"):
        return Finding("unsupported", unknown)
    verdict = "partly" if finding.verdict == "supported" else finding.verdict
    return replace(finding, verdict=verdict, reasons=(*finding.reasons, *unknown))


def _rank(finding: Finding) -> int:
    """The place of a verdict among all, 0 for the best."""
    return _WORST_LAST.index(finding.verdict)


def _literally(source: str) -> str:
    """A file's name as a glob that matches it alone."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in source)
