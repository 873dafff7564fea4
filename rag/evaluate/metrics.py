"""The measurements, as pure functions: what was retrieved and answered against what a question set expects.

Retrieval is measured by evidence, not by document or chunk, so that two chunkings can be compared: first
`groups_met` tells, rank by rank, which groups of evidence a passage meets; every ranking metric is a function
of that. A metric that does not apply to a question (no evidence, no facts) is None there, and `mean` leaves
it out.

IIR below is Manning, Raghavan and Schütze, Introduction to Information Retrieval (Cambridge, 2008).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from rag.answer import Answer, Citation, Retrieved
from rag.evaluate.questions import Evidence, Question

CUTOFFS = (1, 3, 5, 10)

Met = Sequence[Collection[int]]
"""For each rank, best first: the numbers of the evidence groups that the passage at that rank meets."""

Decision = tuple[bool, bool | None]
"""(the question is answerable, the system abstained); None in the second place where it failed."""


@dataclass(frozen=True, slots=True)
class Score:
    """A value over `n` cases (questions, unless said otherwise); None where there is no case to measure."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Latency:
    """The median and the 95th percentile of `n` durations, in seconds; None where there is none."""

    p50: float | None
    p95: float | None
    n: int


def squeeze(text: str) -> str:
    """`text` in NFC (UAX #15) without its white space: what the contract compares a quote in."""
    return "".join(unicodedata.normalize("NFC", text).split())


def groups_met(
    passages: Iterable[tuple[str, str]], evidence: Sequence[Sequence[Evidence]]
) -> tuple[frozenset[int], ...]:
    """Which groups of `evidence` each passage, given as (source, text) and best first, meets.

    A passage meets a group when it meets any entry of it: it is of the entry's source and contains its quote,
    both in NFC and without white space; any passage of the source meets an entry without a quote. One set of
    group numbers (from 0) a passage.
    """
    wanted = [
        (number, unicodedata.normalize("NFC", entry.source), squeeze(entry.quote or ""))
        for number, group in enumerate(evidence)
        for entry in group
    ]
    met = []
    for source, text in passages:
        composed, squeezed = unicodedata.normalize("NFC", source), squeeze(text)
        met.append(frozenset(number for number, of, quote in wanted if of == composed and quote in squeezed))
    return tuple(met)


def recall_at(k: int, met: Met, groups: int) -> float | None:
    """Evidence recall: |groups met by the first k passages| / |groups|; None without groups.

    Recall (IIR 8.3) at a cutoff, with groups of evidence for relevant documents.
    """
    if not groups:
        return None
    return len(set().union(*met[: _cutoff(k)])) / groups


def hit_at(k: int, met: Met, groups: int) -> float | None:
    """1 where any of the first k passages meets any group, else 0 (success@k); None without groups."""
    if not groups:
        return None
    return float(any(met[: _cutoff(k)]))


def reciprocal_rank(met: Met, groups: int) -> float | None:
    """1 / (rank of the first passage that meets any group), 0 where none does; None without groups.

    Its mean is MRR (Voorhees, The TREC-8 Question Answering Track Report, 1999).
    """
    if not groups:
        return None
    return next((1 / rank for rank, found in enumerate(met, 1) if found), 0.0)


def fact_recall(facts: Sequence[Sequence[str]], answer: str) -> float | None:
    """|groups of facts with any string in the answer| / |groups|; None without groups.

    Strings are compared case folded (Unicode 3.13, D145) and in NFC. Nugget recall with all nuggets vital and
    one string match for assessment (Voorhees, Overview of the TREC 2003 Question Answering Track).
    """
    if not facts:
        return None
    folded = _fold(answer)
    return sum(any(_fold(string) in folded for string in group) for group in facts) / len(facts)


def quote_verbatim(citations: Sequence[Citation], text: Callable[[str], str | None]) -> float | None:
    """The share of citations whose quote equals `text(source)[start:end]`; None without citations.

    `text` gives the decoded text of a source, None where there is no such source. An empty span, or one that
    leaves the text, is not verbatim.
    """
    if not citations:
        return None
    return sum(_is_verbatim(citation, text(citation.source)) for citation in citations) / len(citations)


def abstained_correctly(made: Decision) -> float:
    """1 where an answerable question was answered or an unanswerable one was not, else 0; a failure is 0."""
    answerable, abstained = made
    return float(abstained is not None and abstained != answerable)


def abstention_precision(decisions: Sequence[Decision]) -> Score:
    """TP / (TP + FP), the unanswerable being the positive class (IIR 8.3); n = TP + FP, abstentions."""
    true, false, _ = _confusion(decisions)
    return _ratio(true, true + false)


