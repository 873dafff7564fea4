"""The lists of words that the checks go by, which stand in .toml files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def word_lists(name: str) -> Mapping[str, Any]:
    """The lists of `name`.toml, which its first lines explain."""
    return tomllib.loads((files("rag.checks") / f"{name}.toml").read_text(encoding="utf-8"))
