"""How an index grows: writing passages, memory, size on disk and searches of its stores, at several sizes.

    .venv/bin/python -m benchmarks.scale [PASSAGES …] [--svg FILE]

Passages are invented, their words as frequent as Zipf has it, and vectors drawn (`benchmarks/synthetic.py`), so what is
timed is the writer and the stores: no model, no morphology. Each size is a process of its own. What is written is
counted by the clock and by processor time, which can be read on a machine that does other things meanwhile. The
yardstick of a search is comparing the question with every vector (numpy, one matrix product); that of growth is the
exponent of the size, fitted over all of them: 1 is linear, 0 flat.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.synthetic import SENTENCES, Drawn, DrawnEmbedder, sentences, words
from index.article import Article, Passage, Span
from index.document import Document
from index.embed import Vectors
from index.encode import Embedded, ReadFile
from index.meaning import DIMENSIONS
from index.rows import Encoded, FileRecord
from index.sketch import sketch
from index.store import Generation, IndexFolder
from index.writer import GenerationWriter

ROOT = Path(__file__).parent.parent
SIZES = (10_000, 30_000, 100_000)
BATCH, QUESTIONS, NEAREST = 2048, 200, 50
COLUMNS = {
    "per_second": "passages/s",
    "per_processor_second": "passages/cpu s",
    "memory_mb": "peak MB",
    "disk_mb": "index MB",
    "vectors_ms": "vectors p50 ms",
    "vectors_p95_ms": "p95",
    "terms_ms": "terms p50 ms",
    "terms_p95_ms": "p95",
    "exact_ms": "exact p50 ms",
}


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Measure how an index grows.")
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--svg", type=Path, help="draw the figures")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        print(json.dumps(measure(options.sizes[0])))
        return
    measured = {size: in_process(size) for size in options.sizes}
    report(measured)
    if options.svg:
        draw(measured, options.svg)


def in_process(size: int) -> dict[str, float]:
    print(f"{size} passages …", file=sys.stderr)
    command = (sys.executable, "-m", "benchmarks.scale", str(size), "--one")
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def report(measured: dict[int, dict[str, float]]) -> None:
    print(f"{'passages':>10}" + "".join(f"{name:>16}" for name in COLUMNS.values()))
    for size, found in measured.items():
        print(f"{size:>10}" + "".join(f"{found[key]:>16.2f}" for key in COLUMNS))
    if len(measured) > 1:
        print(f"{'exponent':>10}" + "".join(f"{exponent(measured, key):>16.2f}" for key in COLUMNS))


def exponent(measured: dict[int, dict[str, float]], key: str) -> float:
    """The b of the fitted power law a·size^b."""
    return float(np.polyfit(np.log(list(measured)), np.log([found[key] for found in measured.values()]), 1)[0])


def draw(measured: dict[int, dict[str, float]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    for axes, keys in zip(
        figure.subplots(1, 3),
        (("per_second", "per_processor_second"), ("memory_mb", "disk_mb"), ("vectors_ms", "terms_ms", "exact_ms")),
        strict=True,
    ):
        for key in keys:
            label = f"{COLUMNS[key]}, exponent {exponent(measured, key):.2f}"
            axes.loglog(list(measured), [found[key] for found in measured.values()], marker="o", label=label)
        axes.set_xlabel("passages")
        axes.legend(fontsize=7)
    figure.savefig(path)


def measure(size: int) -> dict[str, float]:
    """What an index of `size` passages takes."""
    rng = np.random.default_rng(1)
    vocabulary = words(size)
    with tempfile.TemporaryDirectory() as made:
        folder = IndexFolder(Path(made) / ".byline")
        with folder.writing():
            generation = folder.begin()
            clock, processor = 0.0, 0.0
            for step in steps(folder, generation, size, vocabulary, rng):
                started, before = time.perf_counter(), time.process_time()
                step()
                clock, processor = clock + time.perf_counter() - started, processor + time.process_time() - before
        disk = sum(file.stat().st_size for file in folder.path.rglob("*") if file.is_file())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        current = folder.open()
        found = searches(current, vocabulary, size, rng)
        current.close()
    speed = {"per_second": size / clock, "per_processor_second": size / processor}
    return {**speed, "memory_mb": memory, "disk_mb": disk / 1e6, **found}


def steps(
    folder: IndexFolder, generation: Generation, size: int, vocabulary: Sequence[str], rng: np.random.Generator
) -> Iterator[Callable[[], object]]:
    """The parts of writing so many passages; what is invented between them is not timed."""
    writer = GenerationWriter(generation)
    for start in range(0, size, BATCH):
        yield partial(writer.write, made_batch(start, min(BATCH, size - start), vocabulary, rng))
    yield partial(writer.finish, {})
    yield partial(folder.commit, generation)


def searches(
    generation: Generation, vocabulary: Sequence[str], size: int, rng: np.random.Generator
) -> dict[str, float]:
    every = DrawnEmbedder().embed_passages([str(number) for number in range(size)])
    taken: dict[str, list[float]] = {"vectors": [], "terms": [], "exact": []}
    for number in range(QUESTIONS):
        query = DrawnEmbedder().embed_queries([f"question {number}"])[0] if number == 0 else unlike(every, rng)
        terms = next(sentences(vocabulary, 1, rng)).lower().rstrip(".").split()[:8]
        for name, search in {
            "vectors": lambda query=query: generation.vectors.nearest("en", query, NEAREST),
            "terms": lambda terms=terms: generation.lexical.search("en", terms, NEAREST),
            "exact": lambda query=query: np.argpartition(-(every @ query), NEAREST),
        }.items():
            taken[name].append(1000 * timed(search))
    p50 = {f"{name}_ms": float(np.percentile(some, 50)) for name, some in taken.items()}
    return p50 | {f"{name}_p95_ms": float(np.percentile(some, 95)) for name, some in taken.items()}


def unlike(every: Vectors, rng: np.random.Generator) -> Vectors:
    """A question between two passages."""
    one, other = rng.integers(len(every), size=2)
    both = every[one] + every[other]
    return np.asarray(both / np.linalg.norm(both), np.float32)


def made_batch(start: int, n: int, vocabulary: Sequence[str], rng: np.random.Generator) -> Embedded:
    """So many files of one passage each, with all that is made of them."""
    numbers = range(start, start + n)
    passages = [invented(number, vocabulary, rng) for number in numbers]
    vectors = DrawnEmbedder().embed_passages([str(number) for number in numbers])
    meanings = Drawn(DIMENSIONS, offset=0).of([f"{number} {at}" for number in numbers for at in range(SENTENCES + 1)])
    encoded = {
        one.id: Encoded(
            one.id,
            meanings[at * (SENTENCES + 1) : (at + 1) * (SENTENCES + 1)],
            tuple(tuple(one.quote(span).lower().rstrip(".").split()) for span in (Span(0, 0), *one.sentences)),
            sketch(one.text),
        )
        for at, one in enumerate(passages)
    }
    files = [
        ReadFile(
            FileRecord(one.source, "/", len(one.text), 0, one.id), Document(one.source, "utf-8", one.text, (one,), ())
        )
        for one in passages
    ]
    return Embedded(files, encoded, {one.id: row for one, row in zip(passages, vectors, strict=True)})


def invented(number: int, vocabulary: Sequence[str], rng: np.random.Generator) -> Passage:
    own = list(sentences(vocabulary, SENTENCES, rng))
    text = " ".join(own)
    ends = np.cumsum([len(one) + 1 for one in own]) - 1
    spans = tuple(Span(int(end) - len(one), int(end)) for one, end in zip(own, ends, strict=True))
    whole = Span(0, len(text))
    article = Article(f"{number:07}.txt", whole, f"Notice {number}", None, "2024-01-01", "en")
    return Passage(article, whole, text, (whole,), spans, "en")


def timed(run: object) -> float:
    """Wall seconds of a call."""
    assert callable(run)
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1:])
