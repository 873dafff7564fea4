"""What a run cost: tokens tallied, prices read, and both shown wherever the run is."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from rag.cli import byline
from rag.errors import BylineError
from rag.evaluate.cost import Price, Prices, cost_of, load_prices, tariff
from rag.evaluate.record import Run, load_run, write
from rag.evaluate.report.render import render_html, render_markdown
from rag.evaluate.report.view import view_of
from rag.evaluate.scores import Amount
from rag.evaluate.summary import Used
from rag.evaluate.table import print_run
from rag.usage import Usage
from tests.openai_server import OpenAIServer, answer
from tests.scripted import Scripted, run_of

TABLE = 'currency = "USD"\n["tiny"]\ninput = 0.25\noutput = 2\n'
TINY = Price(0.25, 2.0)


def used(system: Scripted, **usages: Usage) -> Run:
    """The run in which each question's answer took that much."""
    for id, usage in usages.items():
        found = system.answers[f"{id}?"]
        assert not isinstance(found, Exception)
        system.answers = {**system.answers, f"{id}?": replace(found, usage=usage)}
    return run_of(system)


@pytest.fixture
def run(system: Scripted) -> Run:
    """Two questions whose tokens are known, one whose are not, and one that failed; with prices."""
    run = used(system, cross=Usage(2000, 100, 2), multi=Usage(1000, 200, 1), null=Usage(None, None, 1))
    return replace(run, cost=cost_of(run.rows, tariff(Prices(Path("p.toml"), "USD", {"tiny": TINY}), "tiny", None)))


def priced(folder: Path, text: str) -> Path:
    path = folder / "prices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_tokens_are_tallied_over_the_questions_that_told(run: Run) -> None:
    assert run.summary.usage == {
        "answers": Used(Amount(1500.0, 3000, 2), Amount(150.0, 300, 2), Amount(1.5, 3, 2), unknown=1)
    }


def test_without_a_model_there_is_nothing_to_tally(system: Scripted) -> None:
    assert run_of(system).summary.usage == {}


def test_the_price_is_by_the_million(run: Run) -> None:
    assert run.cost is not None
    assert run.cost.by_question == {"cross": pytest.approx(0.0007), "multi": pytest.approx(0.00065)}
    assert run.cost.whole.n == 2
    assert run.cost.whole.mean == pytest.approx(0.000675)
    assert run.cost.whole.total == pytest.approx(0.00135)


def test_the_judge_is_charged_by_its_own_price(run: Run) -> None:
    rows = [replace(row, judge_usage=Usage(1_000_000, 0, 1)) for row in run.rows[:1]]
    prices = Prices(Path("p.toml"), "USD", {"tiny": TINY, "big": Price(10.0, 30.0)})
    cost = cost_of(rows, tariff(prices, "tiny", "big"))
    assert cost.parts["judge"].total == 10.0
    assert cost.whole.total == pytest.approx(10.0007)


def test_a_question_is_not_priced_by_half(run: Run) -> None:
    rows = [replace(run.rows[0], judge_usage=Usage(None, None, 1))]
    cost = cost_of(rows, tariff(Prices(Path("p.toml"), "USD", {"tiny": TINY}), "tiny", "tiny"))
    assert cost.parts["answers"].n == 1
    assert cost.by_question == {}


