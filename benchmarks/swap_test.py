"""How many wrong claims the deterministic checks catch, and how many true ones they reject.

    .venv/bin/python -m benchmarks.swap_test [DATA] [--show KIND]

DATA holds `multihop_rag` and `ntrex` (by default ../shared/data). 300 English sentences and 100 Korean ones are held
against their own passage, as they are and with one thing changed, and against another article's; then NTREX's sentences
against the passage of their translation. Articles fall into two halves by a hash of their name: the checks were tuned
looking at `tuned`, and `held out` was only counted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.swaps import swaps
from index.article import Passage
from index.document import Reader
from index.embed import Vectors, open_embedder
from index.language import ArticleLanguages
from index.meaning import SentenceEncoder
from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from rag.answer import FAILING, Verdict
from rag.check import Checker, verdict_of
from rag.checks.source import Source

ROOT = Path(__file__).parent.parent
ENGLISH, KOREAN, ACROSS = 300, 100, 123  # articles
LENGTHS = range(50, 320)  # characters of a sentence that makes a claim
KOREAN_LENGTHS = range(25, 200)
PASSAGE_CHARS = 500
CHOICE = 4  # sentences of an article among which the one that can be changed in most ways is taken


@dataclass(frozen=True, slots=True)
class Case:
    """A true sentence, the passage that holds it, and its translation where the passage is in the other language."""

    claim: str
    passage: Passage
    article: str

    @property
    def half(self) -> str:
        """`tuned` or `held out`, by the article's name."""
        return "tuned" if hashlib.sha256(self.article.encode()).digest()[0] % 2 else "held out"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim of one cell and kind, whether it was called wrong, its verdict, and why."""

    cell: str
    half: str
    kind: str
    caught: bool
    verdict: Verdict
    claim: str
    source: str
    reasons: tuple[str, ...]


class RememberingEncoder(SentenceEncoder):
    """The second encoder, each text once: a passage is judged against a handful of claims."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Vectors] = {}

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """As `SentenceEncoder.encode`."""
        new = list(dict.fromkeys(one for one in sentences if one not in self._known))
        self._known |= dict(zip(new, super().encode(new), strict=True))
        return np.stack([self._known[one] for one in sentences]) if sentences else super().encode(sentences)


class Bench:
    """What reads the sets and judges their claims."""

    def __init__(self, data: Path) -> None:
        self.data = data
        morphology = Morphology()
        self.terms = Terms(morphology)
        self.splitter = SentenceSplitter(morphology)
        self.reader = Reader(self.splitter, ArticleLanguages(), target=PASSAGE_CHARS)
        self.checker = Checker(RememberingEncoder(), open_embedder("e5"), self.terms)

    def english(self, random: Random, share: float) -> list[Case]:
        """A sentence each of ENGLISH articles of multihop_rag."""
        files = sorted((self.data / "multihop_rag" / "articles").glob("*.txt"))
        random.shuffle(files)
        cases = (self._case(file.name, file.read_bytes(), random, LENGTHS) for file in files[: int(share * ENGLISH)])
        return [case for case in cases if case]

    def korean(self, random: Random, share: float) -> list[Case]:
        """Korean sentences of the samples and of NTREX."""
        texts = {path.name: path.read_bytes() for path in sorted((ROOT / "samples" / "articles").iterdir())}
        texts |= {f"{row['doc_id']}.ko": "\n".join(row["sentences_ko"]).encode() for row in self._documents()}
        cases = [self._case(name, text, random, KOREAN_LENGTHS) for name, text in texts.items()]
        korean = [case for case in cases if case and case.passage.language == "ko"]
        random.shuffle(korean)
        return korean[: int(share * KOREAN)]

    def across(self, random: Random, share: float) -> Iterator[tuple[str, list[Case]]]:
        """NTREX's sentences with the passage that holds their translation, both ways."""
        for own, other in (("en", "ko"), ("ko", "en")):
            cases = []
            for row in self._documents()[: int(share * ACROSS)]:
                pairs = list(zip(row[f"sentences_{own}"], row[f"sentences_{other}"], strict=True))[1:]
                at = self._richest(range(len(pairs)), lambda place: pairs[place][0], random)  # noqa: B023
                near = "\n".join(text for _, text in pairs[max(0, at - 1) : at + 2])
                document = self.reader.read(f"{row[f'title_{other}']}\n{near}".encode(), f"{row['doc_id']}.{other}")
                held = [one for one in document.passages if pairs[at][1][:20] in one.text]
                if held:
                    cases.append(Case(pairs[at][0], held[0], str(row["doc_id"])))
            yield f"{own} claim, {other} source", cases

    def names(self, text: str) -> list[str]:
        """The names in a sentence: capitals in the middle of it, or proper nouns."""
        if re.search(r"[가-힣]", text):
            return [
                text[one.start : one.end] for one in self.terms.nouns(text) if one.proper and one.end - one.start > 1
            ]
        capitals = re.compile(r"(?<=[a-z,] )[A-Z][a-zé]+(?: [A-Z][a-zé]+)*")
        days = "January|February|March|April|May|June|July|August|September|October|November|December|\\w+day"
        return [name for name in capitals.findall(text) if not re.fullmatch(rf"(?:{days}|I)", name)]

    def judge(self, claim: str, passage: Passage) -> tuple[bool, Verdict, tuple[str, ...]]:
        """Whether the checks find fault with `claim`, the verdict that it gets, and what is wrong with it."""
        bearing = self.checker.bearing(claim, passage)
        faults = self.checker.faults(claim, [Source.of(bearing.text, passage)])
        return bool(faults), verdict_of(faults, bearing.cosine), tuple(fault.reason for fault in faults)

    def _documents(self) -> list[dict[str, list[str]]]:
        path = self.data / "ntrex" / "ntrex_docs_en_ko.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def _case(self, name: str, text: bytes, random: Random, lengths: range) -> Case | None:
        passages = self.reader.read(text, name).passages
        places = [
            (" ".join(passage.quote(span).split()), passage)
            for passage in passages
            for span in passage.sentences
            if len(span) in lengths and passage.quote(span).rstrip("\"”'’")[-1:] in ".!?"
        ]
        if not places:
            return None
        return Case(*places[self._richest(range(len(places)), lambda at: places[at][0], random)], name)

    def _richest(self, places: range, sentence: Callable[[int], str], random: Random) -> int:
        """Of a few places chosen by chance, the one whose sentence offers most kinds of change."""
        few = random.sample(places, min(CHOICE, len(places)))
        return max(few, key=lambda at: len(swaps(sentence(at), self.names(sentence(at)), ["Nowhere"], Random(0))))


