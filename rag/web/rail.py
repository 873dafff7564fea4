"""The list of a visitor's conversations, and one of them as a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from rag.report.build import assemble
from rag.report.markdown import as_markdown
from rag.web.archive import Entry
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import Html, tag
from rag.web.phrases import Phrases
from rag.wire import answer_json


def rail(entries: Sequence[Entry], current: str | None, page: Phrases) -> Html:
    """The list, with what can be done to each conversation.

    Args:
        entries: the latest first.
        current: the id of the one that is shown, None for a new one.
        page: the page's own words.
    """
    words = page.rail
    new = tag("button", words.new, type="button", class_="byline-new", data_act="clear")
    if not entries:
        return tag("nav", new, tag("p", words.none, class_="byline-hint"), aria_label=words.title)
    items = [_item(entry, page, current=entry.id == current) for entry in entries]
    return tag("nav", new, tag("ul", *items), aria_label=words.title)


def _item(entry: Entry, page: Phrases, *, current: bool) -> Html:
    words = page.rail
    acts = (
        _act("rename", words.rename, entry, label=words.name),
        _act("save", words.markdown, entry, form="md"),
        _act("save", words.json, entry, form="json"),
        _act("delete", words.delete, entry, sure=words.sure),
    )
    more = tag("span", words.more.format(title=entry.title), class_="byline-spoken")
    return tag(
        "li",
        tag(
            "button",
            entry.title,
            type="button",
            class_="byline-entry",
            data_act="select",
            data_id=entry.id,
            aria_current="true" if current else None,
            dir="auto",
            title=entry.title,
        ),
        tag(
            "details",
            tag("summary", tag("span", "⋯", aria_hidden="true"), more),
            tag("div", *acts),
            class_="byline-menu",
        ),
    )


def _act(act: str, words: str, entry: Entry, **data: str) -> Html:
    attributes = {f"data_{key}": value for key, value in data.items()}
    return tag("button", words, type="button", data_act=act, data_id=entry.id, **attributes)


def as_file(conversation: Conversation, form: str, today: date) -> tuple[str, str]:
    """A conversation as a file: its name, and its text.

    Args:
        conversation: with an id.
        form: `json` for everything, in the contract's shapes; else Markdown with footnotes, of what was answered.
        today: the date it bears.
    """
    name = f"byline-{conversation.id}"
    if form == "json":
        told = {"title": conversation.title, "exchanges": [_exchange_json(one) for one in conversation.exchanges]}
        return f"{name}.json", json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    answers = [one.answer for one in conversation.exchanges if one.answer is not None]
    if not answers:
        return f"{name}.md", f"# {conversation.title}\n"
    return f"{name}.md", as_markdown(assemble(answers, title=conversation.title, made=today))


def _exchange_json(exchange: Exchange) -> dict[str, Any]:
    if exchange.answer is not None:
        return answer_json(exchange.answer)
    return {"question": exchange.question, "error": exchange.error, "stopped": exchange.stopped}


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()
