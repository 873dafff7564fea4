"""A file for the reader that never is one on the server: its bytes go to the page, and the browser keeps them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from rag.web.markup import Html, tag


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file's name, its media type and its bytes."""

    name: str
    kind: str
    data: bytes


def handed_over(parcel: Parcel) -> Html:
    """The parcel as an element that `desk.js` turns into a download; no two are alike, so that each one is noticed."""
    written = base64.b64encode(parcel.data).decode("ascii")
    return tag(
        "span", written, hidden="", data_parcel=secrets.token_hex(8), data_name=parcel.name, data_kind=parcel.kind
    )
