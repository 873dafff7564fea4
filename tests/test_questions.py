"""Question sets as they are read and refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.errors import BylineError
from rag.evaluate.questions import BadQuestions, Evidence, Question, load_questions

ROW: dict[str, Any] = {
    "id": "q1",
    "question": "what about steel?",
    "language": "en",
    "type": "cross",
    "answerable": True,
    "answer": "a quota",
    "evidence": [[{"source": "ko.txt", "quote": "철강 쿼터"}, {"source": "en.txt"}]],
    "facts": [["quota", "쿼터"]],
}


@pytest.fixture
def question_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows, given as objects, lines or bytes, into a question set."""

    def written(*rows: dict[str, Any] | str, mark: bytes = b"", end: str = "\n") -> Path:
        lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
        path = tmp_path / "questions.jsonl"
        path.write_bytes(mark + "".join(f"{line}{end}" for line in lines).encode())
        return path

    return written


def without(key: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (ROW | changes).items() if name != key}


# Question sets that are right


def test_a_question_is_read_whole(question_file: Callable[..., Path]) -> None:
    expected = Question(
        id="q1",
        question="what about steel?",
        language="en",
        type="cross",
        answerable=True,
        answer="a quota",
        evidence=((Evidence("ko.txt", "철강 쿼터"), Evidence("en.txt")),),
        facts=(("quota", "쿼터"),),
    )
    assert load_questions(question_file(ROW)) == (expected,)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n  \n"])
def test_marks_line_ends_and_empty_lines_do_not_matter(
    question_file: Callable[..., Path], mark: bytes, end: str
) -> None:
    path = question_file(ROW, ROW | {"id": "q2"}, mark=mark, end=end)
    assert [question.id for question in load_questions(path)] == ["q1", "q2"]


def test_language_may_be_called_lang_and_the_rest_left_out(question_file: Callable[..., Path]) -> None:
    row = {"id": "q", "question": "?", "lang": "KO", "answerable": False, "answer": None, "note": "ours"}
    (question,) = load_questions(question_file(row))
    assert question == Question("q", "?", "ko", "untyped", answerable=False)


def test_a_line_separator_inside_a_string_ends_no_row(question_file: Callable[..., Path]) -> None:
    (question,) = load_questions(question_file(ROW | {"question": "one\u2028two\x85three"}))
    assert question.question == "one\u2028two\x85three"


