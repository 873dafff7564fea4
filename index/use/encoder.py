"""Texts in, vectors out: the tokeniser and the network together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from index.cache import Cache, default_folder
from index.int8.graph import Kind
from index.int8.session import open_network, processors
from index.unigram import UnigramTokenizer
from index.use.graph import FORMAT, build_graph
from index.use.network import Network
from index.use.weights import Floats, Vocabulary, cache_name, read_vocabulary, read_weights

_AT_ONCE = 1536  # pieces, of some three passages: more are no longer in the processor's cache


class Encoder:
    """Multilingual USE. Safe to share between threads."""

    def __init__(self, network: Network, vocabulary: Vocabulary) -> None:
        """Take the network and the vocabulary that its pieces come from."""
        from threadpoolctl import ThreadpoolController

        self._network = network
        special = vocabulary.special
        self._nothing = [special.bos, special.unknown, special.eos]  # for a text without words
        self._tokenizer = UnigramTokenizer(vocabulary.pieces, vocabulary.normalisation, special, join_unknown=False)
        self._libraries: Any = ThreadpoolController()

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of `texts`, one or more, shape (n, 512)."""
        cut = self._tokenizer.encode(texts)
        pieces = [ids if len(ids) >= len(self._nothing) else self._nothing for ids in cut]
        groups = list(_groups(pieces))
        with self._one_thread(), ThreadPoolExecutor(min(processors(), len(groups)), "use") as pool:
            sums = list(pool.map(self._network.sums, groups)) if len(groups) > 1 else [self._network.sums(groups[0])]
            return self._network.pooled(np.concatenate(sums), np.fromiter(map(len, pieces), np.int64))

    def _one_thread(self) -> AbstractContextManager[Any]:
        """A matrix is multiplied in one thread: there are enough of them, and more would wait for each other."""
        limited: AbstractContextManager[Any] = self._libraries.limit(limits=1, user_api="blas")
        return limited


def open_encoder(cache: Path | None = None, kind: Kind = "int8") -> Encoder:
    """The encoder, made ready on first use (a few seconds) and kept in `cache`, the user's cache folder when None.

    Raises:
        CannotRunError: onnxruntime does not run it here.
    """
    kept = Cache((cache or default_folder()) / "use" / cache_name(FORMAT), lambda _: None)
    pieces, layers = read_weights(kept)
    network = open_network("sentence encoder", kind, lambda: build_graph(layers, kind), kept)
    return Encoder(Network(network.session, pieces, layers), read_vocabulary(kept))


def _groups(texts: Sequence[Sequence[int]]) -> Iterator[Sequence[Sequence[int]]]:
    """Texts in order, so many at a time as have about `_AT_ONCE` pieces.

    A group ends before the longest text of its second half: that is a passage, which its sentences follow.
    """
    start, size = 0, 0
    for at, ids in enumerate(texts):
        if size and size + len(ids) > _AT_ONCE:
            end = max(range((start + at + 1) // 2, at + 1), key=lambda one: len(texts[one]))
            yield texts[start:end]
            start, size = end, sum(map(len, texts[end:at]))
        size += len(ids)
    yield texts[start:]
