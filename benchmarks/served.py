"""How soon one process finds what another has indexed, both over one Chroma server, in seconds.

    .venv/bin/python -m benchmarks.served [--articles 5]

Starts `chroma run`, indexes samples/articles with it, and then lets a process of its own index invented articles, one
after the other, while this one keeps searching for them. Counted is the time from the moment at which a new generation
became current to the end of the first search that found its article; beside it a search when nothing is new, and the
whole time from writing the file.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from benchmarks.synthetic import sentences, words
from rag.assistant import Assistant
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
STEADY = 20  # searches when nothing is new


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="How soon one process finds what another has indexed.")
    parser.add_argument("--articles", type=int, default=5, help="new articles, one after the other")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made, running_chroma(Path(made) / "server") as url:
        articles, index = Path(made) / "articles", Path(made) / "index"
        shutil.copytree(ROOT / "samples" / "articles", articles)
        with indexing(index, str(articles), "--chroma", url):
            pass
        with Assistant.open(index, Settings(llm="none")) as reader:
            report(reader, articles, index, given.articles)


def report(reader: Assistant, articles: Path, index: Path, n: int) -> None:
    vocabulary, rng = words(10_000), np.random.default_rng(1)
    reader.search("a first question, that loads the models")
    steady = [seconds_of_search(reader, next(sentences(vocabulary, 1, rng))) for _ in range(STEADY)]
    found, whole = zip(
        *(
            one_article(reader, articles, index, f"new-{at}.txt", list(sentences(vocabulary, 8, rng)))
            for at in range(n)
        ),
        strict=True,
    )
    print(f"{'seconds':<44}{'median':>8}{'most':>8}")
    for name, some in {
        "a search when nothing is new": steady,
        "from current to found by the other process": found,
        "from the file's writing to found": whole,
    }.items():
        print(f"{name:<44}{statistics.median(some):>8.2f}{max(some):>8.2f}")


def one_article(reader: Assistant, articles: Path, index: Path, name: str, said: Sequence[str]) -> tuple[float, float]:
    """Seconds until a new article is found: since its generation became current, and since its file was written."""
    written = time.time()
    (articles / name).write_text(" ".join(said), encoding="utf-8")
    with indexing(index):
        while all(one.passage.source != name for one in reader.search(said[0])):
            if time.time() - written > 120:
                raise SystemExit(f"{name} was not found within two minutes")
        found = time.time()
    return found - (index / "CURRENT").stat().st_mtime, found - written


def seconds_of_search(reader: Assistant, question: str) -> float:
    started = time.perf_counter()
    reader.search(question)
    return time.perf_counter() - started


@contextmanager
def indexing(index: Path, *arguments: str) -> Iterator[None]:
    """`byline index` in a process of its own, which has ended well afterwards."""
    command = (sys.executable, "-m", "rag", "index", *arguments, "--index", str(index))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        yield
    if process.returncode:
        raise SystemExit(f"`byline index` ended with {process.returncode}")


@contextmanager
def running_chroma(data: Path) -> Iterator[str]:
    """The address of a Chroma server in a process of its own, which keeps its data in the folder `data`."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = (str(Path(sys.executable).parent / "chroma"), "run", "--path", str(data), "--port", str(port))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_it_answers(f"http://localhost:{port}", process)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


@retry(retry=retry_if_exception_type(httpx.ConnectError), wait=wait_fixed(0.1), stop=stop_after_delay(60), reraise=True)
def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        raise ChildProcessError(f"chroma run has ended with {process.returncode}")
    httpx.get(f"{url}/api/v2/heartbeat").raise_for_status()


if __name__ == "__main__":
    main(sys.argv[1:])
