"""The targets of the fuzzer, their examples chosen by the lines of code that they reach, as atheris does it.

    python -m tests.trust.guided reading --minutes 5      (atheris in an environment of its own, or on PYTHONPATH)

Hypothesis builds each example from the bytes that libFuzzer gives it. What is found ends the run, with the example.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["index", "rag"]):
    from index.document import Reader
    from index.language import ArticleLanguages
    from index.sentences import Morphology, SentenceSplitter
    from tests.trust.fuzz import Trials, property_of


def main() -> None:
    """Fuzz one target until the time is up, or something is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    splitter = SentenceSplitter(Morphology())
    with TemporaryDirectory() as folder:
        trials = Trials(Reader(splitter, ArticleLanguages(), target=500), splitter, Path(folder))
        take = property_of(trials.targets()[options.target]).hypothesis.fuzz_one_input  # type: ignore[attr-defined]
        limits = [
            f"-max_total_time={60 * options.minutes:.0f}",
            f"-seed={options.seed}",
            "-max_len=4096",
            "-len_control=0",
        ]
        atheris.Setup([sys.argv[0], *limits], take)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
