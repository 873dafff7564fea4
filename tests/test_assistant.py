"""The door: answers without a model and with one, models that fail, indexes that change, many threads at once."""

from __future__ import annotations

import json
import logging
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pydantic import SecretStr

from index.document import Reader
from index.embed import Embedder
from index.errors import BylineError
from index.meaning import SentenceEncoder
from index.sentences import SentenceSplitter
from index.store import IndexFolder
from index.sync import Indexer
from index.terms import Terms
from rag import Assistant
from rag.answer import Answer, Turn
from rag.filters import Filters
from rag.model import open_model
from rag.settings import Settings
from rag.tools import Tools
from rag.wire import answer_json
from tests.openai_server import OpenAIServer, Reply, answer, hang, refusal, stream

KEY = "sk-test-0123456789abcdef"
FERRY = "When does the Route No. 3 ferry leave Mokpo?"
STICKER = "What colour does the vaccine sticker turn when it has been too warm?"
TRAM = "해밀시 물빛선의 총사업비는 얼마인가?"
LAB = "Who will lead Daon Cell's new laboratory?"

HARBOUR = """Harbour reopens after storm

By Jo Park, The Quay Post
2024-11-05 10:20

The port of Dunmore reopened on Monday after a storm had closed it for nine days. Forty-one ships were waiting.

Harbour master Ruth Adeyemi said the dredging of the channel had cost 2.4 million dollars.
"""
BRIDGE = """은빛다리 보수 공사 12월에 끝난다

강은비 기자
2024.11.06

솔내시는 은빛다리 보수 공사를 12월 18일 마친다고 6일 밝혔다. 공사비는 37억 원이다.

시는 공사 동안 나룻배 두 척을 무료로 띄웠고, 하루 평균 860명이 탔다.
"""


@pytest.fixture(scope="module")
def tools(embedder: Embedder, encoder: SentenceEncoder, terms: Terms, splitter: SentenceSplitter) -> Tools:
    return Tools(embedder, encoder, terms, splitter)


@pytest.fixture(scope="module")
def assistant(samples_index: Path, tools: Tools) -> Iterator[Assistant]:
    with Assistant(IndexFolder(samples_index), Settings(llm="none"), tools) as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load what the first question to a model loads, so that no deadline of a test pays for it."""
    from llama_index.core.utils import get_tokenizer

    get_tokenizer()("warm")
    open_model(Settings(base_url="http://127.0.0.1:9/v1"), "tiny")


@pytest.fixture
def ask(samples_index: Path, tools: Tools, openai_server: OpenAIServer) -> Callable[..., Answer]:
    """Asks with a model that answers as scripted."""

    def asked(question: str, *replies: Reply, history: tuple[Turn, ...] = (), **changes: Any) -> Answer:
        openai_server.script(*replies)
        with Assistant(IndexFolder(samples_index), with_model(openai_server, **changes), tools) as opened:
            return opened.ask(question, history=history)

    return asked


def with_model(server: OpenAIServer, **changes: Any) -> Settings:
    given: dict[str, Any] = {"base_url": server.url, "api_key": SecretStr(KEY), "model": "tiny", "retries": 0}
    return Settings(**given | {"rewrite": False} | changes)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder of two articles of its own, and a copy of one, that a test may change."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    (folder / "harbour-copy.txt").write_text(HARBOUR, encoding="utf-8")
    (folder / "다리.txt").write_text(BRIDGE, encoding="cp949")
    return folder


@pytest.fixture
def index_news(news: Path, tmp_path: Path, reader: Reader, tools: Tools) -> Callable[[], Path]:
    """Brings the index of `news` up to date."""
    path = tmp_path / ".byline"
    indexer = Indexer(
        IndexFolder(path), reader, tools.embedder, tools.encoder, tools.terms, passage_chars=500, max_file_bytes=10**6
    )

    def index() -> Path:
        indexer.run([news])
        return path

    return index


@pytest.fixture(scope="module")
def without_model(assistant: Assistant) -> Answer:
    return assistant.ask(FERRY)


def verbatim(answered: Answer, assistant: Assistant) -> bool:
    return all(one.quote == assistant.text(one.source)[one.start : one.end] for one in answered.citations)


# --- without a model --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "language", "source", "words"),
    [(FERRY, "en", "island-ferry-timetable.txt", "6:40"), (TRAM, "ko", "haemil-tram.ko.txt", "4,870억")],
)
def test_an_answer_without_a_model_is_the_articles_own_words(
    assistant: Assistant, question: str, language: str, source: str, words: str
) -> None:
    answered = assistant.ask(question)

    assert (answered.question, answered.language, answered.model) == (question, language, "extractive")
    assert not answered.abstained
    assert words in answered.text
    assert verbatim(answered, assistant)
    assert source in {one.source for one in answered.citations}
    assert [one.number for one in answered.citations] == list(range(1, len(answered.citations) + 1))
    assert all(one.verdict == "supported" for one in answered.sentences)
    assert len(answered.retrieved) == 10
    assert set(answered.timings) == {"retrieve", "answer"}
    assert all(seconds >= 0 for seconds in answered.timings.values())


def test_a_korean_sentence_answers_an_english_question_and_says_so(assistant: Assistant) -> None:
    answered = assistant.ask(STICKER)

    assert answered.language == "en"
    assert {one.language for one in answered.citations} >= {"ko"}
    assert any("Korean" in notice for notice in answered.notices)


@pytest.mark.parametrize(("question", "text"), [(FERRY, "The articles do not say."), (TRAM, "기사에는 답이 없습니다.")])
def test_where_no_article_is_admitted_the_answer_is_that_none_says(
    assistant: Assistant, question: str, text: str
) -> None:
    answered = assistant.ask(question, filters=Filters(since="2031-01-01"))

    assert answered.abstained
    assert (answered.text, answered.model) == (text, "extractive")
    assert (answered.sentences, answered.citations, answered.retrieved) == ((), (), ())
    assert set(answered.timings) == {"retrieve", "answer"}


def test_k_is_how_many_passages_are_retrieved(assistant: Assistant) -> None:
    assert len(assistant.ask(FERRY, k=2).retrieved) == 2
    assert len(assistant.search(FERRY, k=3)) == 3


def test_no_socket_is_opened_without_a_model(
    samples_index: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even with a key at hand."""

    def refuse(*args: object) -> NoReturn:
        raise AssertionError(f"a connection was made: {args}")

    settings = Settings(api_key=SecretStr(KEY), base_url="http://127.0.0.1:9/v1", retries=0)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with Assistant(IndexFolder(samples_index), settings, tools) as opened:
        answered = opened.ask(FERRY, llm="none")

        assert answered.model == "extractive"
        assert opened.ask(FERRY).notices != answered.notices  # with the model it tries to, and says that it failed


