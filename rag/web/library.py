"""The articles of an index as HTML: the filters, where files are dropped, and the table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from index.article import Article
from rag.filters import Filters
from rag.indexing import MEGABYTE
from rag.library import EVERYTHING, STATES, Library, Listed, State, Wanted
from rag.web.markup import Html, tag
from rag.web.phrases import Phrases
from rag.web.phrases.library import LibraryPhrases
from rag.web.phrases.messages import told
from rag.words import words_in

ROWS = 50  # articles of a page of the table
PASSAGES = 40  # of an open article that are shown, and as many more at each request
_NAMED = 100  # files that are named of each kind
_LONGEST = 200  # characters of what is looked for


@dataclass(frozen=True, slots=True)
class Looking:
    """What a reader looks at: which articles, which page of them, counted from 1, and which one is open, if any.

    `opened` is the source of that article and where it begins there; `shown` is how many of its passages are; `leaving`
    says that the reader has been asked whether it is to be removed.
    """

    wanted: Wanted = EVERYTHING
    page: int = 1
    opened: tuple[str, int] | None = None
    shown: int = PASSAGES
    leaving: bool = False


def wanted_from(form: Mapping[str, object]) -> Wanted:
    """What the filters say.

    Raises:
        BylineError: a date is none.
    """
    told = {key: str(form.get(key) or "").strip()[:_LONGEST] for key in ("words", *_CHOICES, "since", "until")}
    Filters(told["since"] or None, told["until"] or None)
    return Wanted(told.pop("words"), **{key: value or None for key, value in told.items()})


# --- filters and uploads ------------------------------------------------------------------------------------------

_CHOICES = ("language", "outlet", "state")


def filters(library: Library, looking: Looking, page: Phrases) -> Html:
    """The form above the table, as it is filled in."""
    words, wanted = page.library, looking.wanted
    names = words_in(page.language)
    languages = [(code, names.name(code)) for code in library.languages]
    states = [(state, state_name(state, words)) for state in STATES]
    search = tag(
        "input", type="search", name="words", value=wanted.words, placeholder=words.find_hint, maxlength=_LONGEST
    )
    return tag(
        "form",
        _field(words.find, search, "byline-wide"),
        _field(words.written_in, _select("language", languages, wanted.language, words)),
        _field(words.outlet, _select("outlet", [(one, one) for one in library.outlets], wanted.outlet, words)),
        _field(words.since, tag("input", type="date", name="since", value=wanted.since)),
        _field(words.until, tag("input", type="date", name="until", value=wanted.until)),
        _field(words.state, _select("state", states, wanted.state, words)),
        tag("button", words.clear, type="button", class_="byline-button", data_act="clear"),
        class_="byline-form",
        role="search",
        lang=page.language,
    )


def drop_zone(title: str, suffixes: Collection[str], most_bytes: int, page: Phrases) -> Html:
    """Where files of some kinds are dropped or chosen; `desk.js` sends them."""
    words = page.library
    kinds = ", ".join(sorted(suffixes))
    picker = tag("input", type="file", multiple="", accept=",".join(sorted(suffixes)), class_="byline-spoken")
    return tag(
        "div",
        tag("h2", title),
        tag(
            "label",
            picker,
            tag("span", words.drop, class_="byline-drop-line"),
            tag("span", words.kinds.format(kinds=kinds, size=most_bytes // MEGABYTE), class_="byline-hint"),
            class_="byline-drop",
        ),
        lang=page.language,
    )


def taken(names: Sequence[str], refused: Sequence[tuple[str, str]], most_bytes: int, page: Phrases) -> Html:
    """What became of the files that were sent: those added, and each one refused with the reason."""
    words = page.library
    lines = [tag("li", words.added.format(names=", ".join(names)))] if names else []
    for name, why in refused:
        reason = _REASONS.get(why, "why_lost")
        said = str(getattr(words, reason)).format(size=most_bytes // MEGABYTE)
        lines.append(tag("li", words.refused.format(name=name, why=said), class_="byline-bad"))
    return tag("div", tag("ul", *lines, class_="byline-taken"), role="status", lang=page.language)


_REASONS = {"kind": "why_kind", "empty": "why_empty", "large": "why_large", "kept": "why_kept"}


def _field(label: str, control: Html, kind: str = "") -> Html:
    return tag("label", tag("span", label), control, class_=f"byline-field {kind}".rstrip())


def _select(name: str, options: Sequence[tuple[str, str]], chosen: str | None, words: LibraryPhrases) -> Html:
    listed = [tag("option", words.any, value="")]
    listed += [tag("option", text, value=key, selected="" if key == chosen else None) for key, text in options]
    return tag("select", *listed, name=name)


def find(library: Library, opened: tuple[str, int] | None) -> Listed | None:
    """The open article, where it is still in the index."""
    return next((one for one in library.articles if _place(one.article) == opened), None)


def _place(one: Article) -> tuple[str, int]:
    return one.source, one.span.start


# --- the table ----------------------------------------------------------------------------------------------------


def table(library: Library, looking: Looking, page: Phrases) -> Html:
    """The articles that are looked for, a page of them, with the files that are not in the index below."""
    words = page.library
    found = [one for one in library.articles if looking.wanted.admits(one)]
    pages = max(1, ceil(len(found) / ROWS))
    at = min(looking.page, pages)
    caption = words.caption.format(n=f"{len(found):,}", all=f"{len(library.articles):,}")
    rows = [_row(one, looking.opened, page) for one in found[(at - 1) * ROWS : at * ROWS]]
    heads = (words.title, words.outlet, words.date, words.written_in, words.passages, words.state)
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption, role="status"),
            tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
            tag("tbody", *rows),
            class_="byline-table byline-articles",
        ),
        *([] if found else [tag("p", words.none, class_="byline-hint")]),
        *_pager(at, pages, words),
        lang=page.language,
    )


def aside(library: Library, left_out: Sequence[str], page: Phrases) -> Html:
    """The files that are in the folders and not in the index: those skipped, with the reason, and those taken out."""
    words = page.library
    skipped = [tag("li", tag("code", source), " ", told(why, page.language)) for source, why in library.skipped]
    out = [tag("li", tag("code", source), " ", _put_back(source, words)) for source in left_out]
    return tag("div", *_folded(words.skipped, skipped, words), *_folded(words.left_out, out, words), lang=page.language)


def state_name(state: State, words: LibraryPhrases) -> str:
    """A state in the page's language."""
    return {"indexed": words.indexed, "in part": words.in_part, "changed": words.changed, "gone": words.gone}[state]


