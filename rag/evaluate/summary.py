"""A run in numbers: every score with its interval, over all questions and over those of one kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from rag.evaluate.abstention import Decision, abstention_tallies
from rag.evaluate.gold import NOT_INDEXED
from rag.evaluate.metrics import ABSTAINED_CORRECTLY
from rag.evaluate.result import Row
from rag.evaluate.scores import Amount, Latency, Score, amount, latency
from rag.evaluate.stats import Tally, draws, interval, resampled, tally
from rag.usage import Usage

Key = TypeVar("Key", bound=Hashable)
SAME, CROSS = "same", "cross"
ANSWERS, JUDGE = "answers", "judge"


@dataclass(frozen=True, slots=True)
class Used:
    """The tokens that models took, and the requests; `unknown` questions, whose server did not tell, are left out."""

    prompt_tokens: Amount
    completion_tokens: Amount
    requests: Amount
    unknown: int


@dataclass(frozen=True, slots=True)
class Cell:
    """The scores of some of the questions: how many they are, how many of them failed, each score by name."""

    questions: int
    failed: int
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in numbers.

    `by_language` is keyed by question language and evidence language (`rag.evaluate.gold.Gold.language`). `by_reach`
    has as `same` the questions whose evidence is all in their own language, as `cross` those that need another one;
    `gap` is what the former score more, by metric. `seconds` is by stage, the whole as `total`, of the questions that
    did not fail. `unreachable` are the entries of evidence that no passage can meet, a line each. `usage` is what
    models used of tokens, by `ANSWERS` and `JUDGE`, where there were such.
    """

    overall: Cell
    by_type: Mapping[str, Cell]
    by_language: Mapping[tuple[str, str | None], Cell]
    by_reach: Mapping[str, Cell]
    gap: Mapping[str, Score]
    seconds: Mapping[str, Latency]
    models: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    usage: Mapping[str, Used] = field(default_factory=dict)


def summarise(rows: Sequence[Row], unreachable: tuple[str, ...] = ()) -> Summary:
    """The scores of all rows and of each cell, with the cases and the interval beside each."""
    done = [row.outcome for row in rows if row.outcome.error is None]
    stages: dict[str, list[float]] = defaultdict(list)
    for outcome in done:
        for stage, seconds in outcome.answer.timings.items() if outcome.answer else ():
            stages[stage].append(seconds)
    stages["total"] = [outcome.seconds for outcome in done]
    by_reach = apart([row for row in rows if reach(row)], reach)
    return Summary(
        overall=_cell(rows),
        by_type=_cells(apart(rows, of_type)),
        by_language=_cells(apart(rows, of_language)),
        by_reach={str(name): cell for name, cell in _cells(by_reach).items()},
        gap=_gap(by_reach.get(SAME, []), by_reach.get(CROSS, [])),
        seconds={stage: latency(seconds) for stage, seconds in stages.items()},
        models=tuple(sorted({outcome.answer.model for outcome in done if outcome.answer})),
        unreachable=unreachable,
        usage={part: _used(usages) for part, usages in usage_by_part(rows).items()},
    )


def usage_by_part(rows: Sequence[Row]) -> dict[str, dict[str, Usage]]:
    """What models used for each question, by `ANSWERS` and `JUDGE`, then by the question's id."""
    answers = {row.question.id: row.outcome.answer.usage for row in rows if row.outcome.answer}
    judged = {row.question.id: row.judge_usage for row in rows}
    known = {
        part: {id: one for id, one in usages.items() if one is not None}
        for part, usages in ((ANSWERS, answers), (JUDGE, judged))
    }
    return {part: usages for part, usages in known.items() if usages}


def of_type(row: Row) -> str:
    """The cell of `Summary.by_type` that a row is in."""
    return row.question.type


def of_language(row: Row) -> tuple[str, str | None]:
    """The cell of `Summary.by_language` that a row is in."""
    return row.question.language, row.evidence_language


def reach(row: Row) -> str | None:
    """The cell of `Summary.by_reach` that a row is in; None for one whose evidence is in no known language."""
    if row.evidence_language in (None, NOT_INDEXED):
        return None
    return SAME if row.evidence_language == row.question.language else CROSS


def apart(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """The rows by key, in the order that the keys are first met in."""
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def tallies(rows: Sequence[Row]) -> dict[str, Tally]:
    """What each row adds to every score: the means of the rows' metrics, and the scores of abstaining."""
    names = dict.fromkeys(name for row in rows for name in row.metrics)
    found = {name: tally([row.metrics.get(name) for row in rows]) for name in names}
    if ABSTAINED_CORRECTLY in names:
        found |= abstention_tallies([_decision(row) for row in rows])
    return found


def _used(usages: Mapping[str, Usage]) -> Used:
    told = [(one.prompt_tokens, one.completion_tokens, one.requests) for one in usages.values()]
    known = [(prompt, completion, n) for prompt, completion, n in told if prompt is not None and completion is not None]
    prompts, completions, requests = (amount([row[at] for row in known]) for at in range(3))
    return Used(prompts, completions, requests, len(told) - len(known))


def _decision(row: Row) -> Decision:
    """Told by the metrics, since a brief record has no answers."""
    if row.outcome.error is not None:
        return row.question.answerable, None
    return row.question.answerable, bool(row.metrics[ABSTAINED_CORRECTLY]) != row.question.answerable


def _cells(rows: Mapping[Key, Sequence[Row]]) -> dict[Key, Cell]:
    return {name: _cell(members) for name, members in rows.items()}


def _cell(rows: Sequence[Row]) -> Cell:
    found = tallies(rows)
    values = resampled(tuple(found.values()), draws(len(rows)))
    scores = {name: _score(one, interval(values[:, at])) for at, (name, one) in enumerate(found.items())}
    return Cell(len(rows), sum(row.outcome.error is not None for row in rows), scores)


def _score(one: Tally, ends: tuple[float, float] | None) -> Score:
    low, high = ends or (None, None)
    return Score(one.value, int(np.count_nonzero(one.whole)), low, high)


def _gap(same: Sequence[Row], cross: Sequence[Row]) -> dict[str, Score]:
    """By metric, the score of `same` less that of `cross`; the two are drawn apart, since their questions differ."""
    if not same or not cross:
        return {}
    here, there = tallies(same), tallies(cross)
    names = [name for name in here if name in there]
    values = resampled([here[name] for name in names], draws(len(same)))
    values = values - resampled([there[name] for name in names], draws(len(cross), stream=1))
    found = {}
    for at, name in enumerate(names):
        one, other = here[name].value, there[name].value
        if one is not None and other is not None:
            low, high = interval(values[:, at]) or (None, None)
            found[name] = Score(one - other, len(same) + len(cross), low, high)
    return found
