"""A part of a view as HTML whose buttons and forms are told to Python, by `desk.js`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.web.events import Data
from rag.web.resources import script

if TYPE_CHECKING:
    import gradio as gr

_MOST_FILES = 1000  # whose fate is told at once


def pane(name: str, html: str = "", **props: Any) -> gr.HTML:
    """An element of id `name`; `props` are what the script finds under these names."""
    import gradio as gr

    return gr.HTML(html, elem_id=name, apply_default_css=False, js_on_load=script("desk"), **props)


def came(said: Data) -> tuple[list[str], list[tuple[str, str]]]:
    """The names of the files that came in, and those of the ones that did not, with the reason."""
    files = said.get("files")
    listed = [one for one in files if isinstance(one, dict)][:_MOST_FILES] if isinstance(files, list) else []
    names = [str(one.get("name")) for one in listed if "why" not in one]
    return names, [(str(one.get("name")), str(one["why"])) for one in listed if "why" in one]
