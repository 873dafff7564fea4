"""What readers do with the articles of the index: bring some, take one out, put it back, bring all up to date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from index.left_out import LeftOut
from index.uploads import Refused, Uploads
from rag.assistant import Assistant
from rag.indexing import MEGABYTE
from rag.settings import Settings
from rag.web.indexing import Indexing


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles of one index as all readers of the page share them."""

    assistant: Assistant
    uploads: Uploads
    left_out: LeftOut
    indexing: Indexing

    @classmethod
    def of(cls, assistant: Assistant, settings: Settings) -> Shelf:
        """The shelf over the index that `assistant` answers from."""
        return cls(
            assistant,
            Uploads(assistant.path, settings.max_file_mb * MEGABYTE),
            LeftOut(assistant.path),
            Indexing(lambda **watch: assistant.indexer().run([], **watch)),
        )

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that the index was made of.

        Raises:
            BylineError: the index cannot be read.
        """
        kept = self.assistant.generation().catalog.recall("paths")
        return tuple(Path(folder) for folder in json.loads(kept or "[]"))

    def bring(self, path: Path, name: str) -> str:
        """Keep a file that was uploaded, under a safe form of `name`; gives its source. Indexing is not begun.

        Raises:
            Refused: the file is not taken in.
            BylineError: the index cannot be read.
        """
        catalog = self.assistant.generation().catalog
        return self.uploads.take(path, name, lambda source: catalog.file(source) is not None)

    def take_out(self, source: str) -> None:
        """Take a file out of the index: an uploaded one is deleted, one of the folders is left out from now on.

        Raises:
            BylineError: the index knows no such file, or it cannot be kept track of.
        """
        if self.uploads.holds(source):
            self.uploads.remove(source)
        elif self.assistant.generation().catalog.file(source) is not None:
            self.left_out.add(source)
        else:
            raise Refused(source, "not uploaded", "no such file in the index")
        self.indexing.start()

    def put_back(self, source: str) -> None:
        """Index a file again that was left out.

        Raises:
            BylineError: the list of what is left out cannot be read or written.
        """
        self.left_out.drop(source)
        self.indexing.start()

    def close(self) -> None:
        """End indexing after its current file, and wait for that."""
        self.indexing.stop()
        self.indexing.wait()
