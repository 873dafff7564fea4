"""One file of one line, of any length and format: read within memory and time that grow no faster than the line.

    python -m tests.trust.lines 5 50

Each length (in megabytes) and format is indexed in a process of its own, with `max_file_mb` raised to take it in. The
two encoders are made of hashes: what is on trial is reading, cleaning, passages, and storing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from index.document import Reader
from index.language import ArticleLanguages
from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from tests.desk import KOREAN, Counting, Desk, HashedWords
from tests.trust.hashed import HashedSentences

ENGLISH = "Ship {n} left the quay of the harbour at noon, the port authority said on Monday. "
_MEGABYTE = 1_000_000
KINDS = ("english.txt", "korean.txt", "unbroken.txt", "page.html", "articles.jsonl")


def line(kind: str, size: int) -> bytes:
    """A line of at least `size` bytes, in the format that the name says; no two sentences of it are alike.

    Their words are few: the encoders made of hashes remember each.
    """
    if kind == "unbroken.txt":
        return b"x" * size
    sentence = f"{KOREAN} {{n}}번 배가 떠났다. " if kind == "korean.txt" else ENGLISH
    count = size // len(sentence.encode()) + 1
    text = "".join(sentence.format(n=" ".join(str(number))) for number in range(count))
    if kind == "page.html":
        return f"<html><body><article><p>{text}</p></article></body></html>".encode()
    if kind == "articles.jsonl":
        return json.dumps({"title": "The harbour", "body": text}, ensure_ascii=False).encode()
    return text.encode()


def index_one(kind: str, megabytes: float) -> str:
    """Index one such line; what became of it, and what that took."""
    morphology = Morphology()
    reader = Reader(SentenceSplitter(morphology), ArticleLanguages(), target=500)
    with TemporaryDirectory() as home:
        desk = Desk(Path(home).resolve(), reader, Counting(HashedWords()), HashedSentences(), Terms(morphology))
        desk.max_file_bytes = sys.maxsize
        desk.write(kind, line(kind, int(megabytes * _MEGABYTE)))
        own = time.process_time()
        summary = desk.run()
        took = time.process_time() - own
    fate = ", ".join(why for _, why in summary.skipped) or f"{summary.counts.passages} passages"
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    return f"{kind}, {megabytes:g} MB: {fate}; {took:.1f} s of processor time, at most {most} MB"


def main() -> None:
    """Index each length of each kind, one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=float, nargs="+")
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--here", action="store_true", help="in this process")
    options = parser.parse_args()
    for kind in options.kind or KINDS:
        for megabytes in options.megabytes:
            if options.here:
                print(index_one(kind, megabytes), flush=True)
            else:
                again = [sys.executable, "-m", __spec__.name, str(megabytes), "--kind", kind, "--here"]
                subprocess.run(again, check=True)


if __name__ == "__main__":
    main()