@pytest.mark.parametrize("question", ["", "   \n", "?!…", "\u200b"])
def test_an_empty_question_is_refused_in_a_clear_line(assistant: Assistant, question: str) -> None:
    with pytest.raises(BylineError, match=r"^the question is empty; ask something like"):
        assistant.ask(question)
    with pytest.raises(BylineError, match=r"^the question is empty"):
        assistant.search(question)


def test_a_question_that_is_too_long_is_refused_with_the_limit(assistant: Assistant) -> None:
    with pytest.raises(BylineError, match=r"^the question has 4001 characters; ask in at most 4000$"):
        assistant.ask("a" * 4001)


def test_a_source_that_is_not_indexed_is_named(assistant: Assistant) -> None:
    with pytest.raises(BylineError, match=r"^nowhere\.txt: no such file in the index$"):
        assistant.text("nowhere.txt")


def test_threads_get_the_answers_that_they_would_get_one_by_one(assistant: Assistant) -> None:
    questions = [FERRY, STICKER, TRAM, LAB]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(assistant.ask, questions))

    for question, answered in zip(questions, together, strict=True):
        alone = assistant.ask(question)
        assert replace(answered, timings={}, retrieved=()) == replace(alone, timings={}, retrieved=())
        assert [one.passage for one in answered.retrieved] == [one.passage for one in alone.retrieved]


# --- with a model -----------------------------------------------------------------------------------------------------


def test_a_models_markers_become_verbatim_citations(ask: Callable[..., Answer], assistant: Assistant) -> None:
    answered = ask(FERRY, answer("The Route No. 3 ferry leaves Mokpo at 6:40 a.m. [1]. It is a boat [1]."))

    first = answered.retrieved[0].passage
    assert answered.model == "tiny"
    assert answered.citations[0].source == first.source == "island-ferry-timetable.txt"
    assert verbatim(answered, assistant)
    assert all(first.span.start <= one.start < one.end <= first.span.end for one in answered.citations)
    assert "6:40" in answered.citations[0].quote
    assert answered.sentences[0].text == "The Route No. 3 ferry leaves Mokpo at 6:40 a.m."
    assert answered.sentences[0].verdict == "supported"


def test_the_reader_is_told_which_host_and_model_got_the_text(
    ask: Callable[..., Answer], openai_server: OpenAIServer
) -> None:
    answered = ask(FERRY, answer("At 6:40 a.m. [1]."))

    assert f"the question and the passages were sent to tiny at {openai_server.host}" in answered.notices


