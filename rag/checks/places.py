"""Places: which country a name is of, by Unicode's CLDR (Babel carries it) and what places.toml adds.

A country that is named in one language is not another one in the other, however alike they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from rag.checks.word_lists import word_lists


def country_of(name: str) -> str | None:
    """ISO 3166 code of the country, or of the union of countries, that an English or Korean name is of; else None."""
    return _countries().get(_plain(name))


@cache
def _countries() -> Mapping[str, str]:
    from babel import Locale

    found = {
        _plain(name): code
        for language in ("en", "ko")
        for code, name in Locale(language).territories.items()
        if code.isalpha() and not code.startswith("X") and code != "ZZ"
    }
    lists = word_lists("places")
    return found | {_plain(name): code for code, names in lists.items() for name in names.split(",")}


def _plain(name: str) -> str:
    return "".join(char for char in name.casefold().removeprefix("the ") if char.isalpha())
