"""Which indexed article a draft's citation means: by path, by file name, by the title in its list of sources."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from index.article import Article
from rag.draft.claims import Reference

_SHORTEST_TITLE = 8  # characters from which a title in a list of sources is taken for one
_NEAREST = 3  # names that are offered for one that is not known
_LIKE = 0.5  # difflib's ratio from which a name is like another


@dataclass(frozen=True, slots=True)
class Source:
    """A cited file, and the article of it that is meant where the draft names one of a list page."""

    name: str
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why a citation leads nowhere, in a sentence for the reader."""

    reason: str


class SourceNames:
    """The names by which the files of an index may be cited."""

    def __init__(self, articles: Sequence[Article]) -> None:
        """`articles` are all that the index holds."""
        self._written = {_plain(article.source): article.source for article in articles}
        self._by_file: dict[str, set[str]] = defaultdict(set)
        self._by_title: dict[str, Article] = {}
        for path in self._written:
            self._by_file[PurePosixPath(path).name].add(path)
        for article in articles:
            if len(article.title) >= _SHORTEST_TITLE:
                self._by_title.setdefault(_plain(article.title), article)
        # A longer name may hold a shorter one.
        self._names = sorted({*self._written, *self._by_file}, key=len, reverse=True)
        self._titles = sorted(self._by_title, key=len, reverse=True)

    def find(self, reference: Reference) -> Source | Unknown:
        """The file that `reference` means; where there is none, why, with the nearest names."""
        if not reference.targets and not reference.words:
            return Unknown(f"{reference.written} stands in no list of sources of the draft")
        by_title = self._titled(_plain(reference.words))
        for target in reference.targets:
            if (path := self._at(target)) is not None:
                return self._source(path, by_title)
        words = _plain(reference.words)
        for name in self._names:
            if _stands_in(name, words) and (path := self._at(name)) is not None:
                return self._source(path, by_title)
        if by_title:
            return Source(by_title.source, by_title)
        return Unknown(self._unknown(reference))

    def _source(self, path: str, titled: Article | None) -> Source:
        name = self._written[path]
        return Source(name, titled if titled and titled.source == name else None)

    def _titled(self, words: str) -> Article | None:
        return next((self._by_title[title] for title in self._titles if title in words), None)

    def _at(self, target: str) -> str | None:
        """The path that an address or a file name means: the indexed one that shares its end, if there is one only."""
        parts = PurePosixPath(_plain(unquote(urlsplit(target).path or target))).parts
        wanted = [part for part in parts if part not in (".", "..", "/")]
        if not wanted:
            return None
        found = self._by_file.get(wanted[-1], set())
        best = {path: _shared(PurePosixPath(path).parts, wanted) for path in found}
        nearest = [path for path in best if best[path] == max(best.values())]
        return nearest[0] if len(nearest) == 1 else None

    def _unknown(self, reference: Reference) -> str:
        wanted = _plain(reference.targets[0] if reference.targets else reference.words)
        name = PurePosixPath(wanted).name or wanted
        same = sorted(self._by_file.get(name, ()))
        if same:
            return f"{reference.written} may be any of {_listed(self._written[path] for path in same)}; write the path"
        stems = defaultdict(list)  # every name ends alike, which makes none of them alike
        for path in self._written:
            stems[PurePosixPath(path).stem].append(path)
        near = get_close_matches(PurePosixPath(name).stem, stems, _NEAREST, _LIKE)
        files = [self._written[path] for one in near for path in stems[one]]
        files += [self._by_title[one].source for one in get_close_matches(wanted, self._titles, _NEAREST, _LIKE)]
        offered = f"; the nearest are {_listed(dict.fromkeys(files))}" if files else ""
        return f"{reference.written} names no file of the index{offered}"


def _plain(name: str) -> str:
    """A name for comparing: composed, without case, with single blanks and forward slashes."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\\", "/").casefold().split())


def _stands_in(name: str, words: str) -> bool:
    """Whether a file's name stands in `words` by itself: a.txt does not in data.txt."""
    return name in words and re.search(rf"(?<![\w.-]){re.escape(name)}(?!\w)", words) is not None


def _shared(parts: Sequence[str], wanted: Sequence[str]) -> int:
    """How many of the last parts of two paths are the same."""
    count = 0
    for one, other in zip(reversed(parts), reversed(wanted), strict=False):
        if one != other:
            break
        count += 1
    return count


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:_NEAREST])
