"""List pages: each item is an article with its own title and date, and an article is no list page."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clean import Fate, drop_furniture
from index.dates import find_dates
from index.document import Reader
from index.formats import extract
from index.items import list_items
from index.sentences import SentenceSplitter
from tests.conftest import article_texts

RELEASES = [
    ("2024-11-12", "Rules-of-origin desk opens in Hai Phong"),
    ("2024-11-12", "Korea and Vietnam open joint rules-of-origin desk at the port of Hai Phong"),
    ("2024-11-11", "Four ports selected for hydrogen bunkering trial"),
    ("2024-11-08", "Robot exports rise 8.0 percent in September"),
    ("2024-11-08", "Industrial robot exports grow for seventh month in a row"),
    ("2024-11-07", "Minister Lee Do-hyun visits pipe maker in Pohang"),
    ("2024-11-05", "New national test for sodium-ion cells"),
    ("2024-11-01", "Provisional duty on imported glass fibre"),
    ("2024-10-31", "Seventh meeting of the Korea-Chile customs committee"),
    ("2024-10-29", "Heat pumps for 3,200 greenhouses"),
    ("2024-10-28", "Gas reserves enough for 52 days, winter meeting hears"),
    ("2024-10-25", "Export licence portal closed for two nights"),
]
NOTICES = [
    ("2024-11-13", "갈대공원 야생 고라니 먹이 주기 금지"),
    ("2024-11-12", "물빛선 공사 구간 우회도로 안내"),
    ("2024-11-12", "물빛선 착공 대비 해밀역 앞 좌회전 금지, 우회도로 두 곳 지정"),
    ("2024-11-08", "혼자 사는 어르신 안부 확인에 우유 배달원 참여"),
    ("2024-11-06", "지하차도 침수 경보등 설치"),
    ("2024-11-05", "시립도서관 야간 개관 확대"),
    ("2024-11-05", "시립도서관 열람실 밤 11시까지…시험 운영 뒤 상시 전환"),
    ("2024-11-03", "낙엽 퇴비 무료 나눔"),
    ("2024-10-31", "난임 시술비 소득 기준 폐지"),
    ("2024-10-28", "전통시장 화재 감지기 교체"),
]
LISTS = {"trade-ministry-releases.en.txt": RELEASES, "haemil-city-notices.ko.txt": NOTICES}


def items_of(text: str) -> list[tuple[str, str]]:
    """The date and the text of each item of a page, the page's own head and foot left out."""
    page = list_items(drop_furniture(text))
    return [(item.published, "\n".join(line.text for line in item.lines)) for item in page.items] if page else []


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_page_of_the_samples_becomes_its_items(samples: Path, reader: Reader, name: str) -> None:
    document = reader.read((samples / name).read_bytes(), name)

    dated = [(one.published, one.title) for one in document.articles if one.published]
    assert dated == LISTS[name]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_no_passage_of_a_list_page_reaches_into_another_item(samples: Path, reader: Reader, name: str) -> None:
    document = reader.read((samples / name).read_bytes(), name)

    for passage in document.passages:
        others = {title for _, title in LISTS[name]} - {passage.article.title}
        assert not [title for title in others if f"\n{title}\n" in f"\n{passage.text}\n"]


def test_no_other_sample_is_taken_for_a_list_page(samples: Path, splitter: SentenceSplitter) -> None:
    texts = {path.name: extract(path.read_bytes(), path.name, splitter.word_ends).text for path in samples.iterdir()}

    assert sorted(name for name, text in texts.items() if list_items(drop_furniture(text))) == sorted(LISTS)


def test_dates_below_the_items_close_them() -> None:
    rows = [
        (f"2024-03-0{n}", f"Traffic\nNotice {n}\nStreet {n} is closed this week.\nDate: 2024-03-0{n}")
        for n in (1, 2, 3)
    ]

    assert items_of("City of Haemil\n" + "\n".join(text for _, text in rows)) == rows


def test_dates_that_open_a_line_open_the_items() -> None:
    rows = [
        (f"2024-03-0{n}", f"2024-03-0{n} Pool {n} closed\nIt is closed for the whole of this week.") for n in (1, 2, 3)
    ]

    assert items_of("\n".join(text for _, text in rows)) == rows


def test_dates_under_titles_leave_the_title_with_its_item() -> None:
    rows = [
        (f"2024-03-0{n}", f"Pool {n} closed\n2024-03-0{n}\nIt is closed for the whole of this week.") for n in (1, 2, 3)
    ]

    assert items_of("\n".join(text for _, text in rows)) == rows


@pytest.mark.parametrize(
    "text",
    [
        "Harbour reopens\n2024-03-01\nThe harbour reopened on Monday.\nUpdated: 2024-03-02",
        "\n".join(["It was founded on 2001.02.03 by a baker in the old town of Jecheon."] * 5),
        "\n".join(f"Notice {n}\n2024.03.0{n}" + "\nThe pool is closed for the week." * 20 for n in (1, 2, 3)),
        "",
    ],
    ids=["two dates", "dates in prose", "long stretches", "nothing"],
)
def test_an_article_with_dates_is_no_list_page(text: str) -> None:
    assert list_items(drop_furniture(text)) is None


@given(text=article_texts())
def test_items_and_surroundings_are_every_kept_line_once(text: str) -> None:
    lines = drop_furniture(text)
    page = list_items(lines)
    if page is None:
        return

    parts = [line for item in page.items for line in item.lines]
    kept = [line for line in lines if line.fate is Fate.KEPT]
    assert sorted([*parts, *page.around], key=lambda line: line.span.start) == kept
    assert all(before.span.end <= after.span.start for before, after in pairwise(parts))
    for item in page.items:
        assert item.published in {found.iso for line in item.lines for found in find_dates(line.text)}


@given(
    days=st.lists(st.dates(date(1900, 1, 1), date(2099, 12, 31)), min_size=3, max_size=12),
    lengths=st.lists(st.integers(1, 8), min_size=12, max_size=12),
)
def test_a_page_of_marked_rows_gives_every_row_its_own_date(days: list[date], lengths: list[int]) -> None:
    rows = [
        f"Notice {n}\n" + "The pool is closed until further notice.\n" * length + f"Reg.Date : {day}"
        for n, (day, length) in enumerate(zip(days, lengths, strict=False))
    ]

    assert items_of("\n".join(rows)) == [(str(day), row) for day, row in zip(days, rows, strict=True)]
