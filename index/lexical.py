"""The lexical index, in tantivy: one a language, over terms that are cut beforehand.

A language has an index of its own so that its document frequencies and lengths are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import BylineError
from index.stopwords import stop_terms

if TYPE_CHECKING:
    import tantivy

_WRITER_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that shares terms with a query: its id and BM25 score."""

    id: str
    score: float


class LexicalStore:
    """A folder with one tantivy index for each language."""

    def __init__(self, path: Path) -> None:
        """Open, or create, the store in the directory `path`."""
        self._path = path
        path.mkdir(parents=True, exist_ok=True)
        self._indexes: dict[str, tantivy.Index] = {}

    def languages(self) -> tuple[str, ...]:
        """The languages that have an index."""
        return tuple(sorted(folder.name for folder in self._path.iterdir() if folder.is_dir()))

    def write(self, language: str, put: Iterable[tuple[str, Sequence[str]]], drop: Iterable[str] = ()) -> None:
        """Keep passages (id and terms) in place of those of the same id, and forget others, all at once."""
        import tantivy

        writer = self._index(language).writer(_WRITER_BYTES, num_threads=1)
        for id in drop:
            writer.delete_documents_by_term("id", id)
        for id, terms in put:
            writer.delete_documents_by_term("id", id)
            document = tantivy.Document()
            document.add_text("id", id)
            document.add_text("terms", " ".join(terms))
            document.add_text("pairs", " ".join(pairs(terms)))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index(language).reload()

    def count(self, language: str) -> int:
        """How many passages a language has."""
        return int(self._index(language).searcher().num_docs)

    def frequencies(self, language: str, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages of a language each of `terms` stands."""
        return {term: self._frequency(language, "terms", term) for term in dict.fromkeys(terms)}

    def pair_frequencies(self, language: str, pairs: Iterable[str]) -> dict[str, int]:
        """In how many passages of a language each of `pairs` (see the function of that name) stands."""
        return {pair: self._frequency(language, "pairs", pair) for pair in dict.fromkeys(pairs)}

    def _frequency(self, language: str, field: str, term: str) -> int:
        # tantivy's own doc_freq counts what was deleted too, until segments are merged.
        index = self._index(language)
        query = _term(index, term, field)
        found = index.searcher().search(query, limit=1, count=True)
        return int(found.count)  # type: ignore[attr-defined]  # the stubs lack it

    def search(self, language: str, terms: Sequence[str], n: int, weights: Sequence[float] | None = None) -> list[Hit]:
        """The `n` passages with the highest BM25 (tantivy's k1 = 1.2, b = 0.75), best first.

        Args:
            language: which index to ask.
            terms: the query's terms; a term given twice counts twice.
            n: how many hits at most.
            weights: a factor for each term's share of the score, 1 for each when None.
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
        searcher = index.searcher()
        found = searcher.search(tantivy.Query.boolean_query(clauses), limit=n, count=False)
        return [Hit(str(searcher.doc(address)["id"][0]), float(score)) for score, address in found.hits]

    def _index(self, language: str) -> tantivy.Index:
        if language not in self._indexes:
            self._indexes[language] = _open(self._path / language)
        return self._indexes[language]


def pairs(terms: Sequence[str]) -> list[str]:
    """Neighbouring terms as terms of their own, stop words passed over: "supply chain" is more than its words."""
    stop = stop_terms()
    telling = [term for term in terms if term not in stop]
    return [f"{first}+{second}" for first, second in pairwise(telling)]


def _open(path: Path) -> tantivy.Index:
    import tantivy

    path.mkdir(parents=True, exist_ok=True)
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    schema.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    schema.add_text_field("pairs", stored=False, tokenizer_name="whitespace", index_option="basic")
    try:
        return tantivy.Index(schema.build(), path=str(path))
    except ValueError as error:
        raise BylineError(f"{path}: the lexical index cannot be read ({error}); build it again") from error


def _term(index: tantivy.Index, term: str, field: str = "terms") -> tantivy.Query:
    import tantivy

    return tantivy.Query.term_query(index.schema, field, term, index_option="freq" if field == "terms" else "basic")
