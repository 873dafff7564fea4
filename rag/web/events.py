"""Handlers as Gradio takes them: it gives a request or an event to a parameter that is annotated with its class.

Those classes are Gradio's, which is imported late; so the annotation is set when the page is built.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from rag.web.visitor import visitor

Result = TypeVar("Result")
Data = Mapping[str, Any]


def by_visitor(handle: Callable[..., Result]) -> Callable[..., Result]:
    """`handle`, with the visitor's name before the inputs."""

    def handler(request: Any, *inputs: Any) -> Result:
        return handle(visitor(request), *inputs)

    return _annotated(handler)


def by_visitor_with_data(handle: Callable[..., Result]) -> Callable[..., Result]:
    """`handle`, with the visitor's name and what the page's script sent before the inputs."""

    def handler(request: Any, event: Any, *inputs: Any) -> Result:
        data = event._data
        return handle(visitor(request), data if isinstance(data, Mapping) else {}, *inputs)

    return _annotated(handler)


def streamed(
    handle: Callable[..., AsyncGenerator[Result, None]],
) -> Callable[..., AsyncGenerator[Result, None]]:
    """`handle`, which yields, with the visitor's name before the inputs; closed when Gradio closes it."""

    async def handler(request: Any, *inputs: Any) -> AsyncGenerator[Result, None]:
        async with aclosing(handle(visitor(request), *inputs)) as results:
            async for result in results:
                yield result

    return _annotated(handler)


def turn_of(data: Data) -> int:
    """The turn that the page's script named; -1, which is none, where it named none."""
    turn = data.get("turn")
    return turn if isinstance(turn, int) and not isinstance(turn, bool) else -1


def _annotated(handler: Callable[..., Result]) -> Callable[..., Result]:
    import gradio as gr

    handler.__annotations__.update(request=gr.Request, event=gr.EventData)
    return handler
