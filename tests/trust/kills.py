"""`kill -9` at random moments of indexing: afterwards the index is the one before or the one after, and whole.

    python -m tests.trust.kills --times 200

Half of the moments are drawn over the whole run, half over the time in which a new generation is being written. The
runs are those of `byline index` but for the two encoders, which are made of hashes, so that a run is all writing; and
they are forked from a process that has loaded everything else.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from index.document import Reader
from index.language import ArticleLanguages
from index.sentences import Morphology, SentenceSplitter
from index.soundness import catalog_faults, passage_faults, store_faults
from index.store import IndexFolder
from index.sync import Indexer
from index.terms import Terms
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools
from tests.desk import HashedWords
from tests.trust.hashed import HashedSentences

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "articles"
NAMES = ("island-ferry-timetable.txt", "다온셀-회장-간담회.txt", "night-train.ko.txt", "night-clinic.txt")
QUESTIONS = (
    "What does a single ticket for the ferry cost?",
    "How many wheelchair battery packs has Daon Cell promised to replace?",
    "밤 기차 '달마중'의 첫 운행일과 서울역 출발 시각은?",
    "What is the tram said to cost?",
)
TRAM = "The tram of Kirkhaven will cost {} million pounds, mayor Ann Firth said. Work begins in March of next year.\n"
OLD = 1_700_000_000  # seconds; files written later than this are newer

Answers = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """What an index is made with."""

    embedder: str = "hashed"
    passage_chars: int = 500

    def settings(self) -> Settings:
        """The settings that go with it."""
        return Settings(llm="none", passage_chars=self.passage_chars)


@dataclass(frozen=True, slots=True)
class Change:
    """What a run has to take in: the files before and after, and another engine than the one before, if any."""

    before: Mapping[str, bytes] | None
    after: Mapping[str, bytes]
    engine: Engine = Engine()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a killed run left: `none` where there was no index before and is none, else `before` or `after`."""

    left: str
    killed: bool


def changes() -> dict[str, Change]:
    """The four kinds of run."""
    samples = {name: (SAMPLES / name).read_bytes() for name in NAMES}
    first = {**samples, "tram.txt": TRAM.format(40).encode()}
    updated = {**first, "tram.txt": TRAM.format(52).encode(), "copy.txt": first["island-ferry-timetable.txt"]}
    fewer = dict(list(first.items())[::2])
    return {
        "first build": Change(None, first),
        "update": Change(first, updated),
        "deletion": Change(first, fewer),
        "engine change": Change(first, first, Engine("other", 300)),
    }


@dataclass(frozen=True, slots=True)
class Parts:
    """The language tools that both sides use."""

    morphology: Morphology
    splitter: SentenceSplitter
    terms: Terms

    @classmethod
    def load(cls) -> Parts:
        """Load them."""
        morphology = Morphology()
        return cls(morphology, SentenceSplitter(morphology), Terms(morphology))

    def tools(self, engine: Engine) -> Tools:
        """What answers from an index that `engine` made."""
        return Tools(HashedWords(engine.embedder), HashedSentences(), self.terms, self.splitter)

    def warm(self) -> None:
        """Do once what a first text has done: Korean analysis is loaded by it, which takes longer than a run."""
        for name in NAMES:
            for passage in self._reader(Engine()).read((SAMPLES / name).read_bytes(), name).passages:
                self.terms.of(passage.embedded_text, passage.language)

    def _reader(self, engine: Engine) -> Reader:
        return Reader(self.splitter, ArticleLanguages(), target=engine.passage_chars)

    def indexer(self, index: Path, engine: Engine) -> Indexer:
        """What makes such an index."""
        return Indexer(
            IndexFolder(index),
            self._reader(engine),
            HashedWords(engine.embedder),
            HashedSentences(),
            self.terms,
            passage_chars=engine.passage_chars,
            max_file_bytes=20_000_000,
        )


