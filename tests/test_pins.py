"""Pinned answers: each visitor's own, in the visitor's order, and taken along as a document."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest

from rag.assistant import Assistant
from rag.errors import BylineError
from rag.web import pins as module
from rag.web.phrases import phrases_in
from rag.web.pins import Pins
from rag.web.report import exported, pinned
from tests.scripted import EXPORTS, QUOTA, STEEL, answer

FIRST = answer("quota?", "The quota stays. [1]", STEEL)
SECOND = answer("exports?", "Exports rose 8.0 percent. [1]", EXPORTS, found=(EXPORTS,), language="en")
THIRD = answer("쿼터?", "철강 쿼터는 유지된다. [1]", QUOTA, language="ko")


@pytest.fixture
def pins(tmp_path: Path) -> Pins:
    return Pins(tmp_path / "pins")


def questions(pins: Pins, owner: str) -> list[str]:
    return [pin.answer.question for pin in pins.listed(owner)]


def test_pins_keep_their_order_and_every_part_of_the_answer(pins: Pins, assistant: Assistant, tmp_path: Path) -> None:
    asked = assistant.ask("When does the Route No. 3 ferry leave Mokpo?")
    for one in (asked, FIRST, THIRD):
        assert pins.add("ann", one)
    assert not pins.add("ann", FIRST)

    again = Pins(tmp_path / "pins").listed("ann")
    assert [pin.answer for pin in again] == [asked, FIRST, THIRD]


def test_pins_are_moved_and_taken_off(pins: Pins) -> None:
    for one in (FIRST, SECOND, THIRD):
        pins.add("ann", one)
    first, second, third = (pin.id for pin in pins.listed("ann"))

    pins.move("ann", third, -1)
    assert questions(pins, "ann") == ["quota?", "쿼터?", "exports?"]
    pins.move("ann", first, -1)
    pins.move("ann", second, 1)
    pins.move("ann", "no such pin", 1)
    assert questions(pins, "ann") == ["quota?", "쿼터?", "exports?"]
    pins.remove("ann", first)
    assert questions(pins, "ann") == ["쿼터?", "exports?"]


def test_nobody_sees_or_moves_what_others_pinned(pins: Pins, tmp_path: Path) -> None:
    pins.add("ann", FIRST)
    for other in ("bob", "Ann", "../ann", "ann/../ann", "a\0nn", ""):
        assert pins.listed(other) == ()
        pins.remove(other, pins.listed("ann")[0].id)
        pins.add(other, SECOND)

    assert questions(pins, "ann") == ["quota?"]
    assert [path.name for path in tmp_path.iterdir()] == ["pins"]


def test_there_is_a_limit(pins: Pins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    pins.add("ann", FIRST)
    pins.add("ann", SECOND)
    with pytest.raises(BylineError, match="2 answers are pinned already; take some off first"):
        pins.add("ann", THIRD)


def test_a_damaged_file_is_named(pins: Pins, tmp_path: Path) -> None:
    pins.add("ann", FIRST)
    (path,) = (tmp_path / "pins").iterdir()
    path.write_text("[{}]", encoding="utf-8")

    with pytest.raises(BylineError, match=f"{path.name}: the pinned answers cannot be read; move the file away"):
        pins.listed("ann")


def test_the_report_has_the_pins_in_their_order_with_footnotes_and_verdicts(pins: Pins) -> None:
    for one in (SECOND, FIRST):
        pins.add("ann", one)
    answers = [pin.answer for pin in pins.listed("ann")]

    parcel = exported(answers, "  Steel\n2024 ", "docx", date(2024, 5, 1))

    document = docx.Document(io.BytesIO(parcel.data))
    headings = [one.text for one in document.paragraphs if one.style is not None and "Heading" in str(one.style.name)]
    assert (parcel.name, document.core_properties.title) == ("byline-2024-05-01.docx", "Steel 2024")
    assert headings[:2] == ["exports?", "quota?"]
    assert len(document.tables[0].rows) == 3
    notes = next(part for part in document.part.package.iter_parts() if part.partname == "/word/footnotes.xml")
    assert "The steel quota stays." in notes.blob.decode()


@pytest.mark.parametrize(("kind", "says"), [("html", "<h1>보고서</h1>"), ("md", "# 보고서\n")])
def test_a_report_without_a_title_is_named_in_its_language(kind: str, says: str) -> None:
    assert says in exported([THIRD], " ", kind, date(2024, 5, 1)).data.decode()


def test_what_is_pinned_is_shown_as_text() -> None:
    hostile = replace(FIRST, question="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    shown = pinned([module.Pin("1", hostile)], None, phrases_in("en"))

    assert "<script" not in shown
    assert "<img" not in shown
