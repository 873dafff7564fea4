"""Conversations on disk: whole again when they are read, and each one its owner's alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.filters import ALL, Filters
from rag.web.archive import Archive
from rag.web.conversation import Conversation
from tests.browser import FERRY, NOWHERE


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(tmp_path)
    yield opened
    opened.close()


def asked(question: str = FERRY, filters: Filters = ALL) -> Conversation:
    return Conversation().asked(question, filters, 0)


def test_a_conversation_comes_back_whole(archive: Archive, assistant: Assistant) -> None:
    conversation = asked(filters=Filters(languages=("en",)))
    archive.put("ann", conversation)
    conversation = conversation.with_last(answer=assistant.ask(FERRY))
    archive.put("ann", conversation)
    conversation = conversation.asked(NOWHERE, ALL, 1)
    archive.put("ann", conversation)
    conversation = conversation.with_last(answer=assistant.ask(NOWHERE))
    archive.put("ann", conversation)
    assert archive.get("ann", str(conversation.id)) == conversation


def test_another_visitor_can_neither_see_nor_change_it(archive: Archive) -> None:
    conversation = asked()
    id = str(conversation.id)
    archive.put("ann", conversation)
    assert archive.get("bob", id) is None
    assert archive.listed("bob") == ()
    archive.rename("bob", id, "mine")
    archive.delete("bob", id)
    archive.put("bob", conversation.with_last(error="overwritten"))
    kept = archive.get("ann", id)
    assert kept is not None
    assert kept.title == FERRY
    assert kept.exchanges[0].error is None
    assert archive.listed("bob") == ()


def test_a_question_in_place_of_another_takes_what_followed_with_it(archive: Archive) -> None:
    conversation = asked("one")
    for turn, question in enumerate(("one", "two", "three")):
        conversation = conversation.asked(question, ALL, turn).with_last(stopped=True)
        archive.put("ann", conversation.with_last(stopped=False))
        archive.put("ann", conversation)
    changed = conversation.asked("other", ALL, 1)
    archive.put("ann", changed)
    kept = archive.get("ann", str(conversation.id))
    assert kept is not None
    assert [one.question for one in kept.exchanges] == ["one", "other"]


def test_a_question_that_nobody_answers_any_more_is_stopped(archive: Archive) -> None:
    archive.put("ann", conversation := asked())
    kept = archive.get("ann", str(conversation.id))
    assert kept is not None
    assert kept.exchanges[0].stopped


def test_what_was_deleted_while_it_was_answered_stays_so(archive: Archive) -> None:
    archive.put("ann", conversation := asked())
    archive.delete("ann", str(conversation.id))
    archive.put("ann", conversation.with_last(error="late"))
    assert archive.listed("ann") == ()
    assert archive.get("ann", str(conversation.id)) is None


def test_the_latest_conversation_comes_first_and_titles_are_one_line(archive: Archive) -> None:
    first, second = asked("first\nquestion"), asked("second")
    for one in (first, second, first.with_last(stopped=True)):
        archive.put("ann", one)
    archive.rename("ann", str(second.id), "  another\n title " + "x" * 200)
    archive.rename("ann", str(first.id), "   ")
    titles = [entry.title for entry in archive.listed("ann")]
    assert titles[0] == "first question"
    assert titles[1].startswith("another title xxx")
    assert len(titles[1]) == 80


def test_it_outlives_the_process_and_another_format_is_named(tmp_path: Path) -> None:
    first = Archive.open(tmp_path / "page")
    first.put("ann", conversation := asked())
    first.close()
    again = Archive.open(tmp_path / "page")
    assert [entry.id for entry in again.listed("ann")] == [conversation.id]
    again.close()
    file = tmp_path / "page" / "conversations.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(BylineError, match="its format is 9, this byline reads 1"):
        Archive.open(tmp_path / "page")
    file.write_bytes(b"no database at all, and long enough to be read as one" * 100)
    with pytest.raises(BylineError, match="conversations cannot be kept there"):
        Archive.open(tmp_path / "page")
