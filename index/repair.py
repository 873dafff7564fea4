"""Repairing an index from what is good in it: the catalog's passages, and the vectors that can still be read.

The repair is made as an update is, in a copy of the current generation that becomes current when it is sound.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import numpy as np

from index.article import Passage
from index.catalog import Catalog
from index.dates import as_number
from index.embed import Embedder, Vectors
from index.errors import BylineError
from index.lexical import Entry
from index.moments import Moments
from index.soundness import (
    Fault,
    catalog_faults,
    equal_sums,
    passage_faults,
    passage_ids,
    store_faults,
    sums_of,
)
from index.store import Generation, IndexFolder

_BATCH = 256  # passages embedded and written at a time


def repair(folder: IndexFolder, embedder: Embedder) -> tuple[str, ...]:
    """Mend the index in `folder`; returns what was done, a line each, nothing where all was sound.

    Args:
        folder: the index; its catalog must be whole, or that of another generation beside it.
        embedder: what made its vectors; asked for those that are lost.

    Raises:
        BylineError: there is nothing sound to repair from, or another run is writing.
    """
    with folder.writing():
        done = list(_back_to_a_whole_catalog(folder))
        before = folder.open()
        try:
            misplaced = list(passage_faults(before.catalog))
            faults = [*misplaced, *store_faults(before)]
            if faults:
                done.extend(_rewritten(folder, before, faults, embedder))
        finally:
            before.close()
    return tuple(done)


def _back_to_a_whole_catalog(folder: IndexFolder) -> Sequence[str]:
    """Point to the newest generation with a whole catalog, where the current one has none."""
    name = _current(folder)
    if name is not None and _is_whole(folder, name):
        return ()
    for other in folder.generations():
        if other != name and _is_whole(folder, other):
            folder.point_to(other)
            return (f"went back to {other}, whose catalog is whole; run `byline index` to bring it up to date",)
    raise BylineError(f"{folder.path}: nothing to repair it from; build it anew with `byline index FOLDER --rebuild`")


def _current(folder: IndexFolder) -> str | None:
    try:
        return folder.current()
    except BylineError:  # the pointer itself is damaged
        return None


def _is_whole(folder: IndexFolder, name: str) -> bool:
    path = folder.path / name
    if any(catalog_faults(path)):
        return False
    try:
        Catalog.open(path / "catalog.sqlite").close()
    except BylineError:
        return False
    return True


def _rewritten(folder: IndexFolder, before: Generation, faults: Sequence[Fault], embedder: Embedder) -> list[str]:
    """Write the faulty parts anew in a copy of the current generation, and make that current."""
    parts = {fault.part for fault in faults}
    after = folder.begin()
    try:
        done = _forget(after.catalog, [source for fault in faults for source in fault.sources])
        ids = passage_ids(after.catalog)
        if parts & {"vectors", "sums", "passages"}:
            done.append(_put_vectors(before, after, ids, embedder))
        if parts & {"terms", "passages"}:
            done.append(_put_terms(after, ids))
        _put_sums(after, ids)
        left = [fault.what for fault in (*passage_faults(after.catalog), *store_faults(after))]
        if left:
            raise BylineError(f"{folder.path}: cannot be repaired ({left[0]}); build it anew with --rebuild")
    except BaseException:
        folder.abandon(after)
        raise
    folder.commit(after)
    return done


def _forget(catalog: Catalog, sources: Sequence[str]) -> list[str]:
    """Drop files whose rows are damaged; they look new to the next run of indexing."""
    with catalog.transaction():
        for source in sources:
            catalog.drop_file(source)
    return [f"dropped {source}; run `byline index` to read it again" for source in sources]


def _put_vectors(before: Generation, after: Generation, ids: dict[str, list[str]], embedder: Embedder) -> str:
    """A new vector store: with the vectors of the old one where they can be trusted, else embedded anew."""
    shutil.rmtree(after.path / "chroma", ignore_errors=True)
    embedded = 0
    for language, its in ids.items():
        known = _trusted(before, language, its)
        for start in range(0, len(its), _BATCH):
            passages = list(after.catalog.passages(its[start : start + _BATCH]).values())
            lost = [passage for passage in passages if passage.id not in known]
            known.update(zip((one.id for one in lost), _embedded(embedder, lost), strict=True))
            after.vectors.put(language, passages, np.stack([known[passage.id] for passage in passages]))
            embedded += len(lost)
    return f"wrote the vectors anew, {embedded} of {sum(map(len, ids.values()))} embedded again"


def _embedded(embedder: Embedder, passages: Sequence[Passage]) -> Vectors:
    return embedder.embed_passages([passage.embedded_text for passage in passages])


def _trusted(generation: Generation, language: str, ids: Sequence[str]) -> dict[str, Vectors]:
    """The vectors of a language as they can still be read; none where they are all there and not what was summed."""
    try:
        found = generation.vectors.vectors(language, ids)
        kept = generation.catalog.moments().get(language)
    except Exception:  # Chroma raises anything over damaged files; what it cannot read is embedded again
        return {}
    if len(found) < len(ids) or not found:
        return found
    sums = Moments.empty(len(next(iter(found.values())))).plus(np.stack(list(found.values())))
    return found if kept and equal_sums(Moments.from_bytes(*kept), sums) else {}


def _put_terms(after: Generation, ids: dict[str, list[str]]) -> str:
    """A new lexical index, of the terms that the catalog keeps."""
    shutil.rmtree(after.path / "lexical", ignore_errors=True)
    for language, its in ids.items():
        passages, encoded = after.catalog.passages(its), after.catalog.encoded(its)
        entries = [
            Entry(id, encoded[id].all_terms, passage.source, as_number(passage.article.published))
            for id, passage in passages.items()
        ]
        after.lexical.write(language, entries)
    return f"wrote the terms of {sum(map(len, ids.values()))} passages anew"


def _put_sums(after: Generation, ids: dict[str, list[str]]) -> None:
    kept = {name: Moments.from_bytes(*sums) for name, sums in after.catalog.moments().items()}
    sums = {name: Moments.empty(len(its.total)) for name, its in kept.items()}  # a language may have lost all it had
    for language, its in ids.items():
        sums.update(sums_of(after, language, its))
    with after.catalog.transaction():
        for name, moments in sums.items():
            after.catalog.put_moments(name, *moments.to_bytes())
