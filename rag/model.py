"""The language model that settings name: which one, on which host, behind which LlamaIndex object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import BylineError
from rag.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_OPENAI = "https://api.openai.com/v1"
_NO_KEY = "no-key"  # local servers want the header and do not read it
_TEMPERATURE = 0.0  # the passages decide, not chance


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be asked.

    `name` is what the server calls it; `host` is the `host[:port]` that gets the question and the passages;
    `llm` is LlamaIndex's face of it. The object's repr and everything inside `llm` are free of the key.
    """

    name: str
    host: str
    llm: LLM = field(repr=False)


def open_model(settings: Settings, llm: str) -> Model | None:
    """The model that `llm` asks for, without calling it yet.

    Args:
        settings: where the server is, its key, its context, how long to wait.
        llm: `none` for no model; `auto` for `settings.model` if there is a key and none otherwise; or a
            model's name.

    Raises:
        BylineError: the address or the key cannot be one, or the model does not speak chat completions.
    """
    key, name = _key(settings), model_name(settings, llm)
    if name is None:
        return None
    if not name.strip():
        raise BylineError("the model has no name; give --llm auto, none, or a name (or set BYLINE_MODEL)")
    address = (settings.base_url or "").strip() or _OPENAI
    return Model(name, _host(address), _connect(settings, name, address, key or _NO_KEY))


def served_models(settings: Settings, *, within: float) -> tuple[str, ...]:
    """What the model server says it has, asked now; `within` is in seconds.

    Raises:
        rag.refusals.WireError: it did not say.
    """
    from openai import OpenAI

    from rag.connection import open_clients

    address = (settings.base_url or "").strip() or _OPENAI
    with open_clients()[0] as http:
        client = OpenAI(
            api_key=_key(settings) or _NO_KEY, base_url=address, timeout=within, max_retries=0, http_client=http
        )
        return tuple(model.id for model in client.models.list())


def model_name(settings: Settings, llm: str) -> str | None:
    """What the server calls the model that `llm` asks for (see `open_model`); None for no model."""
    if llm == "none" or (llm == "auto" and _key(settings) is None):
        return None
    return settings.model if llm == "auto" else llm


def _key(settings: Settings) -> str | None:
    key = settings.api_key.get_secret_value().strip() if settings.api_key else ""
    # an HTTP library that meets such a character quotes the whole header in its error
    if not all("!" <= character <= "~" for character in key):
        raise BylineError("OPENAI_API_KEY holds a space, a line break or a letter that no key has; paste it again")
    return key or None


def _host(address: str) -> str:
    """`host[:port]` of a base URL; a user name and password in it are left out."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https"):
        raise BylineError(
            "OPENAI_BASE_URL is no http:// or https:// address; write it whole, as http://127.0.0.1:8080/v1"
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}" if port else shown


def _connect(settings: Settings, name: str, address: str, key: str) -> LLM:
    from llama_index.llms.openai_like import OpenAILike
    from openai import AsyncOpenAI, OpenAI

    from rag.connection import open_clients

    wait = settings.answer_timeout
    http, background_http = open_clients()
    # Retries belong to rag.generate, which knows the deadline; both libraries would sleep past it.
    client = OpenAI(api_key=key, base_url=address, timeout=wait, max_retries=0, http_client=http)
    background = AsyncOpenAI(api_key=key, base_url=address, timeout=wait, max_retries=0, http_client=background_http)
    clients: dict[str, Any] = {"openai_client": client, "async_openai_client": background}
    try:
        llm: LLM = OpenAILike(
            model=name,
            api_base=_host(address),  # for display alone, as is the key: the clients hold the real ones
            api_key=_NO_KEY,
            temperature=_TEMPERATURE,
            is_chat_model=True,
            context_window=settings.context_window,
            timeout=wait,
            max_retries=0,
            **clients,
        )
    except ValueError as error:  # LlamaIndex knows models that only speak the Responses API
        raise BylineError(f"model {name}: it does not speak chat completions; name another one") from error
    return llm
