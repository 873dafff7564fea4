"""How right an answer is: pure functions of its text and of what the question set expects.

None where the question set expects nothing. Tokens are handed in, since what a token is depends on the language: for
Korean, morphemes (`rag.evaluate.reading`).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

Facts = Sequence[Sequence[str]]
"""Groups of alternative strings; a group is a fact (a nugget), said in several ways or languages."""
Tokens = Callable[[str], Sequence[str]]

_OKAY_WEIGHT = 0.5


def fact_recall(facts: Facts, answer: str) -> float | None:
    """|facts with any string in the answer| / |facts|.

    Strings are compared case folded (Unicode 3.13, D145) and in NFC. Nugget recall over the vital nuggets (Voorhees,
    Overview of the TREC 2003 Question Answering Track), with one string match for assessment.
    """
    return _mean([_stated(group, answer) for group in facts])


def partial_fact_recall(facts: Facts, answer: str, tokens: Tokens) -> float | None:
    """As `fact_recall`, but a fact of which at least half of the tokens of one string stand there counts 1/2.

    The half is the partial support of Pradeep et al., The Great Nugget Recall (SIGIR 2025, "V"); the overlap is ours.
    """
    return _mean([_support(group, answer, tokens) for group in facts])


def weighted_fact_recall(vital: Facts, okay: Facts, answer: str) -> float | None:
    """Recall over all nuggets, where a vital one weighs 1 and an okay one 1/2 (Pradeep et al. 2025, "W strict")."""
    weight = len(vital) + _OKAY_WEIGHT * len(okay)
    met = sum(_stated(group, answer) for group in vital)
    met += _OKAY_WEIGHT * sum(_stated(group, answer) for group in okay)
    return met / weight if weight else None


def exact_match(expected: str | None, answer: str, tokens: Tokens) -> float | None:
    """1 where the answer has the expected tokens and no others (Rajpurkar et al., SQuAD, EMNLP 2016, §6.1)."""
    return None if expected is None else float(list(tokens(expected)) == list(tokens(answer)))


def token_f1(expected: str | None, answer: str, tokens: Tokens) -> float | None:
    """The harmonic mean of the precision and recall of the answer's tokens, as bags (SQuAD, §6.1).

    Where either has no token, 1 if both have none and 0 otherwise.
    """
    if expected is None:
        return None
    wanted, given = Counter(tokens(expected)), Counter(tokens(answer))
    if not wanted or not given:
        return float(wanted == given)
    return 2 * (wanted & given).total() / (wanted.total() + given.total())


def _stated(group: Sequence[str], answer: str) -> float:
    folded = _fold(answer)
    return float(any(_fold(string) in folded for string in group))


def _support(group: Sequence[str], answer: str, tokens: Tokens) -> float:
    if _stated(group, answer):
        return 1.0
    said = Counter(tokens(answer))
    wanted = [Counter(tokens(string)) for string in group]
    return 0.5 if any(one and 2 * (one & said).total() >= one.total() for one in wanted) else 0.0


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
