"""Who asks: the name that was logged in with, or else a browser, known by a cookie that only it and the server see.

The cookie is 256 random bits, closed to scripts (HttpOnly) and left out of requests that other sites make (SameSite).
Kept in the browser's storage instead, it would lie open to any script, and each request would have to bring it along.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

COOKIE = "byline-visitor"
_LASTS = 400 * 24 * 3600  # seconds; browsers keep none for longer (RFC 6265bis, section 5.5)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def visitor(request: gr.Request) -> str:
    """A name for who makes `request`, under which the page keeps what is theirs; it does not give the cookie away.

    A program that neither logs in nor takes cookies is a new visitor with each session.
    """
    if request.username:
        return f"user:{request.username}"
    token = request.cookies.get(COOKIE, "")
    if known(token):
        return f"browser:{_hashed(token)}"
    return f"session:{_hashed(request.session_hash or secrets.token_urlsafe())}"


def known(token: str) -> bool:
    """Whether a cookie's value is one that `new_cookie` gives."""
    return bool(_TOKEN.fullmatch(token))


def new_cookie() -> str:
    """The Set-Cookie header that makes a browser known from now on."""
    return f"{COOKIE}={secrets.token_urlsafe(32)}; Max-Age={_LASTS}; Path=/; HttpOnly; SameSite=Lax"


def cookies(header: str) -> Mapping[str, str]:
    """The cookies of a request's Cookie header."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs}


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
