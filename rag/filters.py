"""Which articles a question is put to: by date of publication and by file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.catalog import Catalog
from index.dates import as_number
from index.errors import BylineError


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles count: published in [since, until] (ISO dates), with a path that matches the glob `source`."""

    since: str | None = None
    until: str | None = None
    source: str | None = None

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
        return bool(self.since or self.until or self.source)


ALL = Filters()


def where(filters: Filters, catalog: Catalog) -> Mapping[str, Any] | None:
    """The filter as Chroma takes it; None for no filter."""
    if not filters.any:
        return None
    clauses: list[dict[str, Any]] = []
    if filters.since:
        clauses.append({"published": {"$gte": as_number(filters.since)}})
    if filters.until:
        # An article without a date is 0, and is not known to be old.
        clauses.append({"published": {"$gt": 0}})
        clauses.append({"published": {"$lte": as_number(filters.until)}})
    if filters.source:
        # Chroma refuses an empty list; no file has an empty name.
        clauses.append({"source": {"$in": list(catalog.sources_like(filters.source)) or [""]}})
    return clauses[0] if len(clauses) == 1 else {"$and": clauses}


def _is_date(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
