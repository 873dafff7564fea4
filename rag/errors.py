"""Failures of the answering side; like the indexing side's, each is one line for the person who reads it."""

from __future__ import annotations

from index.errors import BylineError

__all__ = ["BylineError", "ModelFailed", "RerankFailed"]


class ModelFailed(BylineError):
    """The language model gave no usable answer, for good; byline answers without it."""


class RerankFailed(BylineError):
    """A postprocessor did not reorder the passages; byline goes on with its own order."""
