"""How well meaning alone tells a supported claim from an unsupported one, without a model.

    .venv/bin/python -m benchmarks.entailment [DATA] [--most N]

DATA holds `qags`, `klue_nli`, `ntrex` and `multihop_rag` (by default ../shared/data). The rule of rag/confidence.py is
fitted on one half of each set and reported on the other; its coefficients are printed as they stand in that module.
`ntrex`: a sentence and its translation against the sentence behind it; `multihop_rag`: a quoted sentence against its
passage and against another article's; `qags`: sentences of summaries, by the majority of three people; `klue_nli`:
entailment against the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.logistic import auc, balanced_accuracy, best_floor, chances, fit, reliability
from index.embed import open_embedder
from index.meaning import SentenceEncoder
from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from rag.checks.coverage import coverage
from rag.checks.source import Source, language_of
from rag.confidence import Likeness

ROOT = Path(__file__).parent.parent
NEAREST = 2  # sentences of a source that a claim is held against


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, the sentences of its source, and whether they bear it out."""

    set: str
    claim: str
    source: tuple[str, ...]
    supported: bool


class Reader:
    """Reads the sets, and measures how near claims and sources are."""

    def __init__(self, data: Path) -> None:
        self.data = data
        morphology = Morphology()
        self.splitter = SentenceSplitter(morphology)
        self.terms = Terms(morphology)
        self.encoder = SentenceEncoder()
        self.embedder = open_embedder("e5")

    def pairs(self, most: int) -> list[Pair]:
        """At most `most` pairs of each set, chosen by chance."""
        random = Random(3)
        found = []
        qags = (self.qags(name) for name in ("cnndm", "xsum"))
        for some in (self.ntrex(), self.multihop(random), *qags, self.klue()):
            everything = list(some)
            random.shuffle(everything)
            found += everything[:most]
        return found

    def ntrex(self) -> Iterator[Pair]:
        """Translations, and the neighbours of translations."""
        for line in (self.data / "ntrex" / "ntrex_docs_en_ko.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for own, other in (("en", "ko"), ("ko", "en")):
                claims, sources = row[f"sentences_{own}"][1:], row[f"sentences_{other}"][1:]
                for at, claim in enumerate(claims[:-1]):
                    yield Pair("ntrex", claim, (sources[at],), supported=True)
                    yield Pair("ntrex", claim, (sources[at + 1],), supported=False)

    def multihop(self, random: Random) -> Iterator[Pair]:
        """Quoted sentences, against the text around them and against another article."""
        texts = {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted((self.data / "multihop_rag" / "articles").glob("*.txt"))
        }
        quotes = {
            (entry["source"], entry["quote"])
            for line in (self.data / "multihop_rag" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
            for group in json.loads(line)["evidence"]
            for entry in group
        }
        for source, quote in random.sample(sorted(quotes), 200):
            at = texts[source].find(quote)
            around = texts[source][max(0, at - 300) : at + len(quote) + 300]
            other = random.choice(sorted(texts))
            yield Pair("multihop_rag", quote, self.split(around), supported=True)
            yield Pair("multihop_rag", quote, self.split(texts[other][:1200]), supported=other == source)

    def qags(self, name: str) -> Iterator[Pair]:
        """Sentences of machine-written summaries against their articles."""
        path = self.data / "qags" / f"mturk_{name}.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            article = self.split(row["article"])
            for sentence in row["summary_sentences"]:
                votes = [one["response"] == "yes" for one in sentence["responses"]]
                yield Pair(f"qags {name}", sentence["sentence"], article, sum(votes) * 2 > len(votes))

    def klue(self) -> Iterator[Pair]:
        """Korean premises and hypotheses."""
        path = self.data / "klue_nli" / "klue-nli-v1.1_dev.json"
        for row in json.loads(path.read_text(encoding="utf-8")):
            yield Pair("klue_nli", row["hypothesis"], self.split(row["premise"]), row["gold_label"] == "entailment")

    def split(self, text: str) -> tuple[str, ...]:
        """The sentences of `text`."""
        return tuple(span.of(text) for span in self.splitter.split(text)) or (text,)

    def likeness(self, pair: Pair) -> Likeness:
        """As the checker measures it, over the nearest sentences of the source."""
        vectors = self.encoder.encode([pair.claim, *pair.source])
        cosines = vectors[1:] @ vectors[0]
        nearest = [pair.source[at] for at in np.argsort(-cosines)[:NEAREST]]
        embedded = self.embedder.embed_passages([pair.claim, *nearest])
        text = " ".join(nearest)
        source = Source(text, text, language_of(text), None)
        held, asked = coverage(pair.claim, [source], self.terms, self.encoder)
        return Likeness(
            meaning=float(cosines.max()),
            vector=float((embedded[1:] @ embedded[0]).max()),
            covered=held / max(1, asked),
            across=source.language != language_of(pair.claim),
        )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--most", type=int, default=2000, help="pairs of a set")
    chosen = parser.parse_args(arguments)
    reader = Reader(chosen.data)
    pairs = reader.pairs(chosen.most)
    rows = np.array([reader.likeness(pair).numbers for pair in pairs])
    marks = np.array([pair.supported for pair in pairs])
    report([pair.set for pair in pairs], rows, marks)


def report(sets: Sequence[str], rows: np.ndarray, marks: np.ndarray) -> None:
    names = np.array(sets)
    tuned = np.arange(len(rows)) % 2 == 0  # the pairs of each set are in an order of chance
    sizes = {name: (names == name).sum() for name in set(sets)}
    weights = np.array([1 / sizes[name] for name in sets])
    fitted, bias = fit(rows[tuned], marks[tuned], weights[tuned], ridge=1.0)
    print(f"BIAS = {bias:.3f}\nWEIGHTS = ({', '.join(f'{weight:.3f}' for weight in fitted)})")
    stated = chances(rows, fitted, bias)
    print(f"{'set':<14}{'n':>6}{'AUC':>8}{'bal. acc. at 0.5':>18}{'at the best floor of the other half':>38}")
    for name in dict.fromkeys(sets):
        own = names == name
        floor = best_floor(stated[own & tuned], marks[own & tuned])
        held = own & ~tuned
        area, at_half = auc(stated[held], marks[held]), balanced_accuracy(stated[held], marks[held], 0.5)
        at_best = balanced_accuracy(stated[held], marks[held], floor)
        print(f"{name:<14}{held.sum():>6}{area:>8.3f}{at_half:>18.3f}{at_best:>38.3f}")
    print("stated, observed, n (all sets, held-out half):")
    for mean, share, n in reliability(stated[~tuned], marks[~tuned]):
        print(f"  {mean:.2f}  {share:.2f}  {n}")


if __name__ == "__main__":
    main(sys.argv[1:])
