"""A model's sentences on their way to an answer: what each cites, in which words, and how it was judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.clean import is_prose
from rag.answer import FAILING, Retrieved
from rag.check import Bearing, Checker, Finding
from rag.markers import Marked, with_one_stop

_MOST = 40  # sentences of an answer, which is asked to have five
_ENDED = re.compile(r"[.!?。！？…][\"'”’)\]»]*$")
_LIKELY = 0.5  # probability by meaning from which words that a sentence does not cite can be said to bear it out


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence, the retrieved passages it cites (numbered from 1) with the words of each that it rests on.

    `finding` is whether those bear it out.
    """

    text: str
    numbers: tuple[int, ...]
    bearings: tuple[Bearing, ...]
    finding: Finding

    @property
    def failing(self) -> bool:
        """Whether the sentence must not stand as it is."""
        return self.finding.verdict in FAILING


def finished(sentences: Sequence[Marked]) -> Sequence[Marked]:
    """The sentences of an answer that was cut off, without the one that lacks its end."""
    return sentences[:-1] if sentences and not _ENDED.search(sentences[-1].text) else sentences


def said_once(sentences: Sequence[Marked]) -> tuple[list[Marked], str | None]:
    """A model's sentences without those it has said before, as many as an answer may have; and a notice of the rest."""
    once = list(dict.fromkeys(sentences))
    if len(once) > _MOST:
        return once[:_MOST], f"the model's answer was cut at {_MOST} sentences"
    left = len(sentences) - len(once)
    return once, f"the model repeated itself: {left} sentences that it had said before were left out" if left else None


def judge(marked: Marked, retrieved: Sequence[Retrieved], checker: Checker, question: str) -> Judged:
    """`marked`, part of an answer to `question`, against the passages it cites; marker n means `retrieved[n - 1]`."""
    bearings = tuple(checker.bearing(marked.text, retrieved[number - 1].passage) for number in marked.numbers)
    text = with_one_stop(marked.text)
    finding = checker.judge(marked.text, bearings, question)
    if finding.verdict == "silent":  # no words bear out that something is missing
        return Judged(text, (), (), finding)
    return Judged(text, marked.numbers, bearings, finding)


def repoint(judged: Judged, retrieved: Sequence[Retrieved], checker: Checker, question: str) -> Judged:
    """A sentence that rests on nothing, pointed at the retrieved passage that bears it out; as it is without one.

    One that its own source contradicts stays where it points: another source does not make that undone. And since it
    was not the sentence that named the passage, this has to be running text, and to mean the same by all likelihood.
    """
    if judged.finding.verdict not in ("unsupported", "uncited"):
        return judged
    found = [
        judge(Marked(judged.text, (number,)), retrieved, checker, question)
        for number in range(1, len(retrieved) + 1)
        if number not in judged.numbers
    ]
    supported = [one for one in found if one.finding.verdict == "supported" and _is_surely_meant(one)]
    return max(supported, key=lambda one: one.bearings[0].cosine, default=judged)


def _is_surely_meant(judged: Judged) -> bool:
    return (judged.finding.confidence or 0.0) >= _LIKELY and all(is_prose(one.text) for one in judged.bearings)
