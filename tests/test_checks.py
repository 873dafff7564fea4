"""What the checks find in a claim, kind by kind, and that a claim is borne out by itself in any language."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Reader
from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.checks.bounds import bound_faults
from rag.checks.calendar import moments
from rag.checks.coverage import coverage_faults
from rag.checks.dates import date_faults, dated_spans
from rag.checks.direction import direction_faults
from rag.checks.names import Names
from rag.checks.numbers import number_faults
from rag.checks.people import people_faults
from rag.checks.quotations import quotation_faults
from rag.checks.source import Fault, Source, language_of
from rag.checks.substitutions import substitution_faults

_NUMBERS = st.integers(2, 10**9)
_UNITS = st.sampled_from(["percent", "people", "km", "tonnes", "dollars", "hours", "companies"])
_KOREAN_UNITS = st.sampled_from(["퍼센트", "명", "㎞", "톤", "달러", "시간", "곳"])


def source(text: str, published: str | None = None, around: str = "") -> Source:
    return Source(text, f"{around}\n{text}", language_of(text), published)


def figures(claim: str, text: str, published: str | None = None) -> list[Fault]:
    sources = [source(text, published)]
    return [*date_faults(claim, sources), *number_faults(claim, sources, dated_spans(claim))]


@pytest.fixture(scope="module")
def samples_sentences(samples: Path, reader: Reader) -> list[str]:
    passages = [one for path in samples.iterdir() for one in reader.read(path.read_bytes(), path.name).passages]
    return [passage.quote(span) for passage in passages for span in passage.sentences]


@pytest.fixture(scope="module")
def names(terms: Terms, encoder: SentenceEncoder) -> Names:
    return Names(terms, encoder)


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The deal is worth $150 million.", "1억 5,000만 달러 규모의 계약이다."),
        ("a loan of 1,500억 원", "a loan of 150 billion won"),
        ("Sales grew 8.0 percent.", "매출이 8% 늘었다."),
        ("16 companies came.", "기업 16곳이 참석했다."),
        ("It took 120 minutes.", "두 시간이 걸렸다."),
        ("It is 2 km long.", "길이는 2,000미터다."),
        ("Kim, 35 years old, won.", "김 씨(35)가 이겼다."),
        ("Both of the 2 ministers spoke.", "Both ministers spoke."),
        ("It rained for 3 days.", "사흘 동안 비가 왔다."),
        ("about 150 million people", "1억 4,980만 명"),
        ("The rate is between 8 and 10 percent.", "The rate is 8 to 10 percent."),
        ("It opens at 9:30 p.m.", "21:30에 연다."),
    ],
)
def test_the_same_amount_said_otherwise_is_borne_out(claim: str, text: str) -> None:
    assert figures(claim, text) == []


@pytest.mark.parametrize(
    ("claim", "text", "reason"),
    [
        (
            "The deal is worth $150 million.",
            "The deal is worth $150 billion.",
            "'$150 million' is not in the cited text, which says '$150 billion'",
        ),
        (
            "대출은 1,500억 달러다.",
            "a loan of 150 billion won",
            "'1,500억 달러' is not in the cited text, which says '150 billion won'",
        ),
        ("It grew 8 points.", "It grew 8 percent.", "'8 points' is not in the cited text, which says '8 percent'"),
        ("It took 18 years.", "It took 18 months.", "'18 years' is not in the cited text, which says '18 months'"),
        ("17 companies came.", "기업 16곳이 참석했다.", "'17' is not in the cited text, which says '16'"),
        ("It took three hours.", "두 시간이 걸렸다.", "'three hours' is not in the cited text, which says '두 시간'"),
        (
            "They are 6 weeks away.",
            "They are five weeks away, on November 6.",
            "'6 weeks' is not in the cited text, which says 'five weeks'",
        ),
        ("1억 5,000만 달러", "nothing of the kind", "'1억 5,000만 달러' is not in the cited text"),
    ],
)
def test_another_amount_or_unit_is_named_beside_what_the_text_says(claim: str, text: str, reason: str) -> None:
    (fault,) = figures(claim, text)

    assert fault.reason == reason
    assert fault.contradicts == ("which says" in reason)


@given(number=_NUMBERS, unit=_UNITS, other=_NUMBERS)
def test_any_changed_figure_is_caught(number: int, unit: str, other: int) -> None:
    text = f"The plant made {number:,} {unit} in all."

    assert figures(text, text) == []
    assert bool(figures(f"The plant made {other:,} {unit} in all.", text)) == (number != other)


@given(number=_NUMBERS, unit=_KOREAN_UNITS, other=_NUMBERS)
def test_any_changed_korean_figure_is_caught(number: int, unit: str, other: int) -> None:
    text = f"공장은 모두 {number:,}{unit}을 기록했다."

    assert figures(text, text) == []
    assert bool(figures(f"공장은 모두 {other:,}{unit}을 기록했다.", text)) == (number != other)


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "text", "published"),
    [
        ("They met on the 21st.", "두 사람은 21일 만났다.", None),
        ("They met on May 21, 2022.", "두 사람은 21일 만났다.", "2022-05-21"),
        ("They met on Saturday.", "두 사람은 21일 만났다.", "2022-05-22"),
        ("10월 22일 화요일에 요청했다.", "He asked on Tuesday.", "2024-10-22"),
        ("It opened in June 2023.", "지난해 6월 문을 열었다.", "2024-02-01"),
        ("지난달 문을 열었다.", "It opened last month.", None),
        ("In 2019 exports stopped.", "2019년 수출이 멈췄다.", None),
    ],
)
def test_the_same_day_said_otherwise_is_borne_out(claim: str, text: str, published: str | None) -> None:
    assert figures(claim, text, published) == []


@pytest.mark.parametrize(
    ("claim", "text", "published", "instead"),
    [
        ("They met on the 20th.", "두 사람은 21일 만났다.", "2022-05-21", "21일"),
        ("They met on Sunday.", "They met on Saturday.", "2022-05-22", "Saturday"),
        ("7월에 열었다.", "It opened in June.", None, "June"),
        ("It opened last year.", "올해 문을 열었다.", None, "올해"),
        ("In 2018 exports stopped.", "2019년 수출이 멈췄다.", None, "2019년"),
    ],
)
def test_another_day_contradicts(claim: str, text: str, published: str | None, instead: str) -> None:
    (fault,) = figures(claim, text, published)

    assert fault.contradicts
    assert fault.reason.endswith(f"which says '{instead}'")


@given(day=st.dates(date(1950, 1, 1), date(2060, 1, 1)), days=st.integers(1, 20_000))
def test_any_changed_date_is_caught(day: date, days: int) -> None:
    other = day + timedelta(days=days)
    text = f"The port opened on {day:%B} {day.day}, {day.year}."

    assert figures(f"항구는 {day.year}년 {day.month}월 {day.day}일 문을 열었다.", text) == []
    assert figures(f"항구는 {other.year}년 {other.month}월 {other.day}일 문을 열었다.", text)


def test_a_verb_is_no_month() -> None:
    assert moments("They may march to the capital.") == ()


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The minister Lee Do-hyun met Margaret Holloway.", "이도현 장관이 마거릿 홀러웨이와 만났다."),
        ("이도현 장관이 캐나다를 찾았다.", "Minister Lee Dohyun visited Canada."),
        ("The visit to the United States was short.", "미국 방문은 짧았다."),
        ("The Canadian side agreed.", "Canada agreed."),
        ("It was agreed by the U.S. and the EU.", "The United States and the European Union agreed."),
    ],
)
def test_a_name_is_known_in_either_script(names: Names, claim: str, text: str) -> None:
    assert names.faults(claim, [source(text)]) == []


@pytest.mark.parametrize(
    ("claim", "text", "missing"),
    [
        ("The minister met Margaret Holloway in Seoul.", "The minister met Anna Brandt in Seoul.", "Margaret Holloway"),
        ("The minister met Margaret Holloway.", "장관은 안나 브란트와 만났다.", "Margaret Holloway"),
        ("장관은 독일을 찾았다.", "The minister visited Vietnam.", "독일"),
    ],
)
def test_a_name_that_stands_nowhere_is_missed(names: Names, claim: str, text: str, missing: str) -> None:
    assert [fault.reason for fault in names.faults(claim, [source(text)])] == [f"'{missing}' is not in the cited text"]


def test_another_person_of_the_same_surname_contradicts(names: Names) -> None:
    (fault,) = names.faults("이재성 장관이 요청했다.", [source("이도현 장관이 요청했다.")])

    assert fault == Fault("'이재성' is not in the cited text, which says '이도현'", contradicts=True)


@pytest.mark.parametrize(
    ("claim", "text", "instead"),
    [
        ("The minister Lee Jae-sung asked.", "The minister Lee Do-hyun asked.", "Lee Do-hyun"),
        ("The minister Lee Jae-sung asked.", "이도현 장관이 요청했다.", "이도현"),
    ],
)
def test_a_namesake_is_named(names: Names, claim: str, text: str, instead: str) -> None:
    (fault,) = names.faults(claim, [source(text)])

    assert fault == Fault(f"'Lee Jae-sung' is not in the cited text, which says '{instead}'", contradicts=True)


@pytest.mark.parametrize(
    ("claim", "text", "borne_out"),
    [
        ("President Lee asked for a change.", "이 장관은 변경을 요청했다.", False),
        ("이 대통령은 변경을 요청했다.", "Minister Lee Do-hyun asked for a change.", False),
        ("Minister Lee asked for a change.", "이도현 장관은 변경을 요청했다.", True),
        ("President Lee asked for a change.", "대통령은 변경을 요청했다.", True),
    ],
)
def test_an_office_tells_two_people_of_one_surname_apart(claim: str, text: str, borne_out: bool) -> None:
    assert (people_faults(claim, [source(text)]) == []) == borne_out


def test_a_name_of_the_heading_is_known(names: Names) -> None:
    cited = source("He asked for a change.", around="Lee Do-hyun in Seoul")

    assert names.faults("In Seoul, Lee Do-hyun asked for a change.", [cited]) == []


# --- quotations, direction, substitutions, coverage -------------------------------------------------------------------


def test_a_quotation_stands_word_for_word_or_is_named() -> None:
    text = "He said: “The quay is full. We cannot wait.”"

    assert quotation_faults('"the quay is full ... cannot wait," he said', [source(text)]) == []
    (fault,) = quotation_faults('He said "the quay is empty".', [source(text)])
    assert fault.reason == "the quotation 'the quay is empty' does not stand in the cited text"
    assert quotation_faults("그는 “부두가 꽉 찼다”고 말했다.", [source(text)]) == []  # a translation is not judged


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Exports rose last month.", "Exports fell last month."),
        ("수출이 증가했다.", "Exports fell."),
        ("Exports fell.", "수출이 늘었다."),
        ("The board rejected the plan.", "The board approved the plan."),
        ("The court did not allow the sale.", "The court did allow the sale."),
        ("위원회는 계획을 승인하지 않았다.", "위원회는 계획을 승인했다."),
    ],
)
def test_the_opposite_contradicts(terms: Terms, claim: str, text: str) -> None:
    assert any(fault.contradicts for fault in direction_faults(claim, [source(text)], terms))
    assert direction_faults(text, [source(text)], terms) == []


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Exports did not rise.", "Exports fell."),
        ("Exports rose while imports fell.", "While imports fell, exports rose."),
        ("수출은 줄지 않았다.", "Exports did not fall."),
    ],
)
def test_what_is_said_the_other_way_round_is_no_contradiction(terms: Terms, claim: str, text: str) -> None:
    assert direction_faults(claim, [source(text)], terms) == []


def test_one_word_put_for_another_is_named(terms: Terms, encoder: SentenceEncoder) -> None:
    text = "The harbour of Mokpo reopened to ferries after the storm."
    claim = "The harbour of Mokpo reopened to elephants after the storm."

    (fault,) = substitution_faults(claim, [source(text)], terms, encoder)
    assert fault.reason == "'elephants' is not in the cited text, which says 'ferries'"
    assert substitution_faults(text, [source(text)], terms, encoder) == []


def test_a_text_on_another_subject_has_few_of_the_words(terms: Terms, encoder: SentenceEncoder) -> None:
    claim = "The harbour reopened to ferries after the storm."

    assert coverage_faults(claim, [source("The archer won gold in Bangkok on Friday.")], terms, encoder)
    assert coverage_faults(claim, [source("태풍이 지나간 뒤 항구가 다시 열려 여객선이 다닌다.")], terms, encoder) == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_of_the_samples_is_borne_out_by_itself(
    language: str, samples_sentences: list[str], names: Names, terms: Terms, encoder: SentenceEncoder
) -> None:
    for sentence in (one for one in samples_sentences if language_of(one) == language):
        sources = [source(sentence)]
        assert figures(sentence, sentence) == []
        assert names.faults(sentence, sources) == []
        assert quotation_faults(sentence, sources) == []
        assert direction_faults(sentence, sources, terms) == []
        assert bound_faults(sentence, sources) == []
        assert substitution_faults(sentence, sources, terms, encoder) == []
        assert coverage_faults(sentence, sources, terms, encoder) == []
