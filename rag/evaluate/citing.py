"""How well an answer cites: pure functions of its sentences, its citations, and what judges support.

None where there is nothing to measure: no sentence, no citation, no gold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.answer import Citation, Sentence, Verdict

Entails = Callable[[Sequence[str], str], bool]
"""Whether the premises, all of them together, bear the claim out."""

_WEIGHTS: Mapping[Verdict, float] = {"supported": 1.0, "partly": 0.5}


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence without its markers, and the words that it cites; None where a marker points at no citation."""

    claim: str
    cited: tuple[str, ...] | None


def pointer_validity(
    sentences: Sequence[Sentence], citations: Sequence[Citation], text: Callable[[str], str | None]
) -> float | None:
    """The share of markers that lead to a place: a citation of that number, with a span inside an indexed file.

    `text` gives the decoded text of a source, None where there is no such source.
    """
    sound = {one.number for one in citations if _inside(one, text(one.source))}
    pointers = [number for sentence in sentences for number in sentence.citations]
    return _share(sum(number in sound for number in pointers), len(pointers))


def quote_verbatim(citations: Sequence[Citation], text: Callable[[str], str | None]) -> float | None:
    """The share of citations whose quote equals `text(source)[start:end]`.

    An empty span, or one that leaves the text, is not verbatim.
    """
    return _share(sum(_is_verbatim(one, text(one.source)) for one in citations), len(citations))


def citation_recall(statements: Sequence[Statement], entails: Entails) -> float | None:
    """The share of statements that cite something, and that all they cite together bears out.

    Gao et al., Enabling Large Language Models to Generate Text with Citations (ALCE), EMNLP 2023, §4.3.
    """
    return _share(sum(_borne_out(one, entails) for one in statements), len(statements))


def citation_precision(statements: Sequence[Statement], entails: Entails) -> float | None:
    """The share of citations that are of use: their statement is borne out, and not as well without them alone.

    A citation is of no use when it does not bear its statement out by itself and the statement's other citations do
    (ALCE §4.3). As in ALCE's eval.py, the citations of a statement with a marker that leads nowhere are not counted,
    and an answer without citations has 0.
    """
    if not statements:
        return None
    cited = sum(len(one.cited or ()) for one in statements)
    return sum(_useful(one, entails) for one in statements) / cited if cited else 0.0


def uncited(sentences: Sequence[Sentence]) -> float | None:
    """The share of sentences that cite nothing."""
    return _share(sum(not sentence.citations for sentence in sentences), len(sentences))


def weighted_support(sentences: Sequence[Sentence]) -> tuple[float | None, float | None]:
    """TREC RAG's weighted precision and recall: the mean support of the sentences that cite, and of all sentences.

    Full support weighs 1, partial support 1/2 (Thakur et al., Support Evaluation for the TREC 2024 RAG Track, 2025,
    §3); a sentence's support is its verdict.
    """
    weight = sum(_WEIGHTS.get(sentence.verdict, 0.0) for sentence in sentences if sentence.citations)
    citing = sum(bool(sentence.citations) for sentence in sentences)
    return _share(weight, citing), _share(weight, len(sentences))


def cited_source_precision(cited: Collection[str], gold: Sequence[Collection[str]]) -> float | None:
    """|cited sources that any group of evidence names| / |cited sources| (IIR 8.3); None without evidence."""
    sources, named = set(cited), set().union(*gold)
    return _share(len(sources & named), len(sources)) if gold else None


def cited_source_recall(cited: Collection[str], gold: Sequence[Collection[str]]) -> float | None:
    """|groups of evidence of which a source is cited| / |groups| (IIR 8.3)."""
    return _share(sum(not group.isdisjoint(cited) for group in map(set, gold)), len(gold))


def _borne_out(one: Statement, entails: Entails) -> bool:
    return bool(one.cited) and entails(one.cited or (), one.claim)


def _useful(one: Statement, entails: Entails) -> int:
    """How many of a statement's citations are of use."""
    if not one.cited or not _borne_out(one, entails):
        return 0
    return sum(
        len(one.cited) == 1
        or entails([words], one.claim)
        or not entails([*one.cited[:at], *one.cited[at + 1 :]], one.claim)
        for at, words in enumerate(one.cited)
    )


def _inside(citation: Citation, text: str | None) -> bool:
    return text is not None and 0 <= citation.start < citation.end <= len(text)


def _is_verbatim(citation: Citation, text: str | None) -> bool:
    return text is not None and _inside(citation, text) and text[citation.start : citation.end] == citation.quote


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
