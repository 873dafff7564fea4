"""Cleaning: no character moves, prose stays, buttons go, and a text that stands twice is kept once."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clean import Fate, Furniture, Line, drop_furniture, drop_repeats
from index.decode import decode
from index.document import Reader
from tests.conftest import article_texts

# Lines of the samples that end as sentences do and are the page's, not the article's.
NOT_THE_ARTICLE = (
    "We use cookies to improve your experience. Accept all. Manage choices.",
    "Sign up for The Quiver, our weekly letter. Unsubscribe at any time.",
    "Sign up for weather alerts from the Herald. Text HARBOUR to 0000.",
    "Be the first to comment. Sign in with your reader account.",
    "Copyright 2024 The Eastern Ledger. All rights reserved.",
    "댓글을 작성하려면 로그인해 주세요.",
)
BUTTONS = {
    "steel-quota-talks.ko.txt": ["주메뉴 바로가기", "본문으로 건너뛰기", "북마크", "댓글 7", "인쇄하기"],
    "daon-cell-ulsan-line.txt": ["본문영역 바로가기", "메뉴 열기", "가 가 가", "닫기"],
    "biz_20241107_shipyard.txt": ["Print this article", "Comments (0)"],
    "island-ferry-timetable.txt": ["PRINT   SAVE   SHARE", "Copyright Mokpo Coast Herald"],
    "Haemil mayor interview.txt": ["Skip to main content"],
    "haemil-city-notices.ko.txt": ["검색어를 입력하세요", "처음 이전 1 2 3 4 5 다음 끝"],
    "trade-ministry-releases.en.txt": ["Home > News > Press Releases", "First Prev 1 2 3 4 5 Next Last"],
}
# What pages put between the paragraphs of an article, whatever the article is about.
FURNITURE = (
    *("Share this article", "공유하기", "댓글 3", "(0/300)", "Advertisement", "광고", "* * *", "prev 1 2 3 next"),
    *(
        "We use cookies. Accept?",
        "로그인 후 댓글을 쓸 수 있습니다.",
        "Home > News > Business",
        "Read next: Ferry returns",
    ),
    *("스크랩 | 프린트 | 맨 위로", "E-mail this story | Print | Report a correction", "[Back to top](#) | [RSS](#)"),
    *("[Story continues below the video]", "▼ 기사는 아래로 이어집니다 ▼", "lock icon", "ⓒ 바람일보 무단 전재 금지"),
)
SENTENCE = re.compile(r"[.?!][\"”’')]*$")


def fates(*texts: str) -> list[str]:
    return [line.fate.value for line in drop_furniture("\n".join(texts))]


def kept(reader: Reader, path: Path) -> list[str]:
    """The kept lines of a file, composed."""
    lines = reader.read(path.read_bytes(), path.name).lines
    return [unicodedata.normalize("NFC", line.text) for line in lines if line.fate is Fate.KEPT]


@given(text=article_texts() | st.text())
def test_the_lines_are_the_text_without_its_white_space(text: str) -> None:
    lines = drop_furniture(text)

    covered = 0
    for line in lines:
        assert line.span.start >= covered
        assert text[covered : line.span.start].strip() == ""
        assert line.span.of(text) == line.text == line.text.strip() != ""
        covered = line.span.end
    assert text[covered:].strip() == ""


@given(text=article_texts())
def test_every_dropped_line_has_a_reason_and_no_kept_one(text: str) -> None:
    for line in drop_repeats(drop_furniture(text)):
        assert bool(line.why) == (line.fate is not Fate.KEPT)


@given(text=article_texts())
def test_what_is_repeated_stands_before_it_in_a_kept_line(text: str) -> None:
    seen: list[str] = []
    for line in drop_repeats(drop_furniture(text)):
        words = " ".join(line.text.split())
        if line.fate is Fate.REPEATED:
            assert any(words.startswith(before) for before in seen)
        elif line.fate is Fate.KEPT:
            assert len(words) < 15 or words not in seen
            seen.append(words)


def test_no_sentence_of_a_sample_is_lost(samples: Path, reader: Reader) -> None:
    for path in sorted(samples.iterdir()):
        text = unicodedata.normalize("NFC", reader.read(path.read_bytes(), path.name).text)
        body = {line.strip() for line in text.splitlines() if SENTENCE.search(line.strip())}
        assert len(body) > 2
        assert body - {*kept(reader, path), *NOT_THE_ARTICLE} == set(), path.name


@pytest.fixture(scope="module")
def bodies(samples: Path, reader: Reader) -> list[list[str]]:
    """The sentences' lines of each sample, each once."""
    texts = (reader.read(path.read_bytes(), path.name).text for path in sorted(samples.iterdir()))
    lines = (dict.fromkeys(line.strip() for line in unicodedata.normalize("NFC", text).splitlines()) for text in texts)
    return [[line for line in some if SENTENCE.search(line) and line not in NOT_THE_ARTICLE] for some in lines]


