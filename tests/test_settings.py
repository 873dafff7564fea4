"""Settings: where a value comes from, what is refused, and that the key is shown to nobody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.errors import BylineError
from rag.settings import Settings, load_settings

KEY = "sk-test-0123456789abcdef"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working folder, and nothing of ours in the environment."""
    for name in list(os.environ):
        if name.upper().startswith(("BYLINE_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def configure(text: str, path: str = "byline.toml") -> None:
    Path(path).write_text(text, encoding="utf-8")


def test_without_anything_set_nothing_leaves_the_machine() -> None:
    settings = load_settings()

    assert (settings.embedder, settings.k, settings.llm, settings.api_key) == ("e5", 10, "auto", None)


def test_a_flag_beats_the_environment_and_that_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    configure("k = 3\npassage_chars = 300\nmodel = 'from-file'")
    monkeypatch.setenv("BYLINE_K", "4")
    monkeypatch.setenv("BYLINE_PASSAGE_CHARS", "400")

    settings = load_settings(k=5)

    assert (settings.k, settings.passage_chars, settings.model) == (5, 400, "from-file")


def test_a_flag_that_is_not_given_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_K", "4")

    assert load_settings(k=None, llm=None).k == 4


def test_the_file_may_lie_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    configure("k = 3", "here.toml")
    configure("k = 99")
    monkeypatch.setenv("BYLINE_CONFIG", "here.toml")

    assert load_settings().k == 3


def test_an_unknown_key_of_the_file_is_named_with_those_that_exist() -> None:
    configure("passage_char = 300")

    with pytest.raises(
        BylineError, match=r"^byline\.toml: passage_char is no setting of byline; it knows .*passage_chars"
    ):
        load_settings()


def test_an_unknown_variable_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_MODLE", "tiny")

    with pytest.raises(BylineError, match=r"BYLINE_MODLE is no setting of byline; it knows .*BYLINE_MODEL"):
        load_settings()


def test_a_file_that_is_no_toml_is_named() -> None:
    configure("k = = 3")

    with pytest.raises(BylineError, match=r"^byline\.toml: "):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BYLINE_K", "0"),
        ("BYLINE_K", "many"),
        ("BYLINE_PASSAGE_CHARS", "10"),
        ("BYLINE_ANSWER_TIMEOUT", "-1"),
        ("BYLINE_RETRIES", "11"),
        ("BYLINE_PRECISION", "int4"),
        ("BYLINE_CONTEXT_WINDOW", "1"),
    ],
)
def test_a_value_that_does_not_fit_is_shown_with_where_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BylineError) as refused:
        load_settings()

    line = str(refused.value)
    assert line.startswith(f"setting {name.removeprefix('BYLINE_').lower()}: ")
    assert repr(value) in line
    assert name in line
    assert "\n" not in line


def test_openais_own_variables_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1")

    settings = load_settings()

    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == KEY
    assert settings.base_url == "http://127.0.0.1:8080/v1"


def test_our_own_variable_beats_openais(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("BYLINE_API_KEY", KEY)

    settings = load_settings()

    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == KEY


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "BYLINE_API_KEY"])
def test_the_key_is_in_no_repr(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, KEY)

    settings = load_settings()

    assert KEY not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_a_complaint_about_another_setting_does_not_show_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_API_KEY", KEY)
    monkeypatch.setenv("BYLINE_K", "0")

    with pytest.raises(BylineError) as refused:
        load_settings()

    assert KEY not in f"{refused.value} {refused.value.__cause__}"


def test_a_key_that_is_no_text_is_refused_without_being_shown() -> None:
    configure("api_key = 4711471147114711")

    with pytest.raises(BylineError, match="api_key") as refused:
        load_settings()

    assert "4711471147114711" not in str(refused.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        load_settings().k = 3  # type: ignore[misc]


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
