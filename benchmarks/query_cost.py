"""What a question costs over embedding it, in an index of many passages, in milliseconds.

    .venv/bin/python -m benchmarks.query_cost [--passages 100000] [--questions 200] [--index FOLDER]

Builds an index of so many passages through the real stores, half of them in English, half in Korean, or takes the one
that an earlier run left in FOLDER. Texts are made of invented words that are as frequent as Zipf has it; passage
vectors are random, word vectors are the second encoder's, and the Korean word that stands for an English one lies near
it. Every question is new and of eight words. Each is embedded by e5 and retrieved for by turns, so that both are timed
on the same machine in the same minute, by the clock and by processor time; the ratio can be compared between machines.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.article import Article, Passage, Span
from index.document import Document
from index.embed import Embedder, Vectors, open_embedder
from index.lexical import Entry
from index.lexicon import extended
from index.meaning import DIMENSIONS, SentenceEncoder
from index.moments import Moments, of_meanings, of_sentences
from index.rows import Encoded, FileRecord
from index.sentences import Morphology
from index.sketch import sketch
from index.store import Generation, IndexFolder
from index.terms import Terms
from rag.retrieve import Retriever

WORDS = 190  # of a language, times the root of the number of passages, as Heaps has it
SENTENCES, SENTENCE_WORDS = 5, 25
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Times:
    """The duration of each question, in milliseconds: by the clock and by processor time."""

    clock: list[float]
    processor: list[float]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="What a question costs over embedding it.")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args(arguments)
    embedder, encoder = open_embedder("e5"), SentenceEncoder()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.index or Path(scratch)
        if not folder.is_dir() or not any(folder.iterdir()):
            print(f"building an index of {given.passages} passages …", file=sys.stderr)
            build(folder, given.passages, encoder, np.random.default_rng(1))
        generation = IndexFolder(folder).open()
        rng, words = np.random.default_rng(2), english(given.passages)
        questions = [" ".join(zipf(words, 8, rng, skip=50)) for _ in range(given.questions)]
        report(Retriever(generation, embedder, encoder, Terms(Morphology())), embedder, questions)
        generation.close()


def report(retriever: Retriever, embedder: Embedder, questions: Sequence[str]) -> None:
    """Print both durations: of embedding a question, and of everything else until its passages are there."""
    parts: dict[str, Callable[[str], object]] = {
        "embedding": lambda text: embedder.embed_queries([text]),
        "embedding and retrieving": lambda text: retriever.retrieve(retriever.prepare(text), 10),
    }
    for part in parts.values():
        part("a first question, that loads the models")
    times = {name: Times([], []) for name in parts}
    for question in questions:
        for name, part in parts.items():
            clock, processor = time.perf_counter(), time.process_time()
            part(question)
            times[name].clock.append(1000 * (time.perf_counter() - clock))
            times[name].processor.append(1000 * (time.process_time() - processor))
    embedding, both = times.values()
    added = Times(
        [b - a for a, b in zip(embedding.clock, both.clock, strict=True)],
        [b - a for a, b in zip(embedding.processor, both.processor, strict=True)],
    )
    print(f"{'milliseconds':<26}{'clock p50':>10}{'p95':>8}{'processor p50':>16}{'p95':>8}")
    for name, some in {**times, "added by retrieving": added}.items():
        p50, p95 = np.percentile([some.clock, some.processor], [50, 95], axis=1)
        print(f"{name:<26}{p50[0]:>10.1f}{p95[0]:>8.1f}{p50[1]:>16.1f}{p95[1]:>8.1f}")


def build(folder: Path, passages: int, encoder: SentenceEncoder, rng: np.random.Generator) -> None:
    """Put an index of invented passages into `folder`."""
    index = IndexFolder(folder)
    words_of = {"en": english(passages), "ko": korean(passages)}
    with index.writing():
        generation = index.begin()
        moments: dict[str, Moments] = {}
        for language, words in words_of.items():
            for at in range(0, passages // 2, BATCH):
                _write(generation, language, at, min(BATCH, passages // 2 - at), words, moments, rng)
        with generation.catalog.transaction():
            for name, sums in moments.items():
                generation.catalog.put_moments(name, *sums.to_bytes())
            parts = [words_of["en"][at : at + BATCH] for at in range(0, len(words_of["en"]), BATCH)]
            vectors = np.concatenate(list(map(encoder.encode, parts)))
            near = unit(vectors + 0.03 * rng.normal(size=vectors.shape))
            new = {
                language: dict(zip(words_of[language], rows.astype(np.float16), strict=True))
                for language, rows in (("en", vectors), ("ko", near))
            }
            for language, some in extended({}, new).items():
                generation.catalog.put_words(language, some)
        index.commit(generation)


def _write(
    generation: Generation,
    language: str,
    start: int,
    n: int,
    words: Sequence[str],
    moments: dict[str, Moments],
    rng: np.random.Generator,
) -> None:
    """Write n passages of a language, each an article of its own."""
    made = [_passage(language, start + at, words, rng) for at in range(n)]
    vectors = unit(rng.normal(size=(n, 384)) + 4)  # e5's cosines are high throughout
    entries = []
    with generation.catalog.transaction():
        for passage, encoded in made:
            record = FileRecord(passage.source, "/", len(passage.text), 0, "")
            document = Document(passage.source, "utf-8", passage.text, (passage,), ())
            generation.catalog.put_file(record, document, [encoded])
            entries.append(Entry(passage.id, encoded.all_terms, passage.source, 20240101))
    passages = [passage for passage, _ in made]
    generation.vectors.put(language, passages, vectors)
    generation.lexical.write(language, entries)
    meanings = np.stack([encoded.meanings for _, encoded in made])
    for name, rows in (
        (language, vectors),
        (of_meanings(language), meanings[:, 0]),
        (of_sentences(language), meanings[:, 1:].reshape(-1, DIMENSIONS)),
    ):
        moments[name] = (moments.get(name) or Moments.empty(rows.shape[1])).plus(rows)


def _passage(language: str, number: int, words: Sequence[str], rng: np.random.Generator) -> tuple[Passage, Encoded]:
    sentences = [zipf(words, SENTENCE_WORDS, rng) for _ in range(SENTENCES)]
    text = "\n".join(" ".join(some) for some in sentences)
    ends = np.cumsum([len(" ".join(some)) + 1 for some in sentences])
    spans = tuple(
        Span(int(end) - 1 - len(" ".join(some)), int(end) - 1) for some, end in zip(sentences, ends, strict=True)
    )
    whole = Span(0, len(text))
    article = Article(f"{language}-{number}.txt", whole, f"{language} {number}", None, "2024-01-01", language)
    meanings = unit(rng.normal(size=(1 + SENTENCES, DIMENSIONS)))
    terms = ((language, str(number)), *map(tuple, sentences))
    encoded = Encoded(f"{language} {number}", meanings, terms, sketch(text))
    return Passage(article, whole, text, (whole,), spans, language), encoded


def zipf(words: Sequence[str], n: int, rng: np.random.Generator, skip: int = 0) -> list[str]:
    """So many words, the r-th of `words` as likely as 1/r; the first `skip` are left out."""
    ranks = np.exp(rng.uniform(np.log(1 + skip), np.log(len(words)), size=n)).astype(int)
    return [words[rank - 1] for rank in ranks]


def english(passages: int) -> list[str]:
    """The Latin words of so many passages."""
    return _invented(
        passages, ("".join(letters) for letters in product("bdfgklmnprstvz", "aeiou", ["", "n", "r", "l"]))
    )


def korean(passages: int) -> list[str]:
    """As many Hangul words."""
    return _invented(passages, (chr(0xAC00 + 4 * number) for number in range(2793)))


def _invented(passages: int, syllables: Iterable[str]) -> list[str]:
    """Words of one syllable to three: the more frequent, the shorter, as Zipf has it too."""
    known = list(syllables)
    words = chain.from_iterable(product(known, repeat=length) for length in (1, 2, 3))
    return list(map("".join, islice(words, int(WORDS * passages**0.5))))


def unit(rows: npt.NDArray[Any]) -> Vectors:
    """The rows, each made as long as one."""
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


if __name__ == "__main__":
    main(sys.argv[1:])
