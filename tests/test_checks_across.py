"""What the checks find between Korean and English: negations, opposites, bounds of figures, names in parts."""

from __future__ import annotations

import pytest

from index.meaning import SentenceEncoder
from index.terms import Terms
from rag.checks.bounds import bound_faults
from rag.checks.coverage import coverage_faults
from rag.checks.denials import denial_faults
from rag.checks.direction import direction_faults
from rag.checks.names import Names
from tests.test_checks import figures, names, source

__all__ = ["names"]


@pytest.mark.parametrize(
    ("claim", "text", "reason"),
    [
        ("The court has never met.", "법원은 세 번 열렸다.", "denies what the cited text says"),
        (
            "The mayor did not announce it, and the bus does not stop.",
            "시장은 발표했고 버스는 서지 않는다.",
            "denies",
        ),
        ("시장은 예산이 부족하다고 발표하지 않았다.", "The mayor announced that the budget is not enough.", "denies"),
        ("The mayor announced the cuts.", "시장은 감축을 발표하지 않았다.", "says what the cited text denies"),
        ("그는 자리를 뜨기를 거부하지 않았다.", "He refused to leave his post.", "denies"),
        ("The court did not say that it will not meet.", "법원은 열리지 않는다고 말했다.", "denies"),
    ],
)
def test_a_negation_on_one_side_alone_contradicts(
    terms: Terms, encoder: SentenceEncoder, claim: str, text: str, reason: str
) -> None:
    (fault,) = denial_faults(claim, [source(text)], terms, encoder)

    assert fault.contradicts
    assert reason in fault.reason


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("수출은 줄지 않았다.", "Exports did not fall."),
        ("The mayor refused to announce the cuts.", "시장은 감축을 발표하지 않았다."),
        ("It will be a hard match.", "쉽지 않은 경기가 될 것이다."),
        ("Her father was quietly proud of the book.", "아버지는 책을 자랑스러워했지만 떠벌리지는 않았다."),
    ],
)
def test_the_same_negation_said_otherwise_is_none(
    terms: Terms, encoder: SentenceEncoder, claim: str, text: str
) -> None:
    assert denial_faults(claim, [source(text)], terms, encoder) == []


@pytest.mark.parametrize(
    ("claim", "text", "borne_out"),
    [
        (
            "The union supports the merger and the bank supports it.",
            "노조는 합병에 찬성하고 은행은 반대한다.",
            False,
        ),
        (
            "The union supports the merger and the bank opposes it.",
            "노조는 합병에 찬성하고 은행은 반대한다.",
            True,
        ),
        ("The mayor came first Monday.", "시장은 지난 월요일에 왔다.", False),
        ("The mayor was less open.", "시장은 더 개방적이었다.", False),
        ("Fewer people came.", "더 적은 사람이 왔다.", True),
        ("The mayor fell to sixth and dropped to third.", "시장은 6위로 내려앉고 3위로 올라섰다.", False),
    ],
)
def test_opposites_are_shared_out_alike(terms: Terms, claim: str, text: str, borne_out: bool) -> None:
    assert (direction_faults(claim, [source(text)], terms) == []) == borne_out


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The fine is down to 500 euros.", "벌금은 최대 500유로다."),
        ("The party lost the election.", "그 당은 선거에서 압승했다."),
        ("The farmers bought their horses.", "농부들은 말을 팔았다."),
        ("The ministers opposed the farmers.", "장관들은 농민들을 지원했다."),
        ("It opens in the last half of 2019.", "2019년 상반기에 문을 연다."),
        ("The bridge was begun in May.", "다리는 5월에 완공되었다."),
        ("시장은 그 제안을 찬성했다.", "The mayor boycotted the proposal."),
    ],
)
def test_the_opposite_word_of_the_other_language_contradicts(terms: Terms, claim: str, text: str) -> None:
    faults = direction_faults(claim, [source(text)], terms)

    assert any(fault.contradicts for fault in faults)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The fine is up to 500 euros.", "벌금은 최대 500유로다."),
        ("The opposition voted in favour.", "야당은 찬성표를 던졌다."),
        ("The Defense Department received the new jets.", "국방부에 새 전투기가 도착했다."),
        ("Her employment was terminated.", "그녀는 해고되었다."),
        ("It is illegal to sell bats.", "박쥐 판매는 법적으로 금지되어 있다."),
        ("The keeper led at half-time after a goal.", "골을 넣은 후 전반을 앞섰다."),
    ],
)
def test_a_word_that_only_looks_like_an_opposite_is_borne_out(terms: Terms, claim: str, text: str) -> None:
    assert direction_faults(claim, [source(text)], terms) == []


