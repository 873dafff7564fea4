"""How long a command takes from a cold start, in seconds and as a multiple of starting Python at all.

    .venv/bin/python -m benchmarks.startup [INDEX]

Each line is a fresh process, run several times; INDEX is the index that is searched and asked, by default one of
samples/articles, made first in a temporary folder. The ratio to `python -c pass`, run on the same machine in the same
minute, is what can be compared between machines.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

RUNS = 5
ROOT = Path(__file__).parent.parent
BYLINE = (sys.executable, "-m", "rag")
QUESTION = "What did Minister Lee Do-hyun ask Canada to change about the steel quota?"


def main(arguments: Sequence[str]) -> None:
    if arguments:
        report(Path(arguments[0]).resolve())
        return
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / ".byline"
        print("indexing samples/articles …", file=sys.stderr)
        seconds_of((*BYLINE, "index", str(ROOT / "samples" / "articles"), "--index", str(index)))
        report(index)


def report(index: Path) -> None:
    over = ("--index", str(index))
    commands: dict[str, Sequence[str]] = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "byline --help": (*BYLINE, "--help"),
        "byline search": (*BYLINE, "search", QUESTION, *over),
        "byline ask --llm none": (*BYLINE, "ask", QUESTION, "--llm", "none", *over),
    }
    print(f"{'':<24}{'min s':>8}{'median s':>10}{'ratio':>8}")
    yardstick = 0.0
    for name, command in commands.items():
        taken = [seconds_of(command) for _ in range(RUNS)]
        yardstick = yardstick or min(taken)
        print(f"{name:<24}{min(taken):>8.2f}{statistics.median(taken):>10.2f}{min(taken) / yardstick:>8.1f}")


def seconds_of(command: Sequence[str]) -> float:
    """Wall seconds of one process.

    Raises:
        SystemExit: it failed; the message is what it printed.
    """
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr}")
    return seconds


if __name__ == "__main__":
    main(sys.argv[1:])
