"""Many questions at once, from threads and from a loop of asyncio, get the answers that they get one by one.

    python -m tests.trust.crowd --questions 1000 --threads 16

The samples' own questions, each for several numbers of passages, over the samples' index with its real encoders and
no model. An answer is compared whole, but for the time it took.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from index.store import IndexFolder
from rag.assistant import Assistant
from rag.indexing import open_indexer
from rag.settings import load_settings
from rag.tools import open_tools
from rag.wire import answer_json

SAMPLES = Path(__file__).parents[2] / "samples"
_PASSAGES = (3, 5, 10)

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question, and for how many passages."""

    question: str
    k: int


def every_question() -> list[Wanted]:
    """Each of the samples' questions, for each number of passages."""
    lines = (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [Wanted(json.loads(line)["question"], k) for line in lines for k in _PASSAGES]


def drawn(questions: int, chance: random.Random) -> list[Wanted]:
    """So many of them, each of them before any comes again."""
    every, found = every_question(), list[Wanted]()
    while len(found) < questions:
        found.extend(chance.sample(every, len(every)))
    return found[:questions]


def one_by_one(assistant: Assistant, wanted: Sequence[Wanted]) -> dict[Wanted, str]:
    """The answer to each, asked alone."""
    return {one: _answered(assistant, one) for one in dict.fromkeys(wanted)}


def by_threads(assistant: Assistant, wanted: Sequence[Wanted], threads: int) -> list[str]:
    """The answers to all of them, from so many threads."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda one: _answered(assistant, one), wanted))


async def by_coroutines(assistant: Assistant, wanted: Sequence[Wanted]) -> list[str]:
    """The answers to all of them, awaited in one loop; as many are under way as its pool has threads."""
    return await asyncio.gather(*(asyncio.to_thread(_answered, assistant, one) for one in wanted))


def differing(alone: Mapping[Wanted, str], wanted: Sequence[Wanted], answers: Sequence[str]) -> list[Wanted]:
    """What was answered otherwise than alone."""
    return [one for one, answer in zip(wanted, answers, strict=True) if answer != alone[one]]


def _answered(assistant: Assistant, one: Wanted) -> str:
    answer: dict[str, Any] = answer_json(assistant.ask(one.question, k=one.k))
    del answer["timings"]
    return json.dumps(answer, ensure_ascii=False, sort_keys=True)


def _timed(name: str, work: Callable[[], Done]) -> Done:
    started = time.monotonic()
    done = work()
    print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    return done


def main() -> None:
    """Ask, and print how many answers differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    wanted = drawn(options.questions, random.Random(options.seed))
    settings = load_settings(llm="none")
    tools = open_tools(settings, korean=True)
    with TemporaryDirectory() as home:
        index = IndexFolder(Path(home) / ".byline")
        open_indexer(index.path, settings, tools).run([SAMPLES / "articles"])
        with Assistant(index, settings, tools) as assistant:
            alone = _timed("one by one", lambda: one_by_one(assistant, wanted))
            ways: dict[str, Callable[[], list[str]]] = {
                f"{options.threads} threads": lambda: by_threads(assistant, wanted, options.threads),
                "asyncio": lambda: asyncio.run(by_coroutines(assistant, wanted)),
            }
            for name, ask in ways.items():
                wrong = differing(alone, wanted, _timed(name, ask))
                print(f"{name}: {len(wrong)} of {len(wanted)} answers differ", *wrong, sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
