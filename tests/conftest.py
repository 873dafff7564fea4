"""What the tests share: the samples and one index over them, and the parts that are slow to open, opened once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from index.document import Reader
from index.embed import Embedder
from index.language import ArticleLanguages
from index.meaning import SentenceEncoder
from index.sentences import Morphology, SentenceSplitter
from index.store import IndexFolder
from index.sync import Indexer
from index.terms import Terms
from rag.assistant import Assistant
from rag.settings import Settings, load_settings
from rag.tools import Tools
from tests.asking import model_loaded
from tests.browser import model_url, open_chat, open_chromium, page_url
from tests.chroma_server import chroma_server
from tests.desk import desk, indexed, sentences
from tests.openai_server import openai_server
from tests.scripted import system

# One browser for all tests: a second one would not start beside it.
__all__ = [
    "chroma_server",
    "desk",
    "indexed",
    "model_loaded",
    "model_url",
    "open_chat",
    "open_chromium",
    "openai_server",
    "page_url",
    "sentences",
    "system",
]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# The machine may be busy: how long an example takes says nothing about the code.
settings.register_profile("byline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("byline")

# Lines as captures have them, prose and furniture, Korean and English, and what a keyboard lets one type.
_LINES = st.sampled_from(
    [
        *(
            "",
            " ",
            "\t",
            "Share",
            "공유하기",
            "댓글 3",
            "* * *",
            "Sign up for our letter.",
            "ⓒ 바람일보 무단 전재 금지",
        ),
        *("Harbour reopens after storm", "항구, 태풍 뒤 다시 문 열어", "2024.11.05", "2024-11-05 10:20", "By Jo Park"),
        *("Reg.Date : 2024.11.12", "Trade", "The port reopened on Monday.", "물동량은 3.5% 늘었다.", "Yes."),
        "He said, “The quay is full. We cannot wait.” Nobody answered. Then the lorries left, one after another.",
        "그는 “창고가 가득 찼다. 더는 기다릴 수 없다.”고 말했다. 회의는 두 시간 걸렸다. 결론은 나지 않았다.",
        "The minister asked Canada to lift the quota. " * 20,
        "위원회는 내년 예산을 의결했다고 3일 밝혔다. " * 20,
        "word" * 200,
        "끝없는말" * 200,
        "no end and no stop " * 50,
        "left" + "\t" * 1500 + "right",
        "x" * 599 + "q\u0301\u0323" + "y" * 300,
    ]
)
_LINES |= st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("가a.\u0301\u1100\u1161 \t"), max_size=25
)
_ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n", "\u2028", "\x85", "\x0b"])


@st.composite
def article_texts(draw: st.DrawFn) -> str:
    """Texts of files: anything at all, looking like articles more often than chance would have it."""
    lines = draw(st.lists(st.tuples(_LINES, _ENDS), min_size=1, max_size=14))
    text = "".join(line + end for line, end in lines)
    return unicodedata.normalize("NFD", text) if draw(st.integers(0, 3)) == 0 else text


@pytest.fixture(scope="session")
def samples() -> Path:
    """The articles that come with the project."""
    return ROOT / "samples" / "articles"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real articles and questions, which lie beside the project on some machines."""
    if not (SHARED / "articles").is_dir():
        pytest.skip("needs ../shared, the real articles beside the project")
    return SHARED


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The embedded e5."""
    from index.embed import open_embedder

    return open_embedder("e5")


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The second encoder."""
    return SentenceEncoder()


@pytest.fixture(scope="session")
def morphology() -> Morphology:
    """Korean analysis."""
    return Morphology()


@pytest.fixture(scope="session")
def splitter(morphology: Morphology) -> SentenceSplitter:
    """The sentence splitter, for every language."""
    return SentenceSplitter(morphology)


@pytest.fixture(scope="session")
def terms(morphology: Morphology) -> Terms:
    """The cutter of search terms."""
    return Terms(morphology)


@pytest.fixture(scope="session")
def reader(splitter: SentenceSplitter) -> Reader:
    """A reader that cuts passages of the default length."""
    return Reader(splitter, ArticleLanguages(), target=load_settings().passage_chars)


@pytest.fixture(scope="session")
def samples_index(
    samples: Path,
    reader: Reader,
    embedder: Embedder,
    encoder: SentenceEncoder,
    terms: Terms,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """An index over the samples, made of the parts that `byline index` makes it of."""
    chosen = load_settings()
    path = tmp_path_factory.mktemp("samples") / ".byline"
    indexer = Indexer(
        IndexFolder(path),
        reader,
        embedder,
        encoder,
        terms,
        passage_chars=chosen.passage_chars,
        max_file_bytes=chosen.max_file_mb * 1_000_000,
    )
    indexer.run([samples])
    return path


@pytest.fixture(scope="session")
def tools(embedder: Embedder, encoder: SentenceEncoder, terms: Terms, splitter: SentenceSplitter) -> Tools:
    """What reads language, together."""
    return Tools(embedder, encoder, terms, splitter)


@pytest.fixture(scope="module")
def assistant(samples_index: Path, tools: Tools) -> Iterator[Assistant]:
    """An assistant without a model over the samples, a module's own."""
    with Assistant(IndexFolder(samples_index), Settings(llm="none"), tools) as opened:
        yield opened


MakeIndex = Callable[[Path], Path]


@pytest.fixture
def make_index(tmp_path: Path, reader: Reader, embedder: Embedder, encoder: SentenceEncoder, terms: Terms) -> MakeIndex:
    """Brings an index in `tmp_path` up to date with a folder, and says where it is."""

    def make(folder: Path) -> Path:
        into = IndexFolder(tmp_path / "index")
        Indexer(into, reader, embedder, encoder, terms, passage_chars=500, max_file_bytes=4_000_000).run([folder])
        return into.path

    return make
