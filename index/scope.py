"""Which passages a search is confined to, in the terms that the stores keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Passages of articles published in [`since`, `until`] (see `index.dates.as_number`), of the files `sources`.

    A part that is None confines nothing. An article without a date is not known to be old: `until` leaves it out.
    """

    since: int | None = None
    until: int | None = None
    sources: tuple[str, ...] | None = None