def _row(one: Listed, opened: tuple[str, int] | None, page: Phrases) -> Html:
    article, words = one.article, page.library
    is_open = opened == (article.source, article.span.start)
    language = words_in(page.language).name(article.language)
    title = tag(
        "button",
        article.title or article.source,
        type="button",
        class_="byline-link",
        dir="auto",
        lang=article.language,
        data_act="open",
        data_source=article.source,
        data_start=article.span.start,
        aria_expanded="true" if is_open else "false",
    )
    about = " · ".join(part for part in (article.outlet, article.published, language) if part)
    return tag(
        "tr",
        tag("td", title, tag("code", article.source), tag("span", about, class_="byline-narrow")),
        tag("td", article.outlet or "", dir="auto"),
        tag("td", article.published or tag("span", words.undated, class_="byline-soft")),
        tag("td", language),
        tag("td", f"{one.passages:,}", class_="byline-figure"),
        tag(
            "td", tag("span", state_name(one.state, words), class_=f"byline-state byline-{one.state.replace(' ', '-')}")
        ),
        class_="byline-open" if is_open else None,
    )


def _pager(at: int, pages: int, words: LibraryPhrases) -> list[Html]:
    if pages == 1:
        return []
    steps = ((words.earlier, at - 1, at > 1), (words.later, at + 1, at < pages))
    earlier, later = (
        tag("button", name, type="button", class_="byline-button", data_act="page", data_page=to)
        if there
        else tag("button", name, type="button", class_="byline-button", disabled="")
        for name, to, there in steps
    )
    said = tag("span", words.page.format(page=at, pages=pages))
    return [tag("nav", earlier, said, later, class_="byline-pager", aria_label=words.pages)]


def _put_back(source: str, words: LibraryPhrases) -> Html:
    return tag(
        "button",
        words.put_back,
        type="button",
        class_="byline-button",
        aria_label=words.put_back_of.format(source=source),
        data_act="put-back",
        data_source=source,
    )


def _folded(title: str, items: Sequence[Html], words: LibraryPhrases) -> list[Html]:
    if not items:
        return []
    more = [tag("li", words.more_left.format(n=len(items) - _NAMED))] if len(items) > _NAMED else []
    return [tag("details", tag("summary", title.format(n=len(items))), tag("ul", *items[:_NAMED], *more))]
