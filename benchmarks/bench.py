"""All that `make bench` measures, one after the other; each in a process of its own.

    .venv/bin/python -m benchmarks.bench [FOLDER]

FOLDER holds the articles of the comparison with a stock pipeline, of which the first 100 are taken; samples/articles by
default. What each prints goes to benchmarks/results/NAME.txt, the plot beside it. Only ratios inside one table can be
compared between machines.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"


def main(arguments: Sequence[str]) -> None:
    articles = arguments[0] if arguments else str(ROOT / "samples" / "articles")
    RESULTS.mkdir(exist_ok=True)
    failed = [name for name, command in commands(articles).items() if not kept(name, command)]
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}; see {RESULTS}")


def commands(articles: str) -> dict[str, tuple[str, ...]]:
    """By name, each module with its arguments."""
    return {
        "startup": ("benchmarks.startup",),
        "indexing": ("benchmarks.indexing", articles, "-n", "100"),
        "in_step": ("benchmarks.in_step",),
        "hnsw": ("benchmarks.hnsw",),
        "scale": ("benchmarks.scale", "--svg", str(RESULTS / "scale.svg")),
        "query_cost": ("benchmarks.query_cost",),
    }


def kept(name: str, command: tuple[str, ...]) -> bool:
    """Run one and keep what it prints; whether it went well."""
    print(f"{name} …", file=sys.stderr, flush=True)
    with (RESULTS / f"{name}.txt").open("w", encoding="utf-8") as out:
        return subprocess.run((sys.executable, "-m", *command), cwd=ROOT, stdout=out, check=False).returncode == 0


if __name__ == "__main__":
    main(sys.argv[1:])
