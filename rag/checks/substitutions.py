"""Substitutions: a claim follows its source word for word but for one word, and that one means something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.meaning import SentenceEncoder
from index.terms import Piece, Terms
from rag.checks.source import Fault, Source, against
from rag.checks.wording import Difference, Text, compared

_FOLLOWS = 0.7  # share of the claim's pieces in the source's order from which a difference is no paraphrase
_SAME = 0.6  # cosine from which one word can stand for the other
_MOST = 3  # telling words on either side


def substitution_faults(claim: str, sources: Sequence[Source], terms: Terms, encoder: SentenceEncoder) -> list[Fault]:
    """The words of `claim` that stand where a source has others of another meaning, and nowhere in any source."""
    stated = Text.of(claim, terms)
    cited = [Text.of(f"{source.text}\n{source.around}", terms) for source in sources]
    known = {piece.stem for text in cited for piece in text.pieces}
    faults = []
    for source in sources:
        text = Text.of(source.text, terms)
        comparison = compared(stated, text)
        if text.language == stated.language and comparison.followed >= _FOLLOWS:
            faults += list(_faults(comparison.differences, known, encoder))
    return list(dict.fromkeys(faults))


def _faults(differences: Sequence[Difference], known: set[str], encoder: SentenceEncoder) -> Iterator[Fault]:
    for difference in differences:
        claimed, cited = _words(difference.claimed), _words(difference.cited)
        new = [piece for piece in claimed if piece.stem not in known]
        if not new or not cited or max(len(claimed), len(cited)) > _MOST:
            continue
        said, instead = (" ".join(piece.written for piece in some) for some in (claimed, cited))
        one, other = encoder.encode([said, instead])
        if float(one @ other) < _SAME:
            yield against(said, instead)


def _words(pieces: Sequence[Piece]) -> list[Piece]:
    """The telling words that are no figures: those are compared by what they are worth."""
    return [piece for piece in pieces if piece.telling and not piece.stem[0].isdigit()]
