"""Names across scripts: one name in Hangul and in Latin letters is recognised, and its neighbours are not."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index import names
from index.names import alike, is_given_name, keys, name_likeness, same_name, surname_spellings

# Syllables that given names are made of, with the spelling of Revised Romanisation.
_SYLLABLES = {
    "창": "chang",
    "양": "yang",
    "영": "yeong",
    "현": "hyeon",
    "수": "su",
    "민": "min",
    "재": "jae",
    "희": "hui",
    "경": "gyeong",
    "석": "seok",
    "은": "eun",
    "훈": "hun",
    "규": "gyu",
    "범": "beom",
    "아": "a",
    "림": "rim",
}
_SYLLABLE = st.sampled_from(sorted(_SYLLABLES))


@pytest.mark.parametrize(
    ("latin", "hangul"),
    [
        ("Lee Chang -yang", "이창양"),
        ("Chang-yang Lee", "이창양"),
        ("Yi Chang Yang", "이창양"),
        ("Rhee Chang-yang", "이창양"),
        ("Chey Tae-won", "최태원"),
        ("Park Geun-hye", "박근혜"),
        ("Chung Mong-koo", "정몽구"),
        ("Yoon Suk Yeol", "윤석열"),
        ("Roh Moo-hyun", "노무현"),
        ("Youn Yuh-jung", "윤여정"),
        ("Park Chan-wook", "박찬욱"),
        ("Suh Wook", "서욱"),
        ("Namgung Min", "남궁민"),
    ],
)
def test_a_korean_name_is_found_in_the_spellings_that_people_use(latin: str, hangul: str) -> None:
    assert same_name(latin, hangul)
    assert same_name(hangul, latin)


@pytest.mark.parametrize(
    ("latin", "hangul"),
    [
        ("Raimondo", "러만도"),
        ("Gina Raimondo", "지나 러만도"),
        ("Thermo Fisher", "써모 피셔"),
        ("THERMO FISHER SCIENTIFIC", "써모피셔 사이언티픽"),
        ("Donald Trump", "도널드 트럼프"),
        ("Joe Biden", "조 바이든"),
        ("Qualcomm", "퀄컴"),
        ("McDonald's", "맥도날드"),
        ("Caesars", "시저스"),
        ("Zelensky", "젤렌스키"),
        ("Bosch", "보쉬"),
        ("Mozart", "모차르트"),
        ("Beyoncé", "비욘세"),
    ],
)
def test_a_foreign_name_is_known_by_its_sound(latin: str, hangul: str) -> None:
    assert same_name(latin, hangul)


@pytest.mark.parametrize(
    ("latin", "hangul"),
    [
        ("Lee Jae-yong", "이재명"),
        ("Lee Jae-myung", "이재용"),
        ("Kim Min-su", "김민서"),
        ("Kim Chang-yang", "이창양"),
        ("Lee", "이창양"),
        ("Lee Chang-yang", "창양"),
        ("Biden", "푸틴"),
        ("Thermo Fisher", "써모"),
        ("Micron", "마이크로소프트"),
        ("country", "가능"),
        ("", "이창양"),
        ("Lee", ""),
    ],
)
def test_another_name_is_not_taken_for_it(latin: str, hangul: str) -> None:
    assert not same_name(latin, hangul)


def test_within_a_script_only_signs_and_spaces_may_differ() -> None:
    assert same_name("Lee Chang -yang", "LEE Chang-Yang")
    assert same_name("지나 러만도", "지나러만도")
    assert not same_name("Lee Chang-yang", "Lee Chang-yong")


def test_a_surname_is_like_its_spellings_alone() -> None:
    assert alike("Lee", "이") == alike("Rhee", "이") == 1.0
    assert alike("Park", "이") == 0.0


def test_the_better_the_sound_fits_the_more_alike() -> None:
    assert (
        1.0
        == alike("Samsung", "삼성")
        > alike("Biden", "바이든")
        > alike("Raimondo", "러만도")
        > alike("Micron", "마카오")
    )


@given(
    surname=st.sampled_from(sorted(names._table()["surnames"])),
    given_name=st.lists(_SYLLABLE, min_size=2, max_size=2),
    hyphen=st.sampled_from(["-", " ", " -", ""]),
    last=st.booleans(),
    data=st.data(),
)
def test_every_spelling_of_a_surname_goes_with_every_given_name(
    surname: str, given_name: list[str], hyphen: str, *, last: bool, data: st.DataObject
) -> None:
    spelt = data.draw(st.sampled_from(sorted(surname_spellings(surname)))).title()
    given_spelt = hyphen.join(_SYLLABLES[one] for one in given_name).capitalize()
    latin = f"{given_spelt} {spelt}" if last else f"{spelt} {given_spelt}"

    assert same_name(latin, surname + "".join(given_name))


@given(st.lists(_SYLLABLE, min_size=2, max_size=4))
def test_what_is_spelt_alike_is_found_by_its_key(syllables: list[str]) -> None:
    hangul, latin = "".join(syllables), "".join(_SYLLABLES[one] for one in syllables)
    assume("rr" not in latin and "nr" not in latin)  # 신림 is pronounced, and spelt, otherwise

    assert alike(latin, hangul) == name_likeness(hangul, latin) == 1.0
    assert keys(hangul) & keys(latin) or not keys(hangul)


def test_a_given_name_is_found_under_the_full_name() -> None:
    assert keys("changyang") & keys("이창양")
    assert name_likeness("changyang", "이창양") == 1.0
    assert name_likeness("taewon", "이창양") == 0.0


def test_words_that_sound_like_too_many_others_have_no_key() -> None:
    assert not any(map(keys, ("이", "we", "규아", "k뱅크", "2024")))


def test_the_syllables_of_a_given_name_are_known_from_other_hyphenated_words() -> None:
    assert is_given_name("Chang", "yang")
    assert is_given_name("Myung", "bak")
    assert not is_given_name("Director", "level")
    assert not is_given_name("Coca", "Cola")


@given(st.text(max_size=12), st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=5))
def test_any_two_words_can_be_compared(latin: str, hangul: str) -> None:
    assert 0.0 <= alike(latin, hangul) <= 1.0
    assert same_name(latin, hangul) == same_name(hangul, latin)
