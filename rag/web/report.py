"""The view of reports as HTML: the pinned answers with what may be done with them, and a checked draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.answer import SIGNS, Answer, held
from rag.compose import EXTRACTIVE
from rag.draft.check import CheckedDraft
from rag.draft.show import Quoted, Row, rows
from rag.report.build import Report, assemble
from rag.report.labels import labels_in
from rag.web.answers import excerpt, supported
from rag.web.endpoints import LONGEST_DRAFT
from rag.web.markup import Html, tag
from rag.web.parcel import Parcel
from rag.web.phrases import Phrases
from rag.web.phrases.messages import told
from rag.web.pins import Pin

LONGEST_TITLE = 200  # characters
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def pinned(pins: Sequence[Pin], moved: tuple[str, str] | None, page: Phrases) -> Html:
    """The pinned answers in order, with buttons to order them and to take them off.

    Args:
        pins: what the visitor has pinned.
        moved: the id of the pin whose button was just pressed and that button's act, where the keyboard stays.
        page: the page's words.
    """
    words = page.report
    if not pins:
        return tag("section", tag("h2", words.heading), tag("p", words.none, class_="byline-hint"), lang=page.language)
    items = [_item(pin, at, len(pins), moved, page) for at, pin in enumerate(pins)]
    return tag("section", tag("h2", words.heading), tag("ol", *items, class_="byline-pins"), lang=page.language)


def export_form(page: Phrases) -> Html:
    """The title of the report, and the buttons that download it."""
    words = page.report
    field = tag(
        "label",
        tag("span", words.title),
        tag("input", type="text", name="title", maxlength=LONGEST_TITLE, placeholder=labels_in(page.language).title),
        class_="byline-field byline-wide",
    )
    kinds = (("docx", words.word), ("html", words.html), ("md", words.markdown))
    buttons = [
        tag("button", name, type="submit", name="kind", value=kind, class_="byline-button") for kind, name in kinds
    ]
    return tag(
        "form",
        field,
        tag("span", words.download, class_="byline-label"),
        *buttons,
        tag("p", words.with_notes, class_="byline-hint"),
        class_="byline-form byline-pressed",
        lang=page.language,
    )


def exported(answers: Sequence[Answer], title: str, kind: str, made: date) -> Parcel:
    """The report of some answers, at least one, as a Word, HTML or Markdown file."""
    report = assemble(answers, title="", made=made)
    named = " ".join(title.split())[:LONGEST_TITLE] or labels_in(report.language).title
    report = assemble(answers, title=named, made=made)
    name = f"byline-{made.isoformat()}.{kind}"
    if kind == "docx":
        from rag.report.word import as_word

        return Parcel(name, _WORD, as_word(report))
    return Parcel(name, "text/html" if kind == "html" else "text/markdown", _text(report, kind))


def _text(report: Report, kind: str) -> bytes:
    from rag.report.html import as_html
    from rag.report.markdown import as_markdown

    written = as_html(report) if kind == "html" else as_markdown(report)
    return written.encode("utf-8", "replace")


def _item(pin: Pin, at: int, of: int, moved: tuple[str, str] | None, page: Phrases) -> Html:
    words, answer = page.report, pin.answer
    good = supported(answer, page.answers)
    by = page.answers.extractive if answer.model == EXTRACTIVE else answer.model
    about = " · ".join(part for part in (good, by) if part)
    acts = (
        ("up", words.up, words.up_of, at > 0),
        ("down", words.down, words.down_of, at < of - 1),
        ("off", words.off, words.off_of, True),
    )
    usable = [act for act, _, _, there in acts if there]
    focused = None
    if moved is not None and moved[0] == pin.id:
        focused = moved[1] if moved[1] in usable else usable[0]
    buttons = [
        tag(
            "button",
            name,
            type="button",
            class_="byline-button",
            aria_label=label.format(question=answer.question),
            data_act=act,
            data_id=pin.id,
            data_focus="" if act == focused else None,
            disabled=None if there else "",
        )
        for act, name, label, there in acts
    ]
    return tag(
        "li",
        tag("h3", answer.question, dir="auto", lang=answer.language),
        tag("p", excerpt(answer.text), dir="auto", lang=answer.language),
        tag("p", about, class_="byline-about"),
        tag("p", *buttons, class_="byline-acts"),
    )


# --- drafts -------------------------------------------------------------------------------------------------------


def draft_form(page: Phrases) -> Html:
    """Where a draft is pasted."""
    words = page.report
    return tag(
        "section",
        tag("h2", words.check),
        tag("p", words.draft_hint, class_="byline-hint"),
        tag(
            "form",
            tag(
                "label",
                tag("span", words.draft),
                tag("textarea", "", name="draft", rows=9, maxlength=LONGEST_DRAFT, spellcheck="false"),
                class_="byline-field byline-wide",
            ),
            tag("button", words.do_check, type="submit", class_="byline-button byline-main"),
            class_="byline-form byline-pressed",
        ),
        lang=page.language,
    )


def checked(draft: CheckedDraft, page: Phrases) -> Html:
    """The verdict on every sentence of a draft, with the words that each rests on."""
    words = page.report
    save = tag("button", words.save_check, type="button", class_="byline-button", data_act="save")
    return tag(
        "section",
        tag(
            "p",
            page.answers.supported(*held([one.sentence for one in draft.claims])),
            class_="byline-summary",
            role="status",
        ),
        *(tag("p", notice, class_="byline-hint") for notice in draft.notices),
        tag("ol", *(_claim(row, page) for row in rows(draft)), class_="byline-claims"),
        tag("p", save, class_="byline-acts"),
        class_="byline-answer",
        lang=page.language,
    )


def _claim(row: Row, page: Phrases) -> Html:
    words = page.report
    verdict = tag(
        "span",
        tag("span", SIGNS[row.verdict], class_="byline-sign"),
        " ",
        page.answers.verdict(row.verdict),
        class_=f"byline-chip byline-{row.verdict}",
    )
    said = " ".join((row.text, *row.cited))
    parts = [tag("p", tag("span", said, class_="byline-text", dir="auto"), " ", verdict)]
    parts += [tag("p", told(reason, page.language), class_="byline-reasons") for reason in row.reasons]
    parts += [_quoted(one, words.rests_on) for one in row.quoted]
    if row.suggested:
        parts.append(_quoted(row.suggested, words.could_cite))
    return tag("li", *parts, tag("p", words.line.format(line=row.line), class_="byline-about"))


def _quoted(one: Quoted, words: str) -> Html:
    return tag(
        "p", tag("span", words.format(place=one.place)), " ", tag("q", one.quote, dir="auto"), class_="byline-rests-on"
    )
