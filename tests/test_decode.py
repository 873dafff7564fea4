"""Bytes to text: nothing is lost, nothing is guessed where the file says, and what is no text is refused."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.decode import Decoded, Unreadable, decode

PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc"])
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\u2028", "\x85"])
TEXTS = (
    st.lists(st.tuples(st.text(PRINTABLE, max_size=30), LINE_ENDS), min_size=1, max_size=8)
    .map(lambda lines: "".join(text + end for text, end in lines))
    .filter(lambda text: text.strip() != "" and not text.startswith("\ufeff"))
)
KOREAN = (
    "항만 당국은 올해 물동량이 늘었다고 밝혔다.",
    '그는 "창고가 가득 찼다. 더는 기다릴 수 없다."고 말했다.',
    "시는 내년 3월부터 새 노선을 운행한다.",
    "요금은 어른 1,500원, 어린이 800원이다.",
    "뷁샾똠방각하",  # syllables that EUC-KR lacks and CP949 has
)
BOMS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@given(text=TEXTS)
def test_utf_8_comes_back_as_it_was_line_ends_included(text: str) -> None:
    decoded = decode(text.encode())

    assert decoded.text == text
    assert decoded.encoding == "utf-8"


@given(text=TEXTS, encoding=st.sampled_from(sorted(BOMS)))
@example(text="\r\nx\r", encoding="utf-16-be")
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(text: str, encoding: str) -> None:
    plain = encoding.removesuffix("-sig")

    assert decode(BOMS[encoding] + text.encode(plain)).text == text


@given(lines=st.lists(st.sampled_from(KOREAN[:4]), min_size=2, max_size=12), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_korean_of_old_windows_files_is_recognised(lines: list[str], end: str) -> None:
    text = end.join(lines)

    assert decode(text.encode("cp949")).text == text


def test_syllables_that_only_cp949_has_are_read() -> None:
    text = "\n".join(KOREAN)

    assert decode(text.encode("cp949")).text == text


def test_korean_far_below_a_long_head_of_ascii_is_recognised() -> None:
    text = "menu | home | news\n" * 4000 + "\n".join(KOREAN * 20)

    assert decode(text.encode("cp949")).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_what_it_holds(encoding: str) -> None:
    text = "The harbour opened at six, and by noon the queue of lorries had gone.\n" * 20

    assert decode(text.encode(encoding)).text == text


def test_a_seven_bit_encoding_is_told_by_its_escapes() -> None:
    text = "서울에서 부산까지\n"

    assert decode(text.encode("iso2022_kr")).text == text


@pytest.mark.parametrize(
    "data",
    [b"", b" \r\n\t\n", b"\x00" * 64, *BOMS.values(), codecs.BOM_UTF16_LE + b" \0\n\0", "\u2028\u3000".encode()],
)
def test_a_file_without_a_character_is_empty(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^it is empty$"):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        b"\x7fELF\x02\x01\x01" + b"\x00" * 200 + bytes(range(1, 32)) * 20,
        bytes(range(32)) * 100,
    ],
    ids=["picture", "program", "control characters"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"binary|encoding cannot be told"):
        decode(data)


def test_a_marked_file_that_breaks_off_is_refused_with_a_way_out() -> None:
    with pytest.raises(Unreadable, match="starts as utf-16 but breaks off; save it anew as UTF-8"):
        decode(codecs.BOM_UTF16_LE + "반쪽".encode("utf-16-le")[:-1])


def read_or_refused(data: bytes) -> Decoded | None:
    try:
        return decode(data)
    except Unreadable:
        return None


@given(data=st.binary(min_size=1, max_size=200))
def test_any_bytes_give_their_text_or_are_refused(data: bytes) -> None:
    if decoded := read_or_refused(data):
        assert decoded.text == codecs.decode(data, decoded.encoding)
        decoded.text.encode()  # a lone surrogate could not be written anywhere


@given(text=TEXTS, cut=st.integers(1, 2))
def test_broken_utf_8_is_never_passed_off_as_utf_8(text: str, cut: int) -> None:
    decoded = read_or_refused((text + "가").encode()[:-cut])

    assert decoded is None or decoded.encoding != "utf-8"