@pytest.mark.parametrize(
    ("claim", "text", "instead"),
    [
        ("Less than 360,000 people came.", "36만 명이 넘게 왔다.", "36만 명이 넘"),
        ("최대 384명이 다쳤다.", "At least 384 people were hurt.", "At least 384 people"),
        ("More than 40 percent voted.", "Fewer than 40 percent voted.", "Fewer than 40 percent"),
    ],
)
def test_a_figure_bounded_from_the_other_side_contradicts(claim: str, text: str, instead: str) -> None:
    (fault,) = bound_faults(claim, [source(text)])

    assert fault.contradicts
    assert fault.reason.endswith(f"where the cited text says '{instead}'")


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("No less than 5 percent is paid.", "5% 이상을 낸다."),
        ("Up to 20 ships wait.", "배 20척이 기다린다."),
        ("Under 10 percent came.", "10%를 밑돌았다."),
    ],
)
def test_a_figure_bounded_alike_or_not_at_all_is_borne_out(claim: str, text: str) -> None:
    assert bound_faults(claim, [source(text)]) == []


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("차이나데일리가 보도했다.", "The China Daily reported it."),
        ("술라웨시섬에 지진이 났다.", "An earthquake hit Sulawesi."),
        ("선데이 타임스가 보도했다.", "The Sunday Times reported it."),
        ("The Des Moines Register reported it.", "데스모인 레지스터가 보도했다."),
        ("The Des Moines Register of Iowa reported it.", "아이오와의 데스모인 레지스터가 보도했다."),
    ],
)
def test_words_of_a_name_are_heard_together(names: Names, claim: str, text: str) -> None:
    assert names.faults(claim, [source(text)]) == []


@pytest.mark.parametrize(
    ("claim", "text", "missing"),
    [
        ("영국은 회담을 미뤘다.", "The United States put the talks off.", "영국"),
        ("The talks were put off by Britain.", "미국은 회담을 미뤘다.", "Britain"),
        ("뎃퍼드는 그렇게 추정한다.", "The UN estimates so.", "뎃퍼드"),
        ("The talks were reported by the Saturday Times.", "회담은 선데이 타임스가 보도했다.", "Saturday Times"),
    ],
)
def test_another_country_name_or_paper_is_not_the_same(names: Names, claim: str, text: str, missing: str) -> None:
    (fault,) = names.faults(claim, [source(text)])

    assert fault.reason.startswith(f"'{missing}' is not in the cited text")


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("영국은 회담을 미뤘다.", "The British put the talks off."),
        ("북한은 회담을 미뤘다.", "The North put the talks off."),
        ("The talks were put off by America.", "미국은 회담을 미뤘다."),
        ("게리맨더링이 있었다.", "The map was gerrymandered."),
    ],
)
def test_a_country_or_loanword_by_another_word_is_the_same(names: Names, claim: str, text: str) -> None:
    assert names.faults(claim, [source(text)]) == []


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Die Zeit reported it.", "Die Zeit는 그렇게 보도했다."),
        ("플래스코가 사과했다.", "Ms. Plasco-Flaxman apologised."),
        ("The report came from Marks and Spencer.", "보고서는 마크스&스펜서가 냈다."),
        ("Carnegie Mellon University opened a lab.", "카네기 멜론(Carnegie Mellon) 대학이 연구실을 열었다."),
        ("St Kilda is empty.", "세인트킬다는 비어 있다."),
    ],
)
def test_a_name_is_found_beside_particles_hyphens_and_parts_of_others(names: Names, claim: str, text: str) -> None:
    assert names.faults(claim, [source(text)]) == []


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("He waited three months.", "그는 삼 개월을 기다렸다."),
        ("He sold 15 pigs.", "그는 돼지 열 다섯 마리를 팔았다."),
        ("The waves rose to six metres.", "파도는 6m까지 일었다."),
        ("He was found at 7.55am.", "그는 오전 7시 55분에 발견되었다."),
        ("They met on Sunday.", "그들은 23일 만났다."),
    ],
)
def test_figures_of_one_worth_are_borne_out(claim: str, text: str) -> None:
    assert figures(claim, text) == []


def test_how_near_a_text_of_another_language_is_tells_what_it_is_about(terms: Terms, encoder: SentenceEncoder) -> None:
    text = source("시장은 새 도서관의 문을 열었다.")

    assert coverage_faults("The mayor opened a new library.", [text], terms, encoder) == []
    (fault,) = coverage_faults("Apple growers fear the late frost.", [text], terms, encoder)
    assert fault.reason.startswith("the cited text speaks of something else")
