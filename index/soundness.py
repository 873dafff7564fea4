"""Whether a generation is sound: its stores hold the same passages, and those stand in their files.

No store is believed about another: ids are compared as sets, passages are looked for by their own vectors, sums are
added up anew.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from index.catalog import Catalog
from index.embed import Vectors
from index.errors import BylineError
from index.lexical import LexicalStore, pairs
from index.moments import Moments, of_meanings, of_sentences
from index.scope import Scope
from index.store import Generation
from index.vectors import VectorStore

Part = Literal["catalog", "passages", "vectors", "terms", "sums"]
Ids = Mapping[str, Sequence[str]]

_BATCH = 1000  # passages whose vectors are held at a time
_SAMPLES = 64  # passages of a language that are looked for by their own vectors
_AMONG = 10  # nearest neighbours that a passage must be among,
_COPY = 1 - 1e-3  # unless as many have a cosine above this: they are its copies
_DRIFT = 1e-6  # of a sum, for each vector in it


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a part of an index, in a line, and the files concerned where they are known."""

    part: Part
    what: str
    sources: tuple[str, ...] = ()


def catalog_faults(path: Path) -> Iterator[Fault]:
    """What SQLite finds wrong with the catalog of the generation in `path`: damaged pages, rows that belong to none."""
    try:
        with closing(sqlite3.connect(f"{(path / 'catalog.sqlite').absolute().as_uri()}?mode=ro", uri=True)) as book:
            pages = str(book.execute("PRAGMA integrity_check(1)").fetchone()[0])
            orphans = len(book.execute("PRAGMA foreign_key_check").fetchall())
    except sqlite3.Error as error:
        yield Fault("catalog", f"it cannot be read ({error})")
        return
    if pages != "ok":
        yield Fault("catalog", f"it is damaged ({' '.join(pages.split())})")
    if orphans:
        yield Fault("catalog", f"{orphans} of its rows belong to no file")


def passage_faults(catalog: Catalog) -> Iterator[Fault]:
    """Files whose passages do not stand where the catalog says, in the text it keeps."""
    for source, record in catalog.files().items():
        if record.skipped is None and (why := _misplaced(catalog, source)):
            yield Fault("passages", f"{source}: {why}", (source,))


def store_faults(generation: Generation) -> Iterator[Fault]:
    """How vectors, terms and sums differ from what the catalog holds."""
    ids = passage_ids(generation.catalog)
    vectors = list(_told("vectors", lambda: _vector_faults(generation.vectors, ids)))
    yield from vectors
    yield from _told("terms", lambda: _term_faults(generation, ids))
    if not vectors:  # their sums would only say it again
        yield from _told("sums", lambda: _sum_faults(generation, ids))
        yield from _told("vectors", lambda: _flat_faults(generation.vectors))


def passage_ids(catalog: Catalog) -> dict[str, list[str]]:
    """The ids of the catalog's passages by language."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in catalog.files():
        for id, language in catalog.passage_languages(source).items():
            found[language].append(id)
    return dict(found)


def sums_of(generation: Generation, language: str, ids: Sequence[str]) -> dict[str, Moments]:
    """The sums of a language's passages, added up anew, by the name that they are kept under."""
    sums: dict[str, Moments] = {}

    def add(name: str, rows: Sequence[Vectors]) -> None:
        if rows:
            sums[name] = (sums.get(name) or Moments.empty(rows[0].shape[-1])).plus(np.vstack(rows))

    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        add(language, list(generation.vectors.vectors(language, some).values()))
        meanings = [one.meanings for one in generation.catalog.encoded(some).values()]
        add(of_meanings(language), [rows[:1] for rows in meanings])
        add(of_sentences(language), [rows[1:] for rows in meanings])
    return sums


def _told(part: Part, check: Callable[[], Iterator[Fault]]) -> Iterator[Fault]:
    """The faults that `check` finds; over damaged files the libraries raise anything at all, which is a fault too."""
    try:
        yield from check()
    except BylineError as error:
        yield Fault(part, str(error).partition(";")[0])
    except Exception as error:
        yield Fault(part, f"they cannot be read ({' '.join(str(error).split()) or type(error).__name__})")


