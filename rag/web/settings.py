"""The view of settings as HTML: who gets which text, what a visitor may choose, and what is the server's."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from rag.settings import Settings
from rag.web.markup import Html, tag
from rag.web.phrases import Phrases
from rag.web.phrases.messages import told
from rag.web.preferences import MOST_PASSAGES, UNSUPPORTED, Preferences
from rag.web.setup import Reach
from rag.words import words_in

_VISITORS = ("k", "unsupported")  # the server's are where a visitor's begin
_SECRET, _ADDRESS = "api_key", "base_url"


def who_gets_text(reach: Reach, page: Phrases) -> Html:
    """Which text goes to whom, a row a kind of text."""
    words = page.settings
    model = words.nobody
    if reach.model and reach.model_host:
        model = words.at.format(model=reach.model, host=reach.model_host)
    rows = ((words.questions, model), (words.passages, model), (words.embedded, reach.embedding_host or words.nobody))
    body = [
        tag(
            "tr",
            tag("th", what, scope="row"),
            tag("td", whom, class_="byline-stays" if whom == words.nobody else "byline-goes"),
        )
        for what, whom in rows
    ]
    heads = tag("tr", tag("th", words.what, scope="col"), tag("th", words.to_whom, scope="col"))
    table = tag("table", tag("thead", heads), tag("tbody", *body), class_="byline-table")
    return tag("section", tag("h2", words.reach), table, lang=page.language)


def own_form(chosen: Preferences, page: Phrases) -> Html:
    """What the visitor may choose, as it is chosen now."""
    words = page.settings
    names = {"mark": words.mark, "cut": words.cut}
    options = [
        tag("option", names[one], value=one, selected="" if one == chosen.unsupported else None) for one in UNSUPPORTED
    ]
    k = tag("input", type="number", name="k", min=1, max=MOST_PASSAGES, value=chosen.k)
    return tag(
        "section",
        tag("h2", words.yours),
        tag("p", words.yours_of, class_="byline-hint"),
        tag(
            "form",
            tag("label", tag("span", words.k), k, class_="byline-field"),
            tag(
                "label",
                tag("span", words.unsupported),
                tag("select", *options, name="unsupported"),
                class_="byline-field",
            ),
            tag("button", words.save, type="submit", class_="byline-button byline-main"),
            class_="byline-form byline-pressed",
        ),
        lang=page.language,
    )


def languages(addresses: Mapping[str, str], page: Phrases) -> Html:
    """The languages of the page, each a link to the page in it."""
    items = [
        tag("li", tag("strong", name, aria_current="true") if code == page.language else tag("a", name, href=address))
        for code, address in addresses.items()
        if (name := words_in(code).name(code))
    ]
    return tag(
        "section",
        tag("h2", page.settings.page_language),
        tag("ul", *items, class_="byline-languages"),
        lang=page.language,
    )


def servers_table(settings: Settings, page: Phrases) -> Html:
    """Every setting of the server, a secret one only as set or not."""
    words = page.settings
    rows = [
        tag(
            "tr",
            tag("th", tag("code", name), scope="row"),
            tag("td", shown_value(settings, name, page)),
            tag("td", told(field.description or "", page.language), class_="byline-soft"),
        )
        for name, field in Settings.model_fields.items()
        if name not in _VISITORS
    ]
    heads = [tag("th", head, scope="col") for head in (words.name, words.value, words.means)]
    return tag(
        "section",
        tag("h2", words.servers),
        tag("p", words.servers_of, class_="byline-hint"),
        tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="byline-table byline-settings"),
        lang=page.language,
    )


def shown_value(settings: Settings, name: str, page: Phrases) -> str:
    """A setting's value as anybody may see it: no key, and no password in an address."""
    words, value = page.settings, getattr(settings, name)
    if name == _SECRET:
        return words.is_set if value else words.not_set
    if value is None:
        return words.not_set
    if name == _ADDRESS:
        parts = urlsplit(str(value))
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return str(value).lower() if isinstance(value, bool) else str(value)