# Question sets that are wrong


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (without("id"), '"id" is missing'),
        (without("question"), '"question" is missing'),
        (without("language"), '"language" is missing'),
        (without("answerable"), '"answerable" is missing'),
        (ROW | {"id": 7}, '"id" must be text, and not empty; it is 7'),
        (ROW | {"id": "a\x1b[31m"}, '"id" holds characters that cannot be printed: "a\\u001b[31m"'),
        (ROW | {"question": "  "}, '"question" must be text, and not empty; it is "  "'),
        (ROW | {"question": None}, '"question" must be text, and not empty; it is null'),
        (ROW | {"type": ["a"]}, '"type" must be text, and not empty; it is a list'),
        (ROW | {"answerable": "yes"}, '"answerable" must be true or false; it is "yes"'),
        (ROW | {"answerable": 1}, '"answerable" must be true or false; it is 1'),
        (ROW | {"answer": {}}, '"answer" must be text, and not empty; it is an object'),
        (ROW | {"lang": "ko"}, '"language" and "lang" differ; keep one'),
        (ROW | {"evidence": "ko.txt"}, '"evidence" must be a list of groups; it is "ko.txt"'),
        (
            ROW | {"evidence": [{"source": "ko.txt"}]},
            '"evidence[0]" must be a group: a list of alternatives, one at least; it is an object',
        ),
        (
            ROW | {"evidence": [[{"source": "a"}], []]},
            '"evidence[1]" must be a group: a list of alternatives, one at least; it is an empty list',
        ),
        (
            ROW | {"evidence": [["ko.txt"]]},
            '"evidence[0][0]" must be an object with "source" and "quote"; it is "ko.txt"',
        ),
        (ROW | {"evidence": [[{"quote": "x"}]]}, '"evidence[0][0].source" is missing'),
        (
            ROW | {"evidence": [[{"source": "a", "quote": " "}]]},
            '"evidence[0][0].quote" must be text, and not empty; it is " "',
        ),
        (
            ROW | {"facts": ["quota"]},
            '"facts[0]" must be a group: a list of alternatives, one at least; it is "quota"',
        ),
        (ROW | {"facts": [["quota", 5]]}, '"facts[0][1]" must be text, and not empty; it is 5'),
        ('{"id" "a"}', "column 7: not JSON: Expecting ':' delimiter"),
        ('{"id": "a", "id": "b"}', '"id" stands twice in one object; keep one'),
        ('"a question"', 'a question is a JSON object; this is "a question"'),
        ("[" * 20, "the file is one JSON array; write one object a line, without the array"),
        ('{"a": ' + "[" * 100_000, "nested too deeply to be a question"),
        ('{"id": "\\ud800"}', '"id" holds half a surrogate pair; write the character itself'),
    ],
)
def test_a_fault_is_told_as_it_is(question_file: Callable[..., Path], row: dict[str, Any] | str, fault: str) -> None:
    path = question_file(row)
    with pytest.raises(BadQuestions) as caught:
        load_questions(path)
    place = path if fault.startswith("the file") else f"{path}:1"
    assert caught.value.faults[0] == f"{place}: {fault}"


def test_all_faults_are_told_at_once_by_file_and_line(question_file: Callable[..., Path]) -> None:
    path = question_file(
        ROW,
        without("answerable", question=""),
        "",
        "{",
        ROW | {"id": "q3", "answerable": None},
        ROW | {"id": "q3"},
        ROW,
    )
    with pytest.raises(BadQuestions) as caught:
        load_questions(path)
    assert str(caught.value) == "\n".join(
        [
            f"{path}: 7 faults in the question set; mend and run again",
            f'{path}:2: "question" must be text, and not empty; it is ""',
            f'{path}:2: "answerable" is missing',
            f'{path}:2: id "q1" is that of line 1 too; an id names one question',
            f"{path}:4: column 2: not JSON: Expecting property name enclosed in double quotes",
            f'{path}:5: "answerable" must be true or false; it is null',
            f'{path}:6: id "q3" is that of line 5 too; an id names one question',
            f'{path}:7: id "q1" is that of line 1 too; an id names one question',
        ]
    )


def test_twenty_faults_are_shown_and_the_rest_counted(question_file: Callable[..., Path]) -> None:
    with pytest.raises(BadQuestions) as caught:
        load_questions(question_file(*["null"] * 33))
    lines = str(caught.value).splitlines()
    assert len(lines) == 22
    assert lines[0].endswith(": 33 faults in the question set; mend and run again")
    assert lines[-1] == "and 13 more"
    assert len(caught.value.faults) == 33


def test_bytes_that_are_not_utf8_are_told_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(json.dumps(ROW).encode() + b"\n" + '{"id": "가"}\n'.encode("cp949") * 2)
    with pytest.raises(BadQuestions) as caught:
        load_questions(path)
    assert caught.value.faults == tuple(
        f"{path}:{line}: byte 9 is not UTF-8; save the file as UTF-8" for line in (2, 3)
    )


def test_a_utf16_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(ROW), encoding="utf-16")
    with pytest.raises(BadQuestions, match="the file is UTF-16; save it as UTF-8"):
        load_questions(path)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_question(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadQuestions, match="no question in it; write one JSON object a line"):
        load_questions(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BylineError, match=r"gone\.jsonl: no such file"):
        load_questions(tmp_path / "gone.jsonl")
    with pytest.raises(BylineError, match="cannot be read"):
        load_questions(tmp_path)
