"""All that `make bench` measures, one after the other; each in a process of its own.

    .venv/bin/python -m benchmarks.bench [FOLDER] [--quick | --million] [--out FOLDER]

FOLDER holds the articles of the comparison with a stock pipeline, of which the first 100 are taken; samples/articles by
default. What each prints goes to NAME.txt in benchmarks/results, or `--out`, the plot beside it, and all of it together
into README.md there. With `--quick` sizes are small: it says whether everything runs, and what a change did to a ratio.
With `--million` growth is followed up to a million passages, which takes 13 GB of disk and most of an hour.
Only ratios inside one table can be compared between machines.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module with its arguments, whole, quick or with more for a million passages; `plot` is a file that it draws."""

    name: str
    says: str
    whole: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    million: tuple[str, ...] = ()
    plot: str = ""


BENCHMARKS = (
    Benchmark("startup", "Commands from a cold start, beside starting Python at all."),
    Benchmark("indexing", "Indexing, beside embedding alone and a stock pipeline.", ("-n", "100"), ("-n", "4")),
    Benchmark("in_step", "Seeing what has changed, beside walking the folder.", ("10000",), ("1000",)),
    Benchmark("hnsw", "Searching vectors, beside exact search.", ("20000",), ("3000", "--as-set")),
    Benchmark(
        "scale",
        "How an index grows, without models.",
        ("10000", "30000", "100000"),
        ("1000", "4000"),
        ("1000000",),
        plot="scale.svg",
    ),
    Benchmark("served", "Finding what another process indexed, over one Chroma server.", (), ("--articles", "2")),
    Benchmark(
        "query_cost",
        "A question, beside embedding it.",
        ("--passages", "100000"),
        ("--passages", "4000", "--questions", "30"),
    ),
)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Run all benchmarks.")
    parser.add_argument("articles", nargs="?", type=Path, default=ROOT / "samples" / "articles")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small sizes")
    size.add_argument("--million", action="store_true", help="growth up to a million passages")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where tables and the plot go")
    given = parser.parse_args(arguments)
    out = given.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    chosen = [sized(one, quick=given.quick, million=given.million) for one in BENCHMARKS]
    ran = {one.name: run(one, given.articles.resolve(), out) for one in chosen}
    (out / "README.md").write_text(page(ran, out, quick=given.quick), encoding="utf-8")
    if failed := [name for name, seconds in ran.items() if seconds is None]:
        raise SystemExit(f"failed: {', '.join(failed)}; see {out}")


def sized(benchmark: Benchmark, *, quick: bool, million: bool) -> Benchmark:
    """The benchmark with the arguments that it is to have in `whole`."""
    if quick:
        return replace(benchmark, whole=benchmark.quick)
    return replace(benchmark, whole=(*benchmark.whole, *(benchmark.million if million else ())))


def run(benchmark: Benchmark, articles: Path, out: Path) -> float | None:
    """Run one and keep what it prints; the seconds that it took, None where it failed."""
    print(f"{benchmark.name} …", file=sys.stderr, flush=True)
    first = (str(articles),) if benchmark.name == "indexing" else ()
    drawn = ("--svg", str(out / benchmark.plot)) if benchmark.plot else ()
    options = (*first, *benchmark.whole, *drawn)
    started = time.monotonic()
    with (out / f"{benchmark.name}.txt").open("w", encoding="utf-8") as file:
        command = (sys.executable, "-m", f"benchmarks.{benchmark.name}", *options)
        done = subprocess.run(command, cwd=ROOT, stdout=file, check=False)
    return None if done.returncode else time.monotonic() - started


def page(ran: dict[str, float | None], out: Path, *, quick: bool) -> str:
    """Every table on one page of Markdown, with the plots."""
    of = "`make bench QUICK=1`, small sizes" if quick else "`make bench`"
    machine = f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"
    parts = [f"# Results\n\n{of}, on {machine}. Compare ratios inside one table, no times between machines.\n"]
    for one in BENCHMARKS:
        seconds = ran[one.name]
        took = "It failed." if seconds is None else f"It took {seconds:.0f} s."
        table = (out / f"{one.name}.txt").read_text(encoding="utf-8").rstrip()
        parts.append(f"## {one.name}\n\n{one.says} {took}\n\n```\n{table}\n```\n")
        if one.plot and (out / one.plot).is_file():
            parts.append(f"![{one.says}]({one.plot})\n")
    known = {one.name for one in BENCHMARKS}
    if apart := [f"[{file.name}]({file.name})" for file in sorted(out.glob("*.txt")) if file.stem not in known]:
        parts.append(f"Of benchmarks that were run apart: {', '.join(apart)}.\n")
    return "\n".join(parts)


if __name__ == "__main__":
    main(sys.argv[1:])
