"""Asking, indexing and deleting at random in one process, against a model of what should be there.

    python -m tests.trust.soak --minutes 60

The model is what a new index over the same files would hold. Answers are compared with a fresh index's at the end, and
memory and open files are measured all along.
"""

from __future__ import annotations

import argparse
import gc
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from index.document import Reader
from index.language import ArticleLanguages
from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from rag.answerer import Tools
from rag.assistant import Assistant
from rag.settings import Settings
from tests.desk import ENGLISH, GERMAN, KOREAN, TRAM, Counting, Desk, HashedWords, assert_in_step
from tests.trust.hashed import HashedSentences

QUESTIONS = ("When did the harbour reopen?", "항구는 언제 다시 문을 열었나?", "How many stops will the tram have?")
PARTS = (KOREAN, ENGLISH, TRAM, GERMAN, "Share", "2024-11-05", "항구 소식")
_EVERY = 5  # steps between two looks at memory and open files


@dataclass
class Soak:
    """One long-lived assistant over a folder in which anything happens."""

    desk: Desk
    tools: Tools
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    sizes: list[tuple[int, int]] = field(default_factory=list)

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
                    self.sizes.append(_sizes())
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


def _sizes() -> tuple[int, int]:
    """Resident memory in kilobytes, and open files."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]), len(list(Path("/proc/self/fd").iterdir()))


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
    memory, files = zip(*soak.sizes, strict=True)
    fourth = max(1, len(memory) // 4)
    print(f"{options.minutes:g} minutes: {dict(soak.done)}")
    print(f"memory, MB: first fourth at most {max(memory[:fourth]) // 1000}, last {max(memory[-fourth:]) // 1000}")
    print(f"open files: first fourth at most {max(files[:fourth])}, last {max(files[-fourth:])}")


if __name__ == "__main__":
    main()
