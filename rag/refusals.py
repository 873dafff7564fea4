"""What went wrong between byline and a model server: one line to act on, and whether to try again."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime

import httpx
import openai

from rag.model import Model
from rag.settings import Settings
from rag.stream import Unreadable

# What comes out of one request that fails for a reason outside byline.
WireError = (openai.OpenAIError, httpx.HTTPError, TimeoutError, Unreadable)

_DETAIL_CHARS = 200
_LATER = frozenset({408, 409, 425, 429})
_TOO_LONG = re.compile(
    r"context[ _-]?(length|size|window)|maximum context|max_model_len|prompt is too long"
    r"|too many (input )?tokens|input is too long|reduce the length",
    re.IGNORECASE,
)
_OTHER_FIELD = re.compile("temperature|response_format|json_schema", re.IGNORECASE)  # that byline sends


def may_succeed_later(error: BaseException) -> bool:
    """Whether the same request can succeed later: over a rate limit, a server's fault, a broken line."""
    if isinstance(error, openai.APIStatusError):
        return (error.status_code in _LATER and not _out_of_quota(error)) or error.status_code >= 500
    if isinstance(error, openai.APITimeoutError):
        return isinstance(error.__cause__, httpx.ConnectTimeout)
    if isinstance(error, openai.APIError):
        return isinstance(error, openai.APIConnectionError) or not too_long(error)
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.TimeoutException)


def too_long(error: BaseException) -> bool:
    """Whether the server said that the request does not fit into the model's context.

    The wordings are those of OpenAI (`context_length_exceeded`), llama.cpp (`exceed_context_size_error`),
    vLLM ("maximum context length") and the proxies in front of them.
    """
    if isinstance(error, openai.APIStatusError) and error.status_code not in (400, 413, 422, 500):
        return False
    return isinstance(error, openai.APIError) and bool(_TOO_LONG.search(f"{error.code} {error.type} {_said(error)}"))


def refuses_temperature(error: openai.APIStatusError) -> bool:
    """Whether the server refused the request for the temperature in it, as reasoning models do."""
    return error.param == "temperature" or "temperature" in _said(error).lower()


def may_refuse_usage(error: openai.APIStatusError) -> bool:
    """Whether the server may have refused the request for the option that asks for usage.

    Servers word this in too many ways to read, so any fault of the request counts that is not known to be another.
    """
    if error.status_code not in (400, 422):
        return False
    blamed = f"{error.param or ''} {_said(error)}"
    return "stream_options" in blamed or not (too_long(error) or _OTHER_FIELD.search(blamed))


def may_refuse_form(error: openai.APIStatusError) -> bool:
    """Whether the server may have refused the request for the form of reply that it asks for.

    Servers word this in too many ways to read, so any other fault of the request counts as one too.
    """
    return error.status_code in (400, 422) and not too_long(error)


def seconds_to_wait(error: BaseException | None) -> float | None:
    """Seconds that the server's Retry-After header asks for (RFC 9110, section 10.2.3), None without one."""
    if not isinstance(error, openai.APIStatusError):
        return None
    header = error.response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", header):
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None


def explain(error: BaseException, *, model: Model, settings: Settings, begun: bool) -> str:
    """One line: which server, what happened, what to do. It never holds the key.

    Args:
        error: one of `WireError`.
        model: who was asked.
        settings: how it was asked.
        begun: whether a part of the answer had come.
    """
    return f"the model server at {model.host} {_happened(error, model, settings, begun)}"


def _happened(error: BaseException, model: Model, settings: Settings, begun: bool) -> str:
    if isinstance(error, (TimeoutError, httpx.TimeoutException, openai.APITimeoutError)):
        return _took_too_long(error, settings, begun)
    if too_long(error):
        return f"has no context that holds this question ({model.name}); set BYLINE_CONTEXT_WINDOW to its size"
    if isinstance(error, openai.APIStatusError):
        return _refused(error, model, settings)
    if isinstance(error, openai.APIConnectionError) and not begun:
        return f"cannot be reached ({_root(error, settings)}); check that it runs, and OPENAI_BASE_URL"
    if isinstance(error, Unreadable):
        return "sent something that is no chat completion; check that OPENAI_BASE_URL is its API (often …/v1)"
    if isinstance(error, openai.APIError) and not isinstance(error, openai.APIConnectionError):
        return f"sent an error instead of an answer ({_detail(error, settings)}); ask again, or look at its log"
    where = "in the middle of" if begun else "before"
    return f"broke off {where} its answer ({_root(error, settings)}); ask again"


def _took_too_long(error: BaseException, settings: Settings, begun: bool) -> str:
    if isinstance(error.__cause__, httpx.ConnectTimeout):
        return "cannot be reached (no connection in time); check that it runs, and OPENAI_BASE_URL"
    what = "did not finish its answer" if begun else "gave no answer"
    limit = f"{settings.answer_timeout:g} s"
    return f"{what} within {limit}; raise BYLINE_ANSWER_TIMEOUT, or name a faster model"


def _refused(error: openai.APIStatusError, model: Model, settings: Settings) -> str:
    status = error.status_code
    if status == 401:
        return "refused the key (401); set OPENAI_API_KEY" + (" to one it accepts" if settings.api_key else "")
    if status == 404:
        return f"has no model {model.name} at that address (404); check BYLINE_MODEL and OPENAI_BASE_URL"
    if status == 429 and _out_of_quota(error):
        return "has no quota left for this key (429); raise it there, or use another key or server"
    if status == 429:
        wait = seconds_to_wait(error)
        return "is over its rate limit (429); " + (f"ask again in {wait:.0f} s" if wait else "wait and ask again")
    if 300 <= status < 400:
        return f"sent the request elsewhere ({status}); set OPENAI_BASE_URL to the address where it lives now"
    if status >= 500:
        return f"failed ({status}: {_detail(error, settings)}); ask again, or look at its log"
    return f"refused the request ({status}: {_detail(error, settings)}); check that {model.name} may be asked"


def _out_of_quota(error: openai.APIStatusError) -> bool:
    return error.code == "insufficient_quota"


def _said(error: openai.APIError) -> str:
    """The server's own words, where its error has some."""
    body = error.body
    message = body.get("message", body.get("detail", "")) if isinstance(body, dict) else body
    return str(message or error.message)


def _detail(error: openai.APIError, settings: Settings) -> str:
    return one_line(_said(error), settings)


def _root(error: BaseException, settings: Settings) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    words = error.strerror if isinstance(error, OSError) else None
    return one_line(words or str(error) or type(error).__name__, settings)


def one_line(text: str, settings: Settings) -> str:
    """`text` on one short line, without the key."""
    key = settings.api_key.get_secret_value().strip() if settings.api_key else ""
    line = " ".join((text.replace(key, "…") if key else text).split()).rstrip(".")
    return line if len(line) <= _DETAIL_CHARS else f"{line[: _DETAIL_CHARS - 1]}…"
