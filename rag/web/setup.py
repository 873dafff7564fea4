"""What the page says about itself: which folders are asked, how much is in them, and who gets to see text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from index.rows import Counts
from rag.assistant import Assistant
from rag.model import open_model
from rag.settings import Settings
from rag.web.markup import Html, tag
from rag.web.phrases import LANGUAGE_NAMES, LANGUAGES, Language, Phrases

_OPENAI_HOST = "api.openai.com"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where text goes: the model and its host, and the host that embeds questions; None where it stays here."""

    model: str | None
    model_host: str | None
    embedding_host: str | None


def reach(settings: Settings) -> Reach:
    """Where the settings send text.

    Raises:
        BylineError: the settings name a model that cannot be asked.
    """
    model = open_model(settings, settings.llm)
    embedded_here = not settings.embedder.startswith("openai:")
    return Reach(
        model=model.name if model else None,
        model_host=model.host if model else None,
        embedding_host=None if embedded_here else _host(settings.base_url),
    )


def header(assistant: Assistant, reach: Reach, page: Phrases, home: Language) -> Html:
    """The top of the page, as the index is now; `home` is the language of the page at /.

    Raises:
        BylineError: the index cannot be read.
    """
    generation = assistant.generation()
    folders = [Path(folder) for folder in json.loads(generation.catalog.recall("paths") or "[]")]
    return tag(
        "header",
        tag("h1", "byline"),
        tag(
            "p",
            tag("span", ", ".join(shown_folder(folder) for folder in folders), class_="byline-folder"),
            " · ",
            _size(assistant.counts(), page),
            class_="byline-scope",
        ),
        tag("p", _privacy(reach, page), class_=f"byline-reach byline-{'local' if _stays(reach) else 'remote'}"),
        tag("nav", *_choices(page, home), class_="byline-choices", aria_label=page.frame.choices),
        class_="byline-header",
        lang=page.language,
    )


def _choices(page: Phrases, home: Language) -> Iterator[Html]:
    """The page in its other languages, and in the other light."""
    for code in LANGUAGES:
        if code != page.language:
            href = "./" if code == home else f"./{code}"
            yield tag("a", LANGUAGE_NAMES[code], href=href, lang=code, hreflang=code, class_="byline-tool")
    sign = tag("span", "◐", aria_hidden="true")
    said = tag("span", page.frame.light, class_="byline-spoken")
    yield tag("button", sign, said, type="button", class_="byline-tool", data_act="light", title=page.frame.light)


def _size(counts: Counts, page: Phrases) -> str:
    return page.frame.size.format(
        files=f"{counts.files:,}", articles=f"{counts.articles:,}", passages=f"{counts.passages:,}"
    )


def _stays(reach: Reach) -> bool:
    return reach.model_host is None and reach.embedding_host is None


def _privacy(reach: Reach, page: Phrases) -> str:
    if _stays(reach):
        return page.frame.stays
    parts = []
    if reach.model_host is not None:
        parts.append(page.frame.sent_to.format(model=reach.model, host=reach.model_host))
    if reach.embedding_host is not None:
        parts.append(page.frame.embedded_at.format(host=reach.embedding_host))
    return " ".join(parts)


def shown_folder(folder: Path) -> str:
    """A folder as its owner would write it: from here, from home, or in full."""
    for start, prefix in ((Path.cwd(), ""), (Path.home(), "~/")):
        if folder.is_relative_to(start) and folder != start:
            return prefix + folder.relative_to(start).as_posix()
    return folder.as_posix()


def _host(address: str | None) -> str:
    """`host[:port]` of a base URL, without the user name and password that may stand in it."""
    parts = urlsplit((address or "").strip())
    if not parts.hostname:
        return _OPENAI_HOST
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
