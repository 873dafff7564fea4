"""Which metrics a question gets, by name: those of its ranking, and those of its answer.

A metric that does not apply to a question (no evidence, no facts) is None there, and means leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from index.language import question_language
from rag.answer import Answer, Retrieved
from rag.evaluate import answering, citing, ranking
from rag.evaluate.abstention import Decision, decided_correctly
from rag.evaluate.citing import Statement
from rag.evaluate.gold import composed, evidence_of, groups_met, squeeze
from rag.evaluate.questions import Evidence, Question
from rag.evaluate.ranking import Met
from rag.evaluate.reading import Reading
from rag.evaluate.result import Found

CUTOFFS = (1, 3, 5, 10)
ABSTAINED_CORRECTLY = "abstained_correctly"
JUDGED = "judged"
JUDGED_RECALL, JUDGED_PRECISION = "judged_citation_recall", "judged_citation_precision"
_PASSES_AT = 5  # the passages among which a retrieval run must find all evidence


def met_by(question: Question, retrieved: Sequence[Retrieved]) -> tuple[frozenset[int], ...]:
    """For each retrieved passage the groups of the question's evidence that it meets.

    A passage meets what its copies meet, by their own source and text: they count as one result.
    """
    evidence = evidence_of(question)
    places = [
        [(one.passage.source, one.passage.text), *((copy.place.source, copy.text) for copy in one.copies)]
        for one in retrieved
    ]
    return tuple(frozenset().union(*groups_met(ones, evidence)) for ones in places)


def retrieval_metrics(question: Question, retrieved: Sequence[Found], met: Met, k: int) -> dict[str, float | None]:
    """The metrics of a ranking of k passages, repeats of a text collapsed first.

    recall@j (evidence recall), source_recall@j (of articles, wherever in them), all_evidence@j, hit@j and precision@j
    for the cutoffs up to k; mrr, map, ndcg@10 and multihop_map@10.
    """
    evidence = evidence_of(question)
    groups = len(evidence)
    collapsed = ranking.collapse(met, [(composed(one.source), squeeze(one.text)) for one in retrieved])
    sources = [[Evidence(entry.source) for entry in group] for group in evidence]
    of_sources = [frozenset().union(*groups_met([(name, "") for name in one.sources], sources)) for one in retrieved]
    cutoffs = sorted({j for j in CUTOFFS if j <= k} | {k})
    scores = {f"recall@{j}": ranking.recall_at(j, collapsed, groups) for j in cutoffs}
    scores |= {f"all_evidence@{j}": ranking.all_evidence_at(j, collapsed, groups) for j in cutoffs}
    scores |= {f"source_recall@{j}": ranking.recall_at(j, of_sources, groups) for j in cutoffs}
    scores |= {f"hit@{j}": ranking.hit_at(j, collapsed, groups) for j in cutoffs}
    scores |= {f"precision@{j}": ranking.precision_at(j, collapsed, groups) for j in cutoffs}
    return scores | {
        "mrr": ranking.reciprocal_rank(collapsed, groups),
        "map": ranking.average_precision(collapsed, groups),
        "ndcg@10": ranking.ndcg_at(10, collapsed, groups),
        "multihop_map@10": ranking.multihop_map_at(10, collapsed, groups),
    }


def answer_metrics(question: Question, answer: Answer | None, reading: Reading) -> dict[str, float | None]:
    """The metrics of an answer's text; a question that failed, with None for an answer, said nothing.

    How long an answer is and whether it is in the question's language is told of answers only, not of abstentions.
    """
    said = stated(answer)
    expected = question if question.answerable else None
    facts, okay = (question.facts, question.okay) if expected else ((), ())
    return {
        ABSTAINED_CORRECTLY: decided_correctly(decision(question, answer)),
        "fact_recall": answering.fact_recall(facts, said),
        "fact_recall_partial": answering.partial_fact_recall(facts, said, reading.tokens),
        "fact_recall_weighted": answering.weighted_fact_recall(facts, okay, said),
        "exact_match": answering.exact_match(question.answer if expected else None, said, reading.tokens),
        "token_f1": answering.token_f1(question.answer if expected else None, said, reading.tokens),
        "answer_characters": float(len(said)) if said else None,
        "language_match": float(question_language(said, [question.language]) == question.language) if said else None,
    }


def citation_metrics(
    question: Question, answer: Answer | None, text: Callable[[str], str | None], reading: Reading
) -> dict[str, float | None]:
    """The metrics of an answer's citations, None for one that failed or abstained.

    `text` gives the decoded text of a source, None where there is no such source.
    """
    sentences = answer.sentences if answer and not answer.abstained else ()
    citations = answer.citations if answer else ()
    statements = statements_of(answer) if answer and sentences else ()
    gold = [[composed(entry.source) for entry in group] for group in evidence_of(question)] if sentences else []
    cited = {composed(one.source) for one in citations}
    precision, recall = citing.weighted_support(sentences)
    return {
        "pointer_validity": citing.pointer_validity(sentences, citations, text),
        "quote_verbatim": citing.quote_verbatim(citations, text),
        "citation_recall": citing.citation_recall(statements, reading.entails),
        "citation_precision": citing.citation_precision(statements, reading.entails),
        "uncited": citing.uncited(sentences),
        "support_precision": precision,
        "support_recall": recall,
        "cited_source_precision": citing.cited_source_precision(cited, gold),
        "cited_source_recall": citing.cited_source_recall(cited, gold),
    }


def passed(question: Question, met: Met, scores: Mapping[str, float | None]) -> float | None:
    """Whether a question came out right as a whole, 1 or 0.

    With answers: one that nothing answers is declined, any other is answered with all its facts. In a retrieval run
    (no `abstained_correctly` among the `scores`): all evidence is among the first five passages; None where there is
    no evidence.
    """
    if ABSTAINED_CORRECTLY not in scores:
        return ranking.all_evidence_at(_PASSES_AT, met, len(evidence_of(question)))
    return float(scores[ABSTAINED_CORRECTLY] == 1 and scores["fact_recall"] in (None, 1.0))


def decision(question: Question, answer: Answer | None) -> Decision:
    """What an answer, None where it failed, comes to as a decision to answer or to abstain."""
    return question.answerable, answer.abstained if answer else None


def stated(answer: Answer | None) -> str:
    """What an answer says, without its own `[n]`: the fact "3" does not stand in the marker [3].

    Nothing where it abstains.
    """
    if answer is None or answer.abstained:
        return ""
    return _without_markers(answer.text, answer)


def statements_of(answer: Answer) -> tuple[Statement, ...]:
    """The sentences of an answer with the words that they cite."""
    quotes = {one.number: one.quote for one in answer.citations}
    return tuple(
        Statement(
            _without_markers(sentence.text, answer),
            tuple(quotes[number] for number in sentence.citations)
            if quotes.keys() >= set(sentence.citations)
            else None,
        )
        for sentence in answer.sentences
    )


def _without_markers(text: str, answer: Answer) -> str:
    numbers = "|".join(str(citation.number) for citation in answer.citations)
    return re.sub(rf" ?\[(?:{numbers})\]", "", text).strip() if numbers else text
