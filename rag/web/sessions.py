"""Gradio's sessions, kept for pages alone.

Gradio gives every call of an endpoint a session of its own with the settings of all components, 0.2 MB that take as
long to put together as a short answer, and keeps ten thousand of them. A page needs that: its conversation lies there.
A call needs nothing. Imported late, as it imports Gradio.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder


class Sessions(StateHolder):
    """What each page's session holds; a call that belongs to none leaves nothing behind."""

    def __getitem__(self, session_id: str) -> SessionState:
        """The session of that name, begun where there is none. Gradio names a call's session as the call itself."""
        if session_id in self.blocks._queue.event_ids_to_events:
            return _Call(self.blocks)
        return super().__getitem__(session_id)


class _Call(SessionState):
    """The session of one call: the app as it is, and nothing of its own."""

    def __init__(self, blocks: gr.Blocks) -> None:
        self.blocks_config = copy(blocks.default_config)
        self.config_values: dict[int, dict[str, Any]] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl = {}
        self.is_closed = False


def keep_pages_only(blocks: gr.Blocks) -> None:
    """Let a launched app keep no sessions of calls."""
    sessions = Sessions()  # type: ignore[no-untyped-call]
    sessions.set_blocks(blocks)
    blocks.app.state_holder = sessions
