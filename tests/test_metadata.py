"""Title, outlet and date: what the article says of itself, and nothing it does not."""

from __future__ import annotations

import re
import unicodedata
from calendar import month_name
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.clean import drop_furniture
from index.dates import as_number, find_dates
from index.document import Reader
from index.metadata import item_title, outlet_of, published_of, title_of

# What a reader would say of the samples that are one article: title, outlet, date. List pages are in test_items.py.
SAMPLES = {
    "1115_talks_translated.txt": ('Lee Do -hyun -Holo Way meeting, "Let the steel door breathe"', None, None),
    "Haemil mayor interview.txt": ('"A city is a patient that never goes home"', "The Peninsula Quarterly", None),
    "apple-frost-insurance.ko.txt": ("사과꽃 얼어도 보상…냉해보험 자기부담 20%에서 10%로", "들녘신문", "2024-11-05"),
    "archer-lee.ko.txt": ("'할머니 활' 든 이윤슬, 방콕 아시아컵 금메달", "스포츠온빛", "2024-11-10"),
    "archery-bangkok-final.txt": (
        "Asia Cup archery: Lee Yoon-seul holds off Lin in the wind",
        "The Arrow & Target",
        "2024-11-09",
    ),
    "biz_20241107_shipyard.txt": (
        "Norwegian owner picks Geoje yard for ammonia fleet",
        "The Eastern Ledger",
        "2024-11-07",
    ),
    "lighthouse-keeper.ko.html": (
        "불 꺼진 등대에 사람이 돌아온다…솔섬 등대지기 18년 만에 채용",
        "갯바람신문",
        "2024-11-06",
    ),
    "shore-power-barge.pdf": (
        "Yeomjin port finds that ships will plug in if the plug comes to them",
        "Quay & Container Review",
        "2024-11-08",
    ),
    "village-school-homes.ko.docx": ("빈집 87채, 도시 아이들의 기숙사가 되다", "산들신문", "2024-11-12"),
    "daon-cell-ulsan-line.txt": (
        "Daon Cell to build sodium-ion line in Ulsan",
        "The Eastern Ledger",
        "2024-10-30",
    ),
    "dust-belt-mongolia.txt": (
        "Korea-funded tree belt in the Gobi passes 2.6 million saplings",
        "Steppe & City Reporter",
        "2024-10-23",
    ),
    "glass-substrate-line.md": (
        "Maru Semicon starts pilot line for glass substrates",
        "Chipyard Weekly",
        "2024-10-31",
    ),
    "haemil-tram.ko.txt": ("해밀시 도시철도 '물빛선' 내년 3월 4일 첫 삽…정거장 17곳", "새벽뉴스", "2024-11-11"),
    "hoax-notice-ferry.txt": (
        "Free ferry hoax was written for machines, police say",
        "Mokpo Coast Herald",
        "2024-11-18",
    ),
    "icebreaker-order.ko.txt": (
        "[조선] 나래조선, 차세대 쇄빙연구선 짓는다…2029년 12월 인도",
        "포구신문",
        "2024-10-24",
    ),
    "island-ferry-timetable.txt": (
        "Morning boat to the Eunha Islands returns on Dec. 1",
        "Mokpo Coast Herald",
        "2024-11-12",
    ),
    "lee-dohyun-hanoi-visit.txt": (
        "Seoul's trade chief asks Hanoi for faster checks on car parts",
        "Red River Business Review",
        "2024-10-22",
    ),
    "mask-museum.ko.txt": ("탈 312점 한자리에…고성 '탈빛박물관' 12월 6일 문 연다", "문화마루", "2024-11-02"),
    "narae-shipyard-ammonia-carriers.txt": (
        "Narae Shipyard wins $714 million order for six ammonia carriers",
        "Harbour Post",
        None,
    ),
    "night-clinic.txt": (
        "Jecheon's night clinic for children saw 1,146 in six weeks",
        "Ridge & Valley News",
        "2024-11-04",
    ),
    "night-train.ko.txt": (
        "17년 만에 밤 기차가 돌아온다…서울~여수 '달마중' 12월 20일 첫 운행",
        "길위뉴스",
        "2024-11-15",
    ),
    "power-chip-fab.ko.md": (
        "이음반도체, 구미 제3공장 상업가동…전력반도체 월 1만 2천 장",
        "달빛테크",
        "2024-11-01",
    ),
    "seagrass-carbon.ko.txt": ("바다의 풀밭, 잘피 숲이 돌아온다", None, None),
    "steel-quota-talks.ko.txt": (
        '"쿼터에 묶인 후판, 숨통 틔워야"…한·캐나다 통상장관 서울서 담판',
        "한결경제",
        "2024-11-14",
    ),
    "vaccine-sticker.ko.txt": (
        "백신이 더위를 먹으면 보라색으로…온도 감지 스티커 전국 보건소 58곳서 시험",
        "한울건강저널",
        "2024-10-17",
    ),
    "다온셀-회장-간담회.txt": (
        '다온셀 이해강 회장 "휠체어 배터리 3,140개 전량 무상 교체"',
        "산들일보",
        "2024-11-06",
    ),
}
# Outlets that stand where byline does not look: above the headline or below the date, with no word to tell them by.
OUTLET_NOT_TOLD = {"haemil-tram.ko.txt"}
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
MONTHS = list(month_name)[1:]
SHAPES = (
    lambda day: day.isoformat(),
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}/{day.month:02}/{day.day:02}",
    lambda day: f"{day.year}. {day.month}. {day.day}.",
    lambda day: f"{day.year}년 {day.month}월 {day.day}일",
    lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"{MONTHS[day.month - 1][:3]}. {day.day}, {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1].upper()} {day.year}",
)


