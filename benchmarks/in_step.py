"""How long it takes to see that nothing has changed among many files, and to take in one that has.

    .venv/bin/python -m benchmarks.in_step [FILES]

The articles are invented and the vectors drawn (`benchmarks/synthetic.py`): what is timed is what no model takes part
in. The yardstick is walking the folder once and asking for each file's size and time.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.synthetic import DrawnEmbedder, DrawnEncoder, write_articles
from index.document import Reader
from index.language import ArticleLanguages
from index.sentences import Morphology, SentenceSplitter
from index.store import IndexFolder
from index.sync import Indexer
from index.terms import Terms

RUNS = 3


def main(arguments: Sequence[str]) -> None:
    files = int(arguments[0]) if arguments else 10_000
    with tempfile.TemporaryDirectory() as made:
        articles = Path(made) / "articles"
        write_articles(articles, files, np.random.default_rng(1))
        indexer = open_indexer(Path(made) / ".byline")
        print(f"indexing {files} invented files …", file=sys.stderr)
        indexer.run([articles])
        seconds = {
            "walking the folder": least(lambda: walk(articles)),
            "nothing has changed": least(lambda: indexer.run([articles])),
            "one file has changed": least(lambda: change_one(articles, indexer)),
        }
    print(f"{files} files{'':<20}{'seconds':>9}{'of walking':>12}")
    for name, taken in seconds.items():
        print(f"{name:<25}{taken:>14.2f}{taken / seconds['walking the folder']:>12.1f}")


def open_indexer(index: Path) -> Indexer:
    """An indexer with drawn vectors and the real reader."""
    morphology = Morphology()
    reader = Reader(SentenceSplitter(morphology), ArticleLanguages(), target=500)
    parts = DrawnEmbedder(), DrawnEncoder(), Terms(morphology)
    return Indexer(IndexFolder(index), reader, *parts, passage_chars=500, max_file_bytes=10**6)


def least(run: Callable[[], object]) -> float:
    """The least wall seconds of a few runs."""
    taken = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken)


def walk(folder: Path) -> int:
    return sum((Path(here) / name).stat().st_size for here, _, names in os.walk(folder) for name in names)


def change_one(articles: Path, indexer: Indexer) -> None:
    path = articles / "0000" / "000007.txt"
    path.write_text(f"{path.read_text(encoding='utf-8')}One more sentence has been added to the notice.\n", "utf-8")
    assert indexer.run([articles]).read == 1


if __name__ == "__main__":
    main(sys.argv[1:])
