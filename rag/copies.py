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
    """Passages that count as one, by id: the best, which gives rank and score, the one to show, and its copies.

    `shares` are, for each passage of the ranking, the estimated share of shingles in common with the shown one.
    """

    best: str
    shown: str
    shares: npt.NDArray[np.float64]
    copies: list[str] = field(default_factory=list)


class Groups:
    """The passages taken out of a ranking, each with those that say the same in the same words."""

    def __init__(self, ranked: Mapping[str, Retrieved], sketches: Mapping[str, Sketch]) -> None:
        """`ranked` are the passages by id; `sketches` are of all of them."""
        self._ranked = ranked
        self._rows = {id: row for row, id in enumerate(ranked)}
        self._sketches = Sketches([sketches[id] for id in ranked])
        self._groups: list[_Group] = []
        self._words: dict[str, tuple[Sentence, ...]] = {}

    def __len__(self) -> int:
        return len(self._groups)

    def take(self, id: str) -> bool:
        """Take a passage in; true where it says something new, and is no copy of what is taken already."""
        if self.join(id):
            return False
        self._groups.append(_Group(id, id, self._shares(id)))
        return True

    def join(self, id: str) -> bool:
        """Count a passage with what is taken already, where it says the same; false where it does not.

        Where one that is taken stands whole inside it, the longer one is shown in the place of the shorter.
        """
        row = self._rows[id]
        beside = [group for group in self._groups if group.shares[row] >= _NEAR]
        if not beside:
            return False
        words = self._sentences(id)
        if repeats(words, [known for group in beside for known in self._sentences(group.shown)]):
            max(beside, key=lambda group: float(group.shares[row])).copies.append(id)
            return True
        inside = [group for group in beside if stands_inside(self._sentences(group.shown), words)]
        if inside:
            self._widen(inside, id)
        return bool(inside)

    def retrieved(self) -> tuple[Retrieved, ...]:
        """What is taken, in the order it came, with its copies."""
        return tuple(map(self._retrieved, self._groups))

    def _retrieved(self, group: _Group) -> Retrieved:
        shown = self._ranked[group.shown].passage
        copies = _copies(shown, [self._ranked[id].passage for id in group.copies])
        return replace(self._ranked[group.best], passage=shown, copies=tuple(copies))

    def _widen(self, inside: Sequence[_Group], id: str) -> None:
        """Show passage `id` for the first of `inside`, and count all of them as its copies."""
        first, *others = inside
        first.copies = [copy for group in inside for copy in (group.shown, *group.copies)]
        first.shown, first.shares = id, self._shares(id)
        self._groups = [group for group in self._groups if not any(group is other for other in others)]

    def _shares(self, id: str) -> npt.NDArray[np.float64]:
        return self._sketches.containments(self._rows[id])

    def _sentences(self, id: str) -> tuple[Sentence, ...]:
        if id not in self._words:
            self._words[id] = sentences(self._ranked[id].passage)
        return self._words[id]


def _copies(shown: Passage, copies: Sequence[Passage]) -> Iterator[Copy]:
    """The copies of a passage, one an article."""
    if not copies:
        return
    known = sentences(shown)
    of_article: dict[Article, list[Passage]] = defaultdict(list)
    for passage in copies:
        of_article[passage.article].append(passage)
    for passages in of_article.values():
        in_order = sorted(passages, key=lambda passage: passage.span.start)
        place = _shared_span(known, in_order)
        text = "\n".join(_cut(passage, place) for passage in in_order)
        yield Copy(Place(passages[0].source, place.start, place.end), text, tuple(in_order))


def _shared_span(known: Sequence[Sentence], passages: Sequence[Passage]) -> Span:
    """From the first to the last sentence of `passages` that is a copy of one of `known`."""
    shared = [one.span for passage in passages for one in sentences(passage) if one.is_copied_in(known)]
    spans = shared or [passage.span for passage in passages]
    return Span(spans[0].start, spans[-1].end)


def _cut(passage: Passage, span: Span) -> str:
    return passage.quote(Span(max(span.start, passage.span.start), min(span.end, passage.span.end)))
