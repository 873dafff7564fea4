"""Whether the rule that decides "the articles do not say" decides rightly, and whether its confidence is what it says.

    .venv/bin/python -m benchmarks.refusal --mixed INDEX --multihop INDEX [--dev INDEX] [--every N] [--plot FILE.svg]

The indexes are those that `byline index` makes of ../shared/data/mixed_ko_en, ../shared/data/multihop_rag and
../shared/articles. Every question of the first is asked twice: of the whole index, and of the index without the one
article that answers it. The rule of rag/abstain.py is fitted on all questions of the first two sets, and printed as it
stands in that module; what is reported of each half is said by the rule of the other half. `--every N` takes every Nth
question of the public sets.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.leave_out import GenerationWithout
from benchmarks.logistic import Marks, Numbers, auc, chances, fit, reliability
from index.store import Generation, IndexFolder
from rag.checks.names import Names
from rag.evaluate.questions import Question, load_questions
from rag.evidence import Evidence, evidence
from rag.retrieve import Retriever
from rag.settings import load_settings
from rag.tools import Tools, open_tools

SHARED = Path(__file__).parent.parent.parent / "shared"
QUESTIONS = {
    "mixed": SHARED / "data" / "mixed_ko_en" / "questions.jsonl",
    "multihop": SHARED / "data" / "multihop_rag" / "questions.jsonl",
    "dev": SHARED / "questions" / "dev.jsonl",
}
K = 10
RIDGE = 100.0
FLOORS = (0.1, 0.2, 0.25, 0.3, 0.4, 0.5)
FALSE = {"mixed": 0.10, "multihop": 0.05, "dev": 0.05}  # answerable questions that may be refused
WITHIN = ("en->en", "ko->ko")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to an index: its set, type and place in the set, whether it can be answered, and its numbers."""

    set: str
    type: str
    at: int
    answerable: bool
    numbers: tuple[float, ...]


def gather(name: str, index: Path, tools: Tools, every: int) -> Iterator[Asked]:
    """Every question of a set, asked; those of `mixed` once more without their article."""
    generation = IndexFolder(index).open()
    for at, question in enumerate(load_questions(QUESTIONS[name])):
        if at % every and name != "dev":
            continue
        place = at // every
        yield Asked(name, question.type, place, question.answerable, _numbers(question, generation, tools))
        if name == "mixed":
            left = GenerationWithout(generation, question.evidence[0][0].source)
            yield Asked(name, question.type, place, False, _numbers(question, left, tools))
        print(f"\r{name} {at}", end="", file=sys.stderr)
    generation.close()


def _numbers(question: Question, generation: Generation, tools: Tools) -> tuple[float, ...]:
    retriever = Retriever(generation, tools.embedder, tools.encoder, tools.terms)
    prepared, names = retriever.prepare(question.question), Names(tools.terms, tools.encoder)
    return evidence(prepared, retriever.retrieve(prepared, K), retriever, names).numbers


def report(asked: Sequence[Asked], plot: Path | None) -> None:
    """Print the rule fitted on all, then, for each half, what the rule fitted on the other half says of it."""
    rows, marks = np.array([one.numbers for one in asked]), np.array([one.answerable for one in asked])
    sets = np.array([one.set for one in asked])
    # A question and its translation stand side by side, and go into the same half.
    halves = np.array([one.at // 2 % 2 for one in asked])
    public = sets != "dev"
    fitted, bias = _fitted(asked, rows, marks, public)
    names = (field.name for field in fields(Evidence))
    print(f"\nbias={bias:.3f}", *(f"{name}={weight:.3f}" for name, weight in zip(names, fitted, strict=True)), sep="\n")
    stated = chances(rows, fitted, bias)
    for half in (0, 1):
        held = public & (halves == half)
        stated[held] = chances(rows[held], *_fitted(asked, rows, marks, public & (halves != half)))
    within = np.array([one.type in WITHIN for one in asked])
    for name in dict.fromkeys(sets):
        here = sets == name
        print(f"{name}: {_ranking(stated[here], marks[here], FALSE[name])}")
        if name == "mixed":
            print(f"  within a language: AUC {auc(stated[here & within], marks[here & within]):.3f}")
            print(f"  across: AUC {auc(stated[here & ~within], marks[here & ~within]):.3f}")
        for floor in FLOORS:
            refused, false = (stated[here & ~marks] < floor).mean(), (stated[here & marks] < floor).mean()
            print(f"  under {floor}: {refused:.3f} of the unanswerable refused, {false:.3f} of the answerable")
    known = [(mean, share, n) for mean, share, n in reliability(stated[public], marks[public])]
    print("stated, observed, n:\n" + "\n".join(f"  {mean:.2f}  {share:.2f}  {n}" for mean, share, n in known))
    if plot:
        plot.write_text(_drawn(known), encoding="utf-8")


def _fitted(asked: Sequence[Asked], rows: Numbers, marks: Marks, some: Marks) -> tuple[Numbers, float]:
    """The rule of some of the rows; the answerable and the unanswerable of each set count alike."""
    kinds = Counter((one.set, one.answerable) for one, chosen in zip(asked, some, strict=True) if chosen)
    weights = np.array([1 / max(1, kinds[one.set, one.answerable]) for one in asked])
    return fit(rows[some], marks[some], weights[some], ridge=RIDGE)


def _ranking(stated: Numbers, marks: Marks, false: float) -> str:
    floor = np.quantile(stated[marks], false)
    recall = (stated[~marks] < floor).mean()
    return f"AUC {auc(stated, marks):.3f}, refusal recall {recall:.3f} at {false:.2f} false, n {len(marks)}"


def _drawn(points: Sequence[tuple[float, float, int]]) -> str:
    """The reliability of the stated confidence, as SVG: on the diagonal it is what was observed."""
    most = max(n for _, _, n in points)
    circles = "".join(
        f'<circle cx="{40 + 320 * mean:.0f}" cy="{360 - 320 * share:.0f}" r="{3 + 9 * (n / most) ** 0.5:.1f}"/>'
        for mean, share, n in points
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" font-family="sans-serif" font-size="13">'
        '<path d="M40 40V360H360M40 360L360 40" fill="none" stroke="#888"/>'
        f'<g fill="#1f5fa8" fill-opacity="0.8">{circles}</g>'
        '<text x="140" y="390">stated confidence</text>'
        '<text x="-250" y="25" transform="rotate(-90)">observed share</text>'
        "</svg>\n"
    )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in QUESTIONS:
        parser.add_argument(f"--{name}", type=Path, metavar="INDEX")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep what was gathered here, or take it from here")
    chosen = parser.parse_args(arguments)
    if chosen.keep and chosen.keep.exists():
        asked = [Asked(*row) for row in json.loads(chosen.keep.read_text(encoding="utf-8"))]
    else:
        tools = open_tools(load_settings())
        indexes = [(name, getattr(chosen, name)) for name in QUESTIONS if getattr(chosen, name)]
        asked = [one for name, index in indexes for one in gather(name, index, tools, chosen.every)]
    if chosen.keep:
        rows = [[one.set, one.type, one.at, one.answerable, one.numbers] for one in asked]
        chosen.keep.write_text(json.dumps(rows), encoding="utf-8")
    report(asked, chosen.plot)


if __name__ == "__main__":
    main(sys.argv[1:])
