"""The lists of negations.toml: words that deny, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def negations() -> Mapping[str, Any]:
    """The lists of negations.toml, by language."""
    return tomllib.loads((files("rag.checks") / "negations.toml").read_text(encoding="utf-8"))
