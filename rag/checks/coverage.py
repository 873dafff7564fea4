"""Coverage: how many of a claim's telling words the cited text has, by themselves or as a word of another language."""

from __future__ import annotations

from collections.abc import Sequence

from index.meaning import SentenceEncoder
from index.terms import Term, Terms
from rag.checks.source import Fault, Source, language_of

_MEANS = 0.55  # cosine from which a word of another language means this one
_LEAST = 0.3  # share of a claim's words under which a source of its language speaks of something else
_RELATED = 0.4  # cosine of a claim and a text of another language under which that does
_FEW = 3  # telling words under which shares say nothing


def coverage(claim: str, sources: Sequence[Source], terms: Terms, encoder: SentenceEncoder) -> tuple[int, int]:
    """How many of the claim's telling words its sources have, and how many telling words it has."""
    asked = terms.telling(claim, language_of(claim))
    held = [term for source in sources for term in terms.telling(source.text, source.language)]
    stems = {term.stem for term in held}
    missing = [term for term in asked if term.stem not in stems]
    others = [term for term in held if _script(term) != language_of(claim)]
    return len(asked) - len(missing) + _meant(missing, others, encoder), len(asked)


def coverage_faults(claim: str, sources: Sequence[Source], terms: Terms, encoder: SentenceEncoder) -> list[Fault]:
    """That the sources speak of something else: they have hardly a word of `claim`, or none is near it in meaning.

    Single words say less across languages, where names sound otherwise and a word is often put into several.
    """
    if all(source.language != language_of(claim) for source in sources):
        vectors = encoder.encode([claim, *(source.text for source in sources)])
        nearest = float((vectors[1:] @ vectors[0]).max())
        return [Fault(f"the cited text speaks of something else (similarity {nearest:.2f})")] * (nearest < _RELATED)
    held, asked = coverage(claim, sources, terms, encoder)
    if asked < _FEW or held >= _LEAST * asked:
        return []
    return [Fault(f"the cited text has {held} of its {asked} telling words")]


def _meant(missing: Sequence[Term], others: Sequence[Term], encoder: SentenceEncoder) -> int:
    if not missing or not others:
        return 0
    vectors = encoder.encode([term.word for term in (*missing, *others)])
    best = (vectors[: len(missing)] @ vectors[len(missing) :].T).max(axis=1)
    return int((best >= _MEANS).sum())


def _script(term: Term) -> str:
    return language_of(term.word)
