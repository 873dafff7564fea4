"""Text into HTML, escaped: every word of an article, a model or a user passes through here on its way to the page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_UNSAFE = str.maketrans(
    # A line break would end Gradio's HTML block and turn what follows into Markdown; a parser drops a bare CR.
    {"\n": "&#10;", "\r": "&#13;", "\0": "\N{REPLACEMENT CHARACTER}"}
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # cannot be sent: UTF-8 has no bytes for one


class Html(str):
    """A string that is HTML already; every other string is text."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """`text` as it stands between tags or inside a quoted attribute: one line, without any markup of its own."""
    if isinstance(text, Html):
        return text
    sendable = _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return Html(html.escape(sendable, quote=True).translate(_UNSAFE))


def tag(name: str, /, *children: str, **attributes: str | int | None) -> Html:
    """An element with escaped children and attributes.

    Args:
        name: of the element.
        children: text, which is escaped, or `Html`, which is not.
        attributes: `class_` stands for class; an attribute of value None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def spoken(text: str) -> Html:
    """What only a screen reader says."""
    return tag("span", f" ({text})", class_="byline-spoken")


def joined(parts: Iterable[str], between: str = "") -> Html:
    """The parts one after another, text among them escaped."""
    return Html(escaped(between).join(escaped(part) for part in parts))
