"""Whether an index can be relied on, as it lies on disk, with these settings, on this machine, now."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import numpy as np

from index.embed import Embedder
from index.errors import BylineError
from index.scan import compare, scan
from index.schema import FORMAT
from index.soundness import Fault, catalog_faults, passage_faults, passage_ids, store_faults
from index.store import Generation, IndexFolder
from rag.model import open_model, served_models
from rag.settings import Settings

State = Literal["good", "note", "bad"]

_FIX = "mend it with `byline doctor --fix`"
_MODEL_SECONDS = 5.0
_ALIKE = 0.99  # cosine of two vectors of one text by one embedder
_PROBED = 4  # passages of a language that are embedded again


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing: `what` says it, `remedy` what to do about it; a `bad` one fails the examination."""

    subject: str
    state: State
    what: str
    remedy: str = ""


def examine(folder: IndexFolder, settings: Settings, embedder: Embedder) -> Iterator[Finding]:
    """Everything there is to say of the index in `folder`, used with `settings` and `embedder`."""
    yield _versions()
    yield _model(settings)
    try:
        generation = folder.open()
    except BylineError as error:
        yield Finding("index", "bad", str(error), _FIX if folder.generations() else "")
        return
    try:
        yield from _disk(folder, generation)
        yield from _soundness(generation)
        yield from _made_with(generation, settings, embedder)
        yield from _files(folder, generation)
    finally:
        generation.close()


def _versions() -> Finding:
    """Whether the packages installed are those that byline asks for."""
    from packaging.requirements import Requirement

    wanted = [Requirement(line) for line in metadata.requires("byline") or []]
    wrong = [
        f"{one.name} {metadata.version(one.name)} (needs {one.specifier})"
        for one in wanted
        if one.marker is None and not one.specifier.contains(metadata.version(one.name), prereleases=True)
    ]
    if wrong:
        return Finding("versions", "bad", ", ".join(wrong), "install byline anew with constraints.txt")
    chroma = metadata.version("chromadb")
    return Finding("versions", "good", f"byline {metadata.version('byline')}, index format {FORMAT}, Chroma {chroma}")


def _model(settings: Settings) -> Finding:
    """Whether the model server answers and has the model."""
    try:
        model = open_model(settings, settings.llm)
    except BylineError as error:
        return Finding("model", "bad", str(error))
    if model is None:
        return Finding("model", "good", "none is asked: answers are sentences of the articles")
    from rag.refusals import WireError, explain

    try:
        served = served_models(settings, within=_MODEL_SECONDS)
    except WireError as error:
        short = settings.model_copy(update={"answer_timeout": _MODEL_SECONDS})
        return Finding("model", "bad", explain(error, model=model, settings=short, begun=False))
    if model.name not in served:
        return Finding("model", "note", f"{model.host} does not list {model.name}", "check BYLINE_MODEL")
    return Finding("model", "good", f"{model.name} at {model.host}")


def _disk(folder: IndexFolder, generation: Generation) -> Iterator[Finding]:
    """Room and permission for the next run, and what runs that were killed have left."""
    size = sum(path.stat().st_size for path in generation.path.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder.path).free
    room = f"{_megabytes(free)} free, an update needs {_megabytes(size)} and what is new"
    if not os.access(folder.path, os.W_OK):
        yield Finding("disk", "note", f"{folder.path} cannot be written", "answering works, `byline index` will not")
    elif free < 2 * size:
        yield Finding("disk", "note", room, "make room before the next `byline index`")
    else:
        yield Finding("disk", "good", room)
    if left := [name for name in folder.generations() if name > generation.path.name]:
        yield Finding(
            "disk", "note", f"{', '.join(left)}: unfinished or given up", "the next run that writes removes it"
        )


def _soundness(generation: Generation) -> Iterator[Finding]:
    """Whether the stores hold the same passages, and whether those stand in their files."""
    damaged = list(catalog_faults(generation.path))
    yield from _bad(damaged)
    if damaged:  # what it says of the others is worth nothing
        return
    faults = [*passage_faults(generation.catalog), *store_faults(generation)]
    yield from _bad(faults)
    if not faults:
        counts = generation.catalog.counts()
        parts = f"{counts.files} files, {counts.passages} passages, each with its vector and its terms"
        yield Finding("index", "good", f"{generation.path.name}: {parts}")


def _bad(faults: list[Fault]) -> Iterator[Finding]:
    yield from (Finding(fault.part, "bad", fault.what, _FIX) for fault in faults)


def _made_with(generation: Generation, settings: Settings, embedder: Embedder) -> Iterator[Finding]:
    """Whether the index was made with these settings, and its vectors by this embedder."""
    for key, wanted in (("embedder", embedder.name), ("passage_chars", str(settings.passage_chars))):
        if (found := generation.catalog.recall(key)) != wanted:
            what = f"the index was made with {key} {found}, and {wanted} is set"
            yield Finding("settings", "bad", what, "set it back, or build anew with `byline index --rebuild`")
            return
    try:
        likeness = _likeness(generation, embedder)
    except Exception as error:  # damaged vectors were told of above; an embedding server may be gone
        yield Finding("embedder", "bad", f"{embedder.name}: {error}")
        return
    if likeness < _ALIKE:
        what = f"{embedder.name} makes other vectors now than when the index was made (cosine {likeness:.3f})"
        yield Finding("embedder", "bad", what, "build anew with `byline index --rebuild`")
    else:
        yield Finding("embedder", "good", f"{embedder.name} makes the vectors that are kept")


def _likeness(generation: Generation, embedder: Embedder) -> float:
    """The least cosine of a kept vector and the same passage's made now, over a few passages of each language."""
    least = 1.0
    for language, ids in passage_ids(generation.catalog).items():
        kept = generation.vectors.vectors(language, sorted(ids)[:_PROBED])
        passages = generation.catalog.passages(list(kept))
        now = embedder.embed_passages([passages[id].embedded_text for id in kept])
        least = min(least, *np.sum(np.stack(list(kept.values())) * now, axis=1))
    return float(least)


def _files(folder: IndexFolder, generation: Generation) -> Iterator[Finding]:
    """How the files differ from what was indexed."""
    paths = [Path(path) for path in json.loads(generation.catalog.recall("paths") or "[]")]
    try:
        scanned = scan(paths, folder.path)
    except BylineError as error:
        yield Finding("files", "bad", str(error), "bring it back: citations are checked against it")
        return
    known = generation.catalog.files()
    difference = compare(scanned.found, known)
    new = sum(file.source not in known for file in difference.to_read)
    changed = len(difference.to_read) - new
    if difference.to_read or difference.gone:
        what = f"since indexing {changed} changed, {new} came, {len(difference.gone)} went"
        yield Finding("files", "note", what, "run `byline index`")
    else:
        yield Finding("files", "good", f"all {difference.unchanged} as they were indexed")
    if skipped := [name for name, record in known.items() if record.skipped]:
        yield Finding("files", "note", f"{len(skipped)} could not be read", "`byline status` says why")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"
