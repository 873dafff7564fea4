"""MultiHop-RAG: `MultiHopRAG.json`, with `corpus.json` beside it (Tang and Yang, COLM 2024).

The evidence names an article by its address. The n-th article of `corpus.json`, counted from 0, is the file `n.txt`,
n in three digits at least: `000.txt` is the first of its 609.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.language import question_language
from rag.evaluate.formats.intake import Intake
from rag.evaluate.formats.json_tree import Node, open_document
from rag.evaluate.questions import Evidence, Question

CORPUS = "corpus.json"
_UNANSWERABLE = "null_query"


def is_set(value: object) -> bool:
    """Whether a JSON document looks like MultiHop-RAG's questions."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "evidence_list" in value[0]


def read(path: Path) -> tuple[Question, ...]:
    """The questions of a MultiHop-RAG file; ids are `mh-` and the position, from 0.

    Raises:
        BadQuestions: what is wrong with it or with the corpus, all of it.
        BylineError: there is no corpus beside it.
    """
    intake = Intake(path)
    names = {article["url"].text(): name for name, article in _corpus(path.with_name(CORPUS), intake)}
    for number, asked in enumerate(open_document(path, intake).root().items("questions")):
        intake.add(_question(f"mh-{number:04d}", asked, names), *asked.place())
    return intake.done()


def documents(path: Path) -> Iterator[tuple[str, str]]:
    """The articles of the corpus beside a MultiHop-RAG file: title, outlet and date, then the body."""
    intake = Intake(path.with_name(CORPUS))
    for name, article in _corpus(path.with_name(CORPUS), intake):
        head = (article[key].text() for key in ("title", "source", "published_at"))
        yield name, "\n".join((*head, "", article["body"].text(), ""))
    intake.refuse()


def _corpus(path: Path, intake: Intake) -> Iterator[tuple[str, Node]]:
    for number, article in enumerate(open_document(path, intake).root().items("articles")):
        yield f"{number:03d}.txt", article


def _question(id: str, asked: Node, names: dict[str, str]) -> Question:
    text, type, answer = asked["query"].text(), asked["question_type"].text(), asked["answer"].text()
    entries = [_evidence(entry, names) for entry in asked["evidence_list"].items("evidence")]
    answerable = type != _UNANSWERABLE
    return Question(
        id=id,
        question=text,
        language=question_language(text, ("en",)),
        type=type,
        answerable=answerable,
        answer=answer if answerable else None,
        evidence=tuple((entry,) for entry in dict.fromkeys(entries)) if answerable else (),
        facts=((answer,),) if answerable else (),
    )


def _evidence(entry: Node, names: dict[str, str]) -> Evidence:
    url = entry["url"].text()
    if url and url not in names:
        entry["url"].fault(f"no article of {CORPUS} has this address")
    return Evidence(names.get(url, ""), entry["fact"].text())
