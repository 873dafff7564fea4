"""What a visitor has chosen about answers, and what the page says of the server's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import BylineError
from rag.settings import Settings, load_settings
from rag.web.phrases import phrases_in
from rag.web.preferences import PreferenceBook, Preferences, preferences_from
from rag.web.settings import servers_table, who_gets_text
from rag.web.setup import Reach, reach

EN = phrases_in("en")


@pytest.fixture
def book(tmp_path: Path) -> PreferenceBook:
    return PreferenceBook(tmp_path / "preferences", load_settings(llm="none", k=7))


def test_who_has_chosen_nothing_has_the_servers_settings(book: PreferenceBook) -> None:
    assert book.of("ann") == Preferences(7, "mark")


def test_each_visitor_has_their_own(book: PreferenceBook) -> None:
    book.keep("ann", Preferences(3, "cut"))

    assert (book.of("ann"), book.of("bob")) == (Preferences(3, "cut"), Preferences(7, "mark"))


@pytest.mark.parametrize("written", ["", "[]", "{", '{"k": 999, "unsupported": "cut"}'])
def test_what_cannot_be_read_counts_as_nothing_chosen(book: PreferenceBook, written: str) -> None:
    book.keep("ann", Preferences(3, "cut"))
    (path,) = book.folder.iterdir()
    path.write_text(written, encoding="utf-8")

    assert book.of("ann") == Preferences(7, "mark")


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({"k": "0", "unsupported": "cut"}, "k is '0'; it is a number of passages, 1 to 200"),
        ({"k": "ten", "unsupported": "cut"}, "k is 'ten'"),
        ({"unsupported": "cut"}, "k is ''"),
        ({"k": "5", "unsupported": "hide"}, "unsupported is 'hide'; it is one of mark, cut"),
    ],
)
def test_other_choices_are_refused_in_a_line(told: dict[str, object], line: str) -> None:
    with pytest.raises(BylineError, match=line):
        preferences_from(told)


def test_no_key_and_no_password_is_shown() -> None:
    settings = load_settings(llm="tiny", api_key="sk-secret", base_url="http://ann:hush@models.example:8000/v1")
    shown = servers_table(settings, EN)

    assert EN.settings.is_set in shown
    assert "http://models.example:8000/v1" in shown
    for secret in ("sk-secret", "hush", "ann"):
        assert secret not in shown
    assert "models.example:8000" in who_gets_text(reach(settings), EN)


def test_where_nothing_leaves_the_machine_it_says_so() -> None:
    assert who_gets_text(Reach(None, None, None), EN).count(EN.settings.nobody) == 3


def test_every_setting_of_the_server_is_shown() -> None:
    shown = servers_table(load_settings(llm="none"), EN)

    assert [name for name in Settings.model_fields if f"<code>{name}</code>" not in shown] == ["k", "unsupported"]
