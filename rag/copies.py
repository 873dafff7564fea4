"""Wire copies, near-copies and repeated bodies count once: the best is kept, and the others are named beside it.

Sketches (`index.sketch`) find the passages that share words, all at once; `rag.wording` reads those alone and decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from index.article import Article, Passage, Span
from index.embed import Vectors
from index.features import meanings
from index.sketch import Sketches
from rag.answer import Copy, Place, Retrieved
from rag.candidates import Candidate, PassageReader
from rag.rank import Signals
from rag.wording import Sentence, repeats, sentences, stands_inside

_SAME = 0.75  # USE cosine from which two items of a page tell the same; see ARCHITECTURE.md
_NEAR = 0.2  # estimated share of the smaller one's shingles from which two passages are compared word by word


@dataclass(slots=True)
class _Group:
    """Passages that count as one, by rank: the best, which gives rank and score, the one to show, and its copies.

    `shares` are, for each passage of the ranking, the estimated share of shingles in common with the shown one.
    """

    best: int
    shown: int
    shares: npt.NDArray[np.float64]
    copies: list[int] = field(default_factory=list)


class Groups:
    """The passages taken out of a ranking, each with those that say the same in the same words."""

    def __init__(self, ranked: Sequence[Candidate], read: PassageReader) -> None:
        """`ranked` are the passages, which are named by their places in it; `read` reads those that matter."""
        self._ranked = ranked
        self._read = read
        self._sketches = Sketches([one.features.sketched for one in ranked])
        self._articles = np.array([one.features.article for one in ranked])
        self._groups: list[_Group] = []
        self._nearest = np.zeros(len(ranked))  # of each passage the highest share with any group
        self._passages: dict[int, Passage] = {}
        self._words: dict[int, tuple[Sentence, ...]] = {}

    def __len__(self) -> int:
        return len(self._groups)

    def take(self, at: int) -> bool:
        """Take a passage in; true where it says something new, and is no copy of what is taken already."""
        if self.join(at):
            return False
        self._groups.append(_Group(at, at, self._sketches.containments(at)))
        self._nearest = np.maximum(self._nearest, self._groups[-1].shares)
        return True

    def join(self, at: int) -> bool:
        """Count a passage with what is taken already, where it says the same; false where it does not.

        Where one that is taken stands whole inside it, the longer one is shown in the place of the shorter.
        """
        if self._nearest[at] < _NEAR:
            return False
        near = [group for group in self._groups if group.shares[at] >= _NEAR]
        beside = [group for group in near if self._may_be_one(group.shown, at)]
        if not beside:
            return False
        known = [one for group in beside for part in self._parts(at, group.shown) for one in self._sentences(part)]
        if repeats(self._sentences(at), known):
            max(beside, key=lambda group: float(group.shares[at])).copies.append(at)
            return True
        inside = [group for group in beside if self._stands_inside(group.shown, at)]
        if inside:
            self._widen(inside, at)
        return bool(inside)

    def _stands_inside(self, one: int, other: int) -> bool:
        best, *others = self._parts(one, other)
        if best != other:
            return False
        longer = [known for part in (best, *others) for known in self._sentences(part)]
        return stands_inside(self._sentences(one), longer, reworded=self._is_item_beside(one, other))

    def _parts(self, one: int, other: int) -> list[int]:
        """What of `other` to look for `one` in: of another item of its page the passages that share words with it.

        The one that shares most comes first.
        """
        if not self._is_item_beside(one, other):
            return [other]
        shares = self._sketches.containments(one)
        near = np.flatnonzero((self._articles == self._articles[other]) & (shares >= _NEAR)).tolist()
        return sorted(near, key=lambda part: -shares[part]) or [other]

    def _is_item_beside(self, one: int, other: int) -> bool:
        """Whether two passages are of different items of one page: those share phrases whatever they are about."""
        self._load([one, other])
        first, second = self._passages[one], self._passages[other]
        return first.source == second.source and first.article != second.article

    def _may_be_one(self, one: int, other: int) -> bool:
        """Whether the articles of two passages can tell the same: of items of one page some passages must mean so."""
        if not self._is_item_beside(one, other):
            return True
        first, second = (self._meanings_beside(at) for at in (one, other))
        return float((first @ second.T).max()) >= _SAME

    def _meanings_beside(self, at: int) -> Vectors:
        """What the passages in the ranking mean that are of the article of the one at `at`, shape (passages, 512)."""
        places = np.flatnonzero(self._articles == self._articles[at]).tolist()
        return meanings([self._ranked[place].features for place in places])

    def retrieved(self) -> tuple[Retrieved, ...]:
        """What is taken, in the order it came, with its copies."""
        self._load([at for group in self._groups for at in (group.shown, *group.copies)])
        return tuple(map(self._retrieved, self._groups))

    def _retrieved(self, group: _Group) -> Retrieved:
        best, shown = self._ranked[group.best], self._passages[group.shown]
        copies = _copies(shown, [self._passages[at] for at in group.copies])
        return Retrieved(shown, best.score, Signals.of(best.signals), tuple(copies))

    def _widen(self, inside: Sequence[_Group], at: int) -> None:
        """Show the passage at `at` for the first of `inside`, and count all of them as its copies."""
        first, *others = inside
        first.copies = [copy for group in inside for copy in (group.shown, *group.copies)]
        first.shown, first.shares = at, self._sketches.containments(at)
        self._groups = [group for group in self._groups if not any(group is other for other in others)]
        self._nearest = np.maximum.reduce([group.shares for group in self._groups])

    def _sentences(self, at: int) -> tuple[Sentence, ...]:
        if at not in self._words:
            self._load([at])
            self._words[at] = sentences(self._passages[at])
        return self._words[at]

    def _load(self, places: Sequence[int]) -> None:
        missing = {self._ranked[at].features.id: at for at in places if at not in self._passages}
        if missing:
            self._passages |= {missing[id]: passage for id, passage in self._read(list(missing)).items()}


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
