"""Questions without a model: a sentence of an article with a number, a date or a name taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from index.article import Passage, Span
from index.dates import find_dates
from index.figures import digit_figures
from index.sentences import Morphology
from rag.evaluate.propose.proposal import Proposal

_GAP = "____"
_SHORTEST, _LONGEST = 40, 300  # characters of a sentence worth asking about
_ASKED: Mapping[str, str] = {"en": "What belongs in the gap? “{}”", "ko": "빈칸에 들어갈 말은 무엇인가? “{}”"}
_DAY = re.compile(
    r"\d{1,2}월\s?\d{1,2}일"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s\d{1,2}\b"
)
_ENGLISH_NAME = re.compile(r"(?<=[a-z\d,;] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+(?![.\w])")  # no "Dock No" of "Dock No. 2"
_KOREAN_NAME = "NNP"  # kiwi's tag of proper nouns


@dataclass(frozen=True, slots=True)
class Gap:
    """What is taken out of a sentence: where it stands there, and whether it is a number, a date or a name."""

    span: Span
    kind: str


def cloze_questions(passage: Passage, morphology: Morphology) -> Iterator[Proposal]:
    """The questions that a passage's sentences give, one a gap, in the order of the text.

    A passage in a language that the question cannot be put in gives none.
    """
    asked = _ASKED.get(passage.language)
    if asked is None:
        return
    for span in passage.sentences:
        sentence = passage.quote(span)
        if _SHORTEST <= len(sentence) <= _LONGEST:
            for gap in gaps(sentence, passage.language, morphology):
                answer = gap.span.of(sentence)
                left = " ".join(f"{sentence[: gap.span.start]}{_GAP}{sentence[gap.span.end :]}".split())
                if answer not in left:
                    question = asked.format(left)
                    yield Proposal(question, passage.language, f"cloze {gap.kind}", answer, sentence, passage)


def gaps(sentence: str, language: str, morphology: Morphology) -> list[Gap]:
    """What can be asked for in a sentence: dates, names, and the figures that are no part of a date."""
    dates = [found.span for found in find_dates(sentence)]
    dates += [span for span in (Span(*found.span()) for found in _DAY.finditer(sentence)) if not _meets(span, dates)]
    names = _korean_names(sentence, morphology) if language == "ko" else _english_names(sentence)
    numbers = [span for span in _figures(sentence) if not _meets(span, dates)]
    kinds = {"date": dates, "name": names, "number": numbers}
    return sorted((Gap(span, kind) for kind, spans in kinds.items() for span in spans), key=lambda gap: gap.span.start)


def _figures(sentence: str) -> Iterator[Span]:
    """The figures in digits that say more than a single digit does."""
    for figure in digit_figures(sentence):
        at = max(0, sentence.find(figure.written))
        if len(figure.written) > 1:
            yield Span(at, at + len(figure.written))


def _english_names(sentence: str) -> list[Span]:
    return [Span(*found.span()) for found in _ENGLISH_NAME.finditer(sentence)]


def _korean_names(sentence: str, morphology: Morphology) -> list[Span]:
    tokens = morphology.kiwi.tokenize(sentence)
    return [Span(one.start, one.start + one.len) for one in tokens if one.tag == _KOREAN_NAME and one.len > 1]


def _meets(span: Span, others: list[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
