"""Writing read files into a generation of the index: catalog, vectors, lexical index and sums, all in step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from index.article import Passage, digest
from index.catalog import FileRecord
from index.dates import as_number
from index.document import Document
from index.embed import Embedder, Vectors
from index.lexical import Entry
from index.lexicon import Words, extended
from index.meaning import DIMENSIONS, SentenceEncoder
from index.moments import Moments, of_meanings, of_sentences
from index.rows import Encoded
from index.sketch import sketch
from index.store import Generation
from index.terms import Terms


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was looked at: its record, and its document unless it is skipped or as it was."""

    record: FileRecord
    document: Document | None

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages of the file, none for a skipped one."""
        return self.document.passages if self.document else ()


@dataclass(frozen=True, slots=True)
class _Change:
    """What a language takes in and lets go of: passages with what was made of them, and ids."""

    put: tuple[Passage, ...]
    vectors: Vectors
    encoded: tuple[Encoded, ...]
    drop: tuple[str, ...]


class GenerationWriter:
    """Takes files into a generation, and out of it. `files` and `passages` count what was taken in."""

    def __init__(self, generation: Generation, embedder: Embedder, encoder: SentenceEncoder, terms: Terms) -> None:
        """All parts are passed in; `generation` must be this writer's alone."""
        self._generation = generation
        self._embedder = embedder
        self._encoder = encoder
        self._terms = terms
        self._moments = dict(generation.moments)
        self._known = generation.catalog.files()
        self._words: dict[str, dict[str, str]] = defaultdict(dict)
        self.files = 0
        self.passages = 0

    def remove(self, sources: Sequence[str]) -> None:
        """Forget files and everything that was made of them."""
        drops: dict[str, list[str]] = defaultdict(list)
        for source in sources:
            for id, language in self._generation.catalog.passage_languages(source).items():
                drops[language].append(id)
        nothing = np.zeros((0, self._embedder.dimensions), np.float32)
        for language, ids in drops.items():
            self._apply(language, _Change((), nothing, (), tuple(ids)))
        with self._generation.catalog.transaction():
            for source in sources:
                self._generation.catalog.drop_file(source)

    def write(self, batch: Sequence[ReadFile]) -> None:
        """Take in files; one whose content is as it was only has its time kept."""
        new = [read for read in batch if not self._is_same(read)]
        passages = [passage for read in new for passage in read.passages]
        keys = {passage.id: _key(passage) for passage in passages}
        encoded = self._encode(passages, keys)
        for language, change in self._changes(new, keys, encoded).items():
            self._apply(language, change)
        catalog = self._generation.catalog
        with catalog.transaction():
            for read in batch:
                if self._is_same(read):
                    catalog.touch_file(read.record)
                else:
                    catalog.put_file(read.record, read.document, [encoded[one.id] for one in read.passages])
        self.files += len(new)
        self.passages += len(passages)

    def finish(self) -> None:
        """Keep the sums that ranking standardises with, and the words that the lexicon did not have."""
        catalog = self._generation.catalog
        extension = self._lexicon_extension()
        with catalog.transaction():
            for language, words in extension.items():
                catalog.put_words(language, words)
            for name, moments in self._moments.items():
                catalog.put_moments(name, *moments.to_bytes())

    def _is_same(self, read: ReadFile) -> bool:
        before = self._known.get(read.record.source)
        return before is not None and read.document is None and before.digest == read.record.digest != ""

    def _changes(
        self, new: Sequence[ReadFile], keys: Mapping[str, str], encoded: Mapping[str, Encoded]
    ) -> dict[str, _Change]:
        """By language, how the passages of `new` differ from those that these files had before."""
        old = {
            id: language
            for read in new
            for id, language in self._generation.catalog.passage_languages(read.record.source).items()
        }
        wanted = {passage.id: passage for read in new for passage in read.passages}
        added = [passage for id, passage in wanted.items() if id not in old]
        vectors = self._vectors(added, keys)
        changes = {}
        for language in sorted({*old.values(), *(passage.language for passage in added)}):
            rows = [at for at, passage in enumerate(added) if passage.language == language]
            put = tuple(added[at] for at in rows)
            drop = tuple(id for id, its in old.items() if its == language and id not in wanted)
            changes[language] = _Change(put, vectors[rows], tuple(encoded[one.id] for one in put), drop)
        return changes

    def _vectors(self, passages: Sequence[Passage], keys: Mapping[str, str]) -> Vectors:
        """The vectors of `passages`: those of known texts from the index, the rest from the embedder."""
        known = self._known_vectors([keys[passage.id] for passage in passages])
        fresh = {keys[one.id]: one.embedded_text for one in passages if keys[one.id] not in known}
        known.update(zip(fresh, self._embedder.embed_passages(list(fresh.values())), strict=True))
        if not passages:
            return np.zeros((0, self._embedder.dimensions), np.float32)
        return np.stack([known[keys[passage.id]] for passage in passages])

    def _known_vectors(self, keys: Sequence[str]) -> dict[str, Vectors]:
        by_language: dict[str, dict[str, str]] = defaultdict(dict)
        for key, (id, language) in self._generation.catalog.embedded_as(keys).items():
            by_language[language][id] = key
        found = {}
        for language, key_of in by_language.items():
            for id, vector in self._generation.vectors.vectors(language, list(key_of)).items():
                found[key_of[id]] = vector
        return found

    def _encode(self, passages: Sequence[Passage], keys: Mapping[str, str]) -> dict[str, Encoded]:
        """What is made of `passages` besides their vectors, by id; known texts are looked up."""
        ids = {key: id for key, (id, _) in self._generation.catalog.embedded_as(keys.values()).items()}
        known = self._generation.catalog.encoded(list(ids.values()))
        unknown = [passage for passage in passages if keys[passage.id] not in ids]
        rows = self._sentence_vectors(unknown)
        fresh = {
            passage.id: Encoded(keys[passage.id], vectors, self._terms_of(passage), sketch(passage.own_words))
            for passage, vectors in zip(unknown, rows, strict=True)
        }
        return {one.id: fresh[one.id] if one.id in fresh else known[ids[keys[one.id]]] for one in passages}

    def _terms_of(self, passage: Passage) -> tuple[tuple[str, ...], ...]:
        """The terms of the heading and of each sentence; their words are remembered for the lexicon."""
        texts = (passage.heading, *map(passage.quote, passage.sentences))
        analysed = [self._terms.words(text, passage.language) for text in texts]
        words = self._words[passage.language]
        for term in chain.from_iterable(analysed):
            if not term.stem[0].isdigit():
                words.setdefault(term.stem, term.word)
        return tuple(tuple(term.stem for term in terms) for terms in analysed)

    def _lexicon_extension(self) -> dict[str, Words]:
        """The words met that the lexicon lacks, with their vectors; and known ones whose hubness has changed."""
        known = self._generation.catalog.known_terms()
        new = {
            language: {term: word for term, word in words.items() if term not in known[language]}
            for language, words in self._words.items()
        }
        if not any(new.values()):
            return {}
        vectors = {
            language: dict(zip(words, _halved(self._encoder.encode(list(words.values()))), strict=True))
            for language, words in new.items()
        }
        return extended(self._generation.catalog.words(), vectors)

    def _sentence_vectors(self, passages: Sequence[Passage]) -> list[Vectors]:
        """For each passage the second encoder's vector of it and of each of its sentences."""
        texts = [[one.embedded_text, *map(one.quote, one.sentences)] for one in passages]
        rows = self._encoder.encode([text for some in texts for text in some])
        rows = _halved(rows)  # the sums must be of what the catalog gives back
        ends = np.cumsum([len(some) for some in texts])
        return [rows[end - len(some) : end] for some, end in zip(texts, ends, strict=True)]

    def _apply(self, language: str, change: _Change) -> None:
        stores = self._generation
        gone = stores.vectors.vectors(language, change.drop)
        self._shift(language, list(gone.values()), change.vectors)
        went = [one.meanings for one in stores.catalog.encoded(change.drop).values()]
        came = [one.meanings for one in change.encoded]
        self._shift(of_meanings(language), [rows[0] for rows in went], _stack([rows[:1] for rows in came]))
        self._shift(
            of_sentences(language),
            list(_stack([rows[1:] for rows in went])),
            _stack([rows[1:] for rows in came]),
        )
        stores.vectors.drop(language, change.drop)
        stores.vectors.put(language, change.put, change.vectors)
        entries = [
            Entry(passage.id, one.all_terms, passage.source, as_number(passage.article.published))
            for passage, one in zip(change.put, change.encoded, strict=True)
        ]
        stores.lexical.write(language, entries, change.drop)

    def _shift(self, name: str, gone: Sequence[Vectors], come: Vectors) -> None:
        """Take vectors out of the sums of `name`, and others in."""
        moments = self._moments.get(name) or Moments.empty(come.shape[1])
        if gone:
            moments = moments.minus(np.stack(gone))
        self._moments[name] = moments.plus(come)


def _halved(vectors: Vectors) -> Vectors:
    """`vectors` as the catalog keeps them, in half precision."""
    return vectors.astype(np.float16).astype(np.float32)


def _key(passage: Passage) -> str:
    """A name for all that vectors and terms are made of; passages of one key share them."""
    return digest("\0".join((passage.language, passage.embedded_text, *map(passage.quote, passage.sentences))))


def _stack(rows: Sequence[Vectors]) -> Vectors:
    return np.concatenate(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)
