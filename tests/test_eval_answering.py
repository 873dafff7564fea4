"""How right answers are, against counts by hand and SQuAD's definitions."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import Morphology
from rag.evaluate import answering
from rag.evaluate.abstention import abstention_tallies, decided_correctly
from rag.evaluate.reading import tokens

CLOSE = 1e-9
DECISIONS = st.lists(st.tuples(st.booleans(), st.sampled_from([True, False, None])), max_size=30)
WORDS = st.lists(st.sampled_from(["Steel", "철강", "232조", "é", " ", "\n", "a"]), max_size=8).map("".join)
FACTS = st.lists(st.lists(st.sampled_from(["Steel", "철강", "8.0", "steel quota"]), min_size=1), max_size=4)


@pytest.mark.parametrize(
    ("facts", "answer", "recall"),
    [
        ([["flexib", "유연성"], ["steel"]], "FLEXIBILITY of Steel measures", 1.0),
        ([["flexib", "유연성"], ["steel"]], "유연성을 요청했다", 0.5),
        ([["straße"]], "die STRASSE", 1.0),
        ([["유연성"]], unicodedata.normalize("NFD", "유연성"), 1.0),
        ([["8.0"], ["2024"], ["retail"]], "grew 8.0 percent", 1 / 3),
        ([["steel"]], "", 0.0),
    ],
)
def test_fact_recall(facts: list[list[str]], answer: str, recall: float) -> None:
    assert answering.fact_recall(facts, answer) == pytest.approx(recall, abs=CLOSE)


@given(st.lists(st.lists(st.sampled_from(["Steel", "철강", "8.0"]), min_size=1), min_size=1), WORDS)
def test_fact_recall_by_the_definition(facts: list[list[str]], answer: str) -> None:
    met = 0
    for group in facts:
        for string in group:
            if string.casefold() in answer.casefold():
                met += 1
                break
    assert answering.fact_recall(facts, answer) == pytest.approx(met / len(facts), abs=CLOSE)


@pytest.mark.parametrize(
    ("answer", "recall"),
    [
        ("the quota on steel", 0.75),
        ("the quota", 0.25),
        ("an annual quota on it", 0.75),
        ("steel quota, yearly", 1.0),
    ],
)
def test_a_fact_half_stated_counts_half(answer: str, recall: float) -> None:
    facts = [["steel quota"], ["annual", "yearly", "on steel", "by the year"]]
    found = answering.partial_fact_recall(facts, answer, lambda text: text.replace(",", "").split())
    assert found == pytest.approx(recall)


@given(FACTS, FACTS, WORDS)
def test_weighted_recall_by_the_definition(vital: list[list[str]], okay: list[list[str]], answer: str) -> None:
    weights = [1.0] * len(vital) + [0.5] * len(okay)
    met = [any(one.casefold() in answer.casefold() for one in group) for group in (*vital, *okay)]
    found = answering.weighted_fact_recall(vital, okay, answer)
    if not weights:
        assert found is None
    else:
        share = sum(weight for weight, yes in zip(weights, met, strict=True) if yes) / sum(weights)
        assert found == pytest.approx(share, abs=CLOSE)


@given(st.text("ab "), st.text("ab "))
def test_f1_and_exact_match_are_squads(expected: str, answer: str) -> None:
    wanted, given_tokens = expected.split(), answer.split()
    shared, left = 0, list(wanted)
    for token in given_tokens:
        if token in left:
            left.remove(token)
            shared += 1
    if not wanted or not given_tokens:
        f1 = float(wanted == given_tokens)
    elif not shared:
        f1 = 0.0
    else:
        precision, recall = shared / len(given_tokens), shared / len(wanted)
        f1 = 2 * precision * recall / (precision + recall)
    assert answering.token_f1(expected, answer, str.split) == pytest.approx(f1, abs=CLOSE)
    assert answering.exact_match(expected, answer, str.split) == float(wanted == given_tokens)


def test_without_an_expected_answer_nothing_is_matched() -> None:
    assert answering.token_f1(None, "a", str.split) is None
    assert answering.exact_match(None, "a", str.split) is None
    assert answering.fact_recall([], "an answer") is None
    assert answering.partial_fact_recall([], "an answer", str.split) is None
    assert answering.weighted_fact_recall([], [], "an answer") is None


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("The quota, annually.", ["quota", "annually"]),
        ("An 8.0% rise", ["8", "0", "rise"]),
        ("철강을 요청했다.", ["철강", "을", "요청", "하", "었", "다"]),
        ("", []),
    ],
)
def test_tokens_are_words_and_korean_morphemes(text: str, cut: list[str], morphology: Morphology) -> None:
    assert tokens(text, morphology) == cut


def test_a_korean_particle_makes_no_other_word(morphology: Morphology) -> None:
    def cut(text: str) -> list[str]:
        return tokens(text, morphology)

    f1 = answering.token_f1("철강 쿼터", "철강의 쿼터를", cut)
    assert f1 == pytest.approx(2 * 2 / (2 + 4))


@given(DECISIONS)
def test_abstention_scores_by_counting_sets(decisions: list[tuple[bool, bool | None]]) -> None:
    unanswerable = {at for at, (answerable, _) in enumerate(decisions) if not answerable}
    abstained = {at for at, (_, did) in enumerate(decisions) if did is True}
    answered = {at for at, (_, did) in enumerate(decisions) if did is False}
    answerable = set(range(len(decisions))) - unanswerable
    both = len(unanswerable & abstained)

    found = {name: tally.value for name, tally in abstention_tallies(decisions).items()}
    assert found["abstention_precision"] == (both / len(abstained) if abstained else None)
    assert found["abstention_recall"] == (both / len(unanswerable) if unanswerable else None)
    assert found["answer_rate"] == (len(answerable & answered) / len(answerable) if answerable else None)
    if not unanswerable:
        assert found["abstention_f1"] is None
    elif not both:
        assert found["abstention_f1"] == 0.0
    else:
        harmonic = 2 / (len(abstained) / both + len(unanswerable) / both)
        assert found["abstention_f1"] == pytest.approx(harmonic, abs=CLOSE)

    right = [decided_correctly(decision) for decision in decisions]
    assert sum(right) == both + len(answerable & answered)