def test_markers_to_passages_that_do_not_exist_are_dropped_and_said_so(ask: Callable[..., Answer]) -> None:
    answered = ask(FERRY, answer("The ferry leaves at 6:40 a.m. [1][57]. It is blue [99]."))

    assert "[57]" not in answered.text
    assert [one.citations for one in answered.sentences] == [(1,), ()]
    assert answered.sentences[1].verdict == "uncited"
    assert len(answered.citations) == 1
    line = "markers to passages that do not exist were dropped: [57], [99] (there are 10)"
    assert line in answered.notices


def test_a_figure_that_the_model_made_up_is_told(ask: Callable[..., Answer]) -> None:
    answered = ask(FERRY, answer("The Route No. 3 ferry leaves the passenger terminal at 7:49 a.m. [1]."))

    (sentence,) = answered.sentences
    assert sentence.verdict in ("partly", "unsupported", "contradicted")
    assert any("'49'" in reason for reason in sentence.reasons)


def test_pieces_come_before_the_answer(samples_index: Path, tools: Tools, openai_server: OpenAIServer) -> None:
    openai_server.script(stream("At 6:40 ", "a.m. ", "[1]."))

    with Assistant(IndexFolder(samples_index), with_model(openai_server), tools) as opened:
        *pieces, last = opened.stream(FERRY)

    assert "".join(str(piece) for piece in pieces) == "At 6:40 a.m. [1]."
    assert len(pieces) > 1
    assert isinstance(last, Answer)
    assert last.text.startswith("At 6:40 a.m. [1]")


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (refusal(500, "broken"), "failed (500: broken)"),
        (refusal(401, f"bad key {KEY}"), "refused the key (401)"),
        (stream("The ferry ", done=False, finish=None), "broke off in the middle of its answer"),
    ],
    ids=["500", "401", "cut"],
)
def test_a_model_that_fails_costs_its_prose_alone(
    ask: Callable[..., Answer], without_model: Answer, fault: Reply, line: str
) -> None:
    answered = ask(FERRY, fault)

    assert answered.model == "extractive"
    assert answered.text == without_model.text
    (notice,) = (one for one in answered.notices if "these are sentences of the articles instead" in one)
    assert line in notice
    assert KEY not in json.dumps(answer_json(answered))


def test_a_model_that_says_nothing_is_given_up_at_the_deadline(ask: Callable[..., Answer]) -> None:
    started = time.monotonic()
    answered = ask(FERRY, hang(), answer_timeout=2.0, retries=3)

    # 2 s for the model with all its tries; the rest is for opening the index and reading the articles.
    assert 2 < time.monotonic() - started < 20
    assert answered.model == "extractive"
    assert any("gave no answer within 2 s" in notice for notice in answered.notices)


def test_a_model_that_finds_no_answer_abstains(ask: Callable[..., Answer], openai_server: OpenAIServer) -> None:
    answered = ask(FERRY, answer("NO_ANSWER\nThe articles do not say."))

    assert answered.abstained
    assert answered.model == "tiny"
    assert (answered.text, answered.citations) == ("The articles do not say.", ())
    assert any(openai_server.host in notice for notice in answered.notices)


def test_a_model_may_be_named_where_there_is_no_key(
    samples_index: Path, tools: Tools, openai_server: OpenAIServer
) -> None:
    openai_server.script(answer("At 6:40 a.m. [1]."))
    settings = Settings(base_url=openai_server.url, llm="none", retries=0, rewrite=False)

    with Assistant(IndexFolder(samples_index), settings, tools) as opened:
        assert opened.ask(FERRY, llm="llama3").model == "llama3"
        assert opened.ask(FERRY).model == "extractive"

    assert openai_server.requests[0].body["model"] == "llama3"


