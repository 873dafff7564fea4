"""With `--llm none` and the embedded model nothing leaves this machine: not one socket but the page's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.browser import free_address

ROOT = Path(__file__).parent.parent
QUESTION = "At what time does the first ferry leave Haemil?"
# What a process does to talk to another machine, or to ask where one is; sockets of the machine itself are not.
CALLS = "connect,sendto,sendmsg,sendmmsg"
WATCHED = ("strace", "-f", "-qq", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o")
REMOTE = re.compile(r"AF_INET6?\b")

# Every way from Python to the network, shut; with the libraries that may try it at import time.
SHUT = """
import sys
def shut(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        print("REACHED FOR THE NETWORK", event, arguments, file=sys.stderr)
        raise SystemExit(99)
sys.addaudithook(shut)
from rag.cli import main
sys.argv = ["byline", *sys.argv[1:]]
main()
"""


def environment() -> dict[str, str]:
    """Without what a machine may be set to; telemetry is not switched off for byline, it has to do that itself."""
    switches = {"ANONYMIZED_TELEMETRY", "GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE", "ORT_DISABLE_TELEMETRY"}
    gone = {"OPENAI_API_KEY", "DO_NOT_TRACK", *switches}
    return {**{key: value for key, value in os.environ.items() if key not in gone}, "PYTHONPATH": str(ROOT)}


def commands(samples: Path, index: Path, folder: Path) -> list[list[str]]:
    articles = folder / "articles"
    articles.mkdir()
    for path in sorted(samples.iterdir())[:3]:
        shutil.copy(path, articles)
    at = ["--index", str(folder / "index")]
    return [
        ["index", str(articles), *at],
        ["ask", QUESTION, "--llm", "none", "--index", str(index)],
        ["search", QUESTION, "--index", str(index)],
        ["doctor", *at],
    ]


def test_no_command_reaches_for_the_network(samples: Path, samples_index: Path, tmp_path: Path) -> None:
    for arguments in commands(samples, samples_index, tmp_path):
        ran = subprocess.run(
            [sys.executable, "-c", SHUT, *arguments],
            env=environment(),
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert (ran.returncode, ran.stderr.count("REACHED")) == (0, 0), (arguments[0], ran.stderr[-500:])


@pytest.mark.skipif(shutil.which("strace") is None, reason="system calls are watched with strace")
def test_no_library_does_so_past_python(samples: Path, samples_index: Path, tmp_path: Path) -> None:
    """Chroma, tantivy and onnxruntime are not written in Python: their calls of the system are watched."""
    for at, arguments in enumerate(commands(samples, samples_index, tmp_path)[:2]):
        trace = tmp_path / f"trace-{at}"
        command = [*WATCHED, str(trace), sys.executable, "-m", "rag", *arguments]
        subprocess.run(command, env=environment(), check=True, capture_output=True, cwd=tmp_path)
        assert not [line for line in trace.read_text(errors="replace").splitlines() if REMOTE.search(line)]


@pytest.mark.skipif(shutil.which("strace") is None, reason="system calls are watched with strace")
def test_the_page_talks_to_nothing_but_itself(samples_index: Path, tmp_path: Path) -> None:
    trace, port = tmp_path / "trace", str(free_address().port)
    watched = [*WATCHED, str(trace), "-D"]
    page = [sys.executable, "-m", "rag", "ui", "--index", str(samples_index), "--llm", "none", "--port", port]
    with subprocess.Popen([*watched, *page], env=environment(), stdout=subprocess.PIPE, cwd=tmp_path) as running:
        assert running.stdout is not None
        running.stdout.readline()  # it says where it is once it takes questions
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as reader:
            assert reader.get("/").status_code == 200
            queued = reader.post("/gradio_api/call/ask", json={"data": [QUESTION, *[None] * 5]})
            assert "event: complete" in reader.get(f"/gradio_api/call/ask/{queued.json()['event_id']}").text
        running.terminate()

    reached = [line for line in trace.read_text(errors="replace").splitlines() if REMOTE.search(line)]
    assert reached  # Gradio asks whether it answers
    assert not [line for line in reached if "127.0.0.1" not in line]
