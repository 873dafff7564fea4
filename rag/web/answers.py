"""An exchange as HTML: the question, and the sentences of its answer, each over the sources it rests on.

What a reader can do stands in `data-act` attributes; the page's script passes them on with `data-turn` and the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.answer import SIGNS, Answer, Citation, Conflict, Retrieved, Sentence, Verdict, held
from rag.compose import EXTRACTIVE
from rag.report.markdown import answer_as_markdown
from rag.web.acts import AnswerAct
from rag.web.conversation import Conversation, Exchange
from rag.web.markup import Html, joined, spoken, tag
from rag.web.phrases import Phrases
from rag.web.phrases.answers import AnswerPhrases
from rag.web.phrases.messages import told

NEAREST = 3  # passages shown with an abstention
_EXCERPT = 180  # characters of a passage or quote that is only mentioned


def thread(conversation: Conversation, page: Phrases, host: str | None, acts: Sequence[AnswerAct] = ()) -> Html:
    """The finished exchanges of a conversation; before the first, what the page is for.

    Args:
        conversation: the place of an exchange in it is the number in its ids.
        page: the page's own words; the answer itself is in the question's language.
        host: where the model is, None without one.
        acts: what else can be done with an answer.
    """
    if not conversation.exchanges:
        return tag("div", tag("h2", page.chat.welcome), tag("p", page.chat.welcome_more), class_="byline-welcome")
    last = len(conversation.exchanges) - 1
    shown = [
        _exchange(one, turn, page, host, acts if one.answer else (), last=turn == last)
        for turn, one in enumerate(conversation.exchanges)
        if not one.open
    ]
    return tag("div", *shown, class_="byline-thread", data_conversation=conversation.id)


def arriving(conversation: Conversation, page: Phrases, host: str | None) -> Html:
    """The exchange whose answer is on its way; empty where none is."""
    if not conversation.unfinished:
        return Html("")
    turn = len(conversation.exchanges) - 1
    return _exchange(conversation.exchanges[turn], turn, page, host, (), last=False)


def _exchange(
    exchange: Exchange, turn: int, page: Phrases, host: str | None, acts: Sequence[AnswerAct], *, last: bool
) -> Html:
    tools = [] if exchange.open else _tools(exchange, turn, page, acts, last=last)
    reply = (
        _answer(exchange.answer, turn, page, host, tools) if exchange.answer else _reply(exchange, turn, page, tools)
    )
    return tag("article", _question(exchange, turn, page), reply, class_="byline-exchange", id=f"turn-{turn}")


def _question(exchange: Exchange, turn: int, page: Phrases) -> Html:
    parts = [tag("div", exchange.question, class_="byline-question", dir="auto")]
    if exchange.filters.any:
        parts.append(tag("p", page.filters.told(exchange.filters), class_="byline-filtered"))
    if not exchange.open:
        parts.append(_button("edit", page.chat.edit, turn, class_="byline-edit"))
    return tag("div", *parts, class_="byline-asked")


def _reply(exchange: Exchange, turn: int, page: Phrases, tools: Sequence[Html]) -> Html:
    parts: list[str] = []
    if exchange.partial:
        parts.append(tag("div", exchange.partial, class_="byline-partial", dir="auto"))
    if exchange.error is not None:
        parts.append(tag("p", told(exchange.error, page.language), class_="byline-error", role="alert"))
    elif exchange.stopped:
        parts.append(tag("p", page.chat.stopped, class_="byline-status"))
    else:
        going = page.chat.unchecked if exchange.partial else page.chat.reading
        parts.append(tag("p", going, class_="byline-status byline-busy", role="status"))
    return tag("div", *parts, *tools, class_="byline-answer", id=f"answer-{turn}", tabindex=-1)


def _answer(answer: Answer, turn: int, page: Phrases, host: str | None, tools: Sequence[Html]) -> Html:
    words = page.answers
    body = _abstention(answer, turn, words) if answer.abstained else _sentences(answer, turn, words)
    return tag(
        "div",
        tag("p", summary(answer, host, words), class_="byline-summary"),
        *body,
        *_conflicts(answer, turn, words),
        *_notices(answer, words),
        *tools,
        class_="byline-answer",
        id=f"answer-{turn}",
        lang=page.language,
        tabindex=-1,
    )


def summary(answer: Answer, host: str | None, words: AnswerPhrases) -> str:
    """What holds, in which languages it is said, and who says it, in one line."""
    parts = [good] if (good := supported(answer, words)) else []
    if answer.citations:
        languages = {citation.source: citation.language for citation in answer.citations}
        parts.append(words.mix(languages.values()))
    if answer.model == EXTRACTIVE or host is None:
        parts.append(words.extractive)
    else:
        parts.append(words.by_model.format(model=answer.model, host=host))
    return " · ".join(parts)


def supported(answer: Answer, words: AnswerPhrases) -> str:
    """How many sentences of an answer hold; nothing where it has none."""
    sentences = _own_sentences(answer)
    return words.supported(*held(sentences)) if sentences else ""


def _sentences(answer: Answer, turn: int, words: AnswerPhrases) -> list[Html]:
    cited = {citation.number: citation for citation in answer.citations}
    return [_sentence(one, at, cited, turn, words, answer) for at, one in enumerate(_own_sentences(answer))]


def _own_sentences(answer: Answer) -> list[Sentence]:
    """The sentences of an answer without those that say where articles differ: that is shown side by side."""
    conflicts = {conflict.text for conflict in answer.conflicts}
    return [one for one in answer.sentences if one.text not in conflicts]


def _sentence(
    sentence: Sentence, at: int, cited: Mapping[int, Citation], turn: int, words: AnswerPhrases, answer: Answer
) -> Html:
    sources = [cited[number] for number in sentence.citations if number in cited]
    foreign = sorted({one.language for one in sources} - {answer.language})
    # A verbatim sentence is in its source's language, a model's in the question's.
    said_in = foreign[0] if answer.model == EXTRACTIVE and foreign else answer.language
    chips = [
        _chip(one, sentence.verdict, f"{turn}-{at}", turn, words, foreign=one.language != answer.language)
        for one in sources
    ]
    parts = [
        tag("p", " ".join(sentence.text.split()), class_="byline-text", lang=said_in, dir="auto"),
        tag("div", *(chips or [_sign(sentence.verdict, words)]), class_="byline-chips"),
    ]
    if sentence.verdict != "supported" and sentence.reasons:
        reasons = joined([told(reason, words.language) for reason in sentence.reasons], "; ")
        parts.append(tag("p", f"{words.verdict(sentence.verdict)}: ", reasons, class_="byline-reasons"))
    return tag("div", *parts, class_="byline-sentence")


def _chip(citation: Citation, verdict: Verdict, place: str, turn: int, words: AnswerPhrases, *, foreign: bool) -> Html:
    """`[n]` with its verdict's colour and sign; it opens the source, and a card says what stands there.

    `foreign` says whether it is in another language than the answer.
    """
    card = f"card-{place}-{citation.number}"
    said_aloud = spoken(f"{words.source_number.format(number=citation.number)}, {words.verdict(verdict)}")
    chip = _button(
        "select",
        tag("span", f"[{citation.number}]", aria_hidden="true"),
        turn,
        tag("span", SIGNS[verdict], class_="byline-sign", aria_hidden="true"),
        said_aloud,
        *([tag("span", citation.outlet, class_="byline-outlet")] if citation.outlet else []),
        *([tag("span", words.name(citation.language))] if foreign else []),
        class_=f"byline-chip byline-{verdict}",
        data_number=citation.number,
        aria_describedby=card,
    )
    return tag("span", chip, _hover_card(citation, verdict, card, words), class_="byline-cites")


def _hover_card(citation: Citation, verdict: Verdict, id: str, words: AnswerPhrases) -> Html:
    about = " · ".join(part for part in (citation.outlet, citation.published) if part)
    return tag(
        "span",
        tag("span", f"{SIGNS[verdict]} {words.verdict(verdict)}", class_=f"byline-verdict byline-{verdict}"),
        tag("span", f"“{excerpt(citation.quote)}”", class_="byline-card-quote", lang=citation.language, dir="auto"),
        tag("span", citation.title, class_="byline-card-title", lang=citation.language, dir="auto"),
        *([tag("span", about, class_="byline-card-about")] if about else []),
        class_="byline-card",
        role="tooltip",
        id=id,
    )


def _sign(verdict: Verdict, words: AnswerPhrases) -> Html:
    """A verdict on a sentence that cites nothing."""
    sign = tag("span", SIGNS[verdict], class_="byline-sign", aria_hidden="true")
    return tag("span", sign, " ", words.verdict(verdict), class_=f"byline-chip byline-{verdict}")


def _conflicts(answer: Answer, turn: int, words: AnswerPhrases) -> list[Html]:
    cited = {citation.number: citation for citation in answer.citations}
    return [
        tag(
            "section",
            tag("h3", one.text, lang=answer.language),
            _sides(one, cited, turn, words),
            class_="byline-conflict",
        )
        for one in answer.conflicts
    ]


def _sides(conflict: Conflict, cited: Mapping[int, Citation], turn: int, words: AnswerPhrases) -> Html:
    """What each article says, side by side."""
    sides = [_side(cited[number], turn, words) for number in conflict.citations if number in cited]
    return tag("div", *sides, class_="byline-sides")


def _side(citation: Citation, turn: int, words: AnswerPhrases) -> Html:
    about = " · ".join(part for part in (citation.outlet, citation.published) if part) or citation.source
    said_aloud = spoken(words.source_number.format(number=citation.number))
    number = tag("span", f"[{citation.number}]", aria_hidden="true")
    return tag(
        "figure",
        tag("blockquote", citation.quote, lang=citation.language, dir="auto"),
        tag(
            "figcaption",
            _button(
                "select", number, turn, said_aloud, " ", about, class_="byline-side-link", data_number=citation.number
            ),
        ),
    )


def _notices(answer: Answer, words: AnswerPhrases) -> list[Html]:
    if not answer.notices:
        return []
    listed = tag("ul", *(tag("li", told(notice, words.language)) for notice in answer.notices))
    return [tag("details", tag("summary", words.how), listed, class_="byline-notices")]


def _abstention(answer: Answer, turn: int, words: AnswerPhrases) -> list[Html]:
    near = answer.retrieved[:NEAREST]
    said = [tag("p", answer.text, class_="byline-abstention", lang=answer.language)]
    if answer.unknown_words:
        written = [_as_written(word, answer.question) for word in answer.unknown_words]
        unknown = [tag("span", word, class_="byline-word", dir="auto") for word in written]
        said.append(tag("p", words.unknown, " ", joined(unknown, " "), class_="byline-unknown"))
    if near:
        items = [_near(one, number, turn, words) for number, one in enumerate(near, start=1)]
        said += [tag("h3", words.nearest, class_="byline-label"), tag("ol", *items, class_="byline-near")]
    return said


def _as_written(word: str, question: str) -> str:
    found = re.search(re.escape(word), question, re.IGNORECASE)
    return found[0] if found else word


def _near(one: Retrieved, number: int, turn: int, words: AnswerPhrases) -> Html:
    article = one.passage.article
    about = " · ".join(part for part in (article.outlet, article.published) if part) or one.passage.source
    said_aloud = spoken(words.place_number.format(number=number))
    link = _button(
        "select", tag("span", article.title or about), turn, said_aloud, class_="byline-near-link", data_number=number
    )
    said = tag("span", excerpt(one.passage.own_words), class_="byline-excerpt", lang=one.passage.language, dir="auto")
    return tag("li", link, tag("span", about, class_="byline-about"), said)


def _tools(exchange: Exchange, turn: int, page: Phrases, acts: Sequence[AnswerAct], *, last: bool) -> list[Html]:
    """The buttons under an answer."""
    tools = []
    if exchange.answer is not None:
        markdown = answer_as_markdown(exchange.answer)
        tools.append(_button("copy", page.chat.copy, turn, data_text=markdown, data_done=page.chat.copied))
        tools.append(_button("sources", page.chat.sources, turn))
    if last:
        tools.append(_button("retry", page.chat.retry, turn))
    tools += [_button("like", one.label(page), turn, data_name=one.name) for one in acts if one.menu is None]
    menus = dict.fromkeys(one.menu for one in acts if one.menu is not None)
    for menu in menus:
        inside = [_button("like", one.label(page), turn, data_name=one.name) for one in acts if one.menu == menu]
        tools.append(tag("details", tag("summary", menu(page)), tag("div", *inside), class_="byline-menu"))
    return [tag("div", *tools, class_="byline-tools", lang=page.language)]


def _button(act: str, label: str, turn: int, *more: str, **attributes: str | int | None) -> Html:
    classes = attributes.pop("class_", "byline-tool")
    return tag("button", label, *more, type="button", class_=classes, data_act=act, data_turn=turn, **attributes)


def excerpt(text: str) -> str:
    """The beginning of a text, on one line, cut at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else flat[:_EXCERPT].rsplit(" ", 1)[0] + " …"
