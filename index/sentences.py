"""Sentence boundaries, in Korean and in everything else.

Korean is split by `kiwipiepy`, which knows that a quotation's full stop does not end the sentence that reports it;
other languages by `sentencex`.
"""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from index.article import Span
from index.language import script_language
from index.memory import trim

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

_LONGEST_QUOTATION = 6  # sentences that one quotation may hold together
_PURGE_DELAY = "MIMALLOC_PURGE_DELAY"  # milliseconds after which Kiwi's allocator returns what it freed
_WINDOW = 8_000  # characters that Kiwi is given at once: twice the text takes it three times as long


class Morphology:
    """Korean analysis, loaded at first use and shared by everything that splits or searches Korean."""

    def __init__(self) -> None:
        self._kiwi: Kiwi | None = None
        self._lock = threading.Lock()

    @property
    def kiwi(self) -> Kiwi:
        """The analyser; loading it takes about a second, once."""
        with self._lock:
            if self._kiwi is None:
                self._kiwi = _load()
            return self._kiwi

    @property
    def loaded(self) -> bool:
        """Whether the analyser has been needed so far."""
        return self._kiwi is not None

    def load_ahead(self) -> None:
        """Load the analyser in a thread of its own; it needs no Python."""
        if not self.loaded:
            threading.Thread(target=lambda: self.kiwi, name="kiwi", daemon=True).start()


def _load() -> Kiwi:
    """An analyser, with what it makes ready at the first text; what memory loading it took is returned."""
    os.environ.setdefault(_PURGE_DELAY, "0")  # read when the library is loaded; 60 MB would stay
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1)
    kiwi.tokenize("글")
    trim()
    return kiwi


class SentenceSplitter:
    """Cuts a paragraph into sentences."""

    def __init__(self, morphology: Morphology) -> None:
        self.morphology = morphology

    def split(self, text: str) -> list[Span]:
        """Spans of the sentences of `text`, in order, without the white space around them.

        Together they cover every character of `text` that is not white space.
        """
        if script_language(text) == "ko":
            starts = list(self._korean_starts(text))
        else:
            import sentencex

            starts = [int(cut["start_index"]) for cut in sentencex.get_sentence_boundaries("en", text)]
        return list(_whole_quotations(text, _trimmed(text, starts)))

    def _korean_starts(self, text: str) -> Iterator[int]:
        """Where sentences start, found window by window; the last one of a window is looked at again in the next."""
        at = 0
        while at < len(text):
            window = text[at : at + _WINDOW]
            *whole, last = [at + one.start for one in self.morphology.kiwi.split_into_sents(window)] or [at]
            goes_on = at + len(window) < len(text) and bool(whole)
            at = last if goes_on else at + len(window)
            yield from whole if goes_on else [*whole, last]

    def word_ends(self, before: str, after: str) -> bool:
        """Whether a word ends where Korean text was broken between `before` and `after`, as lines of a PDF are."""
        _, spaces = self.morphology.kiwi.glue([before, after], return_space_insertions=True)
        return bool(spaces[0])


def _trimmed(text: str, starts: list[int]) -> list[Span]:
    inner = (start for start in starts if 0 < start < len(text) and not unicodedata.combining(text[start]))
    edges = sorted({0, *inner, len(text)})
    spans = (strip(text, Span(start, end)) for start, end in pairwise(edges))
    return [span for span in spans if len(span)]


def _whole_quotations(text: str, sentences: list[Span]) -> Iterator[Span]:
    """The sentences with those put together between which a quotation is open; one that never closes joins nothing."""
    at = 0
    while at < len(sentences):
        reach = range(at + 1, min(at + _LONGEST_QUOTATION, len(sentences)) + 1)
        whole = (end for end in reach if not _quotation_open(text[sentences[at].start : sentences[end - 1].end]))
        end = next(whole, at + 1)
        yield Span(sentences[at].start, sentences[end - 1].end)
        at = end


def _quotation_open(text: str) -> bool:
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”") or text.count("「") > text.count("」")


def strip(text: str, span: Span) -> Span:
    """`span` without the white space at its ends; empty where there is nothing else in it."""
    covered = span.of(text)
    start = span.start + len(covered) - len(covered.lstrip())
    return Span(start, max(start, span.start + len(covered.rstrip())))
