"""`byline ui` in a process of its own, for the benchmarks that look at the page or call it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
BYLINE = (sys.executable, "-m", "rag")
QUESTIONS = (
    "When does the Route No. 3 ferry leave Mokpo?",
    "해밀시 물빛선의 총사업비는 얼마인가?",
    "How many wheelchair battery packs has Daon Cell promised to replace free of charge?",
    "Who won the chess tournament of Zanzibar?",
)


_LEFT_OUT = 5  # inputs of /ask after the question: k, since, until, source, history
DONE = "event: complete"  # in what the endpoint sends


def call(question: str) -> dict[str, list[str | None]]:
    """What /ask is called with."""
    return {"data": [question, *[None] * _LEFT_OUT]}


@dataclass(frozen=True, slots=True)
class Served:
    """Where the page is, and the process that serves it."""

    url: str
    pid: int

    def megabytes(self) -> float:
        """What the process holds in memory now, with those that it has started (Linux)."""
        return sum(map(_resident, self._processes())) / 1024

    def processor_seconds(self) -> float:
        """What the process has used so far, with those that it has started (Linux)."""
        return sum(map(_used, self._processes()))

    def _processes(self) -> set[int]:
        tasks = Path(f"/proc/{self.pid}/task").glob("*/children")
        return {self.pid, *(int(pid) for task in tasks for pid in task.read_text(encoding="ascii").split())}


@contextmanager
def served(folder: Path | None) -> Iterator[Served]:
    """The page over the articles of `folder`, samples/articles if None, from when it says that it is ready."""
    with tempfile.TemporaryDirectory() as scratch:
        index = Path(scratch) / ".byline"
        print("indexing …", file=sys.stderr)
        articles = folder or ROOT / "samples" / "articles"
        subprocess.run(
            (*BYLINE, "index", str(articles), "--index", str(index)), cwd=ROOT, check=True, capture_output=True
        )
        port = str(_free_port())
        command = (*BYLINE, "ui", "--index", str(index), "--llm", "none", "--port", port)
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                yield Served(f"http://127.0.0.1:{port}", process.pid)
            finally:
                process.terminate()


def _resident(pid: int) -> int:
    """In kilobytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


def _used(pid: int) -> float:
    """In seconds, in the kernel and out of it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
