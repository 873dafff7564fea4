"""A folder of articles with its index, on which anything may be done, and what it must hold afterwards."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from index.decode import Unreadable
from index.document import Document, Reader
from index.embed import Embedder, Forwarding, Vectors
from index.errors import BylineError
from index.meaning import DIMENSIONS, SentenceEncoder
from index.moments import Moments, of_meanings, of_sentences
from index.store import Generation, IndexFolder
from index.sync import Indexer, Summary
from index.terms import Terms

CLOSE = 1e-5  # vectors come back from Chroma in float32
KOREAN = "항구가 사흘 만에 다시 문을 열었다고 항만 당국이 월요일에 밝혔다. 화물차 행렬은 정오까지 이어졌다."
ENGLISH = (
    "The harbour reopened on Monday after three days of storm. Lorries queued until noon, the port authority said."
)
GERMAN = (
    "Der Hafen wurde am Montag nach drei Tagen Sturm wieder geöffnet, teilte die Behörde mit. "
    "Die Lastwagen standen bis zum Mittag in der Schlange, und niemand wusste, wann die Fähre ablegen würde."
)
TRAM = "The tram will have seventeen stops, the mayor said. Work begins in March and shopkeepers are nervous."


class HashedWords:
    """An embedder without a model: a text's vector is the sum of its words', each drawn by its hash."""

    dimensions = 24

    def __init__(self, name: str = "hashed") -> None:
        self.name = name

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (n, 24)."""
        rows = np.array([self._row(text) for text in texts], np.float32).reshape(len(texts), self.dimensions)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """As `embed_passages`."""
        return self.embed_passages(texts)

    def _row(self, text: str) -> Vectors:
        return np.asarray(sum(drawn(word, self.dimensions) for word in text.split()), np.float32)


@lru_cache(maxsize=10_000)
def drawn(word: str, dimensions: int) -> Vectors:
    seed = int.from_bytes(blake2b(word.encode(), digest_size=8).digest())
    return np.asarray(np.random.default_rng(seed).normal(0.3, 1, dimensions), np.float32)


class Remembering(SentenceEncoder):
    """The real encoder, which is asked once for each text; the same few stand in all these tests."""

    def __init__(self, inner: SentenceEncoder) -> None:
        super().__init__()
        self._inner = inner
        self._seen: dict[str, Vectors] = {}

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """The inner one's vectors."""
        new = [text for text in dict.fromkeys(sentences) if text not in self._seen]
        self._seen.update(zip(new, self._inner.encode(new), strict=True))
        return np.array([self._seen[text] for text in sentences], np.float32).reshape(len(sentences), DIMENSIONS)


class Counting(Forwarding):
    """An embedder that notes every text it is given, and breaks down when it is told to."""

    def __init__(self, behind: Embedder) -> None:
        super().__init__(behind)
        self.seen: list[str] = []
        self.calls_left: int | None = None

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the embedder behind."""
        if texts and self.calls_left is not None:
            self.calls_left -= 1
            if self.calls_left < 0:
                raise BylineError("the embedding server went away")
        self.seen.extend(texts)
        return super().embed_passages(texts)


@dataclass
class Desk:
    """A folder of articles and its index, with the parts that keep them in step."""

    home: Path
    reader: Reader
    embedder: Counting
    encoder: SentenceEncoder
    terms: Terms
    passage_chars: int = 500
    max_file_bytes: int = 2_000_000
    chroma: str | None = None
    _clock: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.articles.mkdir(parents=True, exist_ok=True)

    @property
    def articles(self) -> Path:
        return self.home / "articles"

    @property
    def folder(self) -> IndexFolder:
        return IndexFolder(self.home / ".byline")

    def write(self, name: str, text: str | bytes) -> Path:
        """A file of that content, newer than all before it."""
        path = self.articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.touch(name)
        return path

    def touch(self, name: str) -> None:
        """A new time for a file; the clock's ticks may be longer than the time between two writes."""
        seconds = 1_700_000_000 + next(self._clock)
        os.utime(self.articles / name, (seconds, seconds))

    def indexer(self) -> Indexer:
        return Indexer(
            self.folder,
            self.reader,
            self.embedder,
            self.encoder,
            self.terms,
            passage_chars=self.passage_chars,
            max_file_bytes=self.max_file_bytes,
            chroma=self.chroma,
        )

    def run(self, stop: Callable[[], bool] = lambda: False) -> Summary:
        return self.indexer().run([self.articles], stop=stop)

    def documents(self) -> dict[str, Document]:
        """What a new index would hold, by source."""
        found = {}
        for path in sorted(self.articles.rglob("*")):
            if path.is_file() and path.stat().st_size <= self.max_file_bytes:
                source = path.relative_to(self.articles).as_posix()
                try:
                    document = self.reader.read(path.read_bytes(), source)
                except Unreadable:
                    continue
                if document.passages:
                    found[source] = document
        return found


