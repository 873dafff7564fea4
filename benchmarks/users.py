"""Many users at once: 20 people ask for a minute, without a model, beside one person who asks alone.

    .venv/bin/python -m benchmarks.users [FOLDER] [--users 20] [--seconds 60] [--questions FILE.jsonl]

Each user sends the next question when the answer to the last one is there: one of four, of which the server soon
remembers the sentences, or one of FILE, a question set of byline's own form, each in its turn. The bound that is
printed is 1.5 × users / cores × one user's median: what waiting for a core costs, and half as much again.
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

import httpx

from benchmarks.page_server import DONE, QUESTIONS, Served, call, served

_WARM = 20.0  # seconds of all users before anything is timed: the server starts what a crowd needs when it has one
_PATIENCE = 300.0  # seconds


@dataclass(slots=True)
class Tally:
    """Seconds of each answer, what went wrong, and the server's megabytes over time."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

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
    cores = len(os.sched_getaffinity(0))
    print(f"{'':<10}{'answers':>8}{'p50 s':>8}{'p95 s':>8}{'errors':>8}{'MB before':>11}{'after':>8}")
    for name, tally in (("1 user", alone), (f"{given.users} users", together)):
        times = f"{tally.percentile(50):>8.2f}{tally.percentile(95):>8.2f}"
        memory = f"{tally.memory[0]:>11.0f}{tally.memory[-1]:>8.0f}"
        print(f"{name:<10}{len(tally.seconds):>8}{times}{len(tally.errors):>8}{memory}")
    for error in dict.fromkeys(together.errors):
        print(f"  {error}")
    bound = 1.5 * given.users / cores * alone.percentile(50)
    share = together.percentile(95) / bound
    print(f"p95 of {given.users} users is {share:.2f} of the bound ({bound:.2f} s on {cores} cores)")


def read(path: Path) -> list[str]:
    """The questions of a set."""
    return [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]


async def crowd(server: Served, users: int, turn: Iterator[str], seconds: float) -> Tally:
    """`users` at once, each until `seconds` are over; `turn` gives all of them their questions."""
    tally, until = Tally(memory=[server.megabytes()]), time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=f"{server.url}/gradio_api", timeout=_PATIENCE) as client:
        await asyncio.gather(*(user(client, tally, turn, until) for _ in range(users)))
    tally.memory.append(server.megabytes())
    return tally


async def user(client: httpx.AsyncClient, tally: Tally, turn: Iterator[str], until: float) -> None:
    """One person: question after question."""
    while time.monotonic() < until:
        started = time.perf_counter()
        error = await ask(client, next(turn))
        if error:
            tally.errors.append(error)
        else:
            tally.seconds.append(time.perf_counter() - started)


async def ask(client: httpx.AsyncClient, question: str) -> str:
    """Ask over HTTP; what went wrong, nothing where an answer came."""
    try:
        queued = (await client.post("/call/ask", json=call(question))).raise_for_status()
        told = (await client.get(f"/call/ask/{queued.json()['event_id']}")).raise_for_status().text
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    return "" if DONE in told else told[:200]


if __name__ == "__main__":
    main(sys.argv[1:])
