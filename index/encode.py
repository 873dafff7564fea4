"""What is made of passages before they are written: vectors, terms and sketches, and the words they bring.

The work is in two stages, so that one batch is read and analysed while the one before it is embedded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from index.article import Passage, digest
from index.embed import Embedder, Halves, Vectors
from index.meaning import SentenceEncoder
from index.reuse import Earlier, Made, made_before
from index.rows import Encoded, FileRecord
from index.sketch import sketch
from index.store import Generation
from index.terms import Term, Terms

if TYPE_CHECKING:
    from index.document import Document

_AT_ONCE = 4096  # texts that the second encoder is given; its vectors of them are 8 MB

Value = TypeVar("Value")


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
class Analysed:
    """Files with what was made of their passages, by id; `vectors` are those known before, by key."""

    files: Sequence[ReadFile]
    encoded: Mapping[str, Encoded]
    vectors: Mapping[str, Vectors]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages of all the files."""
        return tuple(chain.from_iterable(file.passages for file in self.files))


@dataclass(frozen=True, slots=True)
class Embedded:
    """Files with all that was made of their passages, by id."""

    files: Sequence[ReadFile]
    encoded: Mapping[str, Encoded]
    vectors: Mapping[str, Vectors]

    @classmethod
    def together(cls, batches: Sequence[Embedded]) -> Embedded:
        """Several batches as one."""
        encoded: dict[str, Encoded] = {}
        vectors: dict[str, Vectors] = {}
        for batch in batches:
            encoded |= batch.encoded
            vectors |= batch.vectors
        return cls(tuple(chain.from_iterable(batch.files for batch in batches)), encoded, vectors)


