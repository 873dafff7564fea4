"""Wire copies, near-copies and repeated bodies count once: the best is kept, and the others are named beside it.

Sketches (`index.sketch`) find the passages that share words, all at once; `rag.wording` reads those alone and decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from index.article import Article, Passage, Span
from index.sketch import Sketch, Sketches
from rag.answer import Copy, Place, Retrieved
from rag.wording import Sentence, repeats, sentences, stands_inside

_NEAR = 0.2  # estimated share of the smaller one's shingles from which two passages are compared word by word


@dataclass(slots=True)
class _Group:
    """Passages that count as one: the best, which gives rank and score, the one to show, and its copies."""

    best: Retrieved
    shown: Passage
    copies: list[Passage] = field(default_factory=list)


class Groups:
    """The passages taken out of a ranking, each with those that say the same in the same words."""

    def __init__(self, sketches: Mapping[str, Sketch]) -> None:
        """`sketches` are of the ranking's passages, by id."""
        self._rows = {id: row for row, id in enumerate(sketches)}
        self._sketches = Sketches(list(sketches.values()))
        self._shares: dict[str, npt.NDArray[np.float64]] = {}
        self._read: dict[str, tuple[Sentence, ...]] = {}
        self._groups: list[_Group] = []

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, one: Retrieved) -> None:
        """Take a passage that says something new."""
        self._groups.append(_Group(one, one.passage))

    def joined_by(self, one: Retrieved) -> bool:
        """Whether a passage counts as one with what is taken already; it is among the copies then.

        Where one that is taken stands whole inside it, the longer one is shown in the place of the shorter.
        """
        beside = [group for group in self._groups if self._share(group.shown, one.passage) >= _NEAR]
        if not beside:
            return False
        words = self._sentences(one.passage)
        if repeats(words, [known for group in beside for known in self._sentences(group.shown)]):
            max(beside, key=lambda group: self._share(group.shown, one.passage)).copies.append(one.passage)
            return True
        inside = [group for group in beside if stands_inside(self._sentences(group.shown), words)]
        if inside:
            self._widen(inside, one.passage)
        return bool(inside)

    def retrieved(self) -> tuple[Retrieved, ...]:
        """What is taken, in the order it came, with its copies."""
        return tuple(
            replace(group.best, passage=group.shown, copies=tuple(_copies(group.shown, group.copies)))
            for group in self._groups
        )

    def _widen(self, inside: Sequence[_Group], passage: Passage) -> None:
        """Show `passage` for the first of `inside`, and count all of them as its copies."""
        first, *others = inside
        first.copies = [copy for group in inside for copy in (group.shown, *group.copies)]
        first.shown = passage
        self._groups = [group for group in self._groups if not any(group is other for other in others)]

    def _share(self, known: Passage, passage: Passage) -> float:
        """The estimated share of the smaller one's shingles that both have."""
        if known.id not in self._shares:
            self._shares[known.id] = self._sketches.containments(self._rows[known.id])
        return float(self._shares[known.id][self._rows[passage.id]])

    def _sentences(self, passage: Passage) -> tuple[Sentence, ...]:
        if passage.id not in self._read:
            self._read[passage.id] = sentences(passage)
        return self._read[passage.id]


def _copies(shown: Passage, copies: Sequence[Passage]) -> Iterator[Copy]:
    """The copies of a passage, one an article."""
    of_article: dict[Article, list[Passage]] = defaultdict(list)
    for passage in copies:
        of_article[passage.article].append(passage)
    for passages in of_article.values():
        in_order = sorted(passages, key=lambda passage: passage.span.start)
        place = _shared_span(shown, in_order)
        text = "\n".join(_cut(passage, place) for passage in in_order)
        yield Copy(Place(passages[0].source, place.start, place.end), text, tuple(in_order))


def _shared_span(shown: Passage, passages: Sequence[Passage]) -> Span:
    """From the first to the last sentence of `passages` that `shown` has too."""
    known = sentences(shown)
    shared = [one.span for passage in passages for one in sentences(passage) if one.is_copied_in(known)]
    spans = shared or [passage.span for passage in passages]
    return Span(spans[0].start, spans[-1].end)


def _cut(passage: Passage, span: Span) -> str:
    return passage.quote(Span(max(span.start, passage.span.start), min(span.end, passage.span.end)))
