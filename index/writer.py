"""Writing read files into a generation of the index: catalog, vectors, lexical index and sums, all in step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from threadpoolctl import ThreadpoolController

from index.article import Passage
from index.dates import as_number
from index.embed import Halves, Vectors
from index.encode import Embedded, ReadFile
from index.lexical import Entry
from index.lexicon import extended
from index.memory import trim
from index.moments import Moments, of_meanings, of_sentences
from index.rows import Encoded
from index.store import Generation

_SUMMED = 4096  # vectors that are added to the sums at once, in double precision 16 MB


@dataclass(frozen=True, slots=True)
class _Change:
    """What a language takes in and lets go of: passages with what was made of them, and ids."""

    put: tuple[Passage, ...]
    vectors: tuple[Vectors, ...]
    encoded: tuple[Encoded, ...]
    drop: tuple[str, ...]


_Sums = Callable[[str, _Change, Sequence[Vectors], Sequence[Vectors]], None]


class GenerationWriter:
    """Takes files into a generation, and out of it. `files` counts those taken in."""

    def __init__(self, generation: Generation) -> None:
        """`generation` must be this writer's alone."""
        self._generation = generation
        self._moments = dict(generation.moments)
        self._known = generation.catalog.files()
        self._libraries = ThreadpoolController()
        self.files = 0

    def remove(self, sources: Sequence[str]) -> None:
        """Forget files and everything that was made of them."""
        drops: dict[str, list[str]] = defaultdict(list)
        for source in sources:
            for id, language in self._generation.catalog.passage_languages(source).items():
                drops[language].append(id)
        with self._summing() as sums:
            for language, ids in drops.items():
                self._apply(language, _Change((), (), (), tuple(ids)), sums)
            with self._generation.catalog.transaction():
                for source in sources:
                    self._generation.catalog.drop_file(source)

    def write(self, batch: Embedded) -> None:
        """Take in files, each of them once in a run; one whose content is as it was only has its time kept."""
        new = [read for read in batch.files if not self._is_same(read)]
        catalog = self._generation.catalog
        with self._summing() as sums:
            for language, change in self._changes(new, batch).items():
                self._apply(language, change, sums)
            with catalog.transaction():
                for read in batch.files:
                    if self._is_same(read):
                        catalog.touch_file(read.record)
                    else:
                        catalog.put_file(read.record, read.document, [batch.encoded[one.id] for one in read.passages])
        self.files += len(new)
        trim()

    def finish(self, new_words: Mapping[str, Mapping[str, Halves]]) -> None:
        """Keep what was written, the sums that ranking standardises with, and words that the lexicon did not have."""
        self._generation.lexical.seal()
        catalog = self._generation.catalog
        extension = extended(catalog.words(), new_words) if any(new_words.values()) else {}
        with catalog.transaction():
            for language, words in extension.items():
                catalog.put_words(language, words)
            for name, moments in self._moments.items():
                catalog.put_moments(name, *moments.to_bytes())

    def _is_same(self, read: ReadFile) -> bool:
        before = self._known.get(read.record.source)
        return before is not None and read.document is None and before.digest == read.record.digest != ""

    def _changes(self, new: Sequence[ReadFile], batch: Embedded) -> dict[str, _Change]:
        """By language, how the passages of `new` differ from those that these files had before."""
        old = {
            id: language
            for read in new
            if read.record.source in self._known
            for id, language in self._generation.catalog.passage_languages(read.record.source).items()
        }
        wanted = {passage.id: passage for read in new for passage in read.passages}
        added = [passage for id, passage in wanted.items() if id not in old]
        changes = {}
        for language in sorted({*old.values(), *(passage.language for passage in added)}):
            put = tuple(passage for passage in added if passage.language == language)
            rows = tuple(batch.vectors[one.id] for one in put)
            drop = tuple(id for id, its in old.items() if its == language and id not in wanted)
            changes[language] = _Change(put, rows, tuple(batch.encoded[one.id] for one in put), drop)
        return changes

    @contextmanager
    def _summing(self) -> Iterator[_Sums]:
        """Takes what is to be added up; it is, in a thread beside what is done inside, by the end of that."""
        with ThreadPoolExecutor(1, "sums") as thread:  # matrix products leave Python to the stores
            under_way: list[Future[None]] = []
            yield lambda *change: under_way.append(thread.submit(self._sum, *change))
        for one in under_way:
            one.result()

    def _apply(self, language: str, change: _Change, sums: _Sums) -> None:
        stores = self._generation
        gone = stores.vectors.vectors(language, change.drop)
        went = [one.meanings for one in stores.catalog.encoded(change.drop).values()]
        sums(language, change, list(gone.values()), went)
        stores.vectors.drop(language, change.drop)
        if change.put:
            stores.vectors.put(language, change.put, np.stack(change.vectors))
        entries = [
            Entry(passage.id, one.all_terms, passage.source, as_number(passage.article.published))
            for passage, one in zip(change.put, change.encoded, strict=True)
        ]
        stores.lexical.write(language, entries, change.drop)

    def _sum(self, language: str, change: _Change, gone: Sequence[Vectors], went: Sequence[Vectors]) -> None:
        """Enter a change into the sums; `gone` and `went` are what both encoders had made of the dropped passages."""
        came = [one.meanings for one in change.encoded]
        with self._libraries.limit(limits=1, user_api="blas"):
            self._shift(language, gone, change.vectors)
            self._shift(of_meanings(language), [rows[0] for rows in went], [rows[0] for rows in came])
            self._shift(
                of_sentences(language),
                [row for rows in went for row in rows[1:]],
                [row for rows in came for row in rows[1:]],
            )

    def _shift(self, name: str, gone: Sequence[Vectors], come: Sequence[Vectors]) -> None:
        """Take vectors out of the sums of `name`, and others in."""
        for rows, change in ((gone, Moments.minus), (come, Moments.plus)):
            for start in range(0, len(rows), _SUMMED):
                moments = self._moments.get(name) or Moments.empty(len(rows[0]))
                self._moments[name] = change(moments, np.stack(rows[start : start + _SUMMED]))
