"""How well a ranking is, by the evidence it brings: pure functions of which groups each rank meets.

Evidence is what counts, not documents or chunks, so that two ways of cutting passages can be compared. A group of
evidence stands where the literature has a relevant document. `groups` is how many there are; without any, no metric
applies and each is None.

IIR below is Manning, Raghavan and Schütze, Introduction to Information Retrieval (Cambridge, 2008).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence

Met = Sequence[Collection[int]]
"""For each rank, best first: the numbers of the evidence groups that the passage at that rank meets."""


def collapse(met: Met, texts: Sequence[Hashable]) -> tuple[frozenset[int], ...]:
    """A ranking without its repeats: of passages with one text the first stays, and meets what any of them meets."""
    firsts: dict[Hashable, frozenset[int]] = {}
    for text, found in zip(texts, met, strict=True):
        firsts[text] = firsts.get(text, frozenset()) | frozenset(found)
    return tuple(firsts.values())


def recall_at(k: int, met: Met, groups: int) -> float | None:
    """|groups met by the first k passages| / |groups|: recall (IIR 8.3) at a cutoff."""
    if not groups:
        return None
    return len(set().union(*met[: _cutoff(k)])) / groups


def all_evidence_at(k: int, met: Met, groups: int) -> float | None:
    """1 where the first k passages meet every group, else 0.

    What a question over several articles needs (Yang et al., HotpotQA, EMNLP 2018: joint support, as a yes or no).
    """
    recall = recall_at(k, met, groups)
    return None if recall is None else float(recall == 1)


def hit_at(k: int, met: Met, groups: int) -> float | None:
    """1 where any of the first k passages meets any group, else 0 (success@k)."""
    if not groups:
        return None
    return float(any(met[: _cutoff(k)]))


def precision_at(k: int, met: Met, groups: int) -> float | None:
    """|those of the first k passages that meet any group| / k (IIR 8.4); a ranking shorter than k is not excused."""
    if not groups:
        return None
    return sum(bool(found) for found in met[: _cutoff(k)]) / k


def reciprocal_rank(met: Met, groups: int) -> float | None:
    """1 / (rank of the first passage that meets any group), 0 where none does.

    Its mean is MRR (Voorhees, The TREC-8 Question Answering Track Report, 1999).
    """
    if not groups:
        return None
    return next((1 / rank for rank, found in enumerate(met, 1) if found), 0.0)


def average_precision(met: Met, groups: int) -> float | None:
    """Σ precision at the rank of each group / |groups|, ranked as in `as_documents`; its mean is MAP (IIR 8.4)."""
    if not groups:
        return None
    found, total = 0, 0.0
    for rank, new in enumerate(as_documents(met), 1):
        if new:
            found += 1
            total += found / rank
    return total / groups


def ndcg_at(k: int, met: Met, groups: int) -> float | None:
    """DCG of the first k places of `as_documents` over that of the groups all in front.

    Binary gain, discounted by log2(rank + 1) (Järvelin and Kekäläinen, TOIS 2002, as in trec_eval's ndcg_cut).
    """
    if not groups:
        return None
    gained = _dcg(as_documents(met)[: _cutoff(k)])
    return gained / _dcg([True] * min(k, groups))


def multihop_map_at(k: int, met: Met, groups: int) -> float | None:
    """What MultiHop-RAG's script prints as MAP@k: Σ |groups newly met at a rank| / rank, over min(|groups|, k).

    Not average precision, since earlier groups do not add to a rank's precision; for the published tables
    (Tang and Yang, COLM 2024, retrieval_evaluate.py).
    """
    if not groups:
        return None
    gains = (len(new) / rank for rank, new in enumerate(newly_met(met)[: _cutoff(k)], 1))
    return sum(gains) / min(groups, k)


def newly_met(met: Met) -> tuple[frozenset[int], ...]:
    """For each rank the groups that it meets and no rank before it: evidence brought again is no evidence."""
    seen: set[int] = set()
    new = []
    for found in met:
        new.append(frozenset(found) - seen)
        seen |= new[-1]
    return tuple(new)


def as_documents(met: Met) -> list[bool]:
    """The ranking as one of relevant and other documents, for metrics that count each relevant document once.

    A passage stands for the groups that it is the first to meet, a relevant document each, or else for one document
    that is not relevant.
    """
    return [relevant for new in newly_met(met) for relevant in ([True] * len(new) or [False])]


def _dcg(relevant: Sequence[bool]) -> float:
    return sum(1 / math.log2(rank + 1) for rank, one in enumerate(relevant, 1) if one)


def _cutoff(k: int) -> int:
    if k < 1:
        raise ValueError(f"a cutoff is 1 or more; this is {k}")
    return k
