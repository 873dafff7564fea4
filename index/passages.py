"""Cutting an article into passages: whole sentences, up to a target length, in the file's own offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.article import Article, Passage, Span
from index.clean import Line, is_label
from index.language import script_language
from index.normal import NormalText
from index.sentences import SentenceSplitter, strip

_LONGEST_SENTENCE = 600  # characters; a longer one is cut at white space, so that a passage has a bound
_WIDEST_GAP = 200  # furniture inside a passage's span, in characters, above which the passage ends
_LEFTOVER = 0.3  # of the target: a shorter last passage joins the one before it
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_SHORTEST = 10  # characters below which a passage says nothing
_TELLING = 30  # characters a sentence needs for its script to end a passage


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    length: float
    line: int
    language: str | None


def cut_passages(
    article: Article, lines: Sequence[Line], text: NormalText, splitter: SentenceSplitter, target: int
) -> list[Passage]:
    """The passages of an article, in order, covering every sentence of its kept lines.

    What stands alone and says too little to be found ("/Agency" at the foot) is no passage.

    Args:
        article: whose passages these are, its span in offsets of the original text.
        lines: the article's kept lines, in offsets of the normalised text.
        text: the normalised text of the file.
        splitter: cuts a line into sentences.
        target: the length of a passage, in characters; two of scripts other than Korean, Chinese and Japanese count as
            one. A passage of several sentences is at most this long, but for a leftover that the last one takes in.
    """
    sentences = [sentence for number, line in enumerate(lines) for sentence in _of_line(line, number, splitter)]
    groups = _join_leftover(list(_pack(sentences, target)), target)
    telling = [group for group in groups if _tells(group, text)]
    return [_passage(article, group, text) for group in telling or groups]


def _tells(group: Sequence[_Sentence], text: NormalText) -> bool:
    return _length(group) >= _SHORTEST or not all(is_label(sentence.span.of(text.text)) for sentence in group)


def _of_line(line: Line, number: int, splitter: SentenceSplitter) -> Iterator[_Sentence]:
    for inner in splitter.split(line.text):
        for cut in _bounded(line.text, inner):
            piece = strip(line.text, cut)
            if not len(piece):
                continue
            span = Span(line.span.start + piece.start, line.span.start + piece.end)
            language = script_language(piece.of(line.text)) or "latin" if len(piece) >= _TELLING else None
            yield _Sentence(span, _length_of(piece.of(line.text)), number, language)


def _bounded(text: str, span: Span) -> Iterator[Span]:
    """`span`, or where it is too long its pieces, cut at white space if there is any."""
    start = span.start
    while span.end - start > _LONGEST_SENTENCE:
        space = text.rfind(" ", start + _LONGEST_SENTENCE // 2, start + _LONGEST_SENTENCE)
        end = space if space > 0 else _before_marks(text, start, start + _LONGEST_SENTENCE)
        yield Span(start, end)
        start = end
    yield Span(start, span.end)


def _before_marks(text: str, start: int, end: int) -> int:
    """The last place up to `end` that parts no mark from its letter; `end` where all since `start` are marks."""
    place = end
    while place > start and unicodedata.combining(text[place]):
        place -= 1
    return place if place > start else end


def _pack(sentences: Sequence[_Sentence], target: int) -> Iterator[list[_Sentence]]:
    group: list[_Sentence] = []
    for sentence in sentences:
        if group and not _fits(group, sentence, target):
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def _fits(group: Sequence[_Sentence], sentence: _Sentence, target: int) -> bool:
    if _length(group) + sentence.length > target:
        return False
    if sentence.span.start - group[-1].span.end > _WIDEST_GAP:
        return False
    return _same_language(group, sentence)


def _same_language(group: Sequence[_Sentence], sentence: _Sentence) -> bool:
    told = [known.language for known in group if known.language]
    return not told or sentence.language is None or sentence.language == told[-1]


def _length(group: Sequence[_Sentence]) -> float:
    return sum(sentence.length for sentence in group)


def _length_of(text: str) -> float:
    """How much a text says: a character of Korean, Chinese or Japanese says about as much as two of other scripts."""
    return len(text) / 2 + len(_DENSE.findall(text)) / 2


def _join_leftover(groups: list[list[_Sentence]], target: int) -> list[list[_Sentence]]:
    """Join a short last passage to the one before it, where nothing but length had parted them."""
    if len(groups) < 2 or _length(groups[-1]) > _LEFTOVER * target:
        return groups
    *rest, before, last = groups
    parted = last[0].span.start - before[-1].span.end > _WIDEST_GAP or not _same_language(before, last[0])
    return groups if parted else [*rest, [*before, *last]]


def _passage(article: Article, group: Sequence[_Sentence], text: NormalText) -> Passage:
    normal = Span(group[0].span.start, group[-1].span.end)
    told = [sentence.language for sentence in group if sentence.language]
    language = script_language(normal.of(text.text)) if told else None
    return Passage(
        article=article,
        span=text.to_source(normal),
        text=text.original(normal),
        kept=tuple(text.to_source(span) for span in _runs(group)),
        sentences=tuple(text.to_source(sentence.span) for sentence in group),
        language=language or _latin_language(article.language, told),
    )


def _latin_language(of_article: str, told: Sequence[str | None]) -> str:
    """The language of a passage in Latin script: the article's, unless that has a script of its own."""
    if "latin" in told and of_article in {"ko", "ja", "zh", "ru", "ar", "th", "hi"}:
        return "en"
    return of_article


def _runs(group: Sequence[_Sentence]) -> Iterator[Span]:
    """The sentences of one line put together: what stands between two lines may be furniture."""
    start = group[0]
    last = group[0]
    for sentence in group[1:]:
        if sentence.line != last.line:
            yield Span(start.span.start, last.span.end)
            start = sentence
        last = sentence
    yield Span(start.span.start, last.span.end)
