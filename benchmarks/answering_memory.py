"""What a process weighs that answers questions over many passages, in MiB, after each thing that it does.

    .venv/bin/python -m benchmarks.answering_memory [--passages 100000] [--questions 50] [--index FOLDER]

The index, which another process builds unless FOLDER has one, and the questions are those of benchmarks/query_cost.py,
in English and then in Korean, or in the other order (`--korean-first`); the first Korean one loads Kiwi. Of what is
resident, anonymous memory is the process's own, the rest are pages of files that it has mapped; `peak` is the most that
was ever resident, `processor` the milliseconds that each question took. Linux alone tells all this.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.query_cost import build, english, korean, zipf
from index.embed import open_embedder
from index.meaning import SentenceEncoder
from index.sentences import Morphology
from index.store import IndexFolder
from index.terms import Terms
from rag.retrieve import Retriever

_KIB = 1024  # in a MiB


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="What a process weighs that answers questions.")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--korean-first", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.index or Path(scratch)
        if not folder.is_dir() or not any(folder.iterdir()):
            print(f"building an index of {given.passages} passages …", file=sys.stderr)
            building = multiprocessing.get_context("spawn").Process(target=_build, args=(folder, given.passages))
            building.start()
            building.join()
        report(folder, _questions(given.passages, given.questions, korean_first=given.korean_first))


def report(folder: Path, questions: dict[str, list[str]]) -> None:
    """Print the memory after each step of a process that loads its parts one by one, and then answers `questions`."""
    print(f"{'MiB':<24}{'resident':>10}{'anonymous':>11}{'of files':>10}{'peak':>8}{'processor':>11}")
    with _shown("imports"):
        pass
    encoder = SentenceEncoder()
    with _shown("e5"):
        embedder = open_embedder("e5")
        embedder.embed_queries(["steel"])
    with _shown("second encoder"):
        encoder.encode(["steel"])
    with _shown("lexicon"):
        generation = IndexFolder(folder).open()
        _ = generation.lexicon
    retriever = Retriever(generation, embedder, encoder, Terms(Morphology()))
    for language, (first, *others) in questions.items():
        for name, some in {f"first in {language}": [first], f"{len(others)} in {language}": others}.items():
            with _shown(name, len(some)):
                for text in some:
                    retriever.retrieve(retriever.prepare(text), 10)
    generation.close()


def _build(folder: Path, passages: int) -> None:
    build(folder, passages, SentenceEncoder(), np.random.default_rng(1))


def _questions(passages: int, n: int, *, korean_first: bool) -> dict[str, list[str]]:
    """One question and then `n` in each language."""
    rng = np.random.default_rng(2)
    vocabularies = {"English": english(passages), "Korean": korean(passages)}
    return {
        language: [" ".join(zipf(vocabularies[language], 8, rng, skip=50)) for _ in range(1 + n)]
        for language in sorted(vocabularies, reverse=korean_first)
    }


@contextmanager
def _shown(step: str, questions: int = 1) -> Iterator[None]:
    """Print a line of what is done inside."""
    started = time.process_time()
    yield
    each = 1000 * (time.process_time() - started) / questions
    rollup, status = (Path("/proc/self", name).read_text(encoding="ascii") for name in ("smaps_rollup", "status"))
    resident, anonymous, peak = _field(rollup, "Rss"), _field(rollup, "Anonymous"), _field(status, "VmHWM")
    print(f"{step:<24}{resident:>10}{anonymous:>11}{resident - anonymous:>10}{peak:>8}{each:>11.1f}")


def _field(text: str, name: str) -> int:
    return int(text.partition(f"{name}:")[2].split()[0]) // _KIB


if __name__ == "__main__":
    main(sys.argv[1:])