def outcomes(bench: Bench, cell: str, cases: Sequence[Case], random: Random) -> Iterator[Outcome]:
    """Every claim made of `cases`, judged."""
    pool = [name for case in cases for name in bench.names(case.claim)]
    for at, case in enumerate(cases):
        other = cases[(at + len(cases) // 2) % len(cases)]
        claims = [("true", case.claim, case), ("other article", other.claim, case)]
        names = bench.names(case.claim)
        claims += [(swap.kind, swap.text, case) for swap in swaps(case.claim, names, pool, random)]
        for kind, claim, source in claims:
            caught, verdict, reasons = bench.judge(claim, source.passage)
            yield Outcome(cell, case.half, kind, caught, verdict, claim, source.passage.own_words, reasons)


def report(found: Sequence[Outcome]) -> None:
    tally: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for one in found:
        tally[one.cell, one.half, one.kind].append(one.caught)
        if one.kind != "true":
            tally[one.cell, one.half, "all changed"].append(one.caught)
    for half in ("tuned", "held out"):
        print(f"\n{half}: share called wrong (number of claims)")
        for cell in dict.fromkeys(one.cell for one in found):
            kinds = {kind: marks for (c, h, kind), marks in tally.items() if (c, h) == (cell, half)}
            cells = (f"{kind} {sum(marks) / len(marks):.3f} ({len(marks)})" for kind, marks in sorted(kinds.items()))
            print(f"  {cell}: {', '.join(cells)}")
            some = [one for one in found if (one.cell, one.half) == (cell, half)]
            changed = [one.verdict != "supported" for one in some if one.kind != "true"]
            true = [one.verdict in FAILING for one in some if one.kind == "true"]
            shares = (f"{sum(marks) / max(1, len(marks)):.3f}" for marks in (changed, true))
            print("    by verdict: changed not supported {}, true failing {}".format(*shares))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--share", type=float, default=1.0, help="of the sentences, for a quick look")
    parser.add_argument("--show", metavar="KIND", help="print the errors on one kind of claim, of the tuned half")
    chosen = parser.parse_args(arguments)
    bench = Bench(chosen.data)
    random = Random(7)
    cells = [
        ("English", bench.english(random, chosen.share)),
        ("Korean", bench.korean(random, chosen.share)),
        *bench.across(random, chosen.share),
    ]
    found = [one for cell, cases in cells for one in outcomes(bench, cell, cases, random)]
    report(found)
    for one in found:
        if chosen.show in (one.kind, "all") and one.half == "tuned" and one.caught == (one.kind == "true"):
            print(f"\n[{one.cell}] {one.claim}\n    against: {one.source}\n    {'; '.join(one.reasons)}")


if __name__ == "__main__":
    main(sys.argv[1:])
