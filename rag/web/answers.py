"""An exchange as a chat message: the sentences of an answer, each with its verdict and the sources it cites.

The HTML is one line that begins with a block element: Gradio's Markdown takes such a line as it is. Its sanitiser
drops `aria-*` and `data-*`, so a chip says what it is in words that only screen readers show, and where it leads
in its link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from rag.answer import SIGNS, Answer, Citation, Retrieved, Sentence, Verdict
from rag.compose import EXTRACTIVE
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import Html, joined, tag
from rag.web.phrases import Phrases, phrases_in
from rag.web.phrases.answers import AnswerPhrases

NEAREST = 3  # passages shown with an abstention
_EXCERPT = 180  # characters of a passage or quote that is only mentioned


class Message(TypedDict):
    """A chat message as Gradio takes it."""

    role: str
    content: str


def messages(conversation: Conversation, page: Phrases, host: str | None) -> list[Message]:
    """The conversation for Gradio's chat.

    Args:
        conversation: oldest first; the place of an exchange in it is the number in its links.
        page: the page's own words; those around an answer are in the answer's language.
        host: where the model is, None without one.
    """
    shown: list[Message] = []
    for turn, exchange in enumerate(conversation):
        shown.append({"role": "user", "content": tag("div", exchange.question, class_="byline-question", dir="auto")})
        shown.append({"role": "assistant", "content": _reply(exchange, turn, page, host)})
    return shown


def _reply(exchange: Exchange, turn: int, page: Phrases, host: str | None) -> Html:
    if exchange.answer is not None:
        return _answer(exchange.answer, turn, host)
    parts: list[str] = []
    if exchange.partial:
        parts.append(tag("div", exchange.partial, class_="byline-partial", dir="auto"))
    if exchange.error is not None:
        parts.append(tag("p", exchange.error, class_="byline-error", role="alert"))
    elif exchange.stopped:
        parts.append(tag("p", page.chat.stopped, class_="byline-status"))
    else:
        parts.append(tag("p", page.chat.unchecked if exchange.partial else page.chat.reading, class_="byline-status"))
    return tag("div", *parts, class_="byline-answer", id=f"answer-{turn}")


def _answer(answer: Answer, turn: int, host: str | None) -> Html:
    words = phrases_in(answer.language).answers
    body = _abstention(answer, turn, words) if answer.abstained else _sentences(answer, turn, words)
    notices = [tag("li", notice) for notice in answer.notices]
    return tag(
        "div",
        tag("p", summary(answer, host), class_="byline-summary"),
        *body,
        *([tag("ul", *notices, class_="byline-notices")] if notices else []),
        class_="byline-answer",
        id=f"answer-{turn}",
        lang=answer.language,
        tabindex=-1,
    )


def summary(answer: Answer, host: str | None) -> str:
    """What holds, in which languages it is said, and who says it, in one line."""
    words = phrases_in(answer.language).answers
    parts = []
    if answer.sentences:
        good = sum(sentence.verdict == "supported" for sentence in answer.sentences)
        parts.append(words.supported(good, len(answer.sentences)))
    if answer.citations:
        parts.append(words.mix(citation.language for citation in answer.citations))
    if answer.model == EXTRACTIVE or host is None:
        parts.append(words.extractive)
    else:
        parts.append(words.by_model.format(model=answer.model, host=host))
    return " · ".join(parts)


def _sentences(answer: Answer, turn: int, words: AnswerPhrases) -> list[Html]:
    cited = {citation.number: citation for citation in answer.citations}
    verbatim = answer.model == EXTRACTIVE
    return [_sentence(one, cited, turn, words, verbatim=verbatim) for one in answer.sentences]


def _sentence(
    sentence: Sentence, cited: Mapping[int, Citation], turn: int, words: AnswerPhrases, *, verbatim: bool
) -> Html:
    languages = {cited[number].language for number in sentence.citations if number in cited}
    foreign = sorted(languages - {words.language})
    # A verbatim sentence is in its source's language, a model's in the question's.
    spoken = foreign[0] if verbatim and foreign else words.language
    parts: list[str] = [tag("span", " ".join(sentence.text.split()), class_="byline-text", lang=spoken, dir="auto")]
    parts += [_chip(cited[number], sentence.verdict, turn, words) for number in sentence.citations if number in cited]
    if not sentence.citations:
        parts.append(_sign(sentence.verdict, words))
    if foreign:
        parts.append(tag("span", ", ".join(words.name(code) for code in foreign), class_="byline-language"))
    if sentence.verdict != "supported" and sentence.reasons:
        told = f"{words.verdict(sentence.verdict)}: {'; '.join(sentence.reasons)}"
        parts.append(tag("span", told, class_="byline-reasons"))
    return tag("p", joined(parts, " "), class_="byline-sentence")


def _chip(citation: Citation, verdict: Verdict, turn: int, words: AnswerPhrases) -> Html:
    """`[n]` with its verdict's colour and sign, linked to the citation in the sources pane."""
    about = " · ".join(part for part in (citation.outlet, citation.published, citation.title) if part)
    return tag(
        "a",
        tag("span", f"[{citation.number}]"),
        tag("span", SIGNS[verdict], class_="byline-sign"),
        _spoken(f"{words.source_number.format(number=citation.number)}, {words.verdict(verdict)}"),
        class_=f"byline-chip byline-{verdict}",
        href=f"#cite-{turn}-{citation.number}",
        title=f"“{excerpt(citation.quote)}” — {about}",
    )


def _sign(verdict: Verdict, words: AnswerPhrases) -> Html:
    """A verdict on a sentence that cites nothing."""
    sign = tag("span", SIGNS[verdict], class_="byline-sign")
    return tag("span", sign, " ", words.verdict(verdict), class_=f"byline-chip byline-{verdict}")


def _abstention(answer: Answer, turn: int, words: AnswerPhrases) -> list[Html]:
    near = answer.retrieved[:NEAREST]
    said = tag("p", answer.text, class_="byline-abstention")
    if not near:
        return [said]
    items = [_near(one, number, turn, words) for number, one in enumerate(near, start=1)]
    return [said, tag("p", words.nearest, class_="byline-label"), tag("ol", *items, class_="byline-near")]


def _near(one: Retrieved, number: int, turn: int, words: AnswerPhrases) -> Html:
    article = one.passage.article
    about = " · ".join(part for part in (article.title, article.published) if part) or one.passage.source
    link = tag(
        "a",
        tag("span", about),
        _spoken(words.place_number.format(number=number)),
        href=f"#cite-{turn}-{number}",
        class_="byline-near-link",
    )
    said = tag("span", excerpt(one.passage.own_words), class_="byline-excerpt", lang=one.passage.language, dir="auto")
    return tag("li", link, said)


def _spoken(text: str) -> Html:
    """What only a screen reader says."""
    return tag("span", f" ({text})", class_="byline-spoken")


def excerpt(text: str) -> str:
    """The beginning of a text, on one line, cut at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else flat[:_EXCERPT].rsplit(" ", 1)[0] + " …"
