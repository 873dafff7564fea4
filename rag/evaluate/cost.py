"""What a run cost: the tokens that models used, and their price by a table of prices."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import BylineError
from rag.evaluate.result import Row
from rag.evaluate.scores import Amount, amount
from rag.evaluate.summary import ANSWERS, JUDGE, Summary, usage_by_part
from rag.usage import Usage

_PER = 1_000_000  # tokens that a price is for
_KEYS = ("input", "output")
_LABELS: Mapping[str, str] = {ANSWERS: "", JUDGE: "the judge's "}


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, those of the prompt (`input`) and those of the completion."""

    input: float
    output: float

    def of(self, usage: Usage) -> float | None:
        """The price of some tokens; None where their number is not known."""
        if usage.prompt_tokens is None or usage.completion_tokens is None:
            return None
        return (usage.prompt_tokens * self.input + usage.completion_tokens * self.output) / _PER


@dataclass(frozen=True, slots=True)
class Prices:
    """A table of prices: the currency, and the price of each model by its name; `path` is for errors."""

    path: Path
    currency: str
    models: Mapping[str, Price]


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a run is charged by: the model and its price for `ANSWERS` and for `JUDGE`, where there is one."""

    currency: str
    models: Mapping[str, str]
    prices: Mapping[str, Price]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost in `currency`, by `ANSWERS` and `JUDGE` and in all; `models` are who was paid.

    `by_question` has the price of each question by its id; one with a reply whose tokens are not known is left out.
    """

    currency: str
    models: Mapping[str, str]
    parts: Mapping[str, Amount]
    whole: Amount
    by_question: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Spent:
    """Something that models took, as it is shown: what, how much a question and in all, over how many questions."""

    label: str
    each: str
    whole: str
    n: int
    remark: str = ""


def load_prices(path: Path) -> Prices:
    """The prices in a TOML file: `currency`, and a table by each model's name with `input` and `output`.

    A name with dots that is not quoted is put together again.

    Raises:
        BylineError: the file cannot be read, or a key is missing, unknown or no price; the message names both.
    """
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BylineError(f"{path}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise BylineError(f"{path}: is not UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BylineError(f"{path}: is no TOML ({error})") from error
    currency = written.pop("currency", None)
    if not isinstance(currency, str) or not currency.strip():
        raise BylineError(f'{path}: currency: is missing or no text; write currency = "USD" above the first model')
    models = {name: _price(path, name, table) for name, table in _tables(path, written, "")}
    return Prices(path, currency.strip(), models)


def tariff(prices: Prices, answering: str | None, judging: str | None) -> Tariff:
    """The prices of the models of a run, None for one that it does without.

    Raises:
        BylineError: there is no model in the run, or no price of one.
    """
    models = {part: name for part, name in ((ANSWERS, answering), (JUDGE, judging)) if name}
    if not models:
        raise BylineError("--prices: no model is asked in this run, so there is nothing to charge; leave it out")
    for name in models.values():
        if name not in prices.models:
            raise BylineError(f'{prices.path}: {name}: has no price; add ["{name}"] with input and output')
    return Tariff(prices.currency, models, {part: prices.models[name] for part, name in models.items()})


def cost_of(rows: Sequence[Row], charged: Tariff) -> Cost:
    """What the models of a run cost, of the tokens that its rows tell."""
    used = {part: usages for part, usages in usage_by_part(rows).items() if part in charged.prices}
    prices = {
        part: {id: charged.prices[part].of(usage) for id, usage in usages.items()} for part, usages in used.items()
    }
    by_question = {}
    for id in dict.fromkeys(id for part in prices.values() for id in part):
        asked = [part[id] for part in prices.values() if id in part]
        known = [price for price in asked if price is not None]
        if len(known) == len(asked):
            by_question[id] = sum(known)
    parts = {part: amount([one for one in costs.values() if one is not None]) for part, costs in prices.items()}
    return Cost(charged.currency, charged.models, parts, amount(list(by_question.values())), by_question)


def cost_json(cost: Cost) -> dict[str, Any]:
    """A cost as `summary.json` has it; the price of each question stands in its row."""
    found = asdict(cost)
    del found["by_question"]
    return found


def spending(summary: Summary, cost: Cost | None) -> tuple[Spent, ...]:
    """Tokens, requests and price of a run, in the order shown; nothing without a model."""
    return tuple(_spending(summary, cost))


def _spending(summary: Summary, cost: Cost | None) -> Iterator[Spent]:
    for part, used in summary.usage.items():
        remark = f"; unknown of {used.unknown}, whose server did not tell" if used.unknown else ""
        whose = _LABELS[part]
        yield _spent(f"{whose}tokens in", used.prompt_tokens, 0, remark)
        yield _spent(f"{whose}tokens out", used.completion_tokens, 0, remark)
        yield _spent(f"{whose}requests", used.requests, 2, remark)
    if cost is not None:
        if len(cost.parts) > 1:
            for part, price in cost.parts.items():
                yield _spent(f"price of {part} in {cost.currency} ({cost.models[part]})", price, 6)
        paid = ", ".join(dict.fromkeys(cost.models.values()))
        yield _spent(f"price in {cost.currency} ({paid})", cost.whole, 6)


def _spent(label: str, amount: Amount, digits: int, remark: str = "") -> Spent:
    if amount.mean is None:
        return Spent(label, "–", "–", 0, remark)
    whole = f"{amount.total:,}" if isinstance(amount.total, int) else f"{amount.total:,.{digits}f}"
    return Spent(label, f"{amount.mean:,.{digits}f}", whole, amount.n, remark)


def _tables(path: Path, written: Mapping[str, Any], within: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each model's name and table; TOML reads `[a.b]` as a table b inside of a."""
    for key, value in written.items():
        name = f"{within}{key}"
        if not isinstance(value, dict):
            raise BylineError(f"{path}: {name}: is no model; write a table of it, [{name}] with input and output")
        inner = {one: table for one, table in value.items() if isinstance(table, dict)}
        own = {one: price for one, price in value.items() if one not in inner}
        if own or not inner:
            yield name, own
        yield from _tables(path, inner, f"{name}.")


def _price(path: Path, name: str, table: Mapping[str, Any]) -> Price:
    for key in (*_KEYS, *table):
        where = f"{path}: {name}.{key}"
        if key not in _KEYS:
            raise BylineError(f"{where}: is no key of a price; these are: {', '.join(_KEYS)}")
        if key not in table:
            raise BylineError(f"{where}: is missing; write what a million tokens cost")
        value = table[key]
        if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
            raise BylineError(f"{where}: {value!r} is no price; write a number of 0 or more, for a million tokens")
    return Price(float(table["input"]), float(table["output"]))
