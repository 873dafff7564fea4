"""Copies count once, whatever an outlet did to them; another figure is another fact."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

import pytest

from index.article import Passage
from index.document import Reader
from index.figures import figures
from index.sketch import Sketches, sketch
from rag.answer import Retrieved
from rag.assistant import Assistant
from tests import rankings

ENGLISH = """Flood closes the bridge at Munrim

Rain that fell for two days swelled the Sori river and forced the city of Munrim to close its oldest bridge on Tuesday.
Engineers found that the current had washed gravel away from under the second pier and left a hollow of 4 metres.
Some 9,200 commuters now drive around by way of the dam, which takes them 35 minutes longer than the bridge did.
The mayor asked the province for pontoons and said that schools on the far bank would teach by video until Friday.
A ferry of the coast guard carries patients and nurses to the hospital, free of charge, at every full hour.
"""
KOREAN = """문림교 전면 통제

이틀 동안 내린 비로 소리강이 불어나면서 문림시가 화요일 시에서 가장 오래된 다리를 전면 통제했다.
점검반은 물살이 둘째 교각 밑 자갈을 쓸어 가면서 깊이 4m의 빈 곳이 생긴 것을 확인했다고 밝혔다.
다리를 건너 출퇴근하던 시민 9,200명은 상류 댐길로 돌아가야 해 이동 시간이 35분 늘었다.
시장은 도에 부교 설치를 요청했으며 강 건너 학교들은 금요일까지 원격 수업을 한다고 설명했다.
해양경찰 연락선은 병원에 가는 환자와 간호사를 매시 정각에 무료로 실어 나르고 있다.
"""
LEADS = {
    ENGLISH: "People in the valley have seldom seen the river so high, and many came to look at it.\n",
    KOREAN: "골짜기 주민들은 강이 이렇게 높이 차오른 모습을 좀처럼 본 적이 없다고 입을 모았다.\n",
}
FILLERS = {
    ENGLISH: ["quietly", "rather", "harbour", "meanwhile", "orange"],
    KOREAN: ["조용히", "다소", "항구", "한편", "귤나무"],
}


def passages(reader: Reader, text: str, source: str) -> Sequence[Passage]:
    return reader.read(text.encode(), source).passages


def chosen(*articles: Sequence[Passage]) -> tuple[Retrieved, ...]:
    in_order = [passage for some in articles for passage in some]
    return rankings.chosen(in_order, [-rank for rank in range(len(in_order))])


def edited(text: str, share: float, seed: int) -> str:
    """`text` with that share of its words replaced, dropped or followed by another; figures stay."""
    rng = random.Random(seed)

    def words(line: str) -> Iterator[str]:
        for word in line.split(" "):
            change = rng.random() < share and not figures(word)
            kind = rng.choice(["replace", "drop", "add"]) if change else "keep"
            if kind in ("keep", "add"):
                yield word
            if kind in ("replace", "add"):
                yield rng.choice(FILLERS[text])

    return "\n".join(" ".join(words(line)) for line in text.split("\n"))


def lines(text: str) -> list[str]:
    return text.split("\n")


COPIES: dict[str, Callable[[str], str]] = {
    "verbatim": lambda text: text,
    "wrapped": lambda text: re.sub(r"(.{30}\S*) ", r"\1\n", text),
    "another headline": lambda text: "\n".join(["...", *lines(text)[1:]]),
    "outlet and date": lambda text: f"The Valley Herald\n2024-11-19 08:05\n{text}\nhong@valley.example",
    "own lead": lambda text: "\n".join([*lines(text)[:2], LEADS[text] + lines(text)[2], *lines(text)[3:]]),
    "cut tail": lambda text: "\n".join(lines(text)[:-3]),
}


@pytest.mark.parametrize("text", [ENGLISH, KOREAN], ids=["en", "ko"])
@pytest.mark.parametrize("kind", sorted(COPIES))
def test_a_copy_is_the_same_result(reader: Reader, text: str, kind: str) -> None:
    (one,) = chosen(passages(reader, text, "a.txt"), passages(reader, COPIES[kind](text), "b.txt"))

    assert one.passage.source == "a.txt"
    assert [place.source for place in one.also_in] == ["b.txt"]


@pytest.mark.parametrize("text", [ENGLISH, KOREAN], ids=["en", "ko"])
@pytest.mark.parametrize("share", [0.05, 0.1])
@pytest.mark.parametrize("seed", range(5))
def test_a_copy_with_edited_words_is_the_same_result(reader: Reader, text: str, share: float, seed: int) -> None:
    assert len(chosen(passages(reader, text, "a.txt"), passages(reader, edited(text, share, seed), "b.txt"))) == 1


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (ENGLISH, "9,200", "11,400"),
        (ENGLISH, "35 minutes", "50 minutes"),
        (KOREAN, "4m", "6m"),
        (KOREAN, "35분", "50분"),
    ],
)
def test_an_update_of_a_figure_is_another_result(reader: Reader, text: str, before: str, after: str) -> None:
    first, second = chosen(passages(reader, text, "a.txt"), passages(reader, text.replace(before, after), "b.txt"))

    assert (first.also_in, second.also_in) == ((), ())


def test_a_new_sentence_with_a_figure_is_another_result(reader: Reader) -> None:
    update = f"{ENGLISH}\nThree people were hurt when a bus of line 12 ran into the barrier on Wednesday night.\n"

    assert len(chosen(passages(reader, ENGLISH, "a.txt"), passages(reader, update, "b.txt"))) == 1
    assert len(chosen(passages(reader, update, "b.txt"), passages(reader, ENGLISH, "a.txt"))) == 1


def test_a_short_version_gives_way_to_the_long_one_and_keeps_its_rank(reader: Reader) -> None:
    short = "\n".join(["Bridge closed", "", *lines(ENGLISH)[2:4]])
    other = passages(
        reader, "Pears\n\nThe growers of Jinan sold twice as many pears abroad as they had a year before.", "c"
    )

    first, second = chosen(passages(reader, short, "short.txt"), other, passages(reader, ENGLISH, "long.txt"))

    assert (first.passage.source, first.score, second.passage.source) == ("long.txt", 0, "c")
    assert [place.source for place in first.also_in] == ["short.txt"]


def test_the_place_of_a_copy_holds_the_shared_words(reader: Reader) -> None:
    copy = f"The Valley Herald\n2024-11-19 08:05\n{ENGLISH}"

    (one,) = chosen(passages(reader, ENGLISH, "a.txt"), passages(reader, copy, "b.txt"))

    (place,) = one.also_in
    assert copy[place.start : place.end] == ENGLISH.strip() == one.copies[0].text


def test_a_cited_sentence_of_a_wire_story_is_placed_in_both_papers(assistant: Assistant) -> None:
    answer = assistant.ask("When is Hull No. 3117 to be delivered?")

    copied = [one for one in answer.citations if one.also_in]
    assert copied
    for one in copied:
        for place in one.also_in:
            assert "".join(assistant.text(place.source)[place.start : place.end].split()) == "".join(one.quote.split())


def test_a_sketch_estimates_how_much_of_the_smaller_text_the_larger_has() -> None:
    whole, part, other = sketch(ENGLISH), sketch("\n".join(lines(ENGLISH)[2:4])), sketch(KOREAN)

    shares = Sketches([one.to_bytes() for one in (whole, part, other)]).containments(1)

    assert shares[0] == pytest.approx(1, abs=0.25)
    assert shares[2] < 0.05
