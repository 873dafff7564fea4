"""Many users at once: 20 people ask for a minute, without a model, beside one person who asks alone.

    .venv/bin/python -m benchmarks.users [FOLDER] [--users 20] [--seconds 60] [--questions FILE.jsonl]

Each user sends the next question when the answer to the last one is there: one of four, of which the server soon
remembers the sentences, or one of FILE, a question set of byline's own form, each in its turn. The bound that is
printed is 1.5 × users / cores × one user's median: what waiting for a core costs, and half as much again. The users'
own processor time is on the same cores; it is printed beside the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.caller import Caller, Failed
from benchmarks.page_server import QUESTIONS, Served, served

_WARM = 20.0  # seconds of all users before anything is timed: the server starts what a crowd needs when it has one


@dataclass(slots=True)
class Tally:
    """Seconds of each answer, errors, the server's megabytes over time, and processor seconds of server and clients."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    server: float = 0.0
    clients: float = 0.0

    def percentile(self, percent: int) -> float:
        """In seconds."""
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Many users at once.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--questions", type=Path)
    given = parser.parse_args(arguments)
    turn = itertools.cycle(read(given.questions) if given.questions else QUESTIONS)
    with served(given.folder and given.folder.resolve()) as server:
        asyncio.run(crowd(server, given.users, turn, _WARM))
        alone = asyncio.run(crowd(server, 1, turn, given.seconds / 3))
        together = asyncio.run(crowd(server, given.users, turn, given.seconds))
    report(alone, together, given.users)


def report(alone: Tally, together: Tally, users: int) -> None:
    """Print what was measured, and how p95 stands to the bound."""
    cores = len(os.sched_getaffinity(0))
    titles = ("answers", "p50 s", "p95 s", "errors", "MB before", "after", "server s", "clients s")
    print(" " * 10 + "".join(f"{title:>10}" for title in titles) + "  (processor time of an answer)")
    for name, tally in (("1 user", alone), (f"{users} users", together)):
        answers = len(tally.seconds)
        row = f"{answers:>10}{tally.percentile(50):>10.3f}{tally.percentile(95):>10.3f}{len(tally.errors):>10}"
        row += "".join(f"{one:>10.0f}" for one in tally.memory)
        print(f"{name:<10}{row}{tally.server / answers:>10.4f}{tally.clients / answers:>10.4f}")
    for error in dict.fromkeys(together.errors):
        print(f"  {error}")
    used = (alone.server + alone.clients) / len(alone.seconds)
    for name, one in (("time alone", alone.percentile(50)), ("processor time alone", used)):
        bound = 1.5 * users / cores * one
        share = together.percentile(95) / bound
        print(f"p95 of {users} users is {share:.2f} of the bound by {name} ({bound:.2f} s on {cores} cores)")


def read(path: Path) -> list[str]:
    """The questions of a set."""
    return [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]


async def crowd(server: Served, users: int, turn: Iterator[str], seconds: float) -> Tally:
    """`users` at once, each until `seconds` are over; `turn` gives all of them their questions."""
    tally, until = Tally(memory=[server.megabytes()]), time.monotonic() + seconds
    before = server.processor_seconds(), time.process_time()
    await asyncio.gather(*(user(server, tally, turn, until) for _ in range(users)))
    tally.server, tally.clients = server.processor_seconds() - before[0], time.process_time() - before[1]
    tally.memory.append(server.megabytes())
    return tally


async def user(server: Served, tally: Tally, turn: Iterator[str], until: float) -> None:
    """One person: question after question."""
    async with Caller.to(server.url) as caller:
        while time.monotonic() < until:
            started = time.perf_counter()
            try:
                await caller.ask(next(turn))
            except Failed as failed:
                tally.errors.append(str(failed))
            else:
                tally.seconds.append(time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1:])
