"""One file on its way in: bytes, text, articles, passages. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.article import Article, Page, Passage, Span
from index.clean import Fate, Line, drop_furniture, drop_repeats, is_prose
from index.formats import About, Extracted, extract
from index.items import ListPage, list_items
from index.language import ArticleLanguages
from index.metadata import item_title, outlet_of, published_of, title_of
from index.normal import NormalText, normalise
from index.passages import cut_passages
from index.sentences import SentenceSplitter


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its text, the articles in it, their passages, and the fate of each of its lines.

    `text` is what every offset counts in; the lines' spans are in it too. `faults` are parts of the file that could
    not be read, and `left_out` what of its text is in no article, each a line for the user.
    """

    source: str
    encoding: str
    text: str
    passages: tuple[Passage, ...]
    lines: tuple[Line, ...]
    faults: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles of the file that have passages, in order."""
        return tuple(dict.fromkeys(passage.article for passage in self.passages))


@dataclass(frozen=True, slots=True)
class _Part:
    """The kept lines of one article, those dropped around them, and what is known of it.

    An item of a list page says nothing of its outlet.
    """

    lines: tuple[Line, ...]
    dropped: tuple[Line, ...]
    title: str
    outlet: str | None
    published: str | None
    is_item: bool = False


class Reader:
    """Reads files into documents; it holds the language tools that this takes, and remembers nothing of a file."""

    def __init__(self, splitter: SentenceSplitter, languages: ArticleLanguages, *, target: int) -> None:
        """`target` is the length of a passage in characters."""
        self._splitter = splitter
        self._languages = languages
        self._target = target

    def read(self, data: bytes, source: str) -> Document:
        """Everything byline knows of a file.

        Args:
            data: the file's bytes.
            source: its POSIX path relative to the indexed folder.

        Raises:
            Unreadable: the file holds no text, or none that can be read.
        """
        extracted = extract(data, source, self._splitter.word_ends)
        text = _composed(extracted)
        lines, parts = _read_lines(text, extracted, PurePosixPath(source).stem)
        passages: list[Passage] = []
        judged = [line for line in lines if line.fate is not Fate.KEPT]
        for part in parts:
            after = tuple(drop_repeats(part.lines))
            judged.extend(after)
            kept = [line for line in after if line.fate is Fate.KEPT]
            if kept:
                article = self._article(part, kept, text, source)
                passages.extend(cut_passages(article, kept, text, self._splitter, self._target))
        return Document(
            source=source,
            encoding=extracted.encoding,
            text=extracted.text,
            passages=tuple(_paged(passage, extracted.pages) for passage in passages),
            lines=_in_source(judged, text),
            faults=extracted.faults,
            left_out=extracted.left_out,
        )

    def _article(self, part: _Part, kept: Sequence[Line], text: NormalText, source: str) -> Article:
        return Article(
            source=source,
            span=text.to_source(Span(kept[0].span.start, kept[-1].span.end)),
            title=part.title,
            outlet=part.outlet or outlet_of([] if part.is_item else kept, part.dropped),
            published=part.published,
            language=self._languages.of("\n".join(line.text for line in kept)),
        )


def _composed(extracted: Extracted) -> NormalText:
    """The normalised text; sections are of text that was composed already, and their spans are of it as it is."""
    return NormalText(extracted.text, extracted.text) if extracted.sections else normalise(extracted.text)


def _read_lines(text: NormalText, extracted: Extracted, name: str) -> tuple[Sequence[Line], list[_Part]]:
    """The lines of a file, and its articles: the sections of its format, the items of a list page, or one."""
    if not extracted.sections:
        lines = drop_furniture(text.text)
        page = list_items(lines)
        return _listed(lines, page, extracted.about, name) if page else (lines, [_whole(lines, extracted.about, name)])
    sections = [(_section_lines(text.text, one.span), one.about) for one in extracted.sections]
    parts = [_whole(lines, about, name) for lines, about in sections]
    return [line for lines, _ in sections for line in lines], parts


def _section_lines(text: str, section: Span) -> tuple[Line, ...]:
    lines = drop_furniture(section.of(text))
    return tuple(replace(line, span=line.span.moved(section.start)) for line in lines)


def _whole(lines: Sequence[Line], about: About, name: str) -> _Part:
    """An article that all of `lines` are of; what its file states of it goes before what its text lets guess."""
    kept, dropped = _sorted_out(lines)
    return _Part(
        lines=kept,
        dropped=dropped,
        title=about.title or title_of(kept, name),
        outlet=about.outlet,
        published=about.published or published_of(kept) or about.created,
    )


def _listed(lines: Sequence[Line], page: ListPage, about: About, name: str) -> tuple[Sequence[Line], list[_Part]]:
    """The items of a list page.

    What stands around the items is the page's own head and foot; its labels are furniture, its prose is kept.
    """
    around = tuple(line for line in page.around if is_prose(line.text))
    labels = {line.span for line in page.around} - {line.span for line in around}
    lines = [_outside(line) if line.span in labels else line for line in lines]
    _, dropped = _sorted_out(lines)
    parts = [
        _Part(one.lines, dropped, item_title(one.lines, name), about.outlet, one.published, is_item=True)
        for one in page.items
    ]
    if around:
        parts.append(_Part(around, dropped, title_of(around, name), about.outlet, None, is_item=True))
    return lines, parts


def _sorted_out(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The kept lines, and the dropped ones."""
    kept = tuple(line for line in lines if line.fate is Fate.KEPT)
    return kept, tuple(line for line in lines if line.fate is not Fate.KEPT)


def _paged(passage: Passage, pages: Sequence[Page]) -> Passage:
    """The passage with the pages that it stands on."""
    begun = [page for page in pages if page.start < passage.span.end]
    first = max((at for at, page in enumerate(begun) if page.start <= passage.span.start), default=0)
    return replace(passage, pages=tuple(begun[first:])) if begun else passage


def _outside(line: Line) -> Line:
    return replace(line, fate=Fate.FURNITURE, why="outside the items of a list page")


def _in_source(lines: Sequence[Line], text: NormalText) -> tuple[Line, ...]:
    in_order = sorted(lines, key=lambda line: line.span.start)
    return tuple(replace(line, span=text.to_source(line.span)) for line in in_order)