class PassageEncoder:
    """Makes of files what a generation keeps of them. `analyse` and `embed` may each run in a thread of its own.

    What the generation has already, an earlier run had made, or is on its way to the generation, is not made again.
    """

    def __init__(
        self, generation: Generation, earlier: Earlier, embedder: Embedder, encoder: SentenceEncoder, terms: Terms
    ) -> None:
        """All parts are passed in; `generation` is the one that is being written."""
        self._generation = generation
        self._earlier = earlier
        self._embedder = embedder
        self._encoder = encoder
        self._terms = terms
        self._listed = generation.catalog.known_terms()
        self._words: dict[str, dict[str, Halves]] = defaultdict(dict)
        self._analysed: dict[str, Encoded] = {}  # by key, of passages that are not written yet
        self._embedded: dict[str, Vectors] = {}

    def analyse(self, files: Sequence[ReadFile]) -> Analysed:
        """Everything but the embedder's vectors."""
        keys = {passage.id: _key(passage) for file in files for passage in file.passages}
        passages = {keys[passage.id]: passage for file in files for passage in file.passages}
        known = _known(self._analysed, passages)
        known |= self._written(set(passages) - set(known))
        made = self._earlier.find(set(passages) - set(known))
        fresh = self._analyse({key: passage for key, passage in passages.items() if key not in known}, made)
        self._analysed |= fresh
        encoded = known | fresh
        return Analysed(
            files, {id: encoded[key] for id, key in keys.items()}, {key: one.vector for key, one in made.items()}
        )

    def embed(self, analysed: Analysed) -> Embedded:
        """The embedder's vectors too."""
        texts = {analysed.encoded[one.id].key: one.embedded_text for one in analysed.passages}
        vectors = _known(self._embedded, texts) | dict(analysed.vectors)
        written = made_before(self._generation, set(texts) - set(vectors))
        vectors |= {key: one.vector for key, one in written.items()}
        fresh = [key for key in texts if key not in vectors]
        rows = self._embedder.embed_passages([texts[key] for key in fresh])
        vectors |= zip(fresh, rows, strict=True)
        meanings = {one.key: one.meanings for one in analysed.encoded.values()}
        self._earlier.add({key: Made(vectors[key], meanings[key]) for key in fresh})
        self._embedded |= vectors
        return Embedded(
            analysed.files, analysed.encoded, {id: vectors[one.key] for id, one in analysed.encoded.items()}
        )

    def written(self, embedded: Embedded) -> None:
        """Be told that the generation has these: from now on they are looked up there."""
        for one in embedded.encoded.values():
            self._analysed.pop(one.key, None)
            self._embedded.pop(one.key, None)

    def new_words(self) -> Mapping[str, Mapping[str, Halves]]:
        """The vectors of the words met that the lexicon lacks, by language and term."""
        return self._words

    def _written(self, keys: Collection[str]) -> dict[str, Encoded]:
        catalog = self._generation.catalog
        ids = {key: id for key, (id, _) in catalog.embedded_as(keys).items()}
        encoded = catalog.encoded(list(ids.values()))
        return {key: encoded[id] for key, id in ids.items() if id in encoded}  # the writer may just have dropped it

    def _analyse(self, passages: Mapping[str, Passage], made: Mapping[str, Made]) -> dict[str, Encoded]:
        """What is made of `passages`, by key; the meanings of those in `made` are there."""
        terms = {key: self._terms_of(passage) for key, passage in passages.items()}
        words = self._unlisted(passages, terms)
        texts = {key: _texts(passage) for key, passage in passages.items() if key not in made}
        wanted = [*chain.from_iterable(texts.values()), *(word for some in words.values() for word in some.values())]
        rows = self._meanings(wanted)
        meanings = {key: np.stack(list(islice(rows, len(some)))) for key, some in texts.items()}
        meanings |= {key: one.meanings for key, one in made.items()}
        for language, some in words.items():
            halves = (row.astype(np.float16) for row in islice(rows, len(some)))
            self._words[language] |= zip(some, halves, strict=True)
        return {
            key: Encoded(
                key,
                meanings[key],
                tuple(tuple(term.stem for term in some) for some in terms[key]),
                sketch(passage.own_words),
                tuple(self._terms.of(passage.article.title, passage.language)),
                self._terms.nouns(passage.embedded_text),
            )
            for key, passage in passages.items()
        }

    def _meanings(self, texts: Sequence[str]) -> Iterator[Vectors]:
        """The second encoder's vectors, some at a time: a file of megabytes has a hundred thousand sentences."""
        for start in range(0, len(texts), _AT_ONCE):
            yield from halved(self._encoder.encode(texts[start : start + _AT_ONCE]))

    def _terms_of(self, passage: Passage) -> list[list[Term]]:
        """The terms of the heading and of each sentence."""
        texts = (passage.heading, *map(passage.quote, passage.sentences))
        return [self._terms.words(text, passage.language) for text in texts]

    def _unlisted(
        self, passages: Mapping[str, Passage], terms: Mapping[str, list[list[Term]]]
    ) -> dict[str, dict[str, str]]:
        """By language and term, the words that neither the lexicon has nor an earlier passage brought."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for key, passage in passages.items():
            language = passage.language
            for term in chain.from_iterable(terms[key]):
                listed = term.stem in self._listed.get(language, ()) or term.stem in self._words[language]
                if not listed and not term.stem[0].isdigit():
                    found[language].setdefault(term.stem, term.word)
        return found


def _known(under_way: Mapping[str, Value], keys: Iterable[str]) -> dict[str, Value]:
    """What is under way of `keys`; another thread may take some of it off meanwhile."""
    return {key: value for key in keys if (value := under_way.get(key)) is not None}


def halved(vectors: Vectors) -> Vectors:
    """`vectors` as the catalog keeps them, in half precision: sums must be of what it gives back."""
    return vectors.astype(np.float16).astype(np.float32)


def _texts(passage: Passage) -> list[str]:
    """What the second encoder reads of a passage: all of it, and each sentence."""
    return [passage.embedded_text, *map(passage.quote, passage.sentences)]


def _key(passage: Passage) -> str:
    """A name for all that vectors and terms are made of; passages of one key share them."""
    parts = (passage.language, passage.article.title, passage.embedded_text)
    return digest("\0".join((*parts, *map(passage.quote, passage.sentences))))