def article_of(samples: Path, reader: Reader, name: str) -> Article:
    (article,) = reader.read((samples / name).read_bytes(), name).articles
    return article


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_has_the_title_it_gives_itself(samples: Path, reader: Reader, name: str) -> None:
    assert article_of(samples, reader, name).title == SAMPLES[name][0]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_has_the_date_it_gives_itself_or_none(samples: Path, reader: Reader, name: str) -> None:
    assert article_of(samples, reader, name).published == SAMPLES[name][2]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_outlet_of_a_sample_is_never_wrong_and_seldom_missed(samples: Path, reader: Reader, name: str) -> None:
    outlet = SAMPLES[name][1]

    assert article_of(samples, reader, name).outlet in ({outlet, None} if name in OUTLET_NOT_TOLD else {outlet})


def test_the_table_above_names_every_sample_of_one_article(samples: Path) -> None:
    names = {unicodedata.normalize("NFC", path.name) for path in samples.iterdir()}

    several = {"haemil-city-notices.ko.txt", "trade-ministry-releases.en.txt", "estuary-wire.jsonl"}
    assert names - set(SAMPLES) == several


@given(day=DAYS, shape=st.sampled_from(SHAPES), before=st.sampled_from(["", "입력 ", "Posted ", "(", "x "]))
def test_a_date_is_found_however_it_is_written(day: date, shape: object, before: str) -> None:
    assert callable(shape)
    written = shape(day)
    text = f"{before}{written} 09:30"

    (found,) = find_dates(text)

    assert found.iso == day.isoformat()
    assert found.span.of(text).strip(". ") == written.strip(". ")


@given(text=st.text(st.sampled_from("0123456789-./ 년월일DecFebth,"), max_size=30) | st.text())
def test_only_days_that_exist_are_dates(text: str) -> None:
    for found in find_dates(text):
        assert date.fromisoformat(found.iso).isoformat() == found.iso
        assert re.search(r"\d", found.span.of(text))


@pytest.mark.parametrize(
    "text",
    [
        "2024-13-45",
        "2023년 2월 29일",
        "February 30, 2024",
        "12024-01-02",
        "2024-01-023",
        "2024-01/02",
        "3.5.2024",
        "5월 3일",
    ],
)
def test_what_is_no_whole_date_is_none(text: str) -> None:
    assert find_dates(text) == []


def test_dates_come_in_the_order_of_the_text() -> None:
    found = find_dates("입력 2024년 3월 1일, updated Mar. 2, 2024, printed 2024.03.03")

    assert [one.iso for one in found] == ["2024-03-01", "2024-03-02", "2024-03-03"]


@given(day=DAYS, other=DAYS)
def test_dates_compare_as_numbers_as_they_do_as_days(day: date, other: date) -> None:
    assert (as_number(day.isoformat()) < as_number(other.isoformat())) == (day < other)
    assert as_number(None) < as_number((day + timedelta(0)).isoformat())


def test_a_date_in_the_prose_is_no_date_of_publication() -> None:
    lines = drop_furniture(
        "Harbour reopens\nThe old quay was opened on May 3, 1998 by the king and has stood since then."
    )

    assert published_of(lines) is None


def test_a_date_at_the_foot_will_do() -> None:
    lines = drop_furniture("Harbour reopens\n" + "The quay is open again.\n" * 30 + "Published: 2024-03-01")

    assert published_of(lines) == "2024-03-01"


def test_a_heading_is_the_title_and_a_nameless_file_is_called_by_its_name() -> None:
    assert (
        title_of(drop_furniture("Category\n# Harbour reopens after storm\nText of it."), "x")
        == "Harbour reopens after storm"
    )
    assert title_of([], "port-2024") == item_title([], "port-2024") == "port-2024"


def test_an_item_is_titled_by_the_line_above_its_text() -> None:
    lines = drop_furniture("Traffic\nDetour at the station\nThe left turn is closed from Monday on.\n[2024.11.12]")

    assert item_title(lines, "x") == "Detour at the station"


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("Harbour reopens\nThe Quay Gazette | March 1, 2024\nThe harbour reopened on Monday.", "The Quay Gazette"),
        ("Harbour reopens\nBy Jo Park, The Quay Gazette\n1 March 2024", "The Quay Gazette"),
        ("항구 다시 열어\n출처 : 바람일보\n항구가 월요일에 열렸다.", "바람일보"),
        ("항구 다시 열어\n(부산=바람통신) 박서진 기자\n항구가 월요일에 열렸다.", "바람통신"),
        (
            "Harbour reopens\nThe harbour reopened on Monday.\nⓒ The Quay Gazette. All rights reserved.",
            "The Quay Gazette",
        ),
        ("Harbour reopens\nBy Jo Park\nMarch 1, 2024\nThe harbour reopened on Monday.", None),
    ],
)
def test_the_outlet_is_named_beside_the_date_as_the_source_or_in_the_copyright(text: str, outlet: str | None) -> None:
    lines = drop_furniture(text)
    kept = [line for line in lines if not line.why]

    assert outlet_of(kept, [line for line in lines if line.why]) == outlet
