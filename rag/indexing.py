"""Putting an indexer together from the settings, the same for the command line and the page."""

from __future__ import annotations

from pathlib import Path

from index.document import Reader
from index.language import ArticleLanguages
from index.store import IndexFolder
from index.sync import Indexer
from rag.settings import Settings
from rag.tools import Tools

MEGABYTE = 1_000_000


def open_indexer(index: Path, settings: Settings, tools: Tools, chroma: str | None = None) -> Indexer:
    """What keeps the index in the folder `index` in step with its articles, with language tools that are open.

    `chroma` is the address of a server for the vectors; see `Indexer`.
    """
    return Indexer(
        IndexFolder(index),
        Reader(tools.splitter, ArticleLanguages(), target=settings.passage_chars),
        tools.embedder,
        tools.encoder,
        tools.terms,
        passage_chars=settings.passage_chars,
        max_file_bytes=settings.max_file_mb * MEGABYTE,
        chroma=chroma,
    )
