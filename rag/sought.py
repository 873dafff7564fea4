"""The words of a question as passages of a language would have them: themselves, translated, or a name by its sound."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from index.names import surname_spellings
from index.store import Generation
from rag.bm25 import idf
from rag.question import Question
from rag.rank import Sought

_UNKNOWN_WEIGHT = 0.6  # of the weight of the rarest word, for a word of another language that nothing stands for
_SURE = 0.75  # strength of a translation over which a word is taken for no name


def sought(question: Question, language: str, languages: Sequence[str], generation: Generation) -> list[Sought]:
    """What stands for each of a question's terms in the passages of `language`, and how much that weighs.

    Numbers are written alike in all languages. A word of the question's own language weighs by how rare it is in the
    whole index, what stands for it in another by how rare that is there.
    """
    if language == question.language:
        return _own(question, languages, generation)
    standing: list[dict[str, float]] = [{term.stem: 1.0} for term in question.terms]
    found = generation.lexicon.translations(question.words, language)
    for term, terms, translations in zip(question.terms, standing, found, strict=True):
        if not term.stem[0].isdigit():
            terms |= {one.term: one.strength for one in translations}
    _add_names(question, language, standing, generation)
    lexical = generation.lexical
    frequencies = lexical.frequencies(language, [term for terms in standing for term in terms])
    return [_weighed(terms, frequencies, lexical.count(language)) for terms in standing]


def _own(question: Question, languages: Sequence[str], generation: Generation) -> list[Sought]:
    stems = [term.stem for term in question.terms]
    counts = [generation.lexical.frequencies(one, stems) for one in languages]
    passages = sum(map(generation.lexical.count, languages))
    return [Sought({stem: 1.0}, idf(sum(count[stem] for count in counts), passages)) for stem in stems]


def _add_names(question: Question, language: str, standing: Sequence[dict[str, float]], generation: Generation) -> None:
    """Let names of the other script that sound alike stand for words without a sure translation, surnames included."""
    words = [term.word for term in question.terms]
    unsure = [
        max((strength for one, strength in terms.items() if one != term.stem), default=0.0) <= _SURE
        for term, terms in zip(question.terms, standing, strict=True)
    ]
    for start, end in _units(unsure):
        for name, strength in generation.sounding(language, "".join(words[start:end])).items():
            for at in (*range(start, end), *_surname_beside(words, start, end, name)):
                standing[at][name] = max(strength, standing[at].get(name, 0.0))


def _units(unsure: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Words, and pairs of neighbours, of which one at least is unsure, as ranges."""
    for length in (1, 2):
        for start in range(len(unsure) - length + 1):
            if any(unsure[start : start + length]):
                yield start, start + length


def _surname_beside(words: Sequence[str], start: int, end: int, name: str) -> list[int]:
    """Where the surname of a Korean `name` stands, before or behind the given name at [start, end)."""
    beside = [at for at in (start - 1, end) if 0 <= at < len(words)]
    return [at for at in beside if words[at] in surname_spellings(name[:1])]


def _weighed(terms: Mapping[str, float], frequencies: Mapping[str, int], passages: int) -> Sought:
    """What stands for a word, with the weight of how rare that is; one nothing stands for counts less."""
    held = {term: strength for term, strength in terms.items() if frequencies[term]}
    if not held:
        return Sought({}, _UNKNOWN_WEIGHT * idf(0, passages))
    # Passages that hold at least one of them, as if they stood independently of each other.
    expected = sum(strength * frequencies[term] for term, strength in held.items())
    return Sought(held, idf(passages * -math.expm1(-expected / passages), passages))