@given(data=st.data())
def test_furniture_and_repeats_among_the_paragraphs_go_and_every_sentence_stays(
    bodies: list[list[str]], data: st.DataObject
) -> None:
    body = data.draw(st.sampled_from(bodies))
    saved = list(body)
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(saved)))
        long = [line for line in saved[:at] if line in body and len(line) >= 15]
        saved.insert(at, data.draw(st.sampled_from([*FURNITURE, *long])))

    lines = drop_repeats(drop_furniture("\n".join(saved)))

    assert [line.text for line in lines if line.fate is Fate.KEPT] == body


@given(data=st.data())
def test_a_body_saved_whole_a_second_time_is_kept_once(bodies: list[list[str]], data: st.DataObject) -> None:
    body = [line for line in data.draw(st.sampled_from(bodies)) if len(line) >= 15]
    between = data.draw(st.lists(st.sampled_from(FURNITURE), max_size=4))

    lines = drop_repeats(drop_furniture("\n\n".join([*body, *between, *body])))

    assert [line.text for line in lines if line.fate is Fate.KEPT] == body


@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_the_buttons_of_the_samples_are_gone(samples: Path, reader: Reader, name: str) -> None:
    text = decode((samples / name).read_bytes()).text

    for button in BUTTONS[name]:
        assert button in text
        assert button not in kept(reader, samples / name)


@pytest.mark.parametrize(
    "line",
    [
        "“Share this,” she said, and the crowd did.",
        "The advertisement cost the party two seats in the spring.",
        "광고를 보고 찾아온 손님이 절반을 넘었다.",
        "로그인 기록이 남아 있었다고 경찰은 밝혔다.",
        "Comments on the bill close on Friday.",
        "He left again.",
        "17곳",
        "- 첫 고객은 스페인의 제작사다.",
        "Print | 2024.11.05",
        "He was told: print | share | be quiet.",
    ],
)
def test_prose_between_buttons_stays(line: str) -> None:
    assert fates("Harbour reopens after storm", "Share", "Print", line, "Copy link", "Comments (3)")[3] == "kept"


@pytest.mark.parametrize(
    "line",
    [
        "SHARE",
        "• Share this article",
        "댓글 12",
        "(0/300)",
        "prev 1 2 3 next",
        "We use cookies. Accept?",
        "* * *",
        "ⓒ 바람일보",
    ],
)
def test_furniture_goes_wherever_it_stands(line: str) -> None:
    prose = "The port reopened on Monday after three days of storm."

    assert fates(prose, line, prose) == ["kept", "furniture", "kept"]


def test_a_label_goes_with_the_buttons_around_it_and_stays_in_prose() -> None:
    prose = "The port reopened on Monday after three days of storm."

    assert fates(prose, "Share", "Clip it", "Print")[2] == "furniture"
    assert fates(prose, "Share", "Clip it", prose)[2] == "kept"
    assert fates("Share", "Seoul", "Busan", "Daegu", "Gwangju", "Ulsan", "Print")[1:-1] == ["kept"] * 5


def test_a_vocabulary_of_ones_own_is_gone_by() -> None:
    own = Furniture(phrases=frozenset({"deel dit"}), starts=("lees ook",), notices=())

    lines = drop_furniture("Share\nThe port is open.\nDeel dit!\nLees ook: de haven", own)

    assert [line.fate.value for line in lines] == ["kept", "kept", "furniture", "furniture"]


def test_a_body_saved_twice_is_kept_once() -> None:
    body = ["The port reopened on Monday.", "Yes.", "물동량은 지난해보다 3.5% 늘었다고 밝혔다."]
    lines = list(drop_repeats(drop_furniture("\n".join([*body, "", *body]))))

    assert [line.fate.value for line in lines] == ["kept", "kept", "kept", "repeated", "kept", "repeated"]


def test_a_caption_that_adds_an_agency_to_the_headline_is_a_repeat() -> None:
    headline = "Ferry for the outer islands returns after two winters"

    def fate_of(caption: str) -> Fate:
        lines: list[Line] = list(drop_repeats(drop_furniture(f"{headline}\nBy Jo Park\n{caption}")))
        return lines[-1].fate

    assert fate_of(f"{headline} / Harbour Agency") is Fate.REPEATED
    assert fate_of(f"{headline}, and nobody was there to see it.") is Fate.KEPT