def test_the_key_is_nowhere_but_in_the_request(
    ask: Callable[..., Answer], openai_server: OpenAIServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [ask(FERRY, answer("At 6:40 a.m. [1].")), ask(FERRY, refusal(500, f"your key was {KEY}"))]

    assert openai_server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    for answered in answers:
        assert KEY not in json.dumps(answer_json(answered)) + repr(answered)
    assert KEY not in caplog.text


# --- the index and the files underneath -------------------------------------------------------------------------------


def test_a_copy_is_one_passage_that_names_both_files(index_news: Callable[[], Path], tools: Tools) -> None:
    with Assistant(IndexFolder(index_news()), Settings(llm="none"), tools) as opened:
        answered = opened.ask("What did dredging the harbour's channel cost?")

        (citation, *_) = answered.citations
        (also,) = citation.also_in
        assert {citation.source, also.source} == {"harbour.txt", "harbour-copy.txt"}
        assert citation.quote in opened.text(also.source)[also.start : also.end]


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_file_that_is_no_longer_what_was_indexed_is_told(
    index_news: Callable[[], Path], news: Path, tools: Tools, change: str
) -> None:
    question = "은빛다리 보수 공사는 언제 끝나고 공사비는 얼마인가?"
    with Assistant(IndexFolder(index_news()), Settings(llm="none"), tools) as opened:
        assert {one.verdict for one in opened.ask(question).sentences} == {"supported"}
        if change == "gone":
            (news / "다리.txt").unlink()
        else:
            (news / "다리.txt").write_text(f"고침. {BRIDGE}", encoding="cp949")
        answered = opened.ask(question)

        lines = [f"다리.txt {told}" for told in ("has changed since it was indexed; run `byline index`",)]
        if change == "gone":
            lines = ["다리.txt is gone since it was indexed"]
        broken = [one for one in answered.sentences if answered.citations[one.citations[0] - 1].source == "다리.txt"]
        assert broken
        assert all(one.verdict == "partly" and list(one.reasons) == lines for one in broken)
        assert lines[0] in answered.notices
        assert verbatim(answered, opened)  # of the text as indexed, it is


def test_a_web_page_is_held_against_its_words_not_its_markup(
    index_news: Callable[[], Path], news: Path, tools: Tools
) -> None:
    words = "The lighthouse of Orrin burns whale-free oil since Tuesday, its keeper told the harbour board."
    page = f"<html><body><article><h1>Orrin's lamp</h1><p>{words}</p><p>{HARBOUR[-90:]}</p></article></body></html>"
    (news / "lamp.html").write_text(page, encoding="utf-8")
    with Assistant(IndexFolder(index_news()), Settings(llm="none"), tools) as opened:
        indexed = opened.text("lamp.html")
        assert words in indexed
        assert "<p>" not in indexed

        (news / "lamp.html").write_text(page.replace("<p>", "<p class='body'>"), encoding="utf-8")
        assert opened.read_now("lamp.html") == indexed
        (news / "lamp.html").write_text(page.replace("Tuesday", "Sunday"), encoding="utf-8")
        assert opened.read_now("lamp.html") == indexed.replace("Tuesday", "Sunday")
        (news / "lamp.html").write_text("<html></html>", encoding="utf-8")
        assert opened.read_now("lamp.html") is None


def test_a_new_index_is_seen_without_being_opened_again(
    index_news: Callable[[], Path], news: Path, tools: Tools
) -> None:
    question = "How many lanterns hang in the market of Orrin?"
    with Assistant(IndexFolder(index_news()), Settings(llm="none"), tools) as opened:
        assert "market.txt" not in {one.passage.source for one in opened.search(question)}

        text = "Lantern market opens in Orrin\n\nThe market of Orrin hung up 730 lanterns on Friday, its mayor said.\n"
        (news / "market.txt").write_text(text, encoding="utf-8")
        (news / "harbour-copy.txt").unlink()
        index_news()

        assert opened.search(question)[0].passage.source == "market.txt"
        assert {one.source for one in opened.articles()} == {"harbour.txt", "market.txt", "다리.txt"}
        assert opened.counts().files == 3


def test_an_index_that_another_embedder_made_is_refused_in_a_clear_line(samples_index: Path, tools: Tools) -> None:
    class Other:
        """An embedder that is asked for nothing but its name."""

        name = "openai:text-embedding-3-small"

    other = replace(tools, embedder=Other())  # type: ignore[arg-type]
    with Assistant(IndexFolder(samples_index), Settings(), other) as opened, pytest.raises(BylineError) as refused:
        opened.ask(FERRY)

    line = str(refused.value)
    assert tools.embedder.name in line
    assert "openai:text-embedding-3-small is set" in line
    assert "byline index --rebuild" in line


def test_where_there_is_no_index_one_is_told_how_to_make_it(tmp_path: Path, tools: Tools) -> None:
    with pytest.raises(BylineError, match=r"there is no index in .*; make one with `byline index FOLDER`"):
        Assistant(IndexFolder(tmp_path / "none"), Settings(), tools).generation()


def test_an_index_that_is_taken_away_is_told_too(index_news: Callable[[], Path], tools: Tools) -> None:
    path = index_news()
    with Assistant(IndexFolder(path), Settings(llm="none"), tools) as opened:
        opened.generation()
        shutil.rmtree(path)
        with pytest.raises(BylineError, match="there is no index in"):
            opened.ask(FERRY)
