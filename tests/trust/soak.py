"""Asking, indexing and deleting at random in one process, against a model of what should be there.

    python -m tests.trust.soak --minutes 60

The model is what a new index over the same files would hold. Answers are compared with a fresh index's at the end, and
memory and open files are measured all along: as the system counts it, and once glibc has given back what is free
(each thread frees into an arena of its own, which keeps it).
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from index.document import Reader
from index.language import ArticleLanguages
from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools
from tests.desk import ENGLISH, GERMAN, KOREAN, TRAM, Counting, Desk, HashedWords, assert_in_step
from tests.trust.hashed import HashedSentences

QUESTIONS = ("When did the harbour reopen?", "항구는 언제 다시 문을 열었나?", "How many stops will the tram have?")
PARTS = (KOREAN, ENGLISH, TRAM, GERMAN, "Share", "2024-11-05", "항구 소식")
_EVERY = 5  # steps between two looks at memory and open files


@dataclass(frozen=True, slots=True)
class Size:
    """Resident memory in megabytes, before and after what is free was given back; Python's blocks; open files."""

    resident: int
    in_use: int
    blocks: int
    files: int


@dataclass
class Soak:
    """One long-lived assistant over a folder in which anything happens."""

    desk: Desk
    tools: Tools
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    sizes: list[Size] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Do things at random until the time is up, then hold everything against a fresh index.

        Raises:
            AssertionError: the index, or an answer, is not what it should be.
        """
        self.write()
        self.index()
        end, steps_done = time.monotonic() + seconds, 0
        steps: tuple[Callable[[Assistant], None], ...] = (
            lambda _: self.write(),
            lambda _: self.delete(),
            lambda _: self.index(),
            self.ask,
            self.ask_at_once,
        )
        with Assistant(self.desk.folder, Settings(llm="none"), self.tools) as assistant:
            while time.monotonic() < end or len(self.sizes) < 2:
                self.chance.choices(steps, (3, 1, 2, 3, 1))[0](assistant)
                steps_done += 1
                if steps_done % _EVERY == 0:
                    self.sizes.append(_size())
            self.index()
            assert_in_step(self.desk)
            answers = [assistant.ask(question) for question in QUESTIONS]
        with TemporaryDirectory() as home:
            fresh = Desk(Path(home), self.desk.reader, self.desk.embedder, self.desk.encoder, self.desk.terms)
            for path in self.desk.articles.iterdir():
                fresh.write(path.name, path.read_bytes())
            fresh.run()
            with Assistant(fresh.folder, Settings(llm="none"), self.tools) as assistant:
                for answer, question in zip(answers, QUESTIONS, strict=True):
                    assert assistant.ask(question).text == answer.text, question

    def write(self) -> None:
        """A new file, or another content for one."""
        self.done["written"] += 1
        parts = self.chance.choices(PARTS, k=self.chance.randint(1, 5))
        self.desk.write(f"{self.chance.randrange(12)}.txt", f"{self.chance.random()}\n\n" + "\n\n".join(parts))

    def delete(self) -> None:
        """One file less, but for the last."""
        paths = sorted(self.desk.articles.iterdir())
        if len(paths) > 1:
            self.done["deleted"] += 1
            self.chance.choice(paths).unlink()

    def index(self) -> None:
        """Bring the index up to date."""
        self.done["indexed"] += 1
        self.desk.run()

    def ask(self, assistant: Assistant) -> None:
        """One question; what it cites stands in the text that was indexed."""
        self.done["asked"] += 1
        answer = assistant.ask(self.chance.choice(QUESTIONS))
        assert all(one.quote == assistant.text(one.source)[one.start : one.end] for one in answer.citations)

    def ask_at_once(self, assistant: Assistant) -> None:
        """Four threads, each with the same questions."""
        self.done["asked"] += 4 * len(QUESTIONS)
        texts: list[tuple[str, ...]] = []

        def asking() -> None:
            texts.append(tuple(assistant.ask(question).text for question in QUESTIONS))

        threads = [threading.Thread(target=asking) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(texts) == 4
        assert len(set(texts)) == 1


def _size() -> Size:
    gc.collect()
    before = _resident()
    ctypes.CDLL(None).malloc_trim(0)
    return Size(before, _resident(), sys.getallocatedblocks(), len(list(Path("/proc/self/fd").iterdir())))


def _resident() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) // 1000


def soaked(home: Path, seed: int, splitter: SentenceSplitter, terms: Terms) -> Soak:
    """A soak in the folder `home`, with encoders made of hashes."""
    desk = Desk(
        home, Reader(splitter, ArticleLanguages(), target=200), Counting(HashedWords()), HashedSentences(), terms
    )
    tools = Tools(desk.embedder, desk.encoder, terms, splitter)
    return Soak(desk, tools, random.Random(seed))


def main() -> None:
    """Soak, and print what was done and what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    morphology = Morphology()
    with TemporaryDirectory() as home:
        soak = soaked(Path(home).resolve(), options.seed, SentenceSplitter(morphology), Terms(morphology))
        soak.run(60 * options.minutes)
    print(f"{options.minutes:g} minutes: {dict(soak.done)}")
    print(f"memory, MB: {_by_fourth([one.resident for one in soak.sizes])}")
    print(f"memory in use, MB: {_by_fourth([one.in_use for one in soak.sizes])}")
    print(f"Python's blocks: {_by_fourth([one.blocks for one in soak.sizes])}")
    print(f"open files: {_by_fourth([one.files for one in soak.sizes])}")


def _by_fourth(values: Sequence[int]) -> str:
    """The most in each fourth of the time."""
    edges = [len(values) * fourth // 4 for fourth in range(5)]
    return ", ".join(str(max(values[start:end], default=0)) for start, end in pairwise(edges))


if __name__ == "__main__":
    main()
