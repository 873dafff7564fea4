"""Whether the gate tells a regression from noise: a planted one has to fall, ten repeats of the same have to pass.

    python -m benchmarks.gate INDEX QUESTIONS.jsonl [RULE…]

The regression is retrieval without the standardisation of cosines within each language.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

from index.embed import Vectors
from index.moments import Moments
from index.store import IndexFolder
from rag.assistant import Assistant
from rag.evaluate.gate import broken, parse_rule
from rag.evaluate.questions import load_questions
from rag.evaluate.reading import open_reading
from rag.evaluate.record import Run, Setup, against
from rag.evaluate.run import evaluate
from rag.rank import Scale
from rag.settings import load_settings
from rag.tools import open_tools

RULES = ("recall@3<-0.015", "recall@5<-0.02", "mrr<-0.02", "newly-failing>3")
REPEATS = 10


def main(index: str, questions: str, *written: str) -> int:
    rules = [parse_rule(rule) for rule in written or RULES]
    asked = load_questions(questions)
    settings = load_settings()
    tools = open_tools(settings)
    reading = open_reading(tools)

    def run() -> Run:
        return evaluate(assistant, asked, reading, setup=Setup(settings.k, None, retrieval_only=True), jobs=2)

    with Assistant(IndexFolder(Path(index)), settings, tools) as assistant:
        baseline = run()
        with patch("rag.retrieve.scales", one_scale):
            fell = broken(rules, against(run(), baseline))
        passes = [not broken(rules, against(run(), baseline)) for _ in range(REPEATS)]
    print("planted regression:", *(fell or ["not caught"]), sep="\n  ")
    print(f"repeats that pass: {sum(passes)} of {REPEATS}")
    return 0 if fell and all(passes) else 1


def one_scale(query: Vectors, moments: Mapping[str, Moments]) -> dict[str, Scale]:
    """As `rag.rank.scales`, with the mean and deviation over all languages for each."""
    spreads = [(sums.n, *sums.spread(query)) for sums in moments.values() if sums.n]
    total = sum(n for n, _, _ in spreads)
    mean = sum(n * mean for n, mean, _ in spreads) / total
    variance = sum(n * (variance + (own - mean) ** 2) for n, own, variance in spreads) / total
    return dict.fromkeys(moments, Scale(mean, variance**0.5))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
