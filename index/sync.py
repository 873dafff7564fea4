"""Bringing the index in step with its folders: read what is new or changed, drop what is gone, embed what is unknown.

Files are read and analysed in one thread while those before them are embedded in another (see `index.encode`), and
written into a new generation of the index (see `index.store`) by a third, in large batches. Little waits between the
threads, so that memory stays flat in the number of files.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from index.article import digest_bytes
from index.catalog import Catalog
from index.decode import Unreadable
from index.document import Reader
from index.embed import Embedder
from index.encode import Embedded, PassageEncoder, ReadFile
from index.errors import BylineError
from index.meaning import SentenceEncoder
from index.reuse import Earlier, Journal
from index.rows import Counts, FileRecord
from index.scan import FoundFile, compare, scan
from index.served import new_name, next_name
from index.staged import staged
from index.store import COLLECTIONS, SERVER, Generation, IndexFolder
from index.terms import Terms
from index.writer import GenerationWriter

_FIRST = 8  # passages analysed before the first are embedded; then twice as many each time, up to
_BATCH = 64  # passages analysed and embedded at a time
_AHEAD = 2  # batches that wait to be embedded, and to be written
_WRITTEN = 2048  # passages written at a time
_UNFINISHED = "unfinished.sqlite"
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far indexing is: bytes of files read of all that have to be, and passages written."""

    done_bytes: int
    all_bytes: int
    passages: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run of indexing did; `counts` is the index afterwards.

    `skipped` pairs a file with the reason, `faults` an indexed one with a part of it that could not be read.
    """

    read: int
    unchanged: int
    removed: int
    skipped: tuple[tuple[str, str], ...]
    other_kinds: int
    counts: Counts
    seconds: float
    interrupted: bool = False
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Watch:
    """Who is told how far a run is and what goes wrong on the way, and who may end it."""

    on_progress: Callable[[Progress], None]
    stop: Callable[[], bool]
    tell: Callable[[str], None]


class Indexer:
    """Keeps one index folder in step with the folders it was made of."""

    def __init__(
        self,
        folder: IndexFolder,
        reader: Reader,
        embedder: Embedder,
        encoder: SentenceEncoder,
        terms: Terms,
        *,
        passage_chars: int,
        max_file_bytes: int,
        chroma: str | None = None,
    ) -> None:
        """All parts are passed in.

        `passage_chars` is what `reader` cuts by; `chroma` is the address of a Chroma server for the vectors, None for
        where they are, or else for the index's own files. The index remembers both.
        """
        self._folder = folder
        self._reader = reader
        self._embedder = embedder
        self._encoder = encoder
        self._terms = terms
        self._made_with = {"embedder": embedder.name, "passage_chars": str(passage_chars)}
        self._max_file_bytes = max_file_bytes
        self._chroma = chroma

    def run(
        self,
        paths: Sequence[Path],
        *,
        rebuild: bool = False,
        on_progress: Callable[[Progress], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
        tell: Callable[[str], None] = lambda _: None,
    ) -> Summary:
        """Bring the index up to date with `paths`, or with the paths it was made of when none are given.

        Args:
            paths: folders or files.
            rebuild: start from nothing, also with another embedder or other folders than before.
            on_progress: told after each batch of files.
            stop: asked before each file; when it says so, what is done by then is kept and the run ends.
            tell: given a line when an earlier index, whose vectors a rebuild would use, cannot be read.

        Raises:
            BylineError: bad paths, an index made otherwise, or a folder that cannot be written; the last good index
                stays as it was, and the next run does not embed again what this one had.
        """
        started = time.monotonic()
        with self._folder.writing():
            afresh = rebuild or self._folder.current() is None
            known = {} if afresh else self._known(paths)
            roots = list(paths) or [Path(root) for root in self._remembered_paths()]
            scanned = scan(roots, self._folder.path)
            difference = compare(scanned.found, known)
            if afresh or difference.to_read or difference.gone:
                outcome = self._update(
                    difference.to_read,
                    difference.gone,
                    known,
                    roots,
                    afresh,
                    _Watch(on_progress, stop, tell),
                )
            else:
                outcome = self._nothing_new()
            return replace(
                outcome,
                unchanged=difference.unchanged,
                skipped=tuple(sorted({*outcome.skipped, *scanned.unreachable})),
                other_kinds=scanned.other_kinds,
                seconds=time.monotonic() - started,
            )

    def paths(self) -> tuple[Path, ...]:
        """The folders and files that the index is of, as they were given, made absolute.

        Raises:
            BylineError: there is no index yet, or it cannot be read.
        """
        return tuple(map(Path, self._remembered_paths()))

    def _known(self, paths: Sequence[Path]) -> dict[str, FileRecord]:
        """What the current generation holds, once it is sure that it was made as this one would be."""
        generation = self._folder.open()
        try:
            self._refuse_other_settings(generation.catalog)
            self._refuse_other_paths(generation.catalog, paths)
            return generation.catalog.files()
        finally:
            generation.close()

    def _refuse_other_settings(self, catalog: Catalog) -> None:
        for key, wanted in self._made_with.items():
            found = catalog.recall(key)
            if found != wanted:
                raise BylineError(
                    f"{self._folder.path}: this index was made with {key} {found}, not {wanted};"
                    " set it back, use another --index, or build anew with --rebuild"
                )

        server = catalog.recall(SERVER)
        if self._chroma not in (None, server):
            raise BylineError(
                f"{self._folder.path}: this index has its vectors in {server or 'its own files'}, not {self._chroma};"
                " leave --chroma out, use another --index, or build anew with --rebuild"
            )

    def _refuse_other_paths(self, catalog: Catalog, paths: Sequence[Path]) -> None:
        before = json.loads(catalog.recall("paths") or "[]")
        if paths and before and sorted(_absolute(paths)) != sorted(before):
            raise BylineError(
                f"{self._folder.path}: this index is of {', '.join(before)}; give the same paths (or none),"
                " use another --index, or build anew with --rebuild"
            )

    def _remembered_paths(self) -> list[str]:
        if self._folder.current() is None:
            raise BylineError("give the folder to index: byline index FOLDER")
        generation = self._folder.open()
        try:
            return list(json.loads(generation.catalog.recall("paths") or "[]"))
        finally:
            generation.close()

    def _nothing_new(self) -> Summary:
        generation = self._folder.open()
        try:
            return _summary(generation.catalog, read=0, removed=0, interrupted=False)
        finally:
            generation.close()

    def _update(
        self,
        to_read: Sequence[FoundFile],
        gone: Sequence[str],
        known: dict[str, FileRecord],
        paths: Sequence[Path],
        afresh: bool,
        watch: _Watch,
    ) -> Summary:
        generation = self._folder.begin(afresh=afresh)
        journal = Journal(self._folder.path / _UNFINISHED, self._embedder.name)
        try:
            for key, value in (*self._made_with.items(), ("paths", json.dumps(_absolute(paths)))):
                generation.catalog.remember(key, value)
            with self._replaced(afresh) as replaced:
                if afresh:
                    self._place_vectors(generation.catalog, replaced)
                writer = GenerationWriter(generation)
                earlier = Earlier(journal, replaced if self._made_by_same(replaced) else None, watch.tell)
                encoder = PassageEncoder(generation, earlier, self._embedder, self._encoder, self._terms)
                looked_at = self._take_in(writer, encoder, self._batches(to_read, known, watch.stop), to_read, watch)
            writer.remove(gone)  # last: a file under a new name needs no new vectors
            writer.finish(encoder.new_words())
            stopped = looked_at < len(to_read)
            summary = _summary(generation.catalog, read=writer.files, removed=len(gone), interrupted=stopped)
        except BaseException:
            journal.close()
            self._folder.abandon(generation)
            raise
        self._folder.commit(generation)
        journal.finish()
        return summary

    @contextmanager
    def _replaced(self, afresh: bool) -> Iterator[Generation | None]:
        """The generation that one begun `afresh` takes the place of, if it can be read."""
        generation = self._folder.readable() if afresh else None
        try:
            yield generation
        finally:
            if generation is not None:
                generation.close()

    def _made_by_same(self, generation: Generation | None) -> bool:
        return generation is not None and generation.catalog.recall("embedder") == self._embedder.name

    def _place_vectors(self, catalog: Catalog, replaced: Generation | None) -> None:
        """Say in a new catalog where its vectors go: the server given, or the one before, or else its own files."""
        before = replaced.catalog.recall(SERVER) if replaced else None
        server = self._chroma or before
        if server is None:
            return
        name = replaced.catalog.recall(COLLECTIONS) if replaced and before == server else None
        catalog.remember(SERVER, server)
        catalog.remember(COLLECTIONS, next_name(name) if name else new_name())

    def _take_in(
        self,
        writer: GenerationWriter,
        encoder: PassageEncoder,
        batches: Generator[Sequence[ReadFile], None, None],
        to_read: Sequence[FoundFile],
        watch: _Watch,
    ) -> int:
        """Embed and write the files that `batches` yields; how many there were."""
        files, done, passages, everything = 0, 0, 0, sum(file.size for file in to_read)
        waiting: list[Embedded] = []

        def write() -> None:
            together = Embedded.together(waiting)
            waiting.clear()
            writer.write(together)
            encoder.written(together)

        analysed = staged(batches, encoder.analyse, _AHEAD)
        with closing(staged(analysed, encoder.embed, _AHEAD)) as embedded:
            for batch in embedded:
                waiting.append(batch)
                files += len(batch.files)
                done += sum(file.record.size for file in batch.files)
                passages += len(batch.vectors)
                watch.on_progress(Progress(done, everything, passages))
                if sum(len(some.vectors) for some in waiting) >= _WRITTEN:
                    write()
        write()
        return files

    def _batches(
        self, to_read: Sequence[FoundFile], known: dict[str, FileRecord], stop: Callable[[], bool]
    ) -> Generator[Sequence[ReadFile], None, None]:
        """The files, read, some at a time; none after one before which it was told to stop."""
        batch: list[ReadFile] = []
        passages, enough = 0, _FIRST
        for file in to_read:
            if stop():
                break
            batch.append(self._read(file, known.get(file.source)))
            passages += len(batch[-1].passages)
            if passages >= enough or len(batch) >= _BATCH:
                yield batch
                batch, passages, enough = [], 0, min(2 * enough, _BATCH)
        yield batch
        import chromadb  # noqa: F401  # which is long, and writing needs it; the last passages are still being embedded

    def _read(self, file: FoundFile, before: FileRecord | None) -> ReadFile:
        record = FileRecord(file.source, file.root, file.size, file.mtime_ns, digest="")
        try:
            data = self._bytes_of(file)
            record = replace(record, digest=digest_bytes(data))
            if before and before.digest == record.digest:
                return ReadFile(replace(record, skipped=before.skipped), None)
            document = self._reader.read(data, file.source)
        except (Unreadable, OSError) as error:
            why = error.strerror or str(error) if isinstance(error, OSError) else str(error)
            return ReadFile(replace(record, skipped=why), None)
        if not document.passages:
            return ReadFile(replace(record, skipped="there is no article text in it"), None)
        return ReadFile(replace(record, faults=document.faults), document)

    def _bytes_of(self, file: FoundFile) -> bytes:
        """What is in the file now; since it was found it may have grown, or become a pipe, which would never end."""
        if file.size <= self._max_file_bytes:
            file.wait_for_next_tick()
            with open(file.path, "rb", opener=_at_once) as opened:
                if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                    raise Unreadable("it is no regular file")
                data = b"".join(_pieces(opened, self._max_file_bytes + 1))
            if len(data) <= self._max_file_bytes:
                return data
        raise Unreadable(f"it is larger than {self._max_file_bytes // _MEGABYTE} MB (max_file_mb)")


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _pieces(file: BinaryIO, most: int) -> Iterator[bytes]:
    """What is read of a file, piece by piece, until that is `most` bytes or all."""
    while most > 0 and (piece := file.read(min(most, _MEGABYTE))):
        yield piece
        most -= len(piece)


def _summary(catalog: Catalog, *, read: int, removed: int, interrupted: bool) -> Summary:
    files = catalog.faulty_files()
    skipped = tuple((name, record.skipped) for name, record in files.items() if record.skipped)
    faults = tuple((name, fault) for name, record in files.items() for fault in record.faults)
    return Summary(read, 0, removed, skipped, 0, catalog.counts(), 0.0, interrupted, faults)


def _absolute(paths: Sequence[Path]) -> list[str]:
    return [str(path.resolve()) for path in paths]
