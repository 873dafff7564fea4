"""The files beside the modules of this package: the page's style sheet and script."""

from __future__ import annotations

from importlib.resources import files


def resource(name: str) -> str:
    """The text of a style sheet or script, such as `page.css`."""
    return files("rag.web").joinpath(name).read_text(encoding="utf-8")
