"""Two articles that differ on the day or number of one thing, without a name in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.document import Reader
from rag.tools import Tools
from tests.test_poison import ask

FERRY = "The new ferry makes its first trip to the islands on the {} of {}, the harbour office said."


@pytest.mark.parametrize(
    ("texts", "question", "sides"),
    [
        (
            (FERRY.format("20th", "November"), FERRY.format("21st", "November")),
            "When does the new ferry make its first trip to the islands?",
            ("20th", "21st"),
        ),
        (
            (
                "새 여객선은 20일 섬으로 첫 운항을 한다고 항만 사무소가 밝혔다.",
                "섬으로 가는 새 여객선의 첫 운항은 21일이다.",
            ),
            "새 여객선은 며칠에 섬으로 첫 운항을 하나?",
            ("20일", "21일"),
        ),
    ],
    ids=["English", "Korean"],
)
def test_two_days_of_one_thing_without_a_name_are_shown(
    tmp_path: Path, reader: Reader, tools: Tools, texts: tuple[str, str], question: str, sides: tuple[str, str]
) -> None:
    files = {f"{at}.txt": f"{at}\n\n{{date}}\n\n{text}\n" for at, text in enumerate(texts)}

    (conflict,) = ask(tmp_path, files, question, reader, tools).conflicts

    assert all(side in conflict.text for side in sides)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FERRY.format("20th", "November"), "The old ferry was sold to a shipyard on the 21st of November."),
        (FERRY.format("20th", "November"), FERRY.format("20th", "November").replace("new ferry", "ferry")),
        (
            "Exports rose 3.1 percent from a month before.",
            "2024-06-30\n\nExports rose 4.2 percent from a month before.",
        ),
    ],
    ids=["another thing", "the same day", "another month"],
)
def test_what_is_no_conflict_is_not_shown_as_one(
    tmp_path: Path, reader: Reader, tools: Tools, one: str, other: str
) -> None:
    files = {"one.txt": f"One\n\n{{date}}\n\n{one}\n"}
    files["other.txt"] = f"Other\n\n{other}\n" if other.startswith("2024") else f"Other\n\n{{date}}\n\n{other}\n"
    question = "How much did exports rise?" if "Exports" in one else "When does the new ferry make its first trip?"

    assert ask(tmp_path, files, question, reader, tools).conflicts == ()
