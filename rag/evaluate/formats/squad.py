"""SQuAD 1.1 and 2.0, and KorQuAD 1.0: questions over the paragraphs of titled articles.

Rajpurkar et al. 2016 and 2018; Lim, Kim and Lee 2019. An article is the file named by its title, its paragraphs
parted by empty lines. The words that answer are often a bare name or year, which stands in many passages: the
evidence is the sentence around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from index.language import question_language
from rag.evaluate.formats.intake import Intake, article_name
from rag.evaluate.formats.json_tree import Node, open_document
from rag.evaluate.questions import Evidence, Question

_SENTENCE_START = re.compile(r"""[.!?…]["'”’)]*\s|\n""")
_SENTENCE_END = re.compile(r"""[.!?…]+["'”’)]*(?=\s|$)|\n|$""")
TYPE = "reading"


def read(path: Path) -> tuple[Question, ...]:
    """The questions of a SQuAD file.

    Raises:
        BadQuestions: what is wrong with it, all of it.
    """
    intake = Intake(path)
    root = open_document(path, intake).root()
    for article in root["data"].items("articles"):
        source = article_name(article["title"].text())
        for paragraph in article["paragraphs"].items("paragraphs"):
            context = paragraph["context"].text()
            for asked in paragraph["qas"].items("questions"):
                intake.add(_question(asked, source, context), *asked.place())
    return intake.done()


def documents(path: Path) -> Iterator[tuple[str, str]]:
    """The articles of a SQuAD file: name and text."""
    texts: dict[str, list[str]] = {}
    root = open_document(path, Intake(path)).root()
    for article in root["data"].items("articles"):
        paragraphs = texts.setdefault(article["title"].text(), [])
        paragraphs.extend(paragraph["context"].text() for paragraph in article["paragraphs"].items("paragraphs"))
    for title, paragraphs in texts.items():
        yield article_name(title), "\n\n".join((title, *paragraphs)) + "\n"


def _question(asked: Node, source: str, context: str) -> Question:
    text = asked["question"].text()
    impossible = asked["is_impossible"].value is True
    answers = [] if impossible else list(asked["answers"].items("answers"))
    if not impossible and asked["answers"].value == []:
        asked["answers"].fault("is empty; give an answer, or is_impossible: true")
    quotes = dict.fromkeys(_sentence(answer, context) for answer in answers)
    texts = tuple(dict.fromkeys(answer["text"].text() for answer in answers))
    return Question(
        id=asked["id"].text(),
        question=text,
        language=question_language(text, ("en",)),
        type=TYPE,
        answerable=not impossible,
        answer=texts[0] if texts else None,
        evidence=(tuple(Evidence(source, quote) for quote in quotes),) if quotes else (),
        facts=(texts,) if texts else (),
    )


def _sentence(answer: Node, context: str) -> str:
    """The sentence of the context that holds an answer; the answer must stand where it says."""
    text, start = answer["text"].value, answer["answer_start"].value
    if not isinstance(text, str):
        return ""
    if not isinstance(start, int) or isinstance(start, bool) or context[start : start + len(text)] != text:
        answer["answer_start"].fault(f'the answer "{text}" does not stand there in the context')
        return text
    before = [found.end() for found in _SENTENCE_START.finditer(context, 0, start)]
    end = _SENTENCE_END.search(context, start + len(text))
    assert end is not None  # the pattern matches the end of the text too
    return context[max(before, default=0) : end.end()].strip()