def test_tokens_and_price_are_written_and_the_tokens_read_back(run: Run, tmp_path: Path) -> None:
    write(run, tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[0]["usage"] == {"prompt_tokens": 2000, "completion_tokens": 100, "requests": 2}
    assert [row["price"] for row in rows] == [pytest.approx(0.0007), pytest.approx(0.00065), None, None]
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["usage"]["answers"]["prompt_tokens"] == {"mean": 1500.0, "total": 3000, "n": 2}
    assert (summary["price"]["currency"], summary["price"]["models"]) == ("USD", {"answers": "tiny"})
    assert summary["price"]["whole"]["total"] == pytest.approx(0.00135)
    assert load_run(tmp_path) == replace(run, cost=None)


def test_tokens_and_price_are_shown_beside_the_seconds(run: Run) -> None:
    out = io.StringIO()
    print_run(run, Console(file=out))
    lines = out.getvalue().splitlines()
    told = "; unknown of 1, whose server did not tell"
    assert f"tokens in: 1,500 a question, 3,000 in all, over 2 questions{told}." in lines
    assert "price in USD (tiny): 0.000675 a question, 0.001350 in all, over 2 questions." in lines
    assert "  retrieve: 1.000, 1.450" in lines

    view = view_of(run, title="run")
    markdown = render_markdown(view).splitlines()
    assert "| retrieve | 1.000 | 1.450 | 2 |" in markdown
    assert any(line.startswith("| tokens out") and line.endswith("| 150 | 300 | 2 |") for line in markdown)
    assert "| price in USD \\(tiny\\) | 0.000675 | 0.001350 | 2 |" in markdown
    page = render_html(view, ())
    assert "<td>2</td><td>1,500</td><td>3,000</td>" in page
    assert "<td>2</td><td>0.000675</td><td>0.001350</td>" in page


# --- the table of prices ----------------------------------------------------------------------------------------------


def test_a_table_of_prices_is_read(tmp_path: Path) -> None:
    text = f'{TABLE}[gpt-4.1-mini]\ninput = 0\noutput = 1e-1\n["org/model"]\ninput = 1\noutput = 1\n'
    prices = load_prices(priced(tmp_path, text))
    assert prices.currency == "USD"
    assert prices.models == {"tiny": TINY, "gpt-4.1-mini": Price(0.0, 0.1), "org/model": Price(1.0, 1.0)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TABLE.replace('"USD"', "7"), "currency: is missing or no text"),
        (TABLE.partition("\n")[2], "currency: is missing or no text"),
        (TABLE.replace("output = 2\n", ""), "tiny.output: is missing"),
        (TABLE.replace("0.25", '"0.25"'), "tiny.input: '0.25' is no price"),
        (TABLE.replace("0.25", "-1"), "tiny.input: -1 is no price"),
        (TABLE.replace("0.25", "nan"), "tiny.input: nan is no price"),
        (TABLE.replace("0.25", "true"), "tiny.input: True is no price"),
        (TABLE + "cached = 1\n", "tiny.cached: is no key of a price"),
        ('tiny = 2\ncurrency = "USD"\n', "tiny: is no model"),
        ("currency = \n", "is no TOML (Invalid value (at line 1"),
    ],
)
def test_what_is_wrong_with_a_table_is_named_by_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    path = priced(tmp_path, text)
    with pytest.raises(BylineError) as failure:
        load_prices(path)
    assert str(failure.value).startswith(f"{path}: {said}")


def test_a_model_without_a_price_is_named(tmp_path: Path) -> None:
    prices = load_prices(priced(tmp_path, TABLE))
    with pytest.raises(BylineError, match=r'prices\.toml: big: has no price; add \["big"\]'):
        tariff(prices, "tiny", "big")
    with pytest.raises(BylineError, match="no model is asked"):
        tariff(prices, None, None)


def test_the_command_prints_and_records_the_price(
    samples_index: Path, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.upper().startswith(("BYLINE_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.url)
    monkeypatch.setenv("BYLINE_REWRITE", "false")
    row = {"id": "f", "question": "When does the Route No. 3 ferry leave Mokpo?", "language": "en", "answerable": True}
    row |= {"evidence": [[{"source": "island-ferry-timetable.txt"}]], "facts": [["6:40"]]}
    (tmp_path / "q.jsonl").write_text(json.dumps(row), encoding="utf-8")
    openai_server.script(answer("Route No. 3 leaves the passenger terminal at 6:40 a.m. [1].", usage=(2000, 100)))
    args = ["eval", "q.jsonl", "--index", samples_index, "--llm", "tiny", "--prices", priced(tmp_path, TABLE)]

    result = CliRunner().invoke(byline, [str(arg) for arg in [*args, "--out", "run"]], catch_exceptions=False)

    assert result.exit_code == 0, result.output
    assert "price in USD (tiny): 0.000700 a question, 0.000700 in all, over 1 question." in result.output
    summary = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert summary["price"]["whole"] == {"mean": 0.0007, "total": 0.0007, "n": 1}
