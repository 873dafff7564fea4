"""Everything from a question to a checked answer; `Assistant` is the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.assistant import Assistant as Assistant

__all__ = ["Assistant"]


def __getattr__(name: str) -> object:
    """Load `Assistant` when it is first asked for, so that `byline --help` pays for none of its parts."""
    if name == "Assistant":
        from rag.assistant import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
