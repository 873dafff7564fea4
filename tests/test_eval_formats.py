"""Question sets in the formats of others: read into our questions, and refused with every fault by its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import BylineError
from rag.evaluate.formats.intake import Intake, article_name
from rag.evaluate.formats.json_tree import Node, open_document
from rag.evaluate.formats.load import FORMATS, load_set, recognise, set_documents
from rag.evaluate.questions import BadQuestions, Evidence, Question

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the test's folder, as UTF-8."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return written


def faults_of(path: Path, form: str | None = None) -> list[str]:
    """What is wrong with a set, a line each, without the folder in front."""
    with pytest.raises(BadQuestions) as caught:
        load_set(path, form)
    folder = path if path.is_dir() else path.parent
    return [fault.removeprefix(f"{folder}/") for fault in caught.value.faults]


# --- CSV and TSV ------------------------------------------------------------------------------------------------------

TABLE = """\
ID,Question,type,answerable,answer,source,quote,Source 2,quote_2,facts,my notes
q1,"How many stops, in all?",number,yes,17,tram.txt,"17 stops
seventeen stops",map.txt,,17|seventeen; tram,check
,물빛선은 몇 곳에 서나?,,아니오,,,,,,,
"""


def test_a_table_is_read_by_its_header(write: Write) -> None:
    first, second = load_set(write("q.csv", TABLE))
    assert first == Question(
        id="q1",
        question="How many stops, in all?",
        language="en",
        type="number",
        answerable=True,
        answer="17",
        evidence=(
            (Evidence("tram.txt", "17 stops"), Evidence("tram.txt", "seventeen stops")),
            (Evidence("map.txt"),),
        ),
        facts=(("17", "seventeen"), ("tram",)),
    )
    assert second.id.startswith("q-")
    assert (second.language, second.type, second.answerable, second.evidence) == ("ko", "untyped", False, ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_as_spreadsheets_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["question", "source", "answer"]]
    rows += [[f"물빛선은 {number}월에 어디까지 가나?", "전차.txt", "해밀역까지 간다"] for number in range(1, 9)]
    path = tmp_path / "q.csv"
    path.write_text("\r\n".join(delimiter.join(row) for row in rows), encoding=encoding)
    questions = load_set(path)
    assert [question.question for question in questions] == [row[0] for row in rows[1:]]
    assert questions[0].evidence == ((Evidence("전차.txt"),),)


def test_a_question_without_an_id_keeps_its_own_when_rows_move(write: Write) -> None:
    forth = load_set(write("a.csv", "question\nWho?\nWhere?\n"))
    back = load_set(write("b.csv", "question\nWhere?\nWho?\n"))
    assert {question.id for question in forth} == {question.id for question in back}


def test_every_bad_cell_of_a_table_is_named_by_row_and_column(write: Write) -> None:
    table = (
        "id,question,answerable,source,quote,anwser\n"
        "q1,,maybe,a.txt,,\n"
        '"q2","two\nlines?",yes,"a.txt\nb.txt","one\ntwo\nthree",\n'
        "q1,Who?,yes,,words,\n"
        "q4,Who, then?,yes,a.txt,words,more\n"
    )
    assert faults_of(write("q.csv", table)) == [
        'q.csv:1: F1: "anwser" is no column; did you mean "answer"?',
        'q.csv:2: B2 "question" is empty',
        'q.csv:2: C2 "answerable" must be yes or no; it is "maybe"',
        'q.csv:3: E3 "quote" has 3 lines beside 2 of source; write one a line',
        'q.csv:8: E4 "quote" has no source beside it',
        'q.csv:8: id "q1" is that of line 2 too; an id names one question',
        "q.csv:9: row 5: 7 cells under a header of 6; put text that holds the delimiter in quotes",
    ]


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ("id,text\n1,Who?\n", ['q.csv:1: no column is called "question"; there are id, text']),
        ("question,Question\nWho?,Who?\n", ['q.csv:1: B1: "Question" stands in A1 too']),
        (
            'question,answer\nWho?,"Lee\nWhere?,Ulsan\n',
            ["q.csv:2: row 2: the table breaks off: unexpected end of data; check the quotation marks"],
        ),
        ("question\n", ["q.csv: no question in it"]),
        ("", ["q.csv: it is empty"]),
    ],
)
def test_a_table_that_is_none_is_refused(write: Write, table: str, faults: list[str]) -> None:
    assert faults_of(write("q.csv", table)) == faults


# --- SQuAD and KorQuAD ------------------------------------------------------------------------------------------------

CONTEXT = "The tram opens in March. It has 17 stops, said Mayor Lee Garam. Work began early."


def squad(**changes: Any) -> str:
    asked = {
        "id": "s1",
        "question": "How many stops?",
        "answers": [{"text": "17", "answer_start": CONTEXT.index("17")}],
    } | changes
    paragraphs = [{"context": CONTEXT, "qas": [asked]}]
    return json.dumps({"version": "1.1", "data": [{"title": "Tram/Haemil", "paragraphs": paragraphs}]}, indent=1)


def test_the_evidence_of_squad_is_the_sentence_of_the_answer(write: Write) -> None:
    (question,) = load_set(write("dev.json", squad()))
    assert question.evidence == ((Evidence("Tram%2FHaemil.txt", "It has 17 stops, said Mayor Lee Garam."),),)
    assert (question.facts, question.answer, question.answerable) == ((("17",),), "17", True)


def test_an_impossible_question_of_squad_is_unanswerable(write: Write) -> None:
    (question,) = load_set(write("dev.json", squad(is_impossible=True, answers=[])))
    assert (question.answerable, question.evidence, question.facts) == (False, (), ())


def test_the_articles_of_squad_carry_the_names_that_its_questions_expect(write: Write) -> None:
    path = write("dev.json", squad())
    ((name, text),) = set_documents(path)
    (question,) = load_set(path)
    ((entry,),) = question.evidence
    assert entry.source == name
    assert entry.quote is not None
    assert entry.quote in text


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"question": ""}, '12:20: data[0].paragraphs[0].qas[0].question: must be text, and not empty; it is ""'),
        ({"id": None}, "11:14: data[0].paragraphs[0].qas[0].id: is missing"),
        (
            {"answers": [{"text": "18", "answer_start": 3}]},
            '16:26: data[0].paragraphs[0].qas[0].answers[0].answer_start: the answer "18" does not stand there in the'
            " context",
        ),
        (
            {"answers": []},
            "13:19: data[0].paragraphs[0].qas[0].answers: is empty; give an answer, or is_impossible: true",
        ),
        ({"answers": "17"}, '13:19: data[0].paragraphs[0].qas[0].answers: must be a list of answers; it is "17"'),
    ],
)
def test_a_fault_of_squad_is_named_by_line_and_column(write: Write, changes: dict[str, Any], fault: str) -> None:
    assert faults_of(write("dev.json", squad(**changes))) == [f"dev.json:{fault}"]


def test_json_that_breaks_off_is_named_by_line_and_column(write: Write) -> None:
    assert faults_of(write("dev.json", squad()[:40])) == ["dev.json:5:4: not JSON: Unterminated string starting at"]


@given(
    tree=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    indent=st.sampled_from([None, 0, 1, "\t"]),
)
def test_every_value_is_found_where_it_stands(
    tree: object, indent: int | str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("tree") / "any.json"
    path.write_bytes(json.dumps(tree, indent=indent, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    _hold(open_document(path, Intake(path)).root())


def _hold(node: Node) -> None:
    line, column = node.place()
    lines = node.document.text.split("\n")
    rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
    assert json.JSONDecoder().raw_decode(rest)[0] == node.value
    if isinstance(node.value, dict):
        for key in node.value:
            _hold(node[key])
    elif isinstance(node.value, list):
        for member in node.items("values"):
            _hold(member)


# --- BEIR -------------------------------------------------------------------------------------------------------------

CORPUS = '{"_id": "d1", "title": "Trams", "text": "They run."}\n{"_id": "d/2", "title": "", "text": "They stop."}\n'
QUERIES = '{"_id": "q1", "text": "do trams run"}\n{"_id": "q2", "text": "unjudged"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td/2\t1\n"


@pytest.fixture
def beir(write: Write) -> Callable[..., Path]:
    def written(corpus: str = CORPUS, queries: str = QUERIES, split: str = "test", qrels: str = QRELS) -> Path:
        write("beir/corpus.jsonl", corpus)
        write("beir/queries.jsonl", queries)
        return write(f"beir/qrels/{split}.tsv", qrels).parent.parent

    return written


def test_beirs_judged_queries_have_a_group_of_evidence_a_relevant_document(beir: Callable[..., Path]) -> None:
    folder = beir(qrels=QRELS + "q2\td1\t0\n")
    (question,) = load_set(folder)
    assert (question.id, question.question, question.type) == ("q1", "do trams run", "search")
    assert question.evidence == ((Evidence("d1.txt"),), (Evidence("d%2F2.txt"),))
    assert dict(set_documents(folder)) == {"d1.txt": "Trams\n\nThey run.\n", "d%2F2.txt": "They stop.\n"}


def test_a_split_of_beir_is_chosen_by_its_file(beir: Callable[..., Path]) -> None:
    beir(split="dev")
    folder = beir(split="train", qrels="query-id\tcorpus-id\tscore\nq2\td1\t1\n")
    assert [question.id for question in load_set(folder / "qrels" / "train.tsv")] == ["q2"]
    with pytest.raises(BylineError, match=r"no test\.tsv in it; give one of dev\.tsv, train\.tsv"):
        load_set(folder)


def test_every_fault_of_a_beir_folder_is_named(beir: Callable[..., Path]) -> None:
    folder = beir(
        corpus=CORPUS + '{"_id": "d3"}\n{"_id" 4}\n',
        queries=QUERIES + '[]\n{"_id": "q3", "text": 5}\n',
        qrels=QRELS + "q1\td9\t1\nq1\td1\nq1\td1\t1\nq8\td1\thigh\nq9\td1\t1\n",
    )
    assert faults_of(folder) == [
        'corpus.jsonl:3: "text" is missing',
        "corpus.jsonl:4:8: not JSON: Expecting ':' delimiter",
        "qrels/test.tsv:4: document d9 is not in corpus.jsonl",
        "qrels/test.tsv:5: 2 columns; it takes query-id, corpus-id, score (BEIR) or topic, 0, document, grade (TREC)",
        "qrels/test.tsv:6: topic q1 and d1 are judged in line 2 too",
        'qrels/test.tsv:7:7: the grade must be a whole number; it is "high"',
        "queries.jsonl:3:1: a line is a JSON object; this is an empty list",
        'queries.jsonl:4: "text" must be text, and not empty; it is 5',
        "qrels/test.tsv:8: query q9 is not in queries.jsonl",
    ]


# --- MultiHop-RAG -----------------------------------------------------------------------------------------------------

NEWS = [
    {"title": "A", "source": "Herald", "published_at": "2024-05-01", "url": "http://a", "body": "Trams run."},
    {"title": "B", "source": "Post", "published_at": "2024-05-02", "url": "http://b", "body": "Trams stop."},
]


def hops(*rows: dict[str, Any]) -> str:
    whole = {"query": "Do both papers agree?", "answer": "No", "question_type": "comparison_query"}
    whole["evidence_list"] = [{"url": "http://b", "fact": "Trams stop."}, {"url": "http://a", "fact": "Trams run."}]  # type: ignore[assignment]
    return json.dumps([whole | row for row in rows], indent=2)


def test_the_evidence_of_multihop_names_articles_by_their_place_in_the_corpus(write: Write) -> None:
    corpus = write("corpus.json", json.dumps(NEWS))
    null = {"question_type": "null_query", "answer": "Insufficient information.", "evidence_list": []}
    path = write("MultiHopRAG.json", hops({}, null))
    first, second = load_set(path)
    assert first.evidence == ((Evidence("001.txt", "Trams stop."),), (Evidence("000.txt", "Trams run."),))
    assert (first.id, first.type, first.facts) == ("mh-0000", "comparison_query", (("No",),))
    assert (second.answerable, second.answer, second.evidence, second.facts) == (False, None, (), ())
    assert dict(set_documents(path))["001.txt"] == "B\nPost\n2024-05-02\n\nTrams stop.\n"
    corpus.unlink()
    with pytest.raises(BylineError, match=r"corpus\.json: no such file"):
        load_set(path)


def test_every_fault_of_multihop_is_named_by_line_and_column(write: Write) -> None:
    write("corpus.json", json.dumps([*NEWS, {"title": "no address"}]))
    rows = hops(
        {"query": " "}, {"evidence_list": [{"url": "http://c", "fact": "x"}, {"url": "http://a"}]}, {"answer": 7}
    )
    assert faults_of(write("MultiHopRAG.json", rows)) == [
        "corpus.json:1:215: [2].url: is missing",
        'MultiHopRAG.json:3:14: [0].query: must be text, and not empty; it is " "',
        "MultiHopRAG.json:23:16: [1].evidence_list[0].url: no article of corpus.json has this address",
        "MultiHopRAG.json:26:7: [1].evidence_list[1].fact: is missing",
        "MultiHopRAG.json:33:15: [2].answer: must be text, and not empty; it is 7",
    ]


# --- TREC -------------------------------------------------------------------------------------------------------------

TOPICS = """<top>
<num> Number: 301
<title> Tram stops
in Haemil
<desc> Description:
Where does the tram stop?
</top>
<top><num>302<desc>How far is it?</top>
"""


def test_trec_topics_are_read_with_their_judgements(write: Write) -> None:
    write("trec/qrels.txt", "301 0 FT-1 1\n301 0 FT-2 0\n302 0 FT-2 1\n")
    first, second = load_set(write("trec/topics.301-302", TOPICS).parent)
    assert (first.id, first.question, first.evidence) == ("301", "Tram stops in Haemil", ((Evidence("FT-1.txt"),),))
    assert (second.id, second.question) == ("302", "How far is it?")


def test_trec_topics_may_be_lines(write: Write) -> None:
    write("dl.qrels", "7 0 d1 3\n")
    (question,) = load_set(write("topics.tsv", "7\twhere does the tram stop\n8\tunjudged\n"), "trec")
    assert question.question == "where does the tram stop"


def test_every_fault_of_trec_is_named(write: Write) -> None:
    write("trec/qrels.txt", "301 0 FT-1\n301 0 FT-1 one\n309 0 FT-1 1\n301 0 FT-1 1\n")
    broken = "<top>\n<title> no number\n</top>\n<top><num> 305 <title> never closed\n" + TOPICS + TOPICS
    assert faults_of(write("trec/topics.txt", broken).parent) == [
        'qrels.txt:1:7: the grade must be a whole number; it is "FT-1"',
        'qrels.txt:2:12: the grade must be a whole number; it is "one"',
        "topics.txt:1: this topic has no id",
        "topics.txt:4: this <top> has no </top>",
        'topics.txt:13: id "301" is that of line 5 too; an id names one question',
        "qrels.txt:3: topic 309 is not in topics.txt",
    ]
    with pytest.raises(BylineError, match=r"one file with “qrels” in its name; there is none"):
        load_set(write("alone/topics.txt", TOPICS), "trec")


# --- which format -----------------------------------------------------------------------------------------------------


def test_a_format_is_told_by_suffix_and_content(write: Write, beir: Callable[..., Path]) -> None:
    write("trec/qrels.txt", "1 0 d 1\n")
    told = {
        write("q.jsonl", "{}"): "jsonl",
        write("lines.json", '{"id": "a"}\n{"id": "b"}\n'): "jsonl",
        write("q.TSV", "question\n"): "csv",
        write("squad.json", squad()): "squad",
        write("hops.json", hops({})): "multihop",
        beir(): "beir",
        beir() / "qrels" / "test.tsv": "beir",
        write("trec/topics.txt", TOPICS).parent: "trec",
        write("trec/topics.txt", TOPICS): "trec",
    }
    assert {path: recognise(path) for path in told} == told
    assert set(told.values()) == set(FORMATS)


def test_a_folder_that_is_no_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BylineError, match="a folder, and neither BEIR"):
        load_set(tmp_path)


def test_a_set_of_our_own_brings_no_articles(write: Write) -> None:
    with pytest.raises(BylineError, match="a jsonl set brings no articles; squad, beir, multihop do"):
        set_documents(write("q.jsonl", "{}"))


@pytest.mark.parametrize("name", ["q.csv", "q.json", "q.jsonl", "q.tsv"])
def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(BylineError, match="no such file"):
        load_set(tmp_path / name)


@given(st.text(), st.text())
def test_two_documents_never_share_a_file(one: str, other: str) -> None:
    assert (article_name(one) == article_name(other)) is (one == other)
    assert not set(article_name(one)) & set("/\\\0\n")
