"""The vectors of a small language in one flat file, compared with a question one and all.

Up to some thousands of vectors that is exact, faster than a graph search, and needs no import of Chroma, which takes a
command longer than everything else it does.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.embed import Vectors
from index.scope import Scope

MOST = 4096  # vectors of a language that are kept so


@dataclass(frozen=True, slots=True)
class Exact:
    """Vectors, shape (n, d), with their ids, their files, and the days of publication as numbers (0 where unknown)."""

    ids: npt.NDArray[np.str_]
    vectors: Vectors
    sources: npt.NDArray[np.str_]
    published: npt.NDArray[np.int64]

    @classmethod
    def load(cls, path: Path) -> Exact | None:
        """What `save` wrote; None where there is no such file, or a broken one."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                return cls(kept["ids"], kept["vectors"], kept["sources"], kept["published"])
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):  # Chroma has them all
            return None

    def save(self, path: Path) -> None:
        """Write the file that `load` reads."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, ids=self.ids, vectors=self.vectors, sources=self.sources, published=self.published)

    def of(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those `ids` that are here, by id."""
        places = {str(id): at for at, id in enumerate(self.ids)}
        return {id: self.vectors[places[id]] for id in ids if id in places}

    def nearest(self, query: Vectors, n: int, scope: Scope | None) -> list[tuple[str, float]]:
        """The ids of the `n` vectors inside `scope` with the highest cosines, and these; equals in the order kept."""
        inside = np.flatnonzero(self._inside(scope))
        cosines = self.vectors[inside] @ query
        best = np.argsort(-cosines, kind="stable")[:n]
        return [(str(self.ids[inside[at]]), float(cosines[at])) for at in best]

    def _inside(self, scope: Scope | None) -> npt.NDArray[np.bool_]:
        inside = np.ones(len(self.ids), bool)
        if scope is None:
            return inside
        if scope.since is not None:
            inside &= self.published >= scope.since
        if scope.until is not None:
            inside &= (self.published > 0) & (self.published <= scope.until)
        if scope.sources is not None:
            inside &= np.isin(self.sources, list(scope.sources) or [""])
        return inside
