"""A folder of a hundred thousand files: looked through, indexed, looked through again with nothing new.

    python -m tests.trust.heap --files 100000

The files are short, each with a sentence of its own, in as many folders as have a thousand of them. The two encoders
are made of hashes: what is on trial is everything else.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from index.document import Reader
from index.language import ArticleLanguages
from index.scan import scan
from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from tests.desk import Counting, Desk, HashedWords
from tests.trust.hashed import HashedSentences

_IN_A_FOLDER = 1000

Done = TypeVar("Done")


def written(desk: Desk, files: int) -> None:
    """So many short articles, no two alike."""
    for number in range(files):
        digits = " ".join(str(number))  # few words in all: the encoders made of hashes remember each
        text = f"Ship {digits} of the harbour\n\nThe ship with number {digits} left the quay at noon.\n"
        desk.write(f"{number // _IN_A_FOLDER}/{number}.txt", text)


def timed(name: str, work: Callable[[], Done]) -> Done:
    """What `work` gives; the time it took, and the most memory so far, are printed."""
    wall, own = time.monotonic(), time.process_time()
    done = work()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    took = f"{time.process_time() - own:.0f} s of processor time, {time.monotonic() - wall:.0f} s in all"
    print(f"{name}: {took}; at most {most} MB", flush=True)
    return done


def main() -> None:
    """Write the files, then scan, index, and index again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    options = parser.parse_args()
    morphology = Morphology()
    reader = Reader(SentenceSplitter(morphology), ArticleLanguages(), target=500)
    with TemporaryDirectory() as home:
        desk = Desk(Path(home).resolve(), reader, Counting(HashedWords()), HashedSentences(), Terms(morphology))
        timed("written", lambda: written(desk, options.files))
        found = timed("scanned", lambda: scan([desk.articles], desk.folder.path))
        assert len(found.found) == options.files
        first = timed("indexed", desk.run)
        assert (first.read, first.counts.files, first.skipped) == (options.files, options.files, ())
        again = timed("nothing new", desk.run)
        assert (again.read, again.unchanged) == (0, options.files)


if __name__ == "__main__":
    main()
