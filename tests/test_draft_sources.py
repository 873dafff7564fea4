"""Which file a citation means, and what is offered where it means none."""

from __future__ import annotations

import unicodedata

import pytest

from index.article import Article, Span
from rag.draft.claims import Reference
from rag.draft.sources import Source, SourceNames, Unknown


def article(source: str, title: str, start: int = 0) -> Article:
    return Article(source, Span(start, start + 9), title, None, None, "en")


FERRY = article("2024/ferry.txt", "Morning boat to the islands")
TRAIN = article("2023/ferry.txt", "Night train returns")
BOAT = article("lists/연안 여객선.txt", "여객선 증편")
FIRST = article("releases.txt", "Quota talks resume", 0)
SECOND = article("releases.txt", "Battery recall widened", 50)
NAMES = SourceNames([FERRY, TRAIN, BOAT, FIRST, SECOND, article("a.txt", "A")])


def by_target(target: str) -> Source | Unknown:
    return NAMES.find(Reference("[x]", (target,)))


def by_words(words: str) -> Source | Unknown:
    return NAMES.find(Reference("[1]", (), words))


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("releases.txt", "releases.txt"),
        ("./RELEASES.txt", "releases.txt"),
        ("../articles/2024/ferry.txt", "2024/ferry.txt"),
        ("2023\\ferry.txt", "2023/ferry.txt"),
        ("https://news.example/2024/ferry.txt?ref=1#top", "2024/ferry.txt"),
        ("연안%20여객선.txt", "lists/연안 여객선.txt"),
        (unicodedata.normalize("NFD", "연안 여객선.txt"), "lists/연안 여객선.txt"),
        ("file:///home/kim/lists/연안 여객선.txt", "lists/연안 여객선.txt"),
    ],
)
def test_a_file_is_found_by_path_name_or_address(target: str, name: str) -> None:
    assert by_target(target) == Source(name)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Coast Herald, 2024/ferry.txt, 12 November", Source("2024/ferry.txt")),
        ("“Night  Train Returns”, Rail Weekly", Source("2023/ferry.txt", TRAIN)),
        ("Ministry, “Battery recall widened”, releases.txt", Source("releases.txt", SECOND)),
        ("Ministry, releases.txt", Source("releases.txt")),
        ("see a.txt", Source("a.txt")),
    ],
)
def test_an_entry_of_the_list_of_sources_is_found_by_file_or_title(words: str, found: Source) -> None:
    assert by_words(words) == found


def test_a_name_inside_a_longer_one_is_not_it() -> None:
    assert isinstance(by_words("data.txt"), Unknown)
    assert isinstance(by_target("data.txt"), Unknown)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (by_target("relaeses.txt"), "[x] names no file of the index; the nearest are releases.txt"),
        (by_words("Night trains return"), "[1] names no file of the index; the nearest are 2023/ferry.txt"),
        (by_target("ferry.txt"), "[x] may be any of 2023/ferry.txt, 2024/ferry.txt; write the path"),
        (by_target("https://example.org/"), "[x] names no file of the index"),
        (NAMES.find(Reference("[7]")), "[7] stands in no list of sources of the draft"),
    ],
)
def test_what_means_no_file_is_told_with_the_nearest_names(found: Source | Unknown, reason: str) -> None:
    assert found == Unknown(reason)