def abstention_recall(decisions: Sequence[Decision]) -> Score:
    """TP / (TP + FN), the unanswerable being the positive class (IIR 8.3); n = TP + FN, the unanswerable."""
    true, _, missed = _confusion(decisions)
    return _ratio(true, true + missed)


def abstention_f1(decisions: Sequence[Decision]) -> Score:
    """2TP / (2TP + FP + FN), balanced F (IIR 8.3); n is all questions, None where none is unanswerable."""
    true, false, missed = _confusion(decisions)
    if not true + missed:
        return Score(None, 0)
    return Score(2 * true / (2 * true + false + missed), len(decisions))


def answer_rate(decisions: Sequence[Decision]) -> Score:
    """|answerable questions answered| / |answerable questions|; n is the answerable ones."""
    answerable = [abstained for expected, abstained in decisions if expected]
    return _ratio(sum(abstained is False for abstained in answerable), len(answerable))


def mean(values: Iterable[float | None]) -> Score:
    """The arithmetic mean of the values that are not None, and how many they are."""
    present = [value for value in values if value is not None]
    return _ratio(sum(present), len(present))


def latency(seconds: Sequence[float]) -> Latency:
    """p50 and p95 of durations, interpolated between ranks (Hyndman and Fan 1996, type 7)."""
    return Latency(_percentile(seconds, 0.50), _percentile(seconds, 0.95), len(seconds))


def retrieval_metrics(question: Question, retrieved: Sequence[Retrieved], k: int) -> dict[str, float | None]:
    """recall@j and hit@j for the cutoffs up to k, and the reciprocal rank, of a ranking.

    A passage meets what its copies meet, by their own source and text: they count as one result.
    """
    groups = len(question.evidence) if question.answerable else 0
    met = [_met_by(found, question.evidence) for found in retrieved[:k]] if groups else ()
    cutoffs = sorted({j for j in CUTOFFS if j <= k} | {k})
    scores = {f"recall@{j}": recall_at(j, met, groups) for j in cutoffs}
    scores |= {f"hit@{j}": hit_at(j, met, groups) for j in cutoffs}
    return scores | {"mrr": reciprocal_rank(met, groups)}


def _met_by(found: Retrieved, evidence: Sequence[Sequence[Evidence]]) -> frozenset[int]:
    places = [(found.passage.source, found.passage.text), *((one.place.source, one.text) for one in found.copies)]
    return frozenset().union(*groups_met(places, evidence))


def answer_metrics(
    question: Question, answer: Answer | None, text: Callable[[str], str | None]
) -> dict[str, float | None]:
    """The metrics of an answer, None where it failed; `text` is as in `quote_verbatim`."""
    stated = "" if answer is None or answer.abstained else _without_markers(answer)
    return {
        "fact_recall": fact_recall(question.facts, stated) if question.answerable else None,
        "abstained_correctly": abstained_correctly(decision(question, answer)),
        "quote_verbatim": quote_verbatim(answer.citations if answer else (), text),
    }


def _without_markers(answer: Answer) -> str:
    """The answer's text without its own `[n]`: the fact "3" does not stand in the marker [3]."""
    numbers = "|".join(str(citation.number) for citation in answer.citations)
    return re.sub(rf"\[(?:{numbers})\]", "", answer.text) if numbers else answer.text


def decision(question: Question, answer: Answer | None) -> Decision:
    """What an answer, None where it failed, comes to as a decision to answer or to abstain."""
    return question.answerable, answer.abstained if answer else None


def _cutoff(k: int) -> int:
    if k < 1:
        raise ValueError(f"a cutoff is 1 or more; this is {k}")
    return k


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _is_verbatim(citation: Citation, text: str | None) -> bool:
    if text is None or not 0 <= citation.start < citation.end <= len(text):
        return False
    return text[citation.start : citation.end] == citation.quote


def _confusion(decisions: Sequence[Decision]) -> tuple[int, int, int]:
    """True positives, false positives and false negatives of abstaining."""
    true = sum(not answerable and abstained is True for answerable, abstained in decisions)
    false = sum(answerable and abstained is True for answerable, abstained in decisions)
    missed = sum(not answerable and abstained is not True for answerable, abstained in decisions)
    return true, false, missed


def _ratio(part: float, whole: int) -> Score:
    return Score(part / whole if whole else None, whole)


def _percentile(values: Sequence[float], share: float) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    below, between = divmod((len(ordered) - 1) * share, 1)
    low = ordered[int(below)]
    high = ordered[min(int(below) + 1, len(ordered) - 1)]
    return low + (high - low) * between
