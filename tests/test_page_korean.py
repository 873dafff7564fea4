"""The Korean page has no English: whatever other parts of byline tell a reader has its Korean in `rag.web.phrases`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

import rag
from rag.evaluate.report import view
from rag.settings import Settings
from rag.web.phrases.messages import retold, told

ROOT = Path(rag.__file__).parent.parent
HANGUL = re.compile("[가-힣]")
FIELDS_NAMES = {"MRR", "nDCG@10"}  # that are the same in Korean
Names = Mapping[str, list[ast.expr]]


@dataclass(frozen=True, slots=True)
class Says:
    """Where a module makes messages: the calls that take them, or the functions that return them."""

    module: str
    calls: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()


def _making(call: str, folder: str) -> list[str]:
    """The modules of a folder in which a call stands."""
    found = (path for path in sorted((ROOT / folder).glob("*.py")) if call in path.read_text(encoding="utf-8"))
    return [f"{folder}/{path.name}" for path in found]


SAYING = (
    *(Says(module, ("Fault",)) for module in _making("Fault(", "rag/checks")),
    Says("rag/check.py", ("Finding", "append")),
    Says("rag/draft/check.py", ("Finding", "BylineError")),
    Says("rag/draft/sources.py", ("Unknown",), ("_unknown",)),
    Says("rag/cite.py", returns=("not_verbatim",)),
    Says("rag/entailment.py", ("_worse", "ModelFailed")),
    Says("rag/revise.py", ("append", "ModelFailed")),
    Says("rag/judged.py", returns=("said_once",)),
    Says("rag/markers.py", returns=("notice",)),
    Says("rag/generate.py", ("Notice",)),
    Says("rag/answerer.py", ("_told", "ModelFailed")),
    Says("rag/web/answering.py", ("replace",)),
    Says("rag/interpret.py", ("replace", "ModelFailed")),
    Says("rag/rerank.py", ("append", "ModelFailed"), ("_by_model",)),
    Says("rag/messages.py", ("ModelFailed",)),
    Says("rag/structured.py", ("ModelFailed",)),
    Says("rag/refusals.py", returns=("_happened", "_took_too_long", "_refused")),
    Says("index/sync.py", ("ReadFile", "Unreadable")),
    *(Says(module, ("Unreadable",)) for module in _making("Unreadable(", "index/formats")),
    Says("index/formats/json_lines.py", ("_Malformed", "_Row", "append", "extend")),
    Says("index/formats/pdf_lines.py", returns=("_read",)),
    Says("index/decode.py", ("Unreadable",)),
    Says("rag/evaluate/report/charts.py", ("Chart", "set_xlabel", "set_ylabel", "plot", "errorbar", "axvline")),
    Says("rag/evaluate/report/render.py", ("bars",)),
)


def messages(says: Says) -> Iterator[str]:
    """Every message that the calls and functions of a module can make, with 7 in its blanks."""
    tree = ast.parse((ROOT / says.module).read_text(encoding="utf-8"))
    for function in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        names = _names(tree) | _names(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _name(node.func) in says.calls:
                for one in (*node.args, *(keyword.value for keyword in node.keywords)):
                    yield from _sentences(one, names)
            elif getattr(function, "name", "") in says.returns and (said := _given_back(node)):
                yield from _sentences(said, names)


def _given_back(node: ast.AST) -> ast.expr | None:
    """What a function returns, or puts into what it returns."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return node.value
    return node.value if isinstance(node, ast.Return) else None


def _names(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """The names that are assigned, or count through a tuple, with all that they can stand for."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(node, ast.Assign):
            pairs = [(node.targets[0], node.value)]
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            pairs = [(node.target, one) for one in node.iter.elts]
        for target, value in pairs:
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for one, part in zip(target.elts, value.elts, strict=True):
                    found.setdefault(_name(one), []).append(part)
            else:
                found.setdefault(_name(target), []).append(value)
    return found


def _sentences(node: ast.expr, names: Names) -> Iterator[str]:
    """The texts among what a call is given, or in a tuple, that are more than a name."""
    match node:
        case ast.Call(func=ast.Name(id="replace"), keywords=keywords):
            for keyword in keywords:
                yield from _sentences(keyword.value, names)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            for one in parts:
                yield from _sentences(one, names)
        case _:
            yield from (text for text in _texts(node, names) if " " in text.strip())


def _texts(node: ast.expr, names: Names) -> list[str]:
    """What a text can be; none for what is no text."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(some) for some in product(*(_texts(part, names) for part in parts))]
        case ast.FormattedValue(value=value):
            return _texts(value, names) or ["7"]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [a + b for a in _texts(left, names) for b in _texts(right, names)]
        case ast.BoolOp(op=ast.And(), values=values):
            return ["", *_texts(values[-1], names)]
        case ast.BoolOp(op=ast.Or(), values=values):
            return [text for value in values for text in _texts(value, names)]
        case ast.IfExp(body=body, orelse=other):
            return _texts(body, names) + _texts(other, names)
        case ast.Name(id=name) if name in names:
            rest = {key: values for key, values in names.items() if key != name}
            return [text for value in names[name] for text in _texts(value, rest)]
    return []


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("says", SAYING, ids=lambda says: says.module)
def test_every_message_has_its_korean(says: Says) -> None:
    made = set(messages(says))
    assert made
    assert not {text for text in made if not HANGUL.search(retold(text, "ko") or "")}


def test_every_setting_and_every_metric_in_sight_has_its_korean() -> None:
    metrics = [name.format(k=7) for name in (*view._HEADLINES, *view._CHANGES)]
    shown = [field.description or "" for field in Settings.model_fields.values()] + [view.label(one) for one in metrics]
    missing = {text for text in shown if text not in FIELDS_NAMES and retold(text, "ko") is None}
    assert not missing


def test_what_stands_in_the_blanks_goes_over_and_a_message_in_a_message_is_told_too() -> None:
    reason = "'9,400 won' is not in the cited text, which says '9,500 won'"
    assert retold(reason, "ko") == "‘9,400 won’은(는) 인용한 글에 없고, 거기에는 ‘9,500 won’(이)라고 되어 있습니다"
    failed = "the model server at h:1 broke off before its answer (reset); ask again"
    said = retold(f"{failed}; these are sentences of the articles instead", "ko")
    assert said == "h:1의 모델 서버: 답하기 전에 끊겼습니다 (reset). 다시 물어보세요. 대신 기사의 문장을 보여 줍니다"


def test_what_has_no_korean_stays_as_it_is_and_says_its_language() -> None:
    assert told("it rained <b>", "ko") == '<span lang="en">it rained &lt;b&gt;</span>'
    assert told("비가 왔다", "ko") == '<span lang="ko">비가 왔다</span>'
    assert told("it cites nothing", "en") == "<span>it cites nothing</span>"
