"""What reads language, opened as the settings name it; so that indexing need not import what answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.embed import Embedder, open_embedder
from index.meaning import SentenceEncoder
from index.sentences import Morphology, SentenceSplitter
from index.terms import Terms
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    """What reads language: loaded once, shared by every generation of the index."""

    embedder: Embedder
    encoder: SentenceEncoder
    terms: Terms
    splitter: SentenceSplitter

    def split(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each sentence of `text`."""
        return [(span.start, span.end) for span in self.splitter.split(text)]


def open_tools(settings: Settings, progress: Callable[[str], None] | None = None, *, korean: bool = False) -> Tools:
    """The language tools that the settings name; `progress` is told of what takes long, in a line.

    With `korean`, Korean analysis begins to load at once, in a thread of its own.

    Raises:
        BylineError: no embedder has the name that is set.
    """
    morphology = Morphology()
    if korean:
        morphology.load_ahead()
    embedder = open_embedder(
        settings.embedder,
        precision=settings.precision,
        cache=settings.cache,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        base_url=settings.base_url,
        timeout=settings.embed_timeout,
        retries=settings.retries,
        progress=progress,
    )
    return Tools(embedder, SentenceEncoder(settings.cache), Terms(morphology), SentenceSplitter(morphology))
