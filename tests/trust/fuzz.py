"""Whatever a file, an answer, a question set or a report holds: no crash, and offsets that are right.

    python -m tests.trust.fuzz --minutes 60

Each target is a property of hypothesis that is tried over and over with new examples until the time is up. What may be
raised is Byline's own one line; anything else is a finding, printed with the example that makes it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from index.decode import decode
from index.document import Reader
from index.errors import BylineError
from index.formats import SUFFIXES
from index.language import ArticleLanguages
from index.sentences import Morphology, SentenceSplitter
from rag.draft.claims import claims
from rag.draft.read import read_manuscript
from rag.evaluate.formats.load import load_set
from rag.markers import parse
from rag.report.saved import load_citations
from tests.conftest import article_texts

SAMPLES = Path(__file__).parents[2] / "samples"
ROUND = 100  # examples of a target before the next one has its turn

# Pieces that formats and answers are made of, put together in any order.
_PIECES = st.sampled_from(
    [
        *(
            "[1]",
            "[2][3]",
            "[1, 2]",
            "[99]",
            "[",
            "]",
            "[^1]",
            "[^1]: ",
            "【1】",
            "[1",
            "```",
            "`[1]`",
            "# ",
            "> ",
            "- ",
        ),
        *("|a|b|", "[file.txt]", "[말](file.txt)", "<https://a.example>", "1. ", "<b>", "&amp;", "3.5%", "…", "。"),
        *("\n", "\n\n", "\r", "\t", "\v", "\u2028", "\u202e", "\u0301", "\x00", "\ufeff", "}", ",", ":", "null"),
        *(
            "The quota stays. ",
            "쿼터는 유지된다. ",
            "He said, “No.” ",
            "NaN",
            "1e999",
            "[[",
            "]]",
            '"',
            "question,answer",
        ),
        *('"language":"ko"', '"\\ud800"', '{"id":"a","question":"q?"', '"evidence":[[{"source":"a.txt"}]]'),
    ]
)
_MADE = st.lists(_PIECES | st.text(max_size=8), max_size=40).map("".join)
_KEYS = st.sampled_from(
    [
        *("id", "question", "answer", "evidence", "source", "quote", "facts", "citations", "number", "start", "end"),
        *(
            "answers",
            "sections",
            "answerable",
            "language",
            "published",
            "title",
            "text",
            "body",
            "date",
            "url",
            "draft",
        ),
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=12,
).map(lambda value: json.dumps(value, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Target:
    """Something that takes whatever there is: what is drawn for it, and what it does with that."""

    drawn: st.SearchStrategy[Any]
    take: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Trials:
    """What is tried; files are written into `folder`."""

    reader: Reader
    splitter: SentenceSplitter
    folder: Path

    def targets(self) -> dict[str, Target]:
        """Every target by its name."""
        files = st.tuples(_bytes(), st.sampled_from(sorted(SUFFIXES)))
        return {
            "reading": Target(files, self.reading),
            "decoding": Target(_bytes(), self.decoding),
            "markers": Target(_MADE | article_texts(), self.markers),
            "drafts": Target(_MADE | article_texts(), self.drafts),
            "question sets": Target(st.tuples(_MADE | _JSON, st.sampled_from([".jsonl", ".csv", ".json"])), self.set_),
            "reports": Target(_MADE | _JSON, self.report),
        }

    def reading(self, file: tuple[bytes, str]) -> None:
        """Every passage and sentence of a file stands where it is said to, and the same bytes give the same."""
        data, suffix = file
        document = self.reader.read(data, f"any{suffix}")
        for passage in document.passages:
            assert passage.span.of(document.text) == passage.text
            for sentence in passage.sentences:
                assert sentence.of(document.text) == passage.quote(sentence) != ""
        assert self.reader.read(data, f"any{suffix}") == document

    def decoding(self, data: bytes) -> None:
        """The text is that of the encoding that is named."""
        decoded = decode(data)
        assert decoded.text == data.decode(decoded.encoding)

    def markers(self, text: str) -> None:
        """No sentence cites a passage that does not exist, and markers that are gone stay gone."""
        parsed = parse(text, 3, self._split)
        assert all(1 <= number <= 3 for sentence in parsed.sentences for number in sentence.numbers)
        assert parse(parsed.text, 3, self._split).dropped == ()

    def drafts(self, text: str) -> None:
        """The claims of a draft lie inside it."""
        for name in ("draft.md", "draft.txt"):
            manuscript = read_manuscript(self._written(text, name))
            assert all(0 <= one.start < one.end <= len(manuscript.text) for one in claims(manuscript, self._split))

    def set_(self, file: tuple[str, str]) -> None:
        """A question set is read, or everything wrong with it named."""
        text, suffix = file
        load_set(self._written(text, f"set{suffix}"))

    def report(self, text: str) -> None:
        """A saved report is read, or what is wrong with it named."""
        load_citations(self._written(text, "report.json"))

    def _split(self, text: str) -> list[tuple[int, int]]:
        return [(span.start, span.end) for span in self.splitter.split(text)]

    def _written(self, text: str, name: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
        return path


@st.composite
def _bytes(draw: st.DrawFn) -> bytes:
    """Bytes of a file: a sample with some of them changed, a text in any encoding, or anything at all."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.binary(max_size=300))
    if kind == 1:
        encoding = draw(st.sampled_from(["utf-8", "utf-16", "utf-32", "cp949", "johab", "iso2022_kr", "latin-1"]))
        return draw(article_texts()).encode(encoding, "replace")
    paths = sorted(path for path in (SAMPLES / "articles").iterdir() if path.stat().st_size < 20_000)
    data = bytearray(draw(st.sampled_from(paths)).read_bytes())
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 40))] = draw(st.binary(max_size=20))
    return bytes(data)


def property_of(target: Target, examples: int = ROUND) -> Callable[[], None]:
    """A target as a property of hypothesis, of so many examples at a call, which raises what it finds."""

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(target.drawn)
    def property_(value: Any) -> None:
        with suppress(BylineError):
            target.take(value)

    return property_


def try_for(target: Target, examples: int, start: int) -> None:
    """Try a target on so many examples, drawn from the seed `start`.

    Raises:
        Exception: what was found, on its smallest example.
    """
    seed(start)(property_of(target, examples))()


def fuzz(chosen: dict[str, Target], seconds: float, start: int, tell: Callable[[str], None]) -> Counter[str]:
    """Try the targets by turns until the time is up; how many examples each had."""
    tried, end, chance = Counter[str](), time.monotonic() + seconds, random.Random(start)
    while True:
        for name, target in chosen.items():
            if time.monotonic() > end:
                return tried
            at = chance.randrange(2**32)
            try:
                try_for(target, ROUND, at)
            except Exception as error:
                tell(f"FOUND by {name}, seed {at}: {type(error).__name__}: {error}\n{getattr(error, '__notes__', '')}")
            tried[name] += ROUND


def main() -> None:
    """Fuzz, and say how much was tried."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    splitter = SentenceSplitter(Morphology())
    reader = Reader(splitter, ArticleLanguages(), target=500)
    with TemporaryDirectory() as folder:
        chosen = Trials(reader, splitter, Path(folder)).targets()
        tried = fuzz(chosen, 60 * options.minutes, options.seed, lambda line: print(line, flush=True))
    print(f"{options.minutes:g} minutes: {dict(tried)}")


if __name__ == "__main__":
    main()
