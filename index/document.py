"""One file on its way in: bytes, text, articles, passages. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.article import Article, Passage, Span
from index.clean import Fate, Line, drop_furniture, drop_repeats, is_prose
from index.decode import decode
from index.items import list_items
from index.language import ArticleLanguages
from index.metadata import item_title, outlet_of, published_of, title_of
from index.normal import NormalText, normalise
from index.passages import cut_passages
from index.sentences import SentenceSplitter


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its text, the articles in it, their passages, and the fate of each of its lines.

    `text` is what every offset counts in; the lines' spans are in it too.
    """

    source: str
    encoding: str
    text: str
    passages: tuple[Passage, ...]
    lines: tuple[Line, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles of the file that have passages, in order."""
        return tuple(dict.fromkeys(passage.article for passage in self.passages))


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of one article, its title and date; an item of a list page says nothing of its outlet."""

    lines: tuple[Line, ...]
    title: str
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
            Unreadable: the file holds no text.
        """
        decoded = decode(data)
        text = normalise(decoded.text)
        lines, parts = _parts(drop_furniture(text.text), source)
        dropped = [line for line in lines if line.fate is not Fate.KEPT]
        passages: list[Passage] = []
        judged = list(dropped)
        for part in parts:
            after = tuple(drop_repeats(part.lines))
            judged.extend(after)
            kept = [line for line in after if line.fate is Fate.KEPT]
            if kept:
                article = self._article(part, kept, dropped, text, source)
                passages.extend(cut_passages(article, kept, text, self._splitter, self._target))
        return Document(source, decoded.encoding, decoded.text, tuple(passages), _in_source(judged, text))

    def _article(
        self, part: _Part, kept: Sequence[Line], dropped: Sequence[Line], text: NormalText, source: str
    ) -> Article:
        return Article(
            source=source,
            span=text.to_source(Span(kept[0].span.start, kept[-1].span.end)),
            title=part.title,
            outlet=outlet_of([] if part.is_item else kept, dropped),
            published=part.published,
            language=self._languages.of("\n".join(line.text for line in kept)),
        )


def _parts(lines: Sequence[Line], source: str) -> tuple[Sequence[Line], list[_Part]]:
    """The lines of a file, and its articles: one, or the items of a list page.

    What stands around the items is the page's own head and foot; its labels are furniture, its prose is kept.
    """
    name = PurePosixPath(source).stem
    page = list_items(lines)
    if page is None:
        kept = tuple(line for line in lines if line.fate is Fate.KEPT)
        return lines, [_Part(kept, title_of(kept, name), published_of(kept))]
    parts = [_Part(one.lines, item_title(one.lines, name), one.published, is_item=True) for one in page.items]
    around = [line for line in page.around if is_prose(line.text)]
    if around:
        parts.append(_Part(tuple(around), title_of(around, name), None, is_item=True))
    labels = {line.span for line in page.around} - {line.span for line in around}
    return [_outside(line) if line.span in labels else line for line in lines], parts


def _outside(line: Line) -> Line:
    return replace(line, fate=Fate.FURNITURE, why="outside the items of a list page")


def _in_source(lines: Sequence[Line], text: NormalText) -> tuple[Line, ...]:
    in_order = sorted(lines, key=lambda line: line.span.start)
    return tuple(replace(line, span=text.to_source(line.span)) for line in in_order)
