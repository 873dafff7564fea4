"""The lexical index, in tantivy: one a language, over terms that are cut beforehand.

A language has an index of its own so that its document frequencies and lengths are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import BylineError
from index.mapped import Sizes
from index.scope import Scope
from index.stopwords import stop_terms

if TYPE_CHECKING:
    import tantivy

_WRITER_BYTES = 64_000_000
_REMEMBERED = 50_000  # terms with their frequencies
_WRITERS = 4  # languages whose writers stay open side by side
_PASSAGE = "passage"  # what every document is: how many hold it tells whether any are deleted
_MOST_SAID = 120  # characters of what tantivy says is wrong; it may quote a whole file


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage as the lexical index keeps it: its id, its terms, and what a search may be confined by."""

    id: str
    terms: Sequence[str]
    source: str = ""
    published: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that shares terms with a query: its id and BM25 score."""

    id: str
    score: float


class LexicalStore:
    """A folder with one tantivy index for each language."""

    def __init__(self, path: Path) -> None:
        """The store in the directory `path`; only `write` makes it, and a language in it."""
        self._path = path
        self._indexes: dict[str, tantivy.Index] = {}
        self._sizes: dict[str, Sizes] = {}  # of the files of those that were only opened
        self._writers: dict[str, tantivy.IndexWriter] = {}  # of languages with something that is not sealed yet
        self._known: dict[
            tuple[str, str, str], int
        ] = {}  # frequencies by language, field and term, until the next write or there are too many

    def languages(self) -> tuple[str, ...]:
        """The languages that have an index."""
        return tuple(sorted(folder.name for folder in self._path.glob("*") if folder.is_dir()))

    def write(self, language: str, put: Iterable[Entry], drop: Iterable[str] = ()) -> None:
        """Keep passages that are new, or dropped, and forget others; on disk all at once, when sealed.

        tantivy remembers every deletion until then, also of what it never had: so none is asked for without need.
        """
        import tantivy

        writer = self._writer(language)
        for id in drop:
            writer.delete_documents_by_term("id", id)
        for entry in put:
            document = tantivy.Document()
            document.add_text("id", entry.id)
            document.add_text("kind", _PASSAGE)
            document.add_text("terms", " ".join(entry.terms))
            document.add_text("pairs", " ".join(pairs(entry.terms)))
            document.add_text("source", entry.source)
            document.add_integer("published", entry.published)
            writer.add_document(document)
        self._known = {}

    def seal(self) -> None:
        """Have on disk what was written. Who reads a language has it sealed thereby."""
        for language in list(self._writers):
            self._seal(language)

    def close(self) -> None:
        """Write no more; what is not sealed is lost."""
        self._writers.clear()

    def refuse_cut(self) -> None:
        """See that what is mapped of the files is there still.

        Raises:
            BylineError: a file has become shorter since it was opened; to read it would end the process.
        """
        for language, sizes in list(self._sizes.items()):
            if name := sizes.cut():
                raise BylineError(_unreadable(self._path / language, f"{name} was cut short"))

    def count(self, language: str) -> int:
        """How many passages a language has."""
        return int(self._index(language).searcher().num_docs)

    def ids(self, language: str) -> list[str]:
        """The ids of a language's passages, none where it has no index."""
        if language not in self.languages():
            return []
        import tantivy

        searcher = self._index(language).searcher()
        with self._reading(language):
            found = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs))
            return [str(searcher.doc(address)["id"][0]) for _, address in found.hits]

    def frequencies(self, language: str, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages of a language each of `terms` stands."""
        return self._frequencies(language, "terms", terms)

    def pair_frequencies(self, language: str, pairs: Iterable[str]) -> dict[str, int]:
        """In how many passages of a language each of `pairs` (see the function of that name) stands."""
        return self._frequencies(language, "pairs", pairs)

    def _frequencies(self, language: str, field: str, terms: Iterable[str]) -> dict[str, int]:
        keys = {term: (language, field, term) for term in terms}
        known = self._known
        new = [term for term, key in keys.items() if key not in known]
        if new and len(known) > _REMEMBERED:
            known, new = {}, list(keys)
            self._known = known
        if new:
            with self._reading(language):
                counted = self._counted(language, field, new)
            known.update({keys[term]: count for term, count in counted.items()})
        return {term: known[key] for term, key in keys.items()}

    def _counted(self, language: str, field: str, terms: Sequence[str]) -> dict[str, int]:
        index = self._index(language)
        searcher = index.searcher()
        # tantivy's own frequencies count what was deleted too, until segments are merged.
        if searcher.doc_freq("kind", _PASSAGE) == searcher.num_docs:
            return {term: int(searcher.doc_freq(field, term)) for term in terms}
        found = {term: searcher.search(_term(index, term, field), limit=1, count=True) for term in terms}
        return {term: int(one.count) for term, one in found.items()}  # type: ignore[attr-defined]  # the stubs lack it

    def search(
        self,
        language: str,
        terms: Sequence[str],
        n: int,
        weights: Sequence[float] | None = None,
        scope: Scope | None = None,
    ) -> list[Hit]:
        """The `n` passages with the highest BM25 (tantivy's k1 = 1.2, b = 0.75), best first.

        Args:
            language: which index to ask.
            terms: the query's terms; a term given twice counts twice.
            n: how many hits at most.
            weights: a factor for each term's share of the score, 1 for each when None.
            scope: what the search is confined to, before the cut-off at `n`; everything when None.
        """
        import tantivy

        index = self._index(language)
        factors = weights or [1.0] * len(terms)
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(_term(index, term), factor))
            for term, factor in zip(terms, factors, strict=True)
        ]
        if not clauses:
            return []
        query = tantivy.Query.boolean_query(clauses)
        if scope:
            confined = [(tantivy.Occur.Must, one) for one in _confining(index, scope)]
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *confined])
        searcher = index.searcher()
        with self._reading(language):
            found = searcher.search(query, limit=n, count=False)
            return [Hit(str(searcher.doc(address)["id"][0]), float(score)) for score, address in found.hits]

    def _writer(self, language: str) -> tantivy.IndexWriter:
        if language not in self._writers:
            if len(self._writers) >= _WRITERS:
                self.seal()
            if language not in self._indexes:
                (self._path / language).mkdir(parents=True, exist_ok=True)
                self._indexes[language] = _open(self._path / language)
            self._writers[language] = self._indexes[language].writer(_WRITER_BYTES, num_threads=1)
        return self._writers[language]

    def _seal(self, language: str) -> None:
        writer = self._writers.pop(language)
        writer.commit()
        writer.wait_merging_threads()
        self._indexes[language].reload()

    def _index(self, language: str) -> tantivy.Index:
        if language in self._writers:
            self._seal(language)
        if language not in self._indexes:
            if not (self._path / language / "meta.json").is_file():  # tantivy would make an empty one
                raise BylineError(_unreadable(self._path / language, "it is gone"))
            self._sizes[language] = Sizes(self._path / language)
            self._indexes[language] = _open(self._path / language)
        return self._indexes[language]

    @contextmanager
    def _reading(self, language: str) -> Iterator[None]:
        """Turn what tantivy raises over a damaged file, which it opens only when a query needs it, into one line."""
        try:
            yield
        except ValueError as error:
            raise BylineError(_unreadable(self._path / language, error)) from error


def _unreadable(path: Path, why: object) -> str:
    said = " ".join(str(why).split())[:_MOST_SAID]
    return f"{path}: the lexical index cannot be read ({said}); mend it with `byline doctor --fix`"


def pairs(terms: Sequence[str]) -> list[str]:
    """Neighbouring terms as terms of their own, stop words passed over: "supply chain" is more than its words."""
    stop = stop_terms()
    telling = [term for term in terms if term not in stop]
    return [f"{first}+{second}" for first, second in pairwise(telling)]


def _open(path: Path) -> tantivy.Index:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    schema.add_text_field("kind", stored=False, tokenizer_name="raw", index_option="basic")
    schema.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    schema.add_text_field("pairs", stored=False, tokenizer_name="whitespace", index_option="basic")
    schema.add_text_field("source", stored=False, tokenizer_name="raw", index_option="basic")
    schema.add_integer_field("published", stored=False, indexed=True, fast=True)
    try:
        return tantivy.Index(schema.build(), path=str(path))
    except ValueError as error:
        raise BylineError(_unreadable(path, error)) from error


def _term(index: tantivy.Index, term: str, field: str = "terms") -> tantivy.Query:
    import tantivy

    return tantivy.Query.term_query(index.schema, field, term, index_option="freq" if field == "terms" else "basic")


def _confining(index: tantivy.Index, scope: Scope) -> Iterator[tantivy.Query]:
    """The parts of a scope as queries that add nothing to a score."""
    import tantivy

    if scope.sources is not None:
        among = tantivy.Query.term_set_query(index.schema, "source", list(scope.sources))
        yield tantivy.Query.const_score_query(among, 0.0)
    if scope.since is not None or scope.until is not None:
        oldest = scope.since if scope.until is None else max(scope.since or 0, 1)
        days = tantivy.Query.range_query(index.schema, "published", tantivy.FieldType.Integer, oldest, scope.until)
        yield tantivy.Query.const_score_query(days, 0.0)
