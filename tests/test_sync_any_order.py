"""In step with the folder whatever happens in it, in whatever order."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from index.document import Reader
from index.errors import BylineError
from index.language import ArticleLanguages
from index.meaning import SentenceEncoder
from index.sentences import SentenceSplitter
from index.terms import Terms
from tests.desk import ENGLISH, GERMAN, KOREAN, TRAM, Counting, Desk, HashedWords, assert_in_step

NAMES = st.sampled_from(["a.txt", "b.md", "c/d.txt", "e.txt"])
PARTS = st.sampled_from(
    [
        "Harbour reopens after the storm",
        "Share",
        KOREAN,
        ENGLISH,
        TRAM,
        f"{ENGLISH} " * 5,
        GERMAN * 2,
        "항구 소식",
        "2024-11-05",
    ]
)
CONTENTS = st.lists(PARTS, max_size=5).map("\n".join) | st.just("\x01\x02\x03")


class AnyChanges(RuleBasedStateMachine):
    """Files come, change, move and go in any order; whenever the index is brought up to date it is in step."""

    tools: tuple[Reader, SentenceEncoder, Terms]

    @initialize()
    def begin(self) -> None:
        self.home = TemporaryDirectory()
        reader, encoder, terms = self.tools
        self.desk = Desk(Path(self.home.name).resolve(), reader, Counting(HashedWords()), encoder, terms)
        self.fresh = False

    @rule(name=NAMES, content=CONTENTS)
    def write(self, name: str, content: str) -> None:
        self.desk.write(name, content)
        self.fresh = False

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.desk.articles / name).unlink(missing_ok=True)
        self.fresh = False

    @rule(name=NAMES, other=NAMES)
    def rename(self, name: str, other: str) -> None:
        if (self.desk.articles / name).exists():
            (self.desk.articles / other).parent.mkdir(exist_ok=True)
            (self.desk.articles / name).replace(self.desk.articles / other)
            self.desk.touch(other)
            self.fresh = False

    @rule(after=st.integers(0, 3))
    def run_and_stop(self, after: int) -> None:
        asked = count(1)
        self.fresh = not self.desk.run(stop=lambda: next(asked) > after).interrupted

    @rule()
    def run(self) -> None:
        self.desk.run()
        self.fresh = True

    @rule()
    def fail(self) -> None:
        self.desk.embedder.calls_left = 0
        try:
            self.desk.run()
            self.fresh = True
        except BylineError:
            self.fresh = False
        finally:
            self.desk.embedder.calls_left = None

    @invariant()
    def in_step(self) -> None:
        if getattr(self, "fresh", False):
            assert_in_step(self.desk)

    def teardown(self) -> None:
        if hasattr(self, "home"):
            self.home.cleanup()


def test_any_changes_in_any_order_leave_the_index_in_step(
    splitter: SentenceSplitter, sentences: SentenceEncoder, terms: Terms
) -> None:
    AnyChanges.tools = (Reader(splitter, ArticleLanguages(), target=200), sentences, terms)

    run_state_machine_as_test(AnyChanges, settings=settings(max_examples=12, stateful_step_count=10, deadline=None))
