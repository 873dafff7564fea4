"""Words that a question is full of and that no passage should be found by; stopwords.toml lists them by language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import snowballstemmer


@cache
def stop_words() -> frozenset[str]:
    """Every stop word as written, of all languages."""
    lists = tomllib.loads((files("index") / "stopwords.toml").read_text(encoding="utf-8"))
    return frozenset(word for words in lists.values() for word in words.split())


@cache
def stop_terms() -> frozenset[str]:
    """Every stop word as written and as the search term that it becomes."""
    stemmer = snowballstemmer.stemmer("english")
    return stop_words() | frozenset(stemmer.stemWords(sorted(stop_words())))