def assert_sums(kept: Moments | None, rows: Vectors) -> None:
    """The kept sums are those of `rows`; a language that has lost all its passages may have none."""
    if kept is None:
        assert not len(rows)
        return
    exact = rows.astype(np.float64)
    assert kept.n == len(exact)
    np.testing.assert_allclose(kept.total, exact.sum(axis=0), rtol=0, atol=CLOSE)
    np.testing.assert_allclose(kept.outer, exact.T @ exact, rtol=0, atol=CLOSE)


def assert_in_step(desk: Desk) -> None:
    """Catalog, vectors, lexical index and sums hold what a new index over the folder would hold."""
    generation = desk.folder.open()
    try:
        _assert_holds(generation, desk)
    finally:
        generation.close()


def _assert_holds(generation: Generation, desk: Desk) -> None:
    documents = desk.documents()
    passages = {one.id: one for document in documents.values() for one in document.passages}
    catalog = generation.catalog
    assert catalog.passages(list(passages)) == passages
    assert {source: catalog.text(source) for source in documents} == {
        source: document.text for source, document in documents.items()
    }
    assert Counter(catalog.counts().by_language) == Counter(one.language for one in passages.values())
    assert {name for name, record in catalog.files().items() if record.skipped is None} == set(documents)
    seen = {*catalog.counts().by_language, *generation.vectors.languages(), *generation.lexical.languages()}
    for language in seen | {name.partition("/")[0] for name in generation.moments}:
        _assert_language_holds(
            generation, desk, language, [id for id, one in passages.items() if one.language == language]
        )


def _assert_language_holds(generation: Generation, desk: Desk, language: str, ids: list[str]) -> None:
    passages = generation.catalog.passages(ids)
    encoded = generation.catalog.encoded(ids)
    vectors = generation.vectors.vectors(language, ids)
    assert set(vectors) == set(ids)
    assert generation.vectors.count(language) == generation.lexical.count(language) == len(ids)
    rows = np.array([vectors[id] for id in ids], np.float32).reshape(len(ids), desk.embedder.dimensions)
    wanted = desk.embedder._behind.embed_passages([passages[id].embedded_text for id in ids])
    np.testing.assert_allclose(rows, wanted, rtol=0, atol=CLOSE)
    terms = {term for id in ids for term in encoded[id].all_terms}
    assert {hit.id for hit in generation.lexical.search(language, sorted(terms), 1000)} == set(ids)
    meanings = np.concatenate([np.zeros((0, 512), np.float32), *(encoded[id].meanings[:1] for id in ids)])
    sentences = np.concatenate([np.zeros((0, 512), np.float32), *(encoded[id].meanings[1:] for id in ids)])
    for id in ids:
        own = [passages[id].quote(sentence) for sentence in passages[id].sentences]
        assert encoded[id].terms == tuple(tuple(desk.terms.of(text, language)) for text in (passages[id].heading, *own))
        texts = [passages[id].embedded_text, *own]
        np.testing.assert_allclose(encoded[id].meanings, desk.encoder.encode(texts), rtol=0, atol=1e-3)
    assert_sums(generation.moments.get(language), rows)
    assert_sums(generation.moments.get(of_meanings(language)), meanings)
    assert_sums(generation.moments.get(of_sentences(language)), sentences)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


@pytest.fixture(scope="module")
def sentences(encoder: SentenceEncoder) -> SentenceEncoder:
    """The second encoder, asked once for each text."""
    return Remembering(encoder)


@pytest.fixture
def desk(tmp_path: Path, reader: Reader, sentences: SentenceEncoder, terms: Terms) -> Desk:
    """An empty folder, not yet indexed, with an embedder that costs nothing."""
    return Desk(tmp_path, reader, Counting(HashedWords()), sentences, terms)


@pytest.fixture
def indexed(desk: Desk) -> Desk:
    """Three articles, indexed."""
    desk.write("port.txt", f"Harbour reopens after the storm\n\n{ENGLISH}\n")
    desk.write("ko/항구.txt", f"항구, 폭풍 뒤 다시 문 열어\n\n{KOREAN}\n")
    desk.write("tram.md", f"# Seventeen stops for the tram\n\n{TRAM}\n")
    desk.run()
    desk.embedder.seen.clear()
    return desk
