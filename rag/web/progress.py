"""How indexing goes, as HTML."""

from __future__ import annotations

from collections.abc import Iterator

from rag.indexing import MEGABYTE
from rag.web.article import button
from rag.web.indexing import BROKEN, Status
from rag.web.markup import Html, tag
from rag.web.phrases import Phrases
from rag.web.phrases.library import LibraryPhrases


def progress(status: Status, folders: str, page: Phrases) -> Html:
    """How indexing goes, or what the last run did, with the button that begins or ends it."""
    words = page.library
    act = button(words.stop, "stop") if status.running else button(words.refresh, "refresh")
    return tag(
        "div",
        tag("p", words.folders.format(folders=folders), class_="byline-hint"),
        act,
        tag("div", *_told(status, words), role="status"),
        class_="byline-indexing",
        lang=page.language,
    )


def _told(status: Status, words: LibraryPhrases) -> Iterator[Html]:
    now, did = status.progress, status.summary
    if status.running and now is None:
        yield tag("span", words.preparing)
    elif status.running and now is not None:
        done, whole = f"{now.done_bytes / MEGABYTE:.1f}", f"{now.all_bytes / MEGABYTE:.1f}"
        yield tag("span", words.running.format(done=done, all=whole, passages=f"{now.passages:,}"))
        yield tag("progress", max=max(1, now.all_bytes), value=now.done_bytes, aria_label=words.refresh)
    elif status.error is not None:
        why = words.broken if status.error == BROKEN else status.error
        yield tag("span", words.failed.format(why=why), class_="byline-bad")
    elif did is not None and did.interrupted:
        yield tag("span", words.interrupted.format(read=did.read))
    elif did is not None:
        counts = {"read": did.read, "unchanged": did.unchanged, "removed": did.removed, "skipped": len(did.skipped)}
        yield tag("span", words.done.format(seconds=f"{did.seconds:.1f}", **counts))
