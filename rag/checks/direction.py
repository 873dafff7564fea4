"""Direction: a claim says "rose" where its source says "fell", or says "not" where its source does not.

Opposites are listed in opposites.toml, negations in negations.toml. Across languages, denials.py compares negations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, zip_longest

from index.terms import Piece, Terms
from rag.checks.denials import AFFIRMS, DENIES
from rag.checks.source import Fault, Source
from rag.checks.word_lists import word_lists
from rag.checks.wording import Comparison, Text, compared

_WINDOW = 4  # pieces to either side that tell which of two places in the source a word answers to
_NEAR_NEGATION = 3
_FOLLOWS = 0.55  # share of the claim's pieces in the source's order from which single pieces are compared
_AGENT = re.compile(r"[a-z]{3,}(?:er|or)s?")
_NAMESAKES = frozenset({"unlike", "department", "departments"})  # stemmed as "unlikely" and "depart"
_Words = Mapping[str, frozenset[str]]  # by language


def direction_faults(claim: str, sources: Sequence[Source], terms: Terms) -> list[Fault]:
    """Where `claim` says the opposite of what its sources say."""
    stated = Text.of(claim, terms)
    cited = [Text.of(source.text, terms) for source in sources]
    beside = [compared(stated, one) for one in cited if one.language == stated.language]
    faults = [*_opposites(stated, cited), *_exchanged(stated, cited), *_turned(stated.language, beside)]
    faults += _negations(stated.language, beside)
    return list(dict.fromkeys(faults))


def _opposites(claim: Text, sources: Sequence[Text]) -> Iterator[Fault]:
    """Words of the claim whose opposites alone stand in the sources, or stand where the claim has them."""
    for one, other, within in _sides():
        said = _places(claim, one)
        heard = [source for source in sources if source.language == claim.language or not within]
        turned = [(source, at) for source in heard for at in _places(source, other)]
        if not said or not turned or _places(claim, other):
            continue
        same = [(source, at) for source in sources for at in _places(source, one)]
        source, at = max(turned, key=lambda place: _shared(claim, said[0], *place))
        if _answers(claim, said[0], same, source, at):
            yield _turn(claim.pieces[said[0]].written, source.pieces[at].written)


def _exchanged(claim: Text, sources: Sequence[Text]) -> Iterator[Fault]:
    """Opposites that stand on both sides as often, in a source of another language, but shared out otherwise."""
    if len(sources) != 1 or sources[0].language == claim.language:
        return
    for one, other, within in _sides():
        said, unsaid = _runs(_places(claim, one)), _runs(_places(claim, other))
        same, turned = _runs(_places(sources[0], one)), _runs(_places(sources[0], other))
        if not within and 1 < len(said) + len(unsaid) == len(same) + len(turned) and len(said) > len(same):
            yield _turn(claim.pieces[said[-1]].written, sources[0].pieces[turned[0]].written)


def _turned(language: str, beside: Sequence[Comparison]) -> Iterator[Fault]:
    """Words of the claim that stand exactly where a source has their opposite."""
    for comparison in beside:
        for difference in comparison.differences if comparison.followed >= _FOLLOWS else ():
            for one, other, _ in _sides():
                said = [piece for piece in difference.claimed if piece.stem in one.get(language, ())]
                cited = [piece for piece in difference.cited if piece.stem in other.get(language, ())]
                if said and cited:
                    yield _turn(said[0].written, cited[0].written)


def _negations(language: str, beside: Sequence[Comparison]) -> Iterator[Fault]:
    """A negation that stands in the claim and not in the same place of a source, or the other way round."""
    marks = frozenset(word_lists("negations").get(language, {}).get("pieces", "").split())
    for comparison in beside:
        for difference in comparison.differences if comparison.followed >= _FOLLOWS else ():
            claimed = any(piece.stem in marks for piece in difference.claimed)
            cited = any(piece.stem in marks for piece in difference.cited)
            if claimed != cited:
                yield Fault(DENIES if claimed else AFFIRMS, contradicts=True)


def _turn(said: str, cited: str) -> Fault:
    return Fault(f"it says '{said}' where the cited text says '{cited}'", contradicts=True)


def _answers(claim: Text, said: int, same: Sequence[tuple[Text, int]], source: Text, at: int) -> bool:
    """Whether the word at `said` stands for its opposite at `at` in the source, not for one of `same`."""
    if _negated(claim, said) != _negated(source, at):
        return False
    near = _shared(claim, said, source, at)
    if not same:
        return source.language != claim.language or near >= 1
    return near > max(_shared(claim, said, *place) for place in same) + 1


def _shared(claim: Text, said: int, source: Text, at: int) -> int:
    """How many telling pieces the neighbourhoods of two words have in common."""
    return len(_around(claim, said) & _around(source, at))


def _around(text: Text, at: int) -> frozenset[str]:
    near = text.pieces[max(0, at - _WINDOW) : at] + text.pieces[at + 1 : at + 1 + _WINDOW]
    return frozenset(piece.stem for piece in near if piece.telling)


def _negated(text: Text, at: int) -> bool:
    reach = slice(max(0, at - 1), at + 5) if text.language == "ko" else slice(max(0, at - _NEAR_NEGATION), at)
    marks = word_lists("negations").get(text.language, {}).get("pieces", "").split()
    return any(piece.stem in marks for piece in text.pieces[reach])


def _places(text: Text, words: _Words) -> list[int]:
    some = words.get(text.language, frozenset())
    pairs = [f"{one.stem}+{other.stem}" for one, other in pairwise(text.pieces)]
    return [
        at
        for at, (piece, pair) in enumerate(zip_longest(text.pieces, pairs))
        if (piece.stem in some and not _is_other(piece)) or pair in some
    ]


def _runs(places: Sequence[int]) -> list[int]:
    """The places that do not stand right behind another: "drop down" says it once."""
    return [at for at in places if at - 1 not in places]


def _is_other(piece: Piece) -> bool:
    """Whether an English word shares a stem alone: what does the thing (an opener, a buyer), or one of `_NAMESAKES`."""
    if piece.written.casefold() in _NAMESAKES:
        return True
    return _AGENT.fullmatch(piece.written.casefold()) is not None and not piece.stem.endswith("er")


@cache
def _sides() -> tuple[tuple[_Words, _Words, bool], ...]:
    """Each pair of opposites both ways round, as pieces have them, and whether it only counts within a language."""
    import snowballstemmer

    stemmer = snowballstemmer.stemmer("english")
    pairs = []
    for entry in word_lists("opposites").values():
        one, other = (
            {"en": frozenset(stemmer.stemWords(entry["en"][side].split())), "ko": frozenset(entry["ko"][side].split())}
            for side in (0, 1)
        )
        within = bool(entry.get("within"))
        pairs += [(one, other, within), (other, one, within)]
    return tuple(pairs)
