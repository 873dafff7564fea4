"""Where the page sends files: one request a file, its bytes as the body, straight into the index folder.

Gradio's own uploads would lie in a temporary folder that it serves again, for as long
as it likes; that route takes no more than a byte here (`rag.web.serving`).
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.uploads import Refused, Uploads, safe_name
from rag.errors import BylineError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

PATH = "/byline/upload"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where files of one use are kept, and what keeps one, given where it lies and its name."""

    uploads: Uploads
    bring: Callable[[Path, str], str]


def upload_route(receivers: Mapping[str, Receiver]) -> Route:
    """The route that takes a file in, `POST /byline/upload?to=USE&name=NAME`, for those who may see the page.

    It answers with `source`, or with `name`, `why` (see `Refused`) and a line that tells it.
    """
    from starlette.requests import ClientDisconnect
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def receive(request: Request) -> Response:
        if not _logged_in(request):
            return JSONResponse({"error": "log in first"}, status_code=401)
        if not _from_the_page(request):
            return JSONResponse({"error": "files come from byline's own page only"}, status_code=403)
        try:
            receiver = receivers.get(request.query_params.get("to", ""))
            if receiver is None:
                return JSONResponse({"error": f"to is one of {', '.join(receivers)}"}, status_code=400)
            source = await _received(receiver, request.query_params.get("name", ""), request.stream())
        except Refused as refused:
            # No failure of the request: a browser would report one in its console for every file of a wrong kind.
            return JSONResponse({"name": refused.name, "why": refused.why, "error": str(refused)})
        except BylineError as error:
            return JSONResponse({"error": str(error)}, status_code=500)
        except ClientDisconnect:
            return Response(status_code=400)
        return JSONResponse({"source": source}, status_code=201)

    return Route(PATH, receive, methods=["POST"])


async def _received(receiver: Receiver, name: str, body: AsyncIterator[bytes]) -> str:
    """Write the body beside the uploads, no more of it than may be, and take it in."""
    from starlette.concurrency import run_in_threadpool

    uploads = receiver.uploads
    name = safe_name(name, uploads.suffixes)
    coming = uploads.index / f".coming-{os.getpid()}-{os.urandom(8).hex()}"
    try:
        uploads.index.mkdir(parents=True, exist_ok=True)
        await _write(coming, body, uploads, name)
        return await run_in_threadpool(receiver.bring, coming, name)
    except OSError as error:
        raise Refused(name, "kept", f"cannot be kept ({error.strerror or error})") from error
    finally:
        coming.unlink(missing_ok=True)


async def _write(coming: Path, body: AsyncIterator[bytes], uploads: Uploads, name: str) -> None:
    size = 0
    with coming.open("xb") as file:
        async for chunk in body:
            size += len(chunk)
            if size > uploads.max_bytes:
                raise uploads.too_large(name)
            file.write(chunk)


def _logged_in(request: Request) -> bool:
    """Whether Gradio has let the sender of this request in, by the cookies that it gives at the login."""
    app: Any = request.app
    if app.auth is None:
        return True
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(request.cookies.get(name) in app.tokens for name in names)


def _from_the_page(request: Request) -> bool:
    """Whether no other site has a browser send this; browsers say which site does, with every POST."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
