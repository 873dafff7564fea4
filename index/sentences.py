"""Sentence boundaries, in Korean and in everything else.

Korean is split by `kiwipiepy`, which knows that a quotation's full stop does not end the sentence that reports it;
other languages by `sentencex`.
"""

from __future__ import annotations

import threading
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from index.article import Span
from index.language import script_language

if TYPE_CHECKING:
    from kiwipiepy import Kiwi


class Morphology:
    """Korean analysis, loaded at first use and shared by everything that splits or searches Korean."""

    def __init__(self) -> None:
        self._kiwi: Kiwi | None = None
        self._lock = threading.Lock()

    @property
    def kiwi(self) -> Kiwi:
        """The analyser; loading it takes about half a second, once."""
        with self._lock:
            if self._kiwi is None:
                from kiwipiepy import Kiwi

                self._kiwi = Kiwi(num_workers=1)
            return self._kiwi


class SentenceSplitter:
    """Cuts a paragraph into sentences."""

    def __init__(self, morphology: Morphology) -> None:
        self._morphology = morphology

    def split(self, text: str) -> list[Span]:
        """Spans of the sentences of `text`, in order, without the white space around them.

        Together they cover every character of `text` that is not white space.
        """
        if script_language(text) == "ko":
            starts = [sentence.start for sentence in self._morphology.kiwi.split_into_sents(text)]
        else:
            import sentencex

            starts = [int(cut["start_index"]) for cut in sentencex.get_sentence_boundaries("en", text)]
        return _trimmed(text, starts)


def _trimmed(text: str, starts: list[int]) -> list[Span]:
    inner = (start for start in starts if 0 < start < len(text) and not unicodedata.combining(text[start]))
    edges = sorted({0, *inner, len(text)})
    spans = (strip(text, Span(start, end)) for start, end in pairwise(edges))
    return [span for span in spans if len(span)]


def strip(text: str, span: Span) -> Span:
    """`span` without the white space at its ends; empty where there is nothing else in it."""
    covered = span.of(text)
    start = span.start + len(covered) - len(covered.lstrip())
    return Span(start, max(start, span.start + len(covered.rstrip())))