class Runs:
    """The process that runs are forked from. Use it as a context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.kills", "--serve"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Runs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def begin(self, articles: Path, index: Path, engine: Engine, *, rebuild: bool) -> int:
        """Begin a run; its process id."""
        assert self._process.stdin
        order = [str(articles), str(index), engine.embedder, engine.passage_chars, rebuild]
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return int(self._line())

    def end(self) -> int:
        """Wait until the run has ended; its exit status, below 0 for a signal."""
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


def serve() -> None:
    """Fork a run for each order on stdin, and say its process id and its exit status."""
    parts = Parts.load()
    parts.warm()
    import chromadb.api.rust  # noqa: F401  # so that no run has to
    import tantivy  # noqa: F401

    for line in sys.stdin:
        articles, index, embedder, passage_chars, rebuild = json.loads(line)
        process = os.fork()
        if not process:
            parts.indexer(Path(index), Engine(embedder, passage_chars)).run([Path(articles)], rebuild=rebuild)
            os._exit(0)
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


class Trial:
    """One kind of run, to be killed again and again in a folder of its own."""

    def __init__(self, change: Change, home: Path, runs: Runs, parts: Parts) -> None:
        """Build the index before and the one after, and see how long the run takes and what each answers."""
        self._change, self._runs, self._parts = change, runs, parts
        self._articles, self._index, self._prepared = home / "articles", home / "index", home / "before"
        self._before: Answers | None = None
        if change.before is not None:
            self._write(change.before)
            runs.begin(self._articles, self._index, Engine(), rebuild=False)
            assert runs.end() == 0
            self._before = self._answers()
            shutil.copytree(self._index, self._prepared)
        self._reset()
        started = time.monotonic()
        self._begin()
        _wait(self._is_writing, 60)
        begun = time.monotonic()
        assert runs.end() == 0
        self._seconds, self._writing = time.monotonic() - started, time.monotonic() - begun
        self._after = self._answers()

    def kill(self, chance: random.Random) -> str:
        """Kill a run at a moment; check what it left, and that the next run completes it.

        Returns:
            `none`, `before` or `after`: the index that was left, with an exclamation mark if the run had ended.

        Raises:
            AssertionError: the promise is broken.
        """
        self._reset()
        process = os.pidfd_open(self._begin())
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0, self._seconds))
        else:
            _wait(self._is_writing, 60)
            time.sleep(chance.uniform(0, self._writing))
        with suppress(ProcessLookupError):  # it has ended
            signal.pidfd_send_signal(process, signal.SIGKILL)
        os.close(process)
        killed = self._runs.end() == -signal.SIGKILL
        left = self._left()
        self._begin()
        assert self._runs.end() == 0, "the next run failed"
        assert self._left() == "after", "the next run did not complete it"
        assert len(list(self._index.glob("generation-*"))) <= 2, "generations pile up"
        return left if killed else f"{left}!"

    def _begin(self) -> int:
        rebuild = self._change.engine != Engine()
        return self._runs.begin(self._articles, self._index, self._change.engine, rebuild=rebuild)

    def _left(self) -> str:
        """Which index is there, once it is sure that it is whole."""
        folder = IndexFolder(self._index)
        if folder.current() is None:
            assert self._change.before is None, "the index is gone"
            return "none"
        generation = folder.open()
        try:
            faults = [*catalog_faults(generation.path), *passage_faults(generation.catalog), *store_faults(generation)]
            assert not faults, faults
        finally:
            generation.close()
        answers = self._answers()
        assert answers in (self._before, self._after), "half an index answered"
        return "after" if answers == self._after else "before"

    def _answers(self) -> Answers:
        """What the index answers, with the engine that made it."""
        generation = IndexFolder(self._index).open()
        engine = Engine(
            str(generation.catalog.recall("embedder")), int(generation.catalog.recall("passage_chars") or 0)
        )
        generation.close()
        with Assistant(IndexFolder(self._index), engine.settings(), self._parts.tools(engine)) as assistant:
            return tuple(
                f"{answer.text} {[(one.source, one.start, one.end, one.also_in) for one in answer.citations]}"
                f" {[(one.passage.id, one.passage.span) for one in answer.retrieved]}"
                for answer in map(assistant.ask, QUESTIONS)
            )

    def _reset(self) -> None:
        """The files as they shall be indexed, beside the index as it was before."""
        shutil.rmtree(self._index, ignore_errors=True)
        if self._prepared.exists():
            shutil.copytree(self._prepared, self._index)
        self._write(self._change.after)

    def _write(self, files: Mapping[str, bytes]) -> None:
        self._articles.mkdir(exist_ok=True)
        for path in self._articles.iterdir():
            path.unlink()
        for name, content in files.items():
            (self._articles / name).write_bytes(content)
            when = OLD + len(content)  # another content has another time
            os.utime(self._articles / name, (when, when))

    def _is_writing(self) -> bool:
        before = 1 if self._change.before is not None else 0
        return len(list(self._index.glob("generation-*"))) > before


def _wait(until: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        time.sleep(0.001)


def main() -> None:
    """Kill runs of each kind, and print what was left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    chance, parts = random.Random(options.seed), Parts.load()
    with TemporaryDirectory() as home, Runs() as runs:
        for at, (name, change) in enumerate(changes().items()):
            (Path(home) / str(at)).mkdir()
            trial = Trial(change, Path(home) / str(at), runs, parts)
            left = Counter[str]()
            for _ in range(options.times // 4):
                left[trial.kill(chance)] += 1
                print(f"\r{name}: {dict(left)}", end="", flush=True)
            print()


if __name__ == "__main__":
    main()
