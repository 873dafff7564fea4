"""Chroma's HNSW settings: recall against exact search, and what a query and an insertion cost.

    .venv/bin/python -m benchmarks.hnsw [VECTORS] [--as-set]

Vectors are in clusters, with cosines as high as e5's; a query asks for the 50 nearest, as retrieval does. Recall is the
share of the exact 50 that are found. The yardstick of time is one product with all vectors; beside it stands byline's
own search in memory (`index/exact.py`). With `--as-set` only the settings of `index/vectors.py` are tried.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from index.embed import Vectors
from index.exact import Exact

if TYPE_CHECKING:
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

AS_SET = (32, 200, 200)
VECTORS, QUERIES, NEAREST, DIMENSIONS, CLUSTERS = 20_000, 200, 50, 384, 400


def main(arguments: Sequence[str]) -> None:
    import chromadb
    from chromadb.config import Settings

    parser = argparse.ArgumentParser(description="Chroma's HNSW settings.")
    parser.add_argument("vectors", type=int, nargs="?", default=VECTORS)
    parser.add_argument("--as-set", action="store_true")
    given = parser.parse_args(arguments)
    size = given.vectors
    rows = clustered(size + QUERIES, np.random.default_rng(1))
    vectors, queries = rows[:size], rows[size:]
    started = time.perf_counter()
    exact = [set(np.argpartition(-(vectors @ query), NEAREST)[:NEAREST].tolist()) for query in queries]
    yardstick = 1000 * (time.perf_counter() - started) / QUERIES
    print(f"{size} vectors; exact search {yardstick:.2f} ms")
    report_own(vectors, queries, exact, yardstick)
    print(
        f"{'M':>4}{'ef build':>10}{'ef search':>11}{'recall@50':>11}{'query ms':>10}{'of exact':>10}{'inserted/s':>12}"
    )
    for m, build, search in [AS_SET] if given.as_set else product((16, 32), (100, 200), (50, 100, 200)):
        with tempfile.TemporaryDirectory() as made:
            client = chromadb.PersistentClient(made, Settings(anonymized_telemetry=False))
            hnsw: CreateHNSWConfiguration = {
                "space": "cosine",
                "max_neighbors": m,
                "ef_construction": build,
                "ef_search": search,
            }
            collection = client.create_collection("all", embedding_function=None, configuration={"hnsw": hnsw})
            started = time.perf_counter()
            for start in range(0, size, 2048):
                some = range(start, min(start + 2048, size))
                collection.add(ids=[str(number) for number in some], embeddings=vectors[some.start : some.stop])
            inserted = size / (time.perf_counter() - started)
            found, taken = [], []
            for query in queries:
                started = time.perf_counter()
                answer = collection.query(query_embeddings=query[np.newaxis], n_results=NEAREST, include=[])
                taken.append(1000 * (time.perf_counter() - started))
                found.append({int(id) for id in answer["ids"][0]})
            client.close()  # type: ignore[attr-defined]
        recall = float(np.mean([len(one & other) / NEAREST for one, other in zip(exact, found, strict=True)]))
        p50 = float(np.percentile(taken, 50))
        print(f"{m:>4}{build:>10}{search:>11}{recall:>11.3f}{p50:>10.2f}{p50 / yardstick:>10.2f}{inserted:>12.0f}")


def report_own(vectors: Vectors, queries: Vectors, exact: Sequence[set[int]], yardstick: float) -> None:
    """Print what byline's own search in memory finds, and takes."""
    numbers = range(len(vectors))
    own = Exact.of([f"{number:08}" for number in numbers], vectors, ["" for _ in numbers], [0 for _ in numbers])
    own.nearest(queries[0], NEAREST, None)  # reads the vectors into bytes
    found, taken = [], []
    for query in queries:
        started = time.perf_counter()
        answer = own.nearest(query, NEAREST, None)
        taken.append(1000 * (time.perf_counter() - started))
        found.append({int(id) for id, _ in answer})
    recall = float(np.mean([len(one & other) / NEAREST for one, other in zip(exact, found, strict=True)]))
    p50 = float(np.percentile(taken, 50))
    print(f"in memory, bytes first: recall@50 {recall:.3f}, {p50:.2f} ms, {p50 / yardstick:.2f} of exact")


def clustered(n: int, rng: np.random.Generator) -> Vectors:
    """Unit vectors around as many centres as news has stories, all of them near one direction."""
    centres = rng.normal(size=(CLUSTERS, DIMENSIONS)) + 2
    rows = centres[rng.integers(CLUSTERS, size=n)] + 0.5 * rng.normal(size=(n, DIMENSIONS))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    main(sys.argv[1:])
