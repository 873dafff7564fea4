"""Passages: whole sentences up to a length, in the file's own offsets, and nothing of the article lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.article import Article, Passage, Span
from index.clean import Fate, Line, drop_furniture, drop_repeats
from index.normal import NormalText, normalise
from index.passages import cut_passages
from index.sentences import SentenceSplitter
from tests.conftest import article_texts

LONGEST_SENTENCE = 600
STOP_WITH_MARKS = "1?\u0f73"  # a full stop that carries marks: NFC takes them apart
LONG_WITH_MARKS = "x" * 599 + "q\u0301\u0323" + "y" * 300  # and one where a long sentence is cut
SAYS_NOTHING = 20
# Marks where no letter is, full stops in a row: what tempts a cut to part what normalisation puts together.
TANGLED = st.text(
    st.sampled_from('aA가다\u1112\u1161.?! \n\t"”\u0301\u0323\u0302\u0f73\u212b\u3000\x00-1👍'), max_size=40
)
TEXTS = article_texts() | TANGLED


def read(
    text: str, splitter: SentenceSplitter, target: int, *, language: str = "en", title: str = "A title"
) -> tuple[list[Passage], list[Line]]:
    """The passages of a text that is one article, and its kept lines in offsets of `text`."""
    normal: NormalText = normalise(text)
    lines = [line for line in drop_repeats(drop_furniture(normal.text)) if line.fate is Fate.KEPT]
    article = Article("a.txt", Span(0, len(text)), title, None, None, language)
    passages = cut_passages(article, lines, normal, splitter, target)
    return passages, [Line(normal.to_source(line.span), line.text) for line in lines]


@given(text=TEXTS, target=st.integers(100, 900))
@example(text=STOP_WITH_MARKS, target=100)
@example(text=LONG_WITH_MARKS, target=500)
@settings(max_examples=60)
def test_every_passage_is_verbatim_and_made_of_its_sentences(
    splitter: SentenceSplitter, text: str, target: int
) -> None:
    for passage in read(text, splitter, target)[0]:
        assert passage.span.of(text) == passage.text
        for spans in (passage.sentences, passage.kept):
            assert all(before.end <= after.start for before, after in pairwise(spans))
            assert all(len(span) for span in spans)
            assert (spans[0].start, spans[-1].end) == (passage.span.start, passage.span.end)
        for sentence in passage.sentences:
            assert passage.quote(sentence) == sentence.of(text)
            assert any(span.start <= sentence.start and sentence.end <= span.end for span in passage.kept)


@given(text=TEXTS, target=st.integers(100, 900))
@example(text=STOP_WITH_MARKS, target=100)
@example(text=LONG_WITH_MARKS, target=500)
@settings(max_examples=60)
def test_passages_follow_each_other_and_none_overlaps(splitter: SentenceSplitter, text: str, target: int) -> None:
    passages, _ = read(text, splitter, target)

    assert all(before.span.end <= after.span.start for before, after in pairwise(passages))


@given(text=TEXTS, target=st.integers(100, 900))
@settings(max_examples=60)
def test_what_is_in_no_passage_is_too_short_to_say_anything(splitter: SentenceSplitter, text: str, target: int) -> None:
    passages, lines = read(text, splitter, target)
    covered = {at for passage in passages for span in passage.kept for at in range(span.start, span.end)}

    for line in lines:
        missing = [at for at in range(line.span.start, line.span.end) if at not in covered and not text[at].isspace()]
        assert len(normalise("".join(text[at] for at in missing)).text) < SAYS_NOTHING
    assert bool(lines) == bool(passages)


@given(text=TEXTS, target=st.integers(100, 900))
@settings(max_examples=60)
def test_a_passage_is_as_long_as_asked_or_one_sentence(splitter: SentenceSplitter, text: str, target: int) -> None:
    for passage in read(text, splitter, target)[0]:
        sentences = [normalise(passage.quote(sentence)).text for sentence in passage.sentences]
        assert max(map(len, sentences)) <= LONGEST_SENTENCE
        leftover = 0.3 * target
        assert len(sentences) == 1 or sum(map(says, sentences)) <= max(target, LONGEST_SENTENCE) + leftover


def says(text: str) -> float:
    """The length of a text when two characters that are not Hangul count as one."""
    return sum(1 if "\uac00" <= char <= "\ud7a3" else 0.5 for char in text)


def test_english_gets_twice_the_characters_of_korean(splitter: SentenceSplitter) -> None:
    english = read("The quota stays as it is now. " * 40, splitter, target=150)[0]
    korean = read("쿼터 물량은 지금 그대로 둔다. " * 40, splitter, target=150, language="ko")[0]

    assert 250 <= len(english[0].text) <= 300
    assert 100 <= len(korean[0].text) <= 200


def test_short_paragraphs_share_a_passage_and_long_ones_part(splitter: SentenceSplitter) -> None:
    text = "The port reopened on Monday.\n\nThe queue was long.\n\n" + "The quota stays as it is. " * 12

    passages, _ = read(text, splitter, target=100)

    assert passages[0].text.startswith("The port reopened on Monday.\n\nThe queue was long.")
    assert len(passages) == 2
    assert all(passage.text.endswith(".") for passage in passages)


def test_a_button_inside_a_passage_is_in_its_text_but_not_in_its_words(splitter: SentenceSplitter) -> None:
    text = "The port reopened on Monday.\nShare this article\nThe queue of lorries was long."

    (passage,), _ = read(text, splitter, target=500)

    assert passage.text == text
    assert passage.own_words == "The port reopened on Monday.\nThe queue of lorries was long."
    assert passage.embedded_text == f"A title\n{passage.own_words}"


def test_a_title_is_embedded_with_the_passages_that_do_not_hold_it(splitter: SentenceSplitter) -> None:
    text = "Quota talks\n\n" + "The queue of lorries was long on Monday. " * 30

    first, second, *_ = read(text, splitter, target=300, title="Quota talks")[0]

    assert first.heading == ""
    assert second.heading == "Quota talks"
    assert second.embedded_text.startswith("Quota talks\nThe queue")


def test_first_words_that_are_called_a_title_for_want_of_one_are_not_embedded(splitter: SentenceSplitter) -> None:
    (passage,), _ = read("The port reopened.", splitter, target=300, title="A port that was shut for…")

    assert passage.embedded_text == "The port reopened."


def test_much_furniture_ends_a_passage(splitter: SentenceSplitter) -> None:
    text = "The port reopened on Monday.\n" + "Share\n\n\n\n\n\n\n" * 20 + "The queue of lorries was long."

    assert len(read(text, splitter, target=500)[0]) == 2


def test_a_passage_is_in_one_language(splitter: SentenceSplitter) -> None:
    english = "The harbour reopened on Monday after three days of storm."
    korean = "항구는 사흘 동안 이어진 폭풍이 지나간 뒤 월요일에 다시 문을 열었다고 당국이 밝혔다."

    passages, _ = read(f"{english}\n{korean}", splitter, target=500, language="ko")

    assert [(passage.text, passage.language) for passage in passages] == [(english, "en"), (korean, "ko")]


def test_an_agency_at_the_foot_is_no_passage_and_a_file_of_one_short_line_is(splitter: SentenceSplitter) -> None:
    body = "The harbour reopened on Monday after three days of storm. " * 8
    far = "\n" * 300

    assert [passage.text for passage in read(f"{body}{far}/Agency", splitter, 500)[0]] == [body.strip()]
    assert [passage.text for passage in read("/Agency", splitter, 500)[0]] == ["/Agency"]


def test_a_short_last_passage_joins_the_one_before_it(splitter: SentenceSplitter) -> None:
    text = "The harbour reopened on Monday after the storm. " * 4 + "Nobody was hurt, the mayor said."

    assert [passage.text for passage in read(text, splitter, target=200)[0]] == [text]


def test_a_passage_is_named_by_place_and_content(splitter: SentenceSplitter) -> None:
    def ids(text: str) -> list[str]:
        return [passage.id for passage in read(text, splitter, target=50)[0]]

    first, second = "The harbour reopened on Monday. " * 3, "The queue of lorries was long. " * 3

    assert ids(first + second) == ids(first + second)
    assert ids(first + second)[0] == ids(first)[0]
    assert set(ids(f"\n{first}")).isdisjoint(ids(first))
