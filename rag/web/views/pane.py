"""A part of a view as HTML whose buttons and forms are told to Python, by `desk.js`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rag.web.resources import script

if TYPE_CHECKING:
    import gradio as gr

Told = Mapping[str, object]


def pane(name: str, html: str = "", **props: Any) -> gr.HTML:
    """An element of id `name`; `props` are what the script finds under these names."""
    import gradio as gr

    return gr.HTML(html, elem_id=name, apply_default_css=False, js_on_load=script("desk"), **props)


def told(event: gr.EventData) -> Told:
    """What an event of a pane says: the act, and its data."""
    return event._data if isinstance(event._data, dict) else {}


def typed(handler: Callable[..., Any]) -> Callable[..., Any]:
    """`handler` with its parameters `event` and `request` as Gradio knows them: by types, among a module's names."""
    import gradio as gr

    known = {"event": gr.EventData, "request": gr.Request}
    handler.__annotations__.update({name: kind for name, kind in known.items() if name in handler.__annotations__})
    return handler