def _misplaced(catalog: Catalog, source: str) -> str | None:
    try:
        text = catalog.text(source) or ""
        passages = catalog.passages_of(source)
    except Exception as error:  # damaged bytes inside a sound page: zlib, UTF-8, JSON
        return f"what is kept of it cannot be read ({type(error).__name__})"
    wrong = sum(passage.span.of(text) != passage.text for passage in passages)
    return f"{wrong} of its passages do not stand where they should" if wrong else None


def _vector_faults(store: VectorStore, ids: Ids) -> Iterator[Fault]:
    return _kept_faults("vectors", store, ids, partial(_finds_itself, store))


def _flat_faults(store: VectorStore) -> Iterator[Fault]:
    for language in filter(store.lacks_flat, store.languages()):
        yield Fault("vectors", f"the file that they are searched in is gone or broken ({language})")


def _term_faults(generation: Generation, ids: Ids) -> Iterator[Fault]:
    return _kept_faults("terms", generation.lexical, ids, partial(_is_found_by_its_terms, generation))


def _kept_faults(
    part: Part, store: VectorStore | LexicalStore, ids: Ids, is_found: Callable[[str, str], bool]
) -> Iterator[Fault]:
    """What a store lacks or has too much, and which of a sample of its passages `is_found` (language, id) misses."""
    for language in sorted({*ids, *store.languages()}):
        wanted, found = set(ids.get(language, ())), set(store.ids(language))
        yield from _set_faults(part, language, wanted, found)
        if lost := sum(not is_found(language, id) for id in _spread(sorted(wanted & found))):
            yield Fault(part, f"{lost} passages are not found by their own {part} ({language})")


def _sum_faults(generation: Generation, ids: Ids) -> Iterator[Fault]:
    kept = generation.catalog.moments()
    for language, its in ids.items():
        for name, sums in sums_of(generation, language, its).items():
            if name not in kept or not equal_sums(Moments.from_bytes(*kept[name]), sums):
                yield Fault("sums", f"those of {name} are not the sums of what is there")
    for name, (n, _, _) in kept.items():
        if n and name.partition("/")[0] not in ids:
            yield Fault("sums", f"those of {name} are of {n} vectors that are not there")


def _set_faults(part: Part, language: str, wanted: set[str], found: set[str]) -> Iterator[Fault]:
    if missing := len(wanted - found):
        yield Fault(part, f"{missing} passages have none ({language})")
    if orphans := len(found - wanted):
        yield Fault(part, f"{orphans} are of no passage ({language})")


def _spread(ids: Sequence[str]) -> Sequence[str]:
    """At most `_SAMPLES` of `ids`, evenly spread; ids are digests, so their order is as good as chance."""
    return ids[:: max(1, len(ids) // _SAMPLES)][:_SAMPLES]


def _finds_itself(store: VectorStore, language: str, id: str) -> bool:
    vector = store.vectors(language, [id])[id]
    near = store.nearest(language, vector, _AMONG)
    return any(one.id == id for one in near) or (len(near) == _AMONG and near[-1].cosine > _COPY)


def _is_found_by_its_terms(generation: Generation, language: str, id: str) -> bool:
    terms = generation.catalog.encoded([id])[id].all_terms
    source = generation.catalog.passages([id])[id].source
    siblings = len(generation.catalog.passage_languages(source))
    if not terms:
        return True
    hits = generation.lexical.search(language, terms, siblings, scope=Scope(sources=(source,)))
    return any(hit.id == id for hit in hits) and all(
        generation.lexical.pair_frequencies(language, pairs(terms)).values()
    )


def equal_sums(kept: Moments, sums: Moments) -> bool:
    """Whether two sums are of the same vectors, but for what adding and taking away has rounded."""
    tolerance = _DRIFT * max(1, sums.n)
    return (
        kept.n == sums.n
        and kept.total.shape == sums.total.shape
        and np.allclose(kept.total, sums.total, rtol=0, atol=tolerance)
        and np.allclose(kept.outer, sums.outer, rtol=0, atol=tolerance)
    )
