"""Which articles a question is put to: by date of publication, language, outlet and file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index.catalog import Catalog
from index.dates import as_number
from index.errors import BylineError
from index.scope import Scope


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles count: published in [since, until] (ISO dates), with a path that matches the glob `source`.

    Of `languages` (ISO 639-1), `outlets` and `articles` (paths as in citations), each one that is not empty lists what
    counts; of a file that holds several articles, any one of them may be of that language and outlet.
    """

    since: str | None = None
    until: str | None = None
    source: str | None = None
    languages: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no date.

        Raises:
            BylineError: `since` or `until` is not written as 2024-05-31.
        """
        for name, value in (("since", self.since), ("until", self.until)):
            if value is not None and not _is_date(value):
                raise BylineError(f"--{name} {value}: not a date; write it as 2024-05-31")

    @property
    def any(self) -> bool:
        """Whether anything is filtered at all."""
        return self != ALL


ALL = Filters()


def scope(filters: Filters, catalog: Catalog) -> Scope | None:
    """The filters as the stores take them; None for no filter."""
    if not filters.any:
        return None
    return Scope(
        since=as_number(filters.since) if filters.since else None,
        until=as_number(filters.until) if filters.until else None,
        sources=_sources(filters, catalog),
    )


def _sources(filters: Filters, catalog: Catalog) -> tuple[str, ...] | None:
    """The files that every filter by file, language and outlet lets pass; None where there is no such filter."""
    kept: list[tuple[str, ...]] = []
    if filters.source:
        kept.append(catalog.sources_like(filters.source))
    if filters.languages or filters.outlets:
        kept.append(catalog.sources_of(filters.languages, filters.outlets))
    if filters.articles:
        kept.append(filters.articles)
    return tuple(sorted(set(kept[0]).intersection(*kept[1:]))) if kept else None


def _is_date(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
